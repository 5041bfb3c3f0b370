"""A line that refuses: the lead goes on by the next one at once, under a new id where the old one was used."""

from collections.abc import Callable, Collection

import pytest
from sqlalchemy import select

from tests.campaign.dialling import NOW, Clock, Dialer, busy, leads_of, running
from tests.campaign.switch import FakeControl
from voicebot.campaign import placing
from voicebot.campaign.attempt import LINE_WAIT_S, MOST_LINES
from voicebot.campaign.line import Line, Lines, NoLine
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.errors import StoreError
from voicebot.esl.originate import Originate
from voicebot.store import stop_list
from voicebot.store.claims import Claimed
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead

Answer = Callable[[FakeControl, Originate], None]


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "HANGUP_GRACE_S", 0.02)


class InOrder(Lines):
    """Gateways, the first that was not tried first. `asked`: what each choice was told of."""

    def __init__(self, *names: str, happens: Callable[[Claimed], None] = lambda _: None) -> None:
        self._names, self._happens = names, happens
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.over: list[tuple[str, Code | None]] = []
        self.resting = 0.0

    def room(self, plan: Plan) -> int:
        return 100

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line | NoLine:
        self.asked.append((claimed.attempt_id, tuple(tried)))
        if len(self.asked) > 1:
            self._happens(claimed)
        if self.resting:
            rest, self.resting = self.resting, 0.0
            return NoLine("the switch rests", rest)
        left = [name for name in self._names if name not in tried]
        return Line(left[0]) if left else NoLine("no other gateway")

    def others(self, plan: Plan, tried: Collection[str]) -> bool:
        return any(name not in tried for name in self._names)

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        self.over.append((line.gateway, code))
        if code is Code.THROTTLED:
            self.resting = 0.01


def through(**answers: Answer) -> Answer:
    """What each gateway answers."""
    return lambda switch, attempt: answers[attempt.dial.split("/")[2]](switch, attempt)


def says(cause: str) -> Answer:
    """No channel is made."""
    return lambda switch, attempt: switch.done(attempt.attempt_id, f"-ERR {cause}")


def full(switch: FakeControl, attempt: Originate) -> None:
    """The far end answers 503."""
    switch.event(attempt.attempt_id, "CHANNEL_CREATE")
    switch.hang_up(attempt.attempt_id, "NORMAL_TEMPORARY_FAILURE", variable_sip_invite_failure_status="503")
    switch.done(attempt.attempt_id, "-ERR NORMAL_TEMPORARY_FAILURE")


def attempts(store: Store) -> list[tuple[int, str | None, str | None]]:
    with store.reading() as connection:
        asked = select(Attempt.try_number, Attempt.gateway, Attempt.code).order_by(Attempt.try_number)
        return [(number, gateway, code) for number, gateway, code in connection.execute(asked)]


@pytest.mark.parametrize("cause", ["GATEWAY_DOWN", "INVALID_GATEWAY"])
def test_no_channel_was_made_so_the_same_attempt_goes_on(store: Store, cause: str) -> None:
    running(store, 1)
    control, lines = FakeControl(through(north=says(cause), south=busy)), InOrder("north", "south")
    Dialer(store, control, Clock(), lines=lines).run()
    assert len(control.dialled) == 2
    assert len(set(control.dialled)) == 1
    assert attempts(store) == [(1, "south", "BUSY")]
    assert lines.over == [("north", Code.GATEWAY_DOWN), ("south", Code.BUSY)]
    assert leads_of(store) == [("done", "BUSY")]


def test_a_used_id_is_not_dialled_again_the_lead_has_another_attempt(store: Store) -> None:
    running(store, 1)
    control, lines = FakeControl(through(north=full, south=busy)), InOrder("north", "south")
    Dialer(store, control, Clock(), lines=lines).run()
    assert len(set(control.dialled)) == 2
    assert attempts(store) == [(1, "north", "CONGESTION"), (2, "south", "BUSY")]
    assert leads_of(store) == [("done", "BUSY")]
    with store.reading() as connection:
        tries, last = connection.execute(select(Lead.tries, Lead.attempts)).one()
    assert (tries, last) == (1, 2), "the full gateway does not use up an attempt of the plan"


def test_without_another_gateway_it_ends_with_what_the_last_one_said(store: Store) -> None:
    running(store, 2)
    Dialer(store, FakeControl(full), Clock(), lines=InOrder("north")).run()
    assert leads_of(store) == [("done", "CONGESTION")] * 2
    assert attempts(store) == [(1, "north", "CONGESTION")] * 2


def test_all_lines_of_a_lead_refuse(store: Store) -> None:
    running(store, 1)
    answers = through(north=full, south=says("GATEWAY_DOWN"))
    Dialer(store, FakeControl(answers), Clock(), lines=InOrder("north", "south")).run()
    assert attempts(store) == [(1, "north", "CONGESTION"), (2, "south", "GATEWAY_DOWN")]
    assert leads_of(store) == [("done", "GATEWAY_DOWN")]


def test_a_switch_over_its_rate_is_waited_for_and_the_same_gateway_asked_again(store: Store) -> None:
    running(store, 1)
    told = iter([says("DESTINATION_OUT_OF_ORDER"), busy])

    def answer(switch: FakeControl, attempt: Originate) -> None:
        next(told)(switch, attempt)

    control, lines = FakeControl(answer), InOrder("north")
    Dialer(store, control, Clock(), lines=lines).run()
    assert [tried for _, tried in lines.asked] == [(), (), ()], "asked, told to rest, asked again"
    assert attempts(store) == [(1, "north", "BUSY")]


def test_a_rate_that_another_dialer_uses_is_waited_for(store: Store) -> None:
    running(store, 1)
    control, lines = FakeControl(busy), InOrder("north")
    lines.resting = 0.01
    Dialer(store, control, Clock(), lines=lines).run()
    assert len(lines.asked) == 2
    assert attempts(store) == [(1, "north", "BUSY")]


def test_a_rate_that_frees_too_late_gives_the_lead_back(store: Store) -> None:
    running(store, 1)
    lines = InOrder("north")
    lines.resting = LINE_WAIT_S + 1
    Dialer(store, FakeControl(busy), Clock(), lines=lines).run()
    assert sorted(code or "" for _, _, code in attempts(store)) == ["BUSY", "CANCELLED"]


def test_a_switch_that_stays_over_its_rate_is_ours_not_the_callees(store: Store) -> None:
    running(store, 1)
    control = FakeControl(says("DESTINATION_OUT_OF_ORDER"))
    Dialer(store, control, Clock(), lines=InOrder("north")).run()
    assert len(control.dialled) == MOST_LINES
    assert attempts(store) == [(1, "north", "THROTTLED")]
    with store.reading() as connection:
        assert connection.scalar(select(Lead.tries)) == 0


@pytest.mark.parametrize("first", [full, says("GATEWAY_DOWN")])
def test_a_stop_between_two_lines_means_no_second_invite(store: Store, first: Answer) -> None:
    running(store, 1)

    def stop(claimed: Claimed) -> None:
        stop_list.add(store, [Entry(claimed.number, "*", "别再打了", "call", NOW)])

    control = FakeControl(through(north=first, south=busy))
    Dialer(store, control, Clock(), lines=InOrder("north", "south", happens=stop)).run()
    assert len(control.dialled) == 1
    assert leads_of(store) == [("refused", "STOP_LIST_LATE")]
    assert attempts(store)[-1][2] == "STOP_LIST_LATE"


def test_a_database_that_dies_between_two_lines_leaves_the_first_ones_word(store: Store) -> None:
    running(store, 1)

    def down(_: Claimed) -> None:
        raise StoreError("the database is down")

    control = FakeControl(through(north=says("GATEWAY_DOWN"), south=busy))
    Dialer(store, control, Clock(), lines=InOrder("north", "south", happens=down)).run()
    assert len(control.dialled) == 1
    assert attempts(store) == [(1, "north", "GATEWAY_DOWN")]

"""The dialer from the claim to the settled lead: states in force, nobody who must not be, nobody twice."""

from collections.abc import Collection
from datetime import timedelta

import gevent
import pytest
from sqlalchemy import select

from tests.campaign.dialling import (
    NOW,
    Clock,
    Dialer,
    answers,
    busy,
    codes_of,
    end_call,
    leads_of,
    running,
    state_of,
    wait_until,
)
from tests.campaign.switch import FakeControl
from voicebot.campaign import placing
from voicebot.campaign.floor import Floor
from voicebot.campaign.line import Line, Lines, NoLine
from voicebot.campaign.orphans import GRACE
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import CampaignState
from voicebot.errors import StoreError, SwitchUnreachable
from voicebot.store import campaigns, leases, stop_list
from voicebot.store.claims import LEASE, Claimed
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import Audit


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "RECORD_GRACE_S", 0.2)
    monkeypatch.setattr(placing, "RECORD_POLL_S", 0.01)


class Between(Lines):
    """A line for everybody, and something that happens between the claim and the dialling."""

    def __init__(self, happens) -> None:
        self._happens = happens
        self.over: list[tuple[str, Code | None]] = []

    def room(self, plan: Plan) -> int:
        return 100

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line | NoLine:
        return self._happens(claimed) or Line("demo", "051288880000")

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        self.over.append((claimed.number, code))


def test_every_lead_is_called_and_settled_and_then_the_campaign_is_done(store: Store) -> None:
    running(store, 12, concurrency=3)
    control = FakeControl(busy)
    assert Dialer(store, control, Clock()).run() is None
    assert leads_of(store) == [("done", "BUSY")] * 12
    assert state_of(store) == CampaignState.DONE
    assert len(set(control.dialled)) == 12
    with store.reading() as connection:
        lines = connection.execute(select(Attempt.gateway, Attempt.caller_number).distinct()).all()
        steps = connection.execute(select(Audit.who, Audit.action, Audit.why).order_by(Audit.id.desc()).limit(1)).one()
    assert lines == [("demo", "051288880000")]
    assert steps == ("dialer", "campaign.done", "no lead is left")


def test_a_stop_between_claim_and_dialling_means_no_invite(store: Store) -> None:
    running(store, 3)

    def stop(claimed: Claimed) -> None:
        if claimed.number.endswith("1"):
            stop_list.add(store, [Entry(claimed.number, "*", "stop_request: 别再打了", "call", NOW)])

    lines = Between(stop)
    control = FakeControl(busy)
    Dialer(store, control, Clock(), lines=lines).run()
    assert leads_of(store) == [("done", "BUSY"), ("refused", "STOP_LIST_LATE"), ("done", "BUSY")]
    assert len(control.dialled) == 2
    assert sorted(lines.over) == [
        ("+8613800000000", Code.BUSY),
        ("+8613800000001", None),
        ("+8613800000002", Code.BUSY),
    ]
    assert sorted(codes_of(store)) == ["BUSY", "BUSY", "STOP_LIST_LATE"]


def test_paused_no_call_starts_and_live_ones_end_by_themselves(store: Store) -> None:
    running(store, 5, concurrency=2)
    control = FakeControl(answers)
    dialer = Dialer(store, control, Clock())
    over = dialer.spawn()
    wait_until(lambda: len(control.dialled) == 2)
    campaigns.step_to(store, "spring", CampaignState.PAUSING)
    end_call(dialer, control, control.dialled[0])
    wait_until(lambda: leads_of(store).count(("done", "ROBOT_END")) == 1)
    assert state_of(store) == CampaignState.PAUSING
    end_call(dialer, control, control.dialled[1])
    wait_until(lambda: state_of(store) == CampaignState.PAUSED)
    assert len(control.dialled) == 2
    assert leads_of(store).count(("waiting", None)) == 3
    campaigns.step_to(store, "spring", CampaignState.RUNNING)
    wait_until(lambda: len(control.dialled) == 4)
    for attempt_id in control.dialled[2:]:
        end_call(dialer, control, attempt_id)
    wait_until(lambda: len(control.dialled) == 5)
    dialer.runner.drain()
    end_call(dialer, control, control.dialled[4])
    assert over.get(timeout=60) is None
    assert leads_of(store) == [("done", "ROBOT_END")] * 5


def test_a_lead_that_was_claimed_when_the_pause_came_is_given_back(store: Store) -> None:
    running(store, 1)

    def pause(claimed: Claimed) -> None:
        campaigns.step_to(store, "spring", CampaignState.PAUSING)

    control = FakeControl(busy)
    Dialer(store, control, Clock(), lines=Between(pause)).run()
    assert control.dialled == []
    assert leads_of(store) == [("waiting", None)]
    assert state_of(store) == CampaignState.PAUSED
    assert codes_of(store) == ["CANCELLED"]


def test_a_campaign_that_is_stopped_drains_and_the_rest_is_refused(store: Store) -> None:
    running(store, 3, concurrency=1)
    control = FakeControl(answers)
    dialer = Dialer(store, control, Clock())
    over = dialer.spawn(until_idle=True)
    wait_until(lambda: len(control.dialled) == 1)
    campaigns.step_to(store, "spring", CampaignState.DRAINING)
    end_call(dialer, control, control.dialled[0])
    assert over.get(timeout=60) is None
    assert leads_of(store) == [("done", "ROBOT_END"), ("refused", "CANCELLED"), ("refused", "CANCELLED")]
    assert state_of(store) == CampaignState.DONE


def test_hours_close_and_open_and_a_scheduled_start_comes_by_itself(store: Store) -> None:
    running(store, 1, state=CampaignState.SCHEDULED)
    clock, control = Clock(), FakeControl(busy)
    dialer = Dialer(store, control, clock)
    over = dialer.spawn()
    clock.at = NOW.replace(hour=15)  # 23:00 in Shanghai
    wait_until(lambda: state_of(store) == CampaignState.OUT_OF_WINDOW)
    assert control.dialled == []
    clock.at = NOW + timedelta(days=1)
    wait_until(lambda: state_of(store) == CampaignState.DONE)
    assert len(control.dialled) == 1
    dialer.runner.drain()
    assert over.get(timeout=60) is None


def test_before_its_start_nobody_is_called(store: Store) -> None:
    running(store, 1, state=CampaignState.SCHEDULED)
    dialer = Dialer(store, FakeControl(busy), Clock())
    over = dialer.spawn()
    rounds = [0]
    once = dialer.rounds.run

    def counted(*args, **options):
        rounds[0] += 1
        return once(*args, **options)

    dialer.rounds.run = counted  # type: ignore[method-assign]
    wait_until(lambda: rounds[0] >= 3)
    dialer.runner.drain()
    assert over.get(timeout=60) is None
    assert (state_of(store), dialer.runner.placed) == (CampaignState.SCHEDULED, 0)


def test_a_budget_that_is_used_up_ends_the_campaign(store: Store) -> None:
    running(store, 5, more="budget: {calls: 2}\n")
    control = FakeControl(busy)
    dialer = Dialer(store, control, Clock())
    over = dialer.spawn()
    wait_until(lambda: state_of(store) == CampaignState.DONE)
    dialer.runner.drain()
    assert over.get(timeout=60) is None
    assert sorted(leads_of(store)) == [("done", "BUSY")] * 2 + [("refused", "BUDGET")] * 3
    assert len(control.dialled) == 2


@pytest.mark.parametrize(("idle", "called"), [(0, 0), (2, 2)])
def test_where_people_take_over_calls_go_by_the_agents(store: Store, idle: int, called: int) -> None:
    running(store, 5, mode="progressive")
    control = FakeControl(answers)
    dialer = Dialer(store, control, Clock(), floor=lambda plan: Floor(idle=idle))
    over = dialer.spawn()
    wait_until(lambda: len(control.dialled) == called)
    dialer.runner.drain()
    for attempt_id in tuple(control.dialled):
        end_call(dialer, control, attempt_id)
    assert over.get(timeout=60) is None
    assert len(control.dialled) == called


def test_without_a_line_the_lead_is_given_back(store: Store) -> None:
    running(store, 1)
    control = FakeControl(busy)
    dialer = Dialer(store, control, Clock(), lines=Between(lambda claimed: NoLine("every number has had its calls")))
    over = dialer.spawn()
    wait_until(lambda: len(codes_of(store)) >= 1 and codes_of(store)[0] == "CANCELLED")
    dialer.runner.drain()
    assert over.get(timeout=60) is None
    assert control.dialled == []
    assert leads_of(store) == [("waiting", None)]


def test_lines_of_the_node_are_shared_and_a_guarantee_is_kept(store: Store) -> None:
    running(store, 6, concurrency=6, name="autumn", prefix="+86139")
    running(store, 6, concurrency=6, guaranteed=3, name="spring")
    control = FakeControl(answers)
    dialer = Dialer(store, control, Clock(), node_lines=4)
    over = dialer.spawn()
    wait_until(lambda: len(control.dialled) == 4)
    assert leads_of(store, "spring").count(("claimed", None)) == 3
    assert leads_of(store, "autumn").count(("claimed", None)) == 1
    dialer.runner.drain()
    for attempt_id in tuple(control.dialled):
        end_call(dialer, control, attempt_id)
    assert over.get(timeout=60) is None
    assert len(control.dialled) == 4


def test_stopped_what_is_in_the_air_is_hung_up(store: Store) -> None:
    running(store, 5, concurrency=2)
    control = FakeControl(lambda switch, attempt: switch.event(attempt.attempt_id, "CHANNEL_CREATE"))
    dialer = Dialer(store, control, Clock())
    over = dialer.spawn()
    wait_until(lambda: len(control.channels) == 2)
    dialer.runner.stop()
    assert over.get(timeout=60) is None
    assert sorted(control.killed) == sorted((attempt, "MANAGER_REQUEST") for attempt in control.dialled)
    assert codes_of(store) == ["CANCELLED"] * 2


def test_a_lost_switch_ends_the_run_and_the_next_dialer_finds_out_what_became_of_the_calls(store: Store) -> None:
    """One channel died with the connection; the other talks on: its lead is held, and nobody dials it."""
    running(store, 3, concurrency=2)
    clock = Clock()
    control = FakeControl(answers)
    first = Dialer(store, control, clock)
    over = first.spawn()
    wait_until(lambda: len(control.channels) == 2)
    gone, talks = control.dialled
    control.lose()
    fault = over.get(timeout=60)
    assert isinstance(fault, SwitchUnreachable)
    assert codes_of(store) == [None, None]
    again = FakeControl(busy)
    again.channels.add(talks)
    clock.at = NOW + LEASE + timedelta(seconds=1)
    second = Dialer(store, again, clock, name="d2")
    over = second.spawn()
    wait_until(lambda: gone in second.runner._search._gone_since)
    assert again.dialled == []
    clock.at += GRACE
    assert second.runner._search.look() == 1
    wait_until(lambda: leads_of(store).count(("done", "BUSY")) == 1)
    assert leads_of(store).count(("done", "NODE_LOST")) == 1
    assert leads_of(store).count(("claimed", None)) == 1
    with store.reading() as connection:
        known = dict(connection.execute(select(Attempt.id, Attempt.code)).all())
    assert (known[gone], known[talks]) == ("NODE_LOST", None)
    again.channels.discard(talks)
    end_call(second, again, talks)
    wait_until(lambda: state_of(store) == CampaignState.DONE)
    second.runner.drain()
    assert over.get(timeout=60) is None
    assert leads_of(store).count(("done", "ROBOT_END")) == 1
    assert len(again.dialled) == 1


def test_on_another_switch_only_time_tells(store: Store) -> None:
    running(store, 1)
    clock = Clock()
    control = FakeControl(answers)
    over = Dialer(store, control, clock).spawn()
    wait_until(lambda: len(control.channels) == 1)
    control.lose()
    over.get(timeout=60)
    other = FakeControl(busy)
    other.name = lambda: "elsewhere:8021"  # type: ignore[method-assign]
    search = Dialer(store, other, clock, name="d2").runner._search
    clock.at = NOW + timedelta(minutes=59)
    assert search.look() == 0
    clock.at = NOW + timedelta(minutes=61)
    assert search.look() == 0
    clock.at += GRACE
    assert search.look() == 1


def test_a_database_that_is_down_keeps_us_from_dialling_and_from_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running(store, 2)
    down = [3]
    look = leases.finished

    def finished(*args):
        if down[0]:
            down[0] -= 1
            raise StoreError("the database is gone")
        return look(*args)

    monkeypatch.setattr("voicebot.campaign.runner.DOWN_S", 0.01)
    monkeypatch.setattr(leases, "finished", finished)
    Dialer(store, FakeControl(busy), Clock()).run()
    assert leads_of(store) == [("done", "BUSY")] * 2
    assert caplog.text.count("nobody is dialled for now: the database is gone") == 1


def test_nobody_is_dialled_while_the_last_check_cannot_be_made(store: Store) -> None:
    running(store, 1)
    control = FakeControl(busy)
    dialer = Dialer(store, control, Clock())

    def check(*args):
        raise StoreError("the database is gone")

    dialer.rounds.check = check  # type: ignore[method-assign]
    over = dialer.spawn()
    wait_until(lambda: leads_of(store) == [("claimed", None)])
    gevent.idle()
    dialer.runner.drain()
    assert over.get(timeout=60) is None
    assert control.dialled == []


def test_two_dialers_share_a_campaign(store: Store) -> None:
    """Each lead once, and never more at once than the campaign may."""
    running(store, 30, concurrency=4)
    live: set[str] = set()
    most = [0]

    def ring(switch: FakeControl, attempt) -> None:
        live.add(attempt.attempt_id)
        most[0] = max(most[0], len(live))
        gevent.sleep(0.01)
        live.discard(attempt.attempt_id)
        busy(switch, attempt)

    one, other = FakeControl(ring), FakeControl(ring)
    clock = Clock()
    both = [Dialer(store, one, clock, name="d1", node_lines=2), Dialer(store, other, clock, name="d2", node_lines=2)]
    for running_one in [dialer.spawn(until_idle=True) for dialer in both]:
        assert running_one.get(timeout=60) is None
    assert leads_of(store) == [("done", "BUSY")] * 30
    assert len(one.dialled) + len(other.dialled) == 30
    assert len({*one.dialled, *other.dialled}) == 30
    assert one.dialled
    assert other.dialled
    assert most[0] <= 4

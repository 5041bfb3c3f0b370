"""Whatever the plan, the list, the past and the clock: nobody is dialled out of hours, over a cap, or after a stop."""

import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.campaign.dialling import Clock, running
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.line import Line, OneLine
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.windows import LEGAL, may_call, zone_named
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.settings import Settings
from voicebot.store import campaigns, stop_list
from voicebot.store.records import AttemptResult
from voicebot.store.rows import write
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Lead

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
LEADS = 6
ZONES = ("", "Asia/Shanghai", "Europe/London", "Mars/Olympus")
WINDOWS = ("[9:00-12:00, 14:00-20:30]", "[0:00-24:00]", "[8:00-8:30]", "[22:00-24:00]")
CAPS = "caps: [{calls: 1, days: 1}, {calls: 2, days: 7}]\n"

moves = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 30)),
        st.tuples(st.just("stop"), st.integers(0, LEADS - 1)),
        st.tuples(st.just("stop before the dialling"), st.integers(0, LEADS - 1)),
        st.tuples(st.just("wait before the dialling"), st.integers(1, 30)),
    ),
    max_size=12,
)


def dialled(store: Store, rounds: Rounds, clock: Clock, between: Callable[[], None], now: float) -> list[str]:
    """One round; the numbers that the switch is told to dial, their attempts over at once, nobody there."""
    found = []
    due = rounds.run(Hands({}), now).due
    between()
    for one in due:
        refusal = rounds.check(one, Line("demo"))
        if refusal is not None:
            rounds.turn_back(one, refusal)
            continue
        found.append(one.claimed.number)
        with store.writing() as connection:
            write(connection, [AttemptResult(one.claimed.attempt_id, Code.BUSY, clock())])
    return found


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ZONES), min_size=LEADS, max_size=LEADS), st.sampled_from(WINDOWS), moves)
def test_no_schedule_dials_who_must_not_be(zones: list[str], window: str, steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/v.db", Path(directory))
        try:
            _judge(store, zones, window, steps)
        finally:
            store.close()


def _judge(store: Store, zones: list[str], window: str, steps: list[tuple[str, int]]) -> list[tuple[int, datetime]]:
    """Take the steps; every dialling is held against the rules. Who was called when."""
    more = f"window: {{ranges: {window}, breaks: []}}\n{CAPS}"
    running(store, LEADS, more=more, attempts=9)
    with store.writing() as connection:
        for lead_id, zone in zip(connection.scalars(select(Lead.id).order_by(Lead.id)), zones, strict=True):
            connection.execute(Lead.__table__.update().where(Lead.id == lead_id).values(zone=zone))
    plan, clock = campaigns.plan_of(store, "spring"), Clock(MONDAY)
    rounds = Rounds(store, OneLine(Settings()), Scope("d1@switch", 100, 1000.0), clock)
    stopped: set[int] = set()
    called: list[tuple[int, datetime]] = []
    now = itertools.count(0.0, 10.0)

    def stop(lead: int) -> None:
        stop_list.add(store, [Entry(f"+86138{lead:08}", "*", "by letter", "person", clock())])
        stopped.add(lead)

    def wait(hours: int) -> None:
        clock.at += timedelta(hours=hours)

    for what, which in (*steps, ("wait", 5), ("wait", 7)):
        before = {"stop": stop, "wait": wait}.get(what)
        if before is not None:
            before(which)
        late = {"stop before the dialling": stop, "wait before the dialling": wait}.get(what)
        for number in dialled(store, rounds, clock, lambda act=late, n=which: act(n) if act else None, next(now)):
            called.append((int(number[6:]), clock()))
            lead = called[-1][0]
            assert lead not in stopped
            zone = zones[lead] or plan.zone
            assert zone != "Mars/Olympus"
            assert may_call(plan.window, LEGAL, plan.calendar(), zone_named(zone), clock()).ok
            for cap in plan.caps:
                span = clock() - timedelta(days=cap.days)
                assert sum(one == lead and at > span for one, at in called) <= cap.calls
    return called


def test_a_schedule_that_dials(tmp_path: Path) -> None:
    """The rules above are held against real diallings: two a lead, then the cap of the week."""
    store = open_store(f"sqlite:///{tmp_path / 'v.db'}", tmp_path)
    days = [("wait", 3), *[("wait", 24)] * 4]
    called = _judge(store, [""] * LEADS, WINDOWS[0], days)
    store.close()
    assert len(called) == 2 * LEADS

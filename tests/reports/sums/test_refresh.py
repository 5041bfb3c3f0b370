"""The sums are right after whatever was written, in whatever order: as if counted anew, and as counted plainly."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update

from tests.store.samples import attempt_id, everything, prepare, started
from voicebot.campaign.policy.codes import Code
from voicebot.reports.answers import NO_VERDICT, answer_report
from voicebot.reports.daily import daily_report
from voicebot.reports.engines import engine_report
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.heat import heat_report
from voicebot.reports.latency import latency_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.reports.sums.days import offsets, units
from voicebot.reports.sums.reading import ATTEMPT, KINDS
from voicebot.reports.sums.refresh import DAYS_AT_ONCE, forget, opened, refresh, telling
from voicebot.reports.tries import try_report
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Campaign, Handoff, Lead, NodeVisit, Turn
from voicebot.store.tables_quality import Outcome, PickUp
from voicebot.store.tables_sums import CampaignDay, DayChanged

REPORTS = (
    *(node_report, grade_report, result_report, latency_report, engine_report, heat_report, try_report),
    *(daily_report, gateway_lines, number_lines, funnel, answer_report),
)
SEGMENT = (("source", "web"),)
ATTEMPTS = range(1, 7)
BEGAN = datetime(2026, 3, 1, 15, tzinfo=UTC)
"""An hour before midnight in Shanghai: the attempts are of two days."""


def write(store: Store, what: str, n: int, lead: int, script: int) -> None:
    """One change of those that a running campaign, or a person, makes."""
    key = Attempt.id == attempt_id(n)
    at = BEGAN + timedelta(minutes=25 * n)
    if what == "records":
        put(store.engine, everything(n, lead, script))
        move = update(Attempt).where(key).values(started_at=at)
        changes = [move]
    else:
        changes = {
            "deleted": [delete(Attempt).where(key)],
            "talk deleted": [delete(Call).where(Call.attempt_id == attempt_id(n))],
            "another line": [update(Attempt).where(key).values(gateway="south", caller_number="1001")],
            "another day": [update(Attempt).where(key).values(started_at=at + timedelta(days=1))],
            "graded": [update(Call).where(Call.attempt_id == attempt_id(n)).values(grade="B")],
            "silent": [delete(Turn).where(Turn.attempt_id == attempt_id(n))],
            "visited": [update(NodeVisit).where(NodeVisit.attempt_id == attempt_id(n)).values(no_inputs=3)],
            "no agent": [update(Handoff).where(Handoff.attempt_id == attempt_id(n)).values(outcome="busy")],
            "no lead": [update(Attempt).where(key).values(lead_id=None)],
            "grouped": [update(Lead).values(source="web" if n % 2 else "shop")],
            "moved": [update(Campaign).values(zone="Europe/Berlin" if n % 2 else "Asia/Shanghai")],
            "heard otherwise": [update(PickUp).where(PickUp.attempt_id == attempt_id(n)).values(code="VOICEMAIL")],
            "sold": [delete(Outcome).where(Outcome.attempt_id == attempt_id(n))],
        }[what]
    with store.writing() as connection:
        for change in changes:
            connection.execute(change)
        if what == "sold" and connection.scalar(select(Attempt.id).where(key)) is not None:
            (campaign,) = connection.scalars(select(Attempt.campaign_id).where(key))
            row = {
                "key": f"o{n}",
                "campaign_id": campaign,
                "lead_id": lead,
                "attempt_id": attempt_id(n),
                "number": "+1",
            }
            connection.execute(insert(Outcome).values(row | {"type": "added", "at": at, "source": "import"}))


CHANGES = (
    *("records", "records", "records", "deleted", "talk deleted", "another line", "another day", "graded", "silent"),
    *("visited", "no agent", "no lead", "grouped", "moved", "heard otherwise", "sold", "read"),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from(ATTEMPTS)), min_size=4, max_size=24))
def test_whatever_was_written_the_sums_are_those_counted_anew(store: Store, changes: list[tuple[str, int]]) -> None:
    lead, script = prepare(store)
    with store.writing() as connection:
        connection.execute(delete(Outcome))
        connection.execute(delete(Attempt))
        connection.execute(update(Lead).values(source="web"))
    for what, n in changes:
        if what == "read":
            node_report(store, Only(segment=SEGMENT))
            funnel(store, Only())
        else:
            write(store, what, n, lead, script)
    for only in (Only(), Only(segment=SEGMENT), Only(since=date(2026, 3, 2))):
        kept = [report(store, only) for report in REPORTS]
        forget(store)
        assert kept == [report(store, only) for report in REPORTS]
    assert Counter({row.code: row.attempts for row in result_report(store, Only())}) == by_code(store)
    assert sum(row.visits for row in node_report(store, Only())) == visits(store)
    told: Counter[str] = Counter()
    for row in answer_report(store, Only()):
        told[row.code] += row.heard
    assert told == heard(store)


def by_code(store: Store) -> Counter[str]:
    with store.reading() as connection:
        codes = connection.scalars(select(Attempt.code).where(Attempt.started_at.is_not(None))).all()
    return Counter(code for code in codes if code is not None)


def heard(store: Store) -> Counter[str]:
    with store.reading() as connection:
        return Counter(code or NO_VERDICT for code in connection.scalars(select(PickUp.code)))


def visits(store: Store) -> int:
    with store.reading() as connection:
        asked = select(func.count()).select_from(NodeVisit).join(Attempt, Attempt.id == NodeVisit.attempt_id)
        return connection.execute(asked.join(Call, Call.attempt_id == Attempt.id)).scalar_one()


def test_nothing_is_counted_twice_without_a_change(store: Store) -> None:
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    # A day of UTC has parts of two days of Shanghai.
    assert [refresh(store, kind, Only()) for kind in KINDS] == [2] * len(KINDS)
    assert [refresh(store, kind, Only()) for kind in KINDS] == [0] * len(KINDS)
    put(store.engine, everything(2, lead, script))
    assert refresh(store, KINDS[0], Only(campaign="another")) == 0
    assert refresh(store, KINDS[0], Only()) == 2


def test_a_late_result_changes_its_day(store: Store) -> None:
    lead, _ = prepare(store)
    first = started(1, lead)
    put(store.engine, [first])
    assert result_report(store, Only()) == ()
    put(store.engine, [AttemptResult(first.attempt_id, Code.BUSY, first.started_at + timedelta(hours=30))])
    assert [(row.code, row.attempts) for row in result_report(store, Only())] == [("BUSY", 1)]


def test_many_writes_of_a_day_leave_one_note(store: Store) -> None:
    lead, script = prepare(store)
    for n in (1, 2, 3):
        put(store.engine, everything(n, lead, script))
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(DayChanged)) == 1


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 12), st.sampled_from(("x", "y", "z")), st.booleans()),
    unique_by=lambda row: row[1:3],
    max_size=30,
)


@given(rows=ROWS, at_once=st.integers(1, 12))
def test_units_have_every_missing_day_once_and_no_counted_one(
    rows: list[tuple[str, int, str, bool]], at_once: int
) -> None:
    given_rows = [(zone, date(2026, 3, day), campaign, done) for zone, day, campaign, done in sorted(rows)]
    found = units(given_rows, at_once)
    covered = Counter(
        (zone, day, campaign, done)
        for unit in found
        for zone, day, campaign, done in given_rows
        if zone == unit.zone and unit.first <= day <= unit.last and campaign in unit.campaigns
    )
    assert covered == Counter(row for row in given_rows if not row[3])
    assert all(unit.length <= at_once for unit in found)


def test_many_days_at_once_give_what_each_gives_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, script = prepare(store)
    with store.writing() as connection:
        connection.execute(update(Campaign).values(zone="Europe/Berlin"))
        connection.execute(update(Lead).values(source="web"))
    for n in range(1, 9):  # before and after the clock is put forward on 29 March
        put(store.engine, everything(n, lead, script))
        at = datetime(2026, 3, 27, 20, 30, tzinfo=UTC) + timedelta(hours=9 * n)
        with store.writing() as connection:
            connection.execute(update(Attempt).where(Attempt.id == attempt_id(n)).values(started_at=at))
    for only in (Only(), Only(segment=SEGMENT)):
        figures = []
        for at_once in (1, 3, 92):
            monkeypatch.setitem(DAYS_AT_ONCE, store.engine.dialect.name, at_once)
            forget(store)
            figures.append([report(store, only) for report in REPORTS])
        assert figures[0] == figures[1] == figures[2]
        assert len(daily_report(store, only)) == 3


def test_who_counts_tells_how_far_it_is(store: Store) -> None:
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    told: list[tuple[int, int]] = []
    with telling(lambda done, days: told.append((done, days))):
        result_report(store, Only())
    assert told[0] == (0, 2)
    assert told[-1] == (2, 2)


def test_hours_follow_the_clock_when_it_changes(store: Store) -> None:
    lead, _ = prepare(store)
    with store.writing() as connection:
        connection.execute(update(Campaign).values(zone="Europe/Berlin"))
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before the clock is put forward
    for n, moment in enumerate((before, before + timedelta(hours=1)), 1):
        put(store.engine, [started(n, lead), AttemptResult(attempt_id(n), Code.BUSY, moment)])
        with store.writing() as connection:
            connection.execute(update(Attempt).where(Attempt.id == attempt_id(n)).values(started_at=moment))
    assert [(row.weekday, row.hour) for row in heat_report(store, Only())] == [("sun", 1), ("sun", 3)]
    assert len(offsets(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")) == 2
    with store.reading() as connection:
        assert set(connection.scalars(select(CampaignDay.zone))) == {"Europe/Berlin"}


def test_who_counts_waits_for_a_writer_that_found_its_day_noted(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))  # the day is noted, nobody has counted it yet
    found = []
    with store.writing() as connection:
        connection.execute(insert(Attempt).values(id=attempt_id(2), started_at=BEGAN, code="BUSY", campaign_id=None))
        same = update(Attempt).where(Attempt.id == attempt_id(1)).values(gateway="south")
        connection.execute(same)
        reader = threading.Thread(target=lambda: found.append(gateway_lines(store, Only())))
        reader.start()
    reader.join()
    assert {row.line for row in gateway_lines(store, Only())} == {"south", ""}


def test_a_reader_reads_one_state_though_others_count(store: Store) -> None:
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    with opened(store, Only(), ATTEMPT) as reader:
        before = reader.facts(ATTEMPT, ("code",))
        put(store.engine, everything(2, lead, script))
        refresh(store, KINDS[0], Only())
        after = reader.facts(ATTEMPT, ("code", "gateway"))
    assert [len(rows[name].values) for rows, name in ((before, "code"), (after, "code"), (after, "gateway"))] == [1] * 3


def test_a_writer_never_waits_for_who_counts(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    with store.writing() as counting:
        counting.execute(delete(DayChanged))
        put(store.engine, everything(2, lead, script))
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(DayChanged)) == 1

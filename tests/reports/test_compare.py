"""Two runs over the same numbers, counted by hand: the last attempt of each number, with a lead or without one.

Numbers 1 to 7 in both runs, as (what came of it in one run, in the other):

1 agreed, agreed           4 busy, then agreed; no answer, an hour earlier than one that was agreed
2 agreed, refused          5 forgotten in both
3 busy, refused            6 no lead in either: busy, no answer      7 lives in one run, busy in the other
8 and 9: in one run each
"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.errors import UsageError
from voicebot.reports.compare import Change, TurnHeard, compare
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, Record, TurnRecord
from voicebot.store.store import NewLead, Store
from voicebot.store.tables import Attempt, Lead

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGREED, REFUSED, BUSY, NO_ANSWER, LIVES = "A", "D", Code.BUSY, Code.NO_ANSWER, None
OPENED = TurnRecord(1, "opening", 0, 900, "您说", intent="affirm", choice="go_on")
SAID = {
    AGREED: (OPENED, TurnRecord(2, "benefit", 1_000, 1_900, "可以啊", intent="agree", choice="yes")),
    REFUSED: (OPENED, TurnRecord(2, "benefit", 1_000, 1_900, "不要", intent="deny", choice="no")),
}
CALLED = {
    "one": ((1, AGREED), (2, AGREED), (3, BUSY), (4, BUSY), (4, AGREED), (5, AGREED), (6, BUSY), (7, LIVES), (8, BUSY)),
    "other": (
        *((1, AGREED), (2, REFUSED), (3, REFUSED), (4, AGREED), (4, NO_ANSWER), (5, BUSY), (6, NO_ANSWER), (7, BUSY)),
        (9, BUSY),
    ),
}
"""In the order in which they were written; what (4, NO_ANSWER) came of was dialled before."""
WITHOUT_LEAD, FORGOTTEN = 6, 5
EARLIER = ("other", 4, NO_ANSWER)


def number_of(n: int) -> str:
    return f"+861380000000{n}"


@pytest.fixture
def runs(store: Store) -> Store:
    version = store.add_script_version("invite", "1", "邀约", "script: invite\n")
    records: list[Record] = []
    for campaign, called in CALLED.items():
        store.add_campaign(campaign, campaign, simulated=True)
        known = sorted({n for n, _ in called} - {WITHOUT_LEAD})
        leads = dict(zip(known, store.add_leads(campaign, [NewLead(str(n), number_of(n)) for n in known]), strict=True))
        for place, (n, what) in enumerate(called):
            at = NOON + timedelta(minutes=place) - (HOUR if (campaign, n, what) == EARLIER else timedelta())
            key = attempt_id(len(records) + 1)
            records.append(AttemptStarted(key, campaign, leads.get(n), number_of(n), "demo", at))
            records += came_of(key, what, version, at)
    assert put(store.engine, records) == ()
    with store.writing() as connection:  # as store/person.py does it
        forgotten = Lead.number == number_of(FORGOTTEN)
        connection.execute(update(Attempt).where(Attempt.number == number_of(FORGOTTEN)).values(number=None))
        connection.execute(update(Lead).where(forgotten).values(number=""))
    return store


def came_of(key: str, what: str | None, version: int, at: datetime) -> list[Record]:
    if what is None:
        return []
    later = at + timedelta(seconds=30)
    if what not in SAID:
        return [AttemptResult(key, Code(what), later)]
    talk = CallResult(key, version, Code.ROBOT_END, "robot", "closing", 9_000, what, "a rule", turns=SAID[what])
    return [talk, AttemptResult(key, Code.ROBOT_END, later, at, at, "robot")]


def test_every_number_is_counted_by_its_last_attempt(runs):
    found = compare(runs, "one", "other")
    assert (found.numbers, found.same_codes, found.same_grades, found.differing) == (6, 3, 4, 4)
    assert found.changes == (
        Change(1, None, None, "BUSY", None),
        Change(1, "BUSY", None, "NO_ANSWER", None),
        Change(1, "BUSY", None, "ROBOT_END", "D"),
        Change(1, "ROBOT_END", "A", "ROBOT_END", "D"),
    )


def test_talks_in_both_come_first_and_are_told_to_where_they_parted(runs):
    found = compare(runs, "one", "other").differences
    assert [each.number for each in found] == [number_of(n) for n in (2, 3, 6, 7)]
    first, second, *_, last = found
    assert (first.one.code, first.one.grade, first.other.grade, first.parted) == ("ROBOT_END", "A", "D", 1)
    assert first.one.turns == (TurnHeard("opening", "您说", "go_on"), TurnHeard("benefit", "可以啊", "yes"))
    assert (second.one.code, second.one.turns, len(second.other.turns), second.parted) == ("BUSY", (), 2, 0)
    assert (last.one.code, last.other.code, last.parted) == (None, "BUSY", None)


def test_talks_are_read_of_as_many_as_asked_and_all_are_counted(runs):
    few, every = compare(runs, "one", "other", 1), compare(runs, "one", "other", None)
    assert [each.number for each in few.differences] == [number_of(2)]
    assert few.differing == sum(each.numbers for each in few.changes) == len(every.differences) == 4


def test_the_other_way_round_it_is_the_same(runs):
    there, back = compare(runs, "one", "other"), compare(runs, "other", "one")
    assert (back.numbers, back.same_codes, back.differing) == (there.numbers, there.same_codes, there.differing)
    assert [(each.number, each.one, each.other) for each in back.differences] == [
        (each.number, each.other, each.one) for each in there.differences
    ]


def test_a_campaign_without_calls_has_no_number_in_common(runs):
    runs.add_campaign("empty", "empty", simulated=True)
    found = compare(runs, "one", "empty")
    assert (found.numbers, found.differing, found.changes, found.differences) == (0, 0, (), ())
    assert compare(runs, "empty", "empty").numbers == 0


def test_an_unknown_campaign_is_told_with_the_known_ones(runs):
    with pytest.raises(UsageError, match=r"no campaign 'x' in .*; the latest are: .*one"):
        compare(runs, "one", "x")

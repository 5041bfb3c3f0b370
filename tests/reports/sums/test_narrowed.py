"""What a report says of a segment is what it says of a store in which nobody else was ever on a list or called."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from tests.reports.hand_counted import count_by_hand
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.only import Only, selection
from voicebot.reports.segments import Segment, holds
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_dialling import Complaint
from voicebot.store.tables_quality import Outcome

OF_CAMPAIGNS = {"targets", "weeks", "diagnose", "agents", "cost"}
"""They hold the selected calls against a whole campaign, or are of no calls."""
SEGMENTS = (
    (("source", "天猫"),),
    (("area", "苏州"), ("persona", "worker")),
    (("level", "gold"),),
    (("carrier", "联通"), ("level", "gold")),
)
OF_CALLS = [each for each in REPORTS if each.name not in OF_CAMPAIGNS]


@pytest.mark.parametrize("segment", SEGMENTS, ids=range(len(SEGMENTS)))
def test_a_segment_is_as_if_nobody_else_was_called(store: Store, segment: Segment) -> None:
    count_by_hand(store)
    with store.writing() as connection:  # a complaint that names no call is in no segment
        connection.execute(delete(Complaint).where(Complaint.attempt_id.is_(None)))
    some = [
        {},
        {"campaign": "spring"},
        {"script": "invite"},
        {"script": "invite", "version": "2"},
        {"since": date(2026, 3, 2), "until": date(2026, 3, 2)},
    ]
    narrow = [selection(store, segment=segment, **each) for each in some]
    found = [{each.name: each.read(store, only) for each in OF_CALLS} for only in narrow]
    leave_only(store, segment)
    for one, of_segment in zip(some, found, strict=True):
        for each in OF_CALLS:
            assert (each.name, of_segment[each.name]) == (each.name, each.read(store, selection(store, **one)))


def leave_only(store: Store, segment: Segment) -> None:
    """Take away all leads of others, their attempts and what came of these, and attempts that nobody owns."""
    members = select(Lead.id).where(*(holds(name, value) for name, value in segment))
    with store.writing() as connection:
        ids = connection.scalars(members).all()
        connection.execute(delete(Outcome).where(Outcome.lead_id.not_in(ids)))
        connection.execute(delete(Attempt).where(Attempt.lead_id.is_(None) | Attempt.lead_id.not_in(ids)))
        connection.execute(delete(Lead).where(Lead.id.not_in(ids)))


def test_reports_of_a_segment_leave_nothing_behind(store: Store) -> None:
    count_by_hand(store)
    only = Only(segment=SEGMENTS[0])
    before = [each.read(store, Only()) for each in OF_CALLS]
    first = [each.read(store, only) for each in OF_CALLS]
    assert [each.read(store, only) for each in OF_CALLS] == first != before
    assert [each.read(store, Only()) for each in OF_CALLS] == before

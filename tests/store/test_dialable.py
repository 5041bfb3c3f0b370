"""Counts before the start are what the claim does: the same leads refused, postponed, called. On both databases."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.store.test_claims import NOW, PLAN, add, end, row, running
from voicebot.campaign.policy.codes import Code
from voicebot.store import stop_list
from voicebot.store.claims import claim
from voicebot.store.dialable import Dialable, dialable
from voicebot.store.settle import settle
from voicebot.store.stop_list import Entry
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion

DAY = timedelta(days=1)


def number(n: int) -> str:
    return f"+86138{n:08}"


def stop(store, n: int, scope: str = "*") -> None:
    stop_list.add(store, [Entry(number(n), scope, "asked", "person", NOW - DAY)])


def put(store, table, **values) -> None:
    with store.writing() as connection:
        connection.execute(insert(table).values(values))


def consent(store, n: int, *, given: bool, purpose: str = "wecom") -> None:
    values = {"number": number(n), "purpose": purpose, "given": given, "at": NOW - DAY, "proof": "", "source": "person"}
    put(store, Consent, **values)


def complaint(store, n: int, age: timedelta = DAY) -> None:
    put(store, Complaint, number=number(n), made_at=NOW - age, words="x", source="person")


def claimed_all(store, plan, leads: int) -> Counter[str]:
    """What a claim makes of everything."""
    found = claim(store, plan, "d1", leads, NOW)
    return Counter(found.refused) + Counter({"called": len(found.leads)}) + Counter(found.postponed)


def as_counter(found: Dialable) -> Counter[str]:
    now = found.will_be_called - found.later.total()
    return Counter({str(code): count for code, count in (found.refused + found.later).items()}) + Counter(
        {"called": now}
    )


LISTS = "purpose: wecom\nlist: {excludes: [loan]}\n"


@pytest.mark.parametrize("extra", ["", LISTS, "consent: required\n" + LISTS])
def test_the_counts_are_those_of_a_claim(store, extra):
    plan = running(store, PLAN + extra)
    add(store, *(row(n) for n in range(1, 14)), row(14, score=1.0), row(15, zone="Mars/Olympus"))
    if "required" not in extra:
        (one,) = claim(store, plan, "d1", 1, NOW - 2 * DAY).leads  # called of late, but not within a day
        end(store, one.attempt_id, Code.BUSY, NOW - 2 * DAY)
        settle(store, plan, one.attempt_id)
    stop(store, 1)
    stop(store, 2, "spring")
    stop(store, 3, "another")
    stop(store, 4)
    stop_list.remove(store, number(4), "*", "asked again", NOW)
    complaint(store, 5)
    complaint(store, 6, 200 * DAY)
    consent(store, 7, given=True)
    consent(store, 8, given=False)
    consent(store, 9, given=False, purpose="loans")
    consent(store, 10, given=True, purpose="*")
    put(store, Exclusion, number=number(11), product="loan", added_at=NOW)
    put(store, Exclusion, number=number(12), product="card", added_at=NOW)
    found = dialable(store, plan, NOW)
    assert found.leads == 15
    counted = as_counter(found)
    counted[Code.OUT_OF_WINDOW] -= 1  # the claim postpones whom the hours never suit; people are told it is never
    did = claimed_all(store, plan, 20)
    did[Code.OUT_OF_WINDOW] -= 1
    assert +counted == +did


def test_leads_that_were_called_today_are_called_another_day(store):
    plan = running(store)
    add(store, row(1), row(2))
    (one,) = claim(store, plan, "d1", 1, NOW - timedelta(minutes=30)).leads
    before = dialable(store, plan, NOW)
    assert (before.fresh, before.live, before.later) == (1, 1, Counter())
    end(store, one.attempt_id, Code.BUSY, NOW)
    settle(store, plan, one.attempt_id)
    found = dialable(store, plan, NOW)
    assert (found.fresh, found.begun, found.live) == (1, 1, 0)
    assert found.later == Counter({Code.TOO_OFTEN: 1})


def test_what_an_import_refused_counts_too(store):
    plan = running(store)
    add(store, row(1), row(2)._replace(state="refused", code="STALE"), row(3)._replace(state="done", code="BUSY"))
    found = dialable(store, plan, NOW)
    assert (found.leads, found.will_be_called, found.over, found.refused) == (3, 1, 1, Counter({"STALE": 1}))

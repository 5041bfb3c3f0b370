"""Numbers that must not be called: entered once, by a call or by people, and taken off with a reason."""

from datetime import timedelta

from tests.store.samples import NOON, attempt_id, prepare
from voicebot.store import stop_list
from voicebot.store.ingest import put
from voicebot.store.records import StopAsked
from voicebot.store.rows import EVERYWHERE
from voicebot.store.stop_list import AT_ONCE, Entry

NUMBER = "+8613800001234"
LATER = NOON + timedelta(hours=1)


def entry(number: str = NUMBER, scope: str = EVERYWHERE, reason: str = "asked by letter") -> Entry:
    return Entry(number, scope, reason, "person", NOON)


def test_a_call_puts_its_number_on_the_list_for_every_campaign(store):
    put(store.engine, [StopAsked(attempt_id(1), NUMBER, "stop_request: 别再打了", NOON)])
    found = stop_list.stopped(store, NUMBER, "spring")
    assert found == Entry(NUMBER, "*", "stop_request: 别再打了", "call", NOON, attempt_id(1))
    assert stop_list.stopped(store, "+8613800001235") is None


def test_the_first_entry_stays(store):
    assert stop_list.add(store, [entry(), entry()]) == 1
    assert stop_list.add(store, [entry(reason="another")]) == 0
    put(store.engine, [StopAsked(attempt_id(1), NUMBER, "stop_request", LATER)])
    assert [one.reason for one in stop_list.entries(store, 10)] == ["asked by letter"]


def test_an_entry_for_one_campaign_holds_for_no_other(store):
    prepare(store)
    stop_list.add(store, [entry(scope="spring")])
    assert stop_list.stopped(store, NUMBER, "spring")
    assert stop_list.stopped(store, NUMBER, "autumn") is None
    assert stop_list.stopped(store, NUMBER) is None


def test_who_is_taken_off_may_be_called_and_the_reason_is_kept(store):
    stop_list.add(store, [entry()])
    assert stop_list.remove(store, NUMBER, EVERYWHERE, "asked us to call", LATER)
    assert not stop_list.remove(store, NUMBER, EVERYWHERE, "again", LATER)
    assert stop_list.stopped(store, NUMBER) is None
    assert stop_list.entries(store, 10) == ()
    (kept,) = stop_list.entries(store, 10, removed=True)
    assert (kept.removed_at, kept.removed_why) == (LATER, "asked us to call")


def test_a_new_wish_holds_again_but_an_old_one_that_comes_late_does_not(store):
    stop_list.add(store, [entry()])
    stop_list.remove(store, NUMBER, EVERYWHERE, "asked us to call", LATER)
    put(store.engine, [StopAsked(attempt_id(1), NUMBER, "stop_request: before", NOON)])
    assert stop_list.stopped(store, NUMBER) is None
    put(store.engine, [StopAsked(attempt_id(1), NUMBER, "stop_request: after", LATER + timedelta(minutes=1))])
    found = stop_list.stopped(store, NUMBER)
    assert found is not None
    assert (found.reason, found.removed_why) == ("stop_request: after", None)


def test_more_entries_than_one_statement_takes(store):
    many = [entry(f"+86138{number:08}") for number in range(AT_ONCE + 5)]
    assert stop_list.add(store, many) == AT_ONCE + 5
    assert stop_list.add(store, many) == 0

"""What a person orders of a campaign, its audit, its progress, and why a lead is not called. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.store.test_claims import NIGHT, NOW, PLAN, add, end, row, running
from voicebot.campaign import orders
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import CampaignState as State
from voicebot.campaign.why import Check, why
from voicebot.errors import UsageError
from voicebot.store import campaigns, stop_list
from voicebot.store.audit import audit_of
from voicebot.store.claims import claim
from voicebot.store.progress import progress
from voicebot.store.settle import settle
from voicebot.store.stop_list import Entry
from voicebot.store.tables import Call, ScriptVersion

MINUTE = timedelta(minutes=1)


def state(store) -> State:
    return campaigns.find(store, "spring").state


def test_a_pause_waits_for_the_calls_in_the_air(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    assert orders.pause(store, "spring", "li", "lunch") == State.PAUSING
    assert claim(store, plan, "d1", 1, NOW).leads == ()
    end(store, one.attempt_id, Code.BUSY, NOW)
    settle(store, plan, one.attempt_id)
    assert orders.resume(store, "spring", "li", "") == State.RUNNING
    assert orders.pause(store, "spring", "li", "again") == State.PAUSED
    lines = audit_of(store, "campaign:spring", 3)
    assert [(line.who, line.action, line.why) for line in lines] == [
        ("li", "campaign.paused", "no call is in the air"),
        ("li", "campaign.pausing", "again"),
        ("li", "campaign.running", ""),
    ]


def test_a_stop_drains_and_cannot_be_taken_back(store):
    running(store)
    assert orders.stop(store, "spring", "li", "enough") == State.DONE
    with pytest.raises(UsageError, match="it has ended; copy it"):
        orders.start(store, "spring", "li", "")


def test_a_schedule_can_be_moved_and_called_off(store):
    campaigns.create(store, PLAN, "plan.yaml")
    assert orders.begin_checking(store, "spring", "li")
    orders.checked(store, "spring", "li", ok=True, why="")
    with pytest.raises(UsageError, match="is past"):
        orders.schedule(store, "spring", NOW, NOW, "li", "")
    orders.schedule(store, "spring", NOW + MINUTE, NOW, "li", "")
    orders.schedule(store, "spring", NOW + 2 * MINUTE, NOW, "li", "later")
    assert campaigns.find(store, "spring").starts_at == NOW + 2 * MINUTE
    assert not orders.begin_checking(store, "spring", "li")
    assert orders.stop(store, "spring", "li", "not yet") == State.READY
    assert campaigns.find(store, "spring").starts_at is None
    assert orders.cancel(store, "spring", "li", "") == State.CANCELLED


def test_a_check_with_errors_leads_back_to_the_draft(store):
    campaigns.create(store, PLAN, "plan.yaml")
    orders.begin_checking(store, "spring", "li")
    assert orders.begin_checking(store, "spring", "li"), "a check that was broken off is begun again"
    orders.checked(store, "spring", "li", ok=False, why="no leads")
    assert state(store) == State.DRAFT
    with pytest.raises(UsageError, match="is draft and cannot become running"):
        orders.start(store, "spring", "li", "")


def test_only_what_is_paused_is_resumed_and_a_pause_is_not_started(store):
    running(store)
    with pytest.raises(UsageError, match="is running, not paused"):
        orders.resume(store, "spring", "li", "")
    orders.pause(store, "spring", "li", "")
    with pytest.raises(UsageError, match="campaign resume spring"):
        orders.start(store, "spring", "li", "")


def test_progress_counts_leads_attempts_and_the_connected(store):
    plan = running(store)
    add(store, *(row(n) for n in range(1, 6)), row(6, due=NOW + 5 * MINUTE))
    busy, talked, live = claim(store, plan, "d1", 3, NOW).leads
    end(store, busy.attempt_id, Code.BUSY, NOW)
    settle(store, plan, busy.attempt_id)
    end(store, talked.attempt_id, Code.CUSTOMER_HANGUP, NOW)
    settle(store, plan, talked.attempt_id)
    with store.writing() as connection:
        version = {"script": "s", "version": "1", "digest": "d", "title": "", "source": "", "first_used_at": NOW}
        connection.execute(insert(ScriptVersion).values(id=1, **version))
        figures = {"talk_ms": 0, "score": 0.0, "frames_in": 0, "frames_late": 0, "worst_gap_ms": 0}
        words = {"ending": "CUSTOMER_HANGUP", "ended_by": "customer", "grade": "A", "grade_rule": ""}
        lists = {"grade_evidence": [], "tags": [], "slots": {}}
        connection.execute(
            insert(Call).values(
                attempt_id=talked.attempt_id, script_version_id=1, answered_by="HUMAN", **figures, **words, **lists
            )
        )
    found = progress(store, "spring", NOW, NOW - MINUTE)
    assert found.leads == {"waiting": 4, "claimed": 1, "done": 1}
    assert found.finished == {"CUSTOMER_HANGUP": 1}
    assert found.attempts == {"BUSY": 1, "CUSTOMER_HANGUP": 1}
    assert (found.in_air, found.last_minute, found.due) == (1, 3, 2)
    assert (found.dialled, found.connected, found.connect_rate) == (2, 1, 0.5)
    assert found.next_due is not None and found.next_due == NOW + 5 * MINUTE
    assert live.attempt_id


def checks(store, plan, key: str, at=NOW) -> dict[str, Check]:
    (found,) = why(store, plan, key, None, at)
    return {check.name: check for check in found.checks}


def test_why_a_lead_is_called_soon(store):
    plan = running(store)
    add(store, row(1), row(2, score=0.3), row(3, persona="early"), row(4, score=9.0, lane=3))
    found = checks(store, plan, "1")
    assert all(check.ok for check in found.values()), found
    assert found["order"].words.startswith("2 leads before it; not called yet; score 0")
    assert checks(store, plan, "3")["order"].words.startswith("0 leads before it; not called yet; score 0 + 0.5")
    taken = [one.number for one in claim(store, plan, "d1", 4, NOW).leads]
    assert [int(number[6:]) for number in taken] == [3, 2, 1, 4]


def test_why_not_names_every_reason_with_the_time(store):
    plan = running(store)
    add(store, row(1, due=NOW + MINUTE))
    stop_list.add(store, [Entry("+8613800000001", "*", "by letter", "person", NOW)])
    orders.pause(store, "spring", "li", "")
    (found,) = why(store, plan, "nobody", "+8613800000001", NIGHT - 12 * 60 * MINUTE + 5 * MINUTE)
    no = {check.name: check.words for check in found.checks if not check.ok}
    assert no["campaign"] == "campaign spring is paused; new calls are placed only while it is running"
    assert no["stop list"] == "on the stop list: by letter"
    assert set(no) == {"campaign", "stop list"}
    assert found.number == "138****0001"
    night = {check.name: check.words for check in why(store, plan, "1", None, NIGHT)[0].checks if not check.ok}
    assert night["hours"].endswith("next opening Tue 2026-11-24 09:00 Asia/Shanghai")
    early = checks(store, plan, "1", NOW)
    assert early["due"].words == "due not before Mon 2026-11-23 10:01 Asia/Shanghai"


def test_why_tells_of_the_call_and_of_the_end(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    found = checks(store, plan, "1")
    assert found["lead"].words == f"a call to it is in the air: attempt {one.attempt_id}, held by d1"
    assert found["frequency"].ok, "its own call is no reason against it"
    end(store, one.attempt_id, Code.REJECTED, NOW)
    settle(store, plan, one.attempt_id)
    assert "finished with REJECTED after 1 attempts" in checks(store, plan, "1")["lead"].words


def test_a_key_of_a_list_is_found_without_its_day(store):
    plan = running(store)
    add(store, row(1)._replace(key="+8613800000001@2026-11-22"))
    (found,) = why(store, plan, "+8613800000001", None, NOW)
    assert found.lead == "138****0001@2026-11-22"
    with pytest.raises(UsageError, match="has no lead '7'"):
        why(store, plan, "7", None, NOW)

"""Claims: order, hours, refusals, leases; two dialers at once; what becomes of a lead afterwards. On both databases."""

import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.retry import Again, Done
from voicebot.campaign.policy.states import CampaignState
from voicebot.store import campaigns, stop_list
from voicebot.store.claims import LEASE, SURE, claim, counts, still_allowed
from voicebot.store.dialable import dialable
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.leases import close_mine, close_orphan, finished, held_by, orphans, renew, turn_back
from voicebot.store.records import AttemptResult, FollowUpAsked
from voicebot.store.refusals import Refusal
from voicebot.store.rows import write
from voicebot.store.settle import settle
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday 10:00 in Shanghai
NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLAN = """\
campaign: spring
script: wecom_invite
best_hours: {bonus: 0.5, personas: {early: 9-12, late: 18-20}}
retry: {max_attempts: 3, rules: {BUSY: {delay: 10m, maximum: 2}}}
lines: {concurrency: 500}
"""


def running(store: Store, text: str = PLAN) -> Plan:
    plan, _ = campaigns.create(store, text, "plan.yaml")
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, plan.name, state)
    return plan


def add(store: Store, *rows: LeadRow, campaign: str = "spring") -> None:
    with store.writing() as connection:
        add_rows(connection, campaign, None, rows)


def row(n: int, *, score: float = 0.0, persona: str = "", lane: int = 2, zone: str = "", due: datetime | None = None):
    number = f"+86138{n:08}"
    return LeadRow(str(n), number, {"surname": "王"}, "", persona, False, score, zone, "", "", lane, due_at=due)


def lead_of(store: Store, n: int):
    with store.reading() as connection:
        return connection.execute(select(Lead.__table__).where(Lead.number == f"+86138{n:08}")).one()


def keys(claimed) -> list[int]:
    return [int(one.number[6:]) for one in claimed.leads]


def end(store: Store, attempt_id: str, code: Code, at: datetime) -> None:
    with store.writing() as connection:
        write(connection, [AttemptResult(attempt_id, code, at)])


def test_leads_come_in_their_order(store):
    plan = running(store)
    add(store, row(1, score=0.3), row(2, score=0.9), row(3, lane=3, score=1.0), row(4, lane=1), row(5, lane=0, due=NOW))
    add(store, row(6, score=0.5, persona="early"), row(7, score=0.6, persona="late"))
    assert keys(claim(store, plan, "d1", 3, NOW)) == [5, 4, 6]
    assert keys(claim(store, plan, "d1", 9, NOW)) == [2, 7, 1, 3]
    assert claim(store, plan, "d1", 9, NOW).leads == ()


def test_a_claim_leaves_an_attempt_and_a_lease(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    lead = lead_of(store, 1)
    assert (lead.state, lead.attempt_id, lead.lease_owner) == ("claimed", one.attempt_id, "d1")
    assert (lead.attempts, lead.lease_until) == (1, NOW + LEASE)
    with store.reading() as connection:
        attempt = connection.execute(select(Attempt.number, Attempt.lead_id, Attempt.started_at, Attempt.code)).one()
    assert attempt == (one.number, one.lead_id, NOW, None)
    assert counts(store, "spring") == {"claimed": 1}
    assert held_by(store, "d1") == {one.attempt_id}
    assert held_by(store, "d2") == set()
    assert orphans(store, NOW + LEASE / 2) == []
    (orphan,) = orphans(store, NOW + LEASE + MINUTE)
    assert (orphan.attempt_id, orphan.campaign_id, orphan.owner) == (one.attempt_id, "spring", "d1")
    assert orphan.started_at == NOW
    assert renew(store, "d2", [one.attempt_id], NOW + 5 * MINUTE) == 0
    assert renew(store, "d1", [one.attempt_id], NOW + 5 * MINUTE) == 1
    assert orphans(store, NOW + 5 * MINUTE) == []


def test_a_lead_that_a_person_names_is_claimed_before_its_time_and_under_every_check(store):
    plan = running(store)
    add(store, row(1), row(2, due=NOW + 60 * MINUTE), row(3), row(4))
    (one,) = claim(store, plan, "d1", 1, NOW, only="2").leads
    assert one.number == lead_of(store, 2).number
    assert claim(store, plan, "d1", 1, NOW, only="2").leads == (), "a call to it is in the air"
    assert claim(store, plan, "d1", 1, NOW, only="9").leads == ()
    stop_list.add(store, [Entry(lead_of(store, 3).number, "*", "stop_request", "person", NOW)])
    assert claim(store, plan, "d1", 1, NOW, only="3").refused == {"STOP_LIST": 1}
    assert claim(store, plan, "d1", 1, NIGHT, only="4").postponed == {"OUT_OF_WINDOW": 1}
    assert lead_of(store, 1).state == "waiting"


@pytest.mark.parametrize("state", [CampaignState.PAUSING, CampaignState.DRAINING])
def test_only_a_running_campaign_dials(store, state):
    plan = running(store)
    add(store, row(1), row(2))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    assert still_allowed(store, plan, one, NOW) is None
    campaigns.step_to(store, "spring", state)
    assert claim(store, plan, "d1", 5, NOW).leads == ()
    refusal = still_allowed(store, plan, one, NOW)
    assert refusal is not None
    assert refusal.code == Code.CANCELLED


def test_out_of_hours_leads_wait_until_their_own_morning(store):
    plan = running(store)
    add(store, row(1), row(2, zone="Europe/London"), row(3, zone="Mars/Olympus"))
    found = claim(store, plan, "d1", 5, NIGHT)  # 23:00 in Shanghai, 15:00 in London
    assert keys(found) == [2]
    assert found.postponed == {"OUT_OF_WINDOW": 2}
    assert lead_of(store, 1).due_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert lead_of(store, 3).why == "the lead's time zone is not known"


def test_a_stop_set_after_the_claim_still_prevents_the_call(store):
    plan = running(store)
    add(store, row(1), row(2))
    stop_list.add(store, [Entry("+8613800000001", "*", "stop_request", "call", NOW)])
    found = claim(store, plan, "d1", 5, NOW)
    assert (keys(found), found.refused) == ([2], {"STOP_LIST": 1})
    assert lead_of(store, 1).state == "refused"
    stop_list.add(store, [Entry("+8613800000002", "spring", "complaint", "api", NOW)])
    refusal = still_allowed(store, plan, found.leads[0], NOW)
    assert refusal is not None
    assert refusal.code == Code.STOP_LIST_LATE


def test_data_that_grew_old_since_the_import_is_not_used(store):
    plan = running(store, PLAN + "list: {fresh_days: 30}\n")
    today = date(2026, 11, 23)
    ages = {1: timedelta(30), 2: timedelta(31), 3: None}
    add(store, *(row(n)._replace(dated=today - age if age is not None else None) for n, age in ages.items()))
    found = dialable(store, plan, NOW)
    assert (found.will_be_called, found.refused) == (2, {"STALE": 1})
    first = claim(store, plan, "d1", 10, NOW)
    assert (keys(first), first.refused) == ([1, 3], {"STALE": 1})
    assert lead_of(store, 2).why == "its data is of 2026-10-23, older than 30 days"
    tomorrow = NOW + timedelta(days=1)
    renew(store, "d1", [one.attempt_id for one in first.leads], tomorrow)
    late = {one.number: still_allowed(store, plan, one, tomorrow) for one in first.leads}
    assert [refusal.code if refusal else None for refusal in late.values()] == [Code.STALE, None]


def test_a_cap_that_another_campaign_reached_after_the_claim_still_prevents_the_call(store):
    plan = running(store)
    add(store, row(1), row(2))
    first, second = claim(store, plan, "d1", 2, NOW).leads
    assert still_allowed(store, plan, first, NOW) is None, "its own attempt does not count"
    other = {"id": str(uuid.uuid4()), "number": second.number, "try_number": 1, "started_at": NOW - MINUTE}
    with store.writing() as connection:
        connection.execute(insert(Attempt).values(other | {"code": "BUSY"}))
    refused = still_allowed(store, plan, second, NOW)
    assert (refused.code, refused.until) == (Code.TOO_OFTEN, NOW - MINUTE + timedelta(days=1))


def test_one_number_in_two_campaigns_is_called_once(store):
    plan = running(store)
    other = running(store, PLAN.replace("spring", "summer"))
    add(store, row(1))
    add(store, row(1), campaign="summer")
    assert len(claim(store, plan, "d1", 5, NOW).leads) == 1
    second = claim(store, other, "d2", 5, NOW + MINUTE)
    assert (second.leads, second.postponed) == ((), {"TOO_OFTEN": 1})


def test_two_dialers_never_get_the_same_lead(store):
    plan = running(store)
    add(store, *(row(n) for n in range(120)))
    got: list[int] = []
    faults: list[Exception] = []

    def work(owner: str) -> None:
        try:
            while found := claim(store, plan, owner, 7, NOW).leads:
                got.extend(one.lead_id for one in found)
        except Exception as fault:  # noqa: BLE001 - told below, in the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(f"d{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert (len(got), len(set(got))) == (120, 120)


def test_busy_is_tried_again_and_then_given_up(store):
    plan = running(store, PLAN + "caps: [{calls: 9, days: 1}]\n")
    add(store, row(1))
    at = NOW
    for n in (1, 2):
        (one,) = claim(store, plan, "d1", 5, at).leads
        assert one.try_number == n
        end(store, one.attempt_id, Code.BUSY, at + MINUTE)
        decision = settle(store, plan, one.attempt_id)
        assert isinstance(decision, Again)
        assert settle(store, plan, one.attempt_id) is None
        assert claim(store, plan, "d1", 5, at + 5 * MINUTE).leads == ()
        at = lead_of(store, 1).due_at
        assert at == decision.due
    (one,) = claim(store, plan, "d1", 5, at).leads
    end(store, one.attempt_id, Code.BUSY, at + MINUTE)
    assert isinstance(settle(store, plan, one.attempt_id), Done)
    lead = lead_of(store, 1)
    assert (lead.state, lead.code, lead.tries, lead.attempt_id) == ("done", "BUSY", 3, None)


def test_no_answer_waits_for_other_hours(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    end(store, one.attempt_id, Code.NO_ANSWER, NOW + MINUTE)
    settle(store, plan, one.attempt_id)
    assert lead_of(store, 1).due_at == datetime(2026, 11, 23, 6, tzinfo=UTC)  # 14:00, after the noon break


def test_a_claim_that_waited_long_for_the_database_is_still_the_latest(store):
    plan = running(store, PLAN.replace("max_attempts: 3", "max_attempts: 1"))
    add(store, row(1))
    (given_back,) = claim(store, plan, "d1", 5, NOW + MINUTE).leads
    turn_back(store, given_back.attempt_id, Refusal(Code.CANCELLED, "no line", NOW), NOW + MINUTE)
    (one,) = claim(store, plan, "d2", 5, NOW).leads  # began to claim before the other dialer, and got its turn after it
    end(store, one.attempt_id, Code.BUSY, NOW + 2 * MINUTE)
    assert settle(store, plan, one.attempt_id) == Done(Code.BUSY, "1 attempts, the maximum is 1")


def test_a_call_back_comes_at_its_time_before_all_others(store):
    plan = running(store)
    add(store, row(1), row(2, score=9))
    (_, one) = claim(store, plan, "d1", 2, NOW).leads
    back = NOW + timedelta(hours=5)
    asked = FollowUpAsked(one.attempt_id, 0, "call_back", "bye", 9000, "", {}, back, NOW)
    with store.writing() as connection:
        write(connection, [asked])
    end(store, one.attempt_id, Code.ROBOT_END, NOW + MINUTE)
    assert isinstance(settle(store, plan, one.attempt_id), Again)
    assert lead_of(store, 1).due_at == back
    add(store, row(3, score=99))
    assert keys(claim(store, plan, "d1", 1, back)) == [1]


def test_a_stop_in_the_talk_ends_the_lead_whatever_the_rules_say(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    stop_list.add(store, [Entry(one.number, "*", "stop_request", "call", NOW)])
    end(store, one.attempt_id, Code.BUSY, NOW + MINUTE)
    decision = settle(store, plan, one.attempt_id)
    assert decision == Done(Code.BUSY, "on the stop list: stop_request")
    assert lead_of(store, 1).state == "done"


def test_an_attempt_without_a_result_is_not_settled_and_one_not_dialled_is_given_back(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    assert settle(store, plan, one.attempt_id) is None
    assert turn_back(store, one.attempt_id, Refusal(Code.CANCELLED, "the campaign is pausing", NOW), NOW)
    assert not turn_back(store, one.attempt_id, Refusal(Code.CANCELLED, "again", NOW), NOW)
    lead = lead_of(store, 1)
    assert (lead.state, lead.attempt_id, lead.lease_until, lead.due_at) == ("waiting", None, None, None)
    assert code_of(store, one.attempt_id) == "CANCELLED"


def code_of(store: Store, attempt_id: str):
    with store.reading() as connection:
        return connection.scalar(select(Attempt.code).where(Attempt.id == attempt_id))


@pytest.mark.parametrize(
    ("refusal", "state", "due"),
    [
        (Refusal(Code.STOP_LIST_LATE, "on the stop list"), "refused", None),
        (Refusal(Code.OUT_OF_WINDOW, "20:30 is over", NOW + 60 * MINUTE), "waiting", NOW + 60 * MINUTE),
    ],
)
def test_what_came_in_between_ends_the_lead_or_postpones_it(store, refusal, state, due):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    turn_back(store, one.attempt_id, refusal, NOW)
    lead = lead_of(store, 1)
    assert (lead.state, lead.due_at, lead.why) == (state, due, refusal.why)
    assert code_of(store, one.attempt_id) == refusal.code


def test_a_lease_that_has_run_out_is_no_right_to_dial(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    assert still_allowed(store, plan, one, NOW + LEASE / 2) is None
    for late in (LEASE, LEASE - SURE):
        refusal = still_allowed(store, plan, one, NOW + late)
        assert refusal is not None
        assert (refusal.code, refusal.why) == (Code.CANCELLED, "the lease has run out, or is about to")


def test_a_dead_attempt_is_closed_once_and_never_while_its_lease_holds(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    assert not close_orphan(store, one.attempt_id, NOW + LEASE / 2)
    late = NOW + LEASE + MINUTE
    assert close_orphan(store, one.attempt_id, late)
    assert code_of(store, one.attempt_id) == "NODE_LOST"
    assert orphans(store, late) == []
    assert finished(store, "d2", late) == [(one.attempt_id, "spring")]
    assert finished(store, "d2", late - MINUTE) == []
    assert isinstance(settle(store, plan, one.attempt_id), Again)
    assert not close_orphan(store, one.attempt_id, late)


def test_a_result_that_its_dialer_lets_lie_is_settled_by_another(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 5, NOW).leads
    end(store, one.attempt_id, Code.BUSY, NOW)
    assert finished(store, "d1", NOW) == [(one.attempt_id, "spring")]
    assert finished(store, "d2", NOW + timedelta(seconds=9)) == []
    assert finished(store, "d2", NOW + timedelta(seconds=11)) == [(one.attempt_id, "spring")]


def test_all_of_a_dialer_whose_switch_is_dead(store):
    plan = running(store)
    add(store, row(1), row(2))
    one, other = claim(store, plan, "d1", 5, NOW).leads
    end(store, other.attempt_id, Code.BUSY, NOW)
    assert close_mine(store, "d2", NOW) == 0
    assert close_mine(store, "d1", NOW) == 1
    assert (code_of(store, one.attempt_id), code_of(store, other.attempt_id)) == ("NODE_LOST", "BUSY")


def test_no_more_live_than_the_concurrency_and_no_more_called_than_the_budget(store):
    plan = running(store, PLAN.replace("500", "3") + "budget: {calls: 4}\n")
    add(store, *(row(n) for n in range(9)))
    first = claim(store, plan, "d1", 2, NOW).leads + claim(store, plan, "d2", 9, NOW).leads
    assert len(first) == 3
    assert claim(store, plan, "d2", 9, NOW).leads == ()
    for one, code in zip(first, (Code.BUSY, Code.CONGESTION, Code.REJECTED), strict=True):
        end(store, one.attempt_id, code, NOW)
        settle(store, plan, one.attempt_id)
    # A line that failed on our side is not paid for: two calls are, two are left.
    assert len(claim(store, plan, "d1", 9, NOW).leads) == 2


def test_a_number_that_was_taken_off_the_stop_list_is_called(store):
    plan = running(store)
    add(store, row(1))
    stop_list.add(store, [Entry("+8613800000001", "*", "import", "import", NOW - MINUTE)])
    stop_list.remove(store, "+8613800000001", "*", "asked us to call", NOW)
    assert keys(claim(store, plan, "d1", 5, NOW)) == [1]

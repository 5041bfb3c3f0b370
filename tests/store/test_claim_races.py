"""What happens between two transactions of dialers, people and lists: nobody is called twice, no lead is left over."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.store.test_claims import MINUTE, NOW, PLAN, add, end, lead_of, row, running
from tests.store.turns import DEADLINE_S, Work, until_waiting
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.outcomes import OutcomeTold
from voicebot.campaign.policy.retry import Done
from voicebot.campaign.policy.states import CampaignState
from voicebot.errors import UsageError
from voicebot.store import campaigns, claims, leases, outcomes, person_lists, webhooks
from voicebot.store.campaigns import note
from voicebot.store.claims import LEASE, claim, still_allowed
from voicebot.store.lead_import import add_rows, begin_batch, check_open, note_progress, undo, was_undone
from voicebot.store.leases import close_orphan, renew, turn_back
from voicebot.store.outbox import LEAD_FINISHED
from voicebot.store.person import forget
from voicebot.store.person_lists import ComplaintMade
from voicebot.store.records import FollowUpAsked
from voicebot.store.refusals import Refusal, refusals
from voicebot.store.rows import write
from voicebot.store.settle import settle
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Lead

OFTEN = PLAN + "caps: [{calls: 9, days: 1}]\n"
LATE = NOW + LEASE + MINUTE


def in_two_campaigns(store: Store, text: str):
    """Plans of two campaigns that have the same number."""
    plans = [running(store, text.replace("spring", name)) for name in ("spring", "summer")]
    for plan in plans:
        add(store, row(1), campaign=plan.name)
    return plans


def test_a_call_that_began_while_the_claim_waited_for_the_database_counts(store):
    spring, summer = in_two_campaigns(store, PLAN)
    (first,) = claim(store, summer, "d2", 1, NOW + MINUTE).leads
    end(store, first.attempt_id, Code.BUSY, NOW + 2 * MINUTE)
    settle(store, summer, first.attempt_id)
    found = claim(store, spring, "d1", 1, NOW)  # its round began before the other's and got its turn after it
    assert (found.leads, found.postponed) == ((), {"TOO_OFTEN": 1})


def test_a_number_is_not_called_while_another_campaign_calls_it(store):
    spring, summer = in_two_campaigns(store, OFTEN)
    (first,) = claim(store, summer, "d2", 1, NOW).leads
    found = claim(store, spring, "d1", 1, NOW)
    assert (found.leads, found.postponed) == ((), {"TOO_OFTEN": 1})
    assert still_allowed(store, summer, first, NOW) is None, "it does not stand in its own way"
    end(store, first.attempt_id, Code.BUSY, NOW)
    settle(store, summer, first.attempt_id)
    assert len(claim(store, spring, "d1", 1, NOW + MINUTE).leads) == 1


def test_two_leads_of_one_number_are_called_one_after_the_other(store):
    plan = running(store, OFTEN)
    add(store, row(1), row(1)._replace(key="again"))
    (first,) = claim(store, plan, "d1", 5, NOW).leads
    assert claim(store, plan, "d1", 5, NOW).leads == ()
    end(store, first.attempt_id, Code.REJECTED, NOW)
    settle(store, plan, first.attempt_id)
    assert len(claim(store, plan, "d1", 5, NOW + MINUTE).leads) == 1


def test_an_attempt_that_was_closed_while_its_dialer_stood_still_is_not_dialled(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    assert close_orphan(store, one.attempt_id, LATE)
    assert renew(store, "d1", [one.attempt_id], LATE) == 1, "the dialer wakes up before the lead is settled"
    refusal = still_allowed(store, plan, one, LATE)
    assert refusal is not None
    assert refusal.code == Code.CANCELLED
    turn_back(store, one.attempt_id, refusal, LATE)
    assert lead_of(store, 1).state == "waiting"


def cancelled(store: Store) -> None:
    """People order it while a call is in the air."""
    for state in (CampaignState.DRAINING, CampaignState.CANCELLED):
        campaigns.step_to(store, "spring", state)


def test_a_lead_whose_campaign_ended_during_its_call_does_not_wait_for_ever(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    cancelled(store)
    end(store, one.attempt_id, Code.BUSY, NOW)
    assert settle(store, plan, one.attempt_id) == Done(Code.CANCELLED, "the campaign has ended")
    lead = lead_of(store, 1)
    assert (lead.state, lead.code, lead.tries, lead.attempt_id) == ("refused", "CANCELLED", 1, None)


def test_a_lead_given_back_to_a_campaign_that_has_ended_does_not_wait_for_ever(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    cancelled(store)
    turn_back(store, one.attempt_id, Refusal(Code.OUT_OF_WINDOW, "20:30 is over", NOW + 60 * MINUTE), NOW)
    lead = lead_of(store, 1)
    assert (lead.state, lead.code, lead.due_at, lead.attempt_id) == ("refused", "CANCELLED", None, None)


def test_a_call_back_that_our_side_failed_to_place_is_owed_still(store):
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    back = NOW + timedelta(hours=5)
    with store.writing() as connection:
        write(connection, [FollowUpAsked(one.attempt_id, 0, "call_back", "bye", 9000, "", {}, back, NOW)])
    end(store, one.attempt_id, Code.ROBOT_END, NOW + MINUTE)
    settle(store, plan, one.attempt_id)
    (again,) = claim(store, plan, "d1", 1, back).leads
    end(store, again.attempt_id, Code.CONGESTION, back)
    settle(store, plan, again.attempt_id)
    assert lead_of(store, 1).lane == Lane.CALLBACK
    (third,) = claim(store, plan, "d1", 1, back + MINUTE).leads
    assert third.callback, "the daily cap does not hold for what the person asked for"
    end(store, third.attempt_id, Code.BUSY, back + MINUTE)
    settle(store, plan, third.attempt_id)
    assert lead_of(store, 1).lane == Lane.RETRY


def test_webhooks_hear_of_a_lead_that_was_stopped_after_its_claim(store):
    plan = running(store)
    add(store, row(1), row(2))
    hook = webhooks.add(store, "https://crm.example.com/", [LEAD_FINISHED], "crm")
    one, two = claim(store, plan, "d1", 2, NOW).leads
    turn_back(store, one.attempt_id, Refusal(Code.STOP_LIST_LATE, "on the stop list"), NOW)
    turn_back(store, two.attempt_id, Refusal(Code.CANCELLED, "no line"), NOW)
    told = webhooks.messages(store, 10, hook=hook)
    assert [(one.body["state"], one.body["code"]) for one in told] == [("refused", "STOP_LIST_LATE")]


def test_a_pause_does_not_wait_for_dialers_that_claim_again_and_again(template, tmp_path):
    store = open_store(template("postgresql", tmp_path), tmp_path / "spill", migrate=False)  # SQLite has no queue
    plan = running(store)
    add(store, row(1))
    with store.writing() as claiming:
        assert campaigns.state_held(claiming, "spring") == CampaignState.RUNNING
        pause = Work(lambda: campaigns.step_to(store, "spring", CampaignState.PAUSING))
        until_waiting(store, 1)
        later = Work(lambda: claim(store, plan, "d2", 1, NOW))
        until_waiting(store, 2)
    assert pause.result() == CampaignState.RUNNING
    assert later.result().leads == ()
    store.close()


def test_who_is_claimed_in_this_moment_is_being_called_and_cannot_be_forgotten(store, tmp_path, monkeypatch):
    plan = running(store)
    add(store, row(1))
    claiming, go_on = threading.Event(), threading.Event()

    def slow(*asked, **more):
        claiming.set()
        assert go_on.wait(DEADLINE_S)
        return refusals(*asked, **more)

    monkeypatch.setattr(claims, "refusals", slow)
    claimed = Work(lambda: claim(store, plan, "d1", 1, NOW))
    assert claiming.wait(DEADLINE_S)
    gone = Work(lambda: forget(store, "+8613800000001", tmp_path, by="li", why="by letter", now=NOW))
    until_waiting(store, 1)
    go_on.set()
    assert len(claimed.result().leads) == 1
    with pytest.raises(UsageError, match="is being called"):
        gone.result()


def test_a_list_that_is_loaded_in_this_moment_keeps_its_campaign_from_ending(store):
    running(store)
    with store.writing() as loading:
        check_open(loading, "spring")
        add_rows(loading, "spring", None, [row(1)])
        over = Work(lambda: campaigns.step_to(store, "spring", CampaignState.DONE, if_none_waits=True))
        until_waiting(store, 1)
    over.result()
    assert campaigns.find(store, "spring").state == CampaignState.RUNNING
    assert lead_of(store, 1).state == "waiting"


def test_a_campaign_that_has_ended_takes_no_leads(store):
    running(store)
    campaigns.step_to(store, "spring", CampaignState.DONE)
    with pytest.raises(UsageError, match="'spring' has ended and takes no more leads"), store.writing() as loading:
        check_open(loading, "spring")


def test_an_import_that_is_undone_while_it_is_loaded_ends(store):
    running(store)
    batch = begin_batch(store, "spring", "list.csv", "00", "li")
    with store.writing() as chunk:
        add_rows(chunk, "spring", batch, [row(1)])
        note_progress(chunk, batch, 1, 1, {})
        undone = Work(lambda: undo(store, batch))
        until_waiting(store, 1)
    assert undone.result().removed == 1, "the chunk came before"
    with pytest.raises(UsageError, match=f"import {batch} was undone"), store.writing() as chunk:
        add_rows(chunk, "spring", batch, [row(2)])
        note_progress(chunk, batch, 2, 2, {})
    with store.reading() as connection:
        assert connection.scalars(select(Lead.id)).all() == []


def brought(store: Store, *rows) -> int:
    """The import of these leads."""
    batch = begin_batch(store, "spring", "list.csv", "00", "li")
    with store.writing() as connection:
        add_rows(connection, "spring", batch, rows)
    return batch


def test_an_import_that_is_undone_between_claim_and_dialling_means_no_invite(store):
    plan = running(store)
    batch = brought(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    assert undo(store, batch).kept == 1
    refusal = still_allowed(store, plan, one, NOW)
    assert refusal is not None
    turn_back(store, one.attempt_id, refusal, NOW)
    lead = lead_of(store, 1)
    assert (lead.state, lead.code, lead.why) == ("refused", "CANCELLED", "its import was undone")


def test_an_import_that_is_undone_takes_back_who_was_claimed_and_not_called(store):
    plan = running(store)
    batch = brought(store, row(1), row(2))
    one, two = claim(store, plan, "d1", 2, NOW).leads
    turn_back(store, one.attempt_id, Refusal(Code.CANCELLED, "no line"), NOW)
    end(store, two.attempt_id, Code.BUSY, NOW)
    settle(store, plan, two.attempt_id)
    done = undo(store, batch)
    assert (done.removed, done.kept) == (1, 1)
    assert (lead_of(store, 1).state, lead_of(store, 2).state) == ("refused", "waiting")


def test_an_undoing_and_a_lead_given_back_at_once_leave_nobody_waiting(store, monkeypatch):
    plan = running(store)
    batch = brought(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    works: list[Work] = []

    def slow(*asked, **more):
        found = was_undone(*asked, **more)
        works.append(Work(lambda: undo(store, batch)))
        until_waiting(store, 1)
        return found

    monkeypatch.setattr(leases, "was_undone", slow)
    turn_back(store, one.attempt_id, Refusal(Code.CANCELLED, "no line"), NOW)
    assert works[0].result().kept == 0
    assert lead_of(store, 1).state == "refused"


def test_a_key_that_two_make_a_campaign_with_at_once_makes_one(store, monkeypatch):
    made = []

    def slow(*noted):
        if not made:
            made.append(Work(lambda: campaigns.create(store, PLAN, "plan.yaml", key="order-7")))
            until_waiting(store, 1)
        note(*noted)

    monkeypatch.setattr(campaigns, "note", slow)
    assert campaigns.create(store, PLAN, "plan.yaml", key="order-7")[1]
    plan, new = made[0].result()
    assert (plan.name, new) == ("spring", False)


def test_what_two_tell_at_once_is_kept_once(store, monkeypatch):
    complaint = ComplaintMade("+8613800000001", NOW, "too often", "import")
    outcome = OutcomeTold("A-1", "+8613800000001", "added", NOW, None, "")
    running(store)
    add(store, row(1))
    for module, tell in (
        (person_lists, lambda: person_lists.add_complaints(store, [complaint], "li")),
        (outcomes, lambda: outcomes.add_outcomes(store, [outcome], "api", "crm").new),
    ):
        works: list[Work] = []

        def slow(*noted, works=works, tell=tell):
            if not works:
                works.append(Work(tell))
                until_waiting(store, 1)
            note(*noted)

        monkeypatch.setattr(module, "note", slow)
        assert (tell(), works[0].result()) == (1, 0)

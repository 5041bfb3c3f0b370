"""Outcomes are kept once by key, with the lead and call that they are about. On both databases."""

from dataclasses import replace
from datetime import timedelta

from tests.reports.hand_counted import at, count_by_hand, number_of
from tests.store.samples import attempt_id
from voicebot.campaign.policy.outcomes import OutcomeTold
from voicebot.store.audit import audit_of
from voicebot.store.outcomes import AT_ONCE, add_outcomes, latest_outcomes
from voicebot.store.store import Store

ADDED = OutcomeTold("x1", number_of("S2"), "added", at("Mon", "12:00"))


def test_a_repeat_is_the_same_outcome(store: Store) -> None:
    count_by_hand(store)
    first = add_outcomes(store, [ADDED, ADDED], "import", "li")
    assert (first.new, first.known, first.faults) == (1, 1, ())
    again = add_outcomes(store, [ADDED, replace(ADDED, campaign="spring")], "import", "li")
    assert (again.new, again.known) == (0, 2)
    other = add_outcomes(store, [replace(ADDED, type="order", amount=5.0)], "import", "li")
    assert other.faults == ((0, "key 'x1' was told before with another content; give it a key of its own"),)
    (row,) = [row for row in latest_outcomes(store, 10, "spring") if row["key"] == "x1"]
    assert (row["attempt_id"], row["lead"], row["source"]) == (attempt_id(9), "S2", "import")
    assert [line.after for line in audit_of(store, "list:outcome", 10)] == [{"rows": 2, "new": 1}]


def test_the_last_answered_attempt_before_it(store: Store) -> None:
    count_by_hand(store)
    told = [
        replace(ADDED, key="before", at=at("Sun", "14:09")),  # S2 was called at 9:20 without an answer
        replace(ADDED, key="early", at=at("Sun", "07:59")),  # before the list was loaded
        replace(ADDED, key="stranger", number="+8613700000000"),
        replace(ADDED, key="elsewhere", campaign="loan"),
    ]
    kept = add_outcomes(store, told, "import", "")
    assert (kept.new, kept.unreached) == (1, 1)
    assert [(place, why.split(";")[0]) for place, why in kept.faults] == [
        (1, "it happened on 2026-03-01 07:59, before the number was a lead"),
        (2, "no lead of any campaign has this number"),
        (3, "no lead of campaign 'loan' has this number"),
    ]


def test_more_than_one_transaction_takes(store: Store) -> None:
    count_by_hand(store)
    many = [replace(ADDED, key=f"m{n}", at=ADDED.at + timedelta(seconds=n)) for n in range(AT_ONCE + 5)]
    wrong = replace(ADDED, key="wrong", number="+8613700000000")
    kept = add_outcomes(store, [*many, wrong], "import", "")
    assert (kept.new, [place for place, _ in kept.faults]) == (AT_ONCE + 5, [AT_ONCE + 5])

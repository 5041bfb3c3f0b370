"""Complaints, consents and exclusions are kept once, with a line of the audit. On both databases."""

from datetime import timedelta

from tests.store.test_claims import NOW
from voicebot.store.audit import audit_of
from voicebot.store.person_lists import (
    AT_ONCE,
    ComplaintMade,
    ConsentSaid,
    ExclusionMade,
    add_complaints,
    add_consents,
    add_exclusions,
    complaints,
    consents,
    exclusions,
)

ONE = "+8613800000001"


def test_each_is_kept_once_however_often_it_comes(store):
    many = [ComplaintMade(f"+86138{n:08}", NOW, "x", "import") for n in range(AT_ONCE + 5)]
    assert add_complaints(store, [*many, many[-1]], "li") == AT_ONCE + 5
    assert add_complaints(store, many[:3], "li") == 0
    assert len(complaints(store, 10_000)) == AT_ONCE + 5
    said = ConsentSaid(ONE, "wecom", True, NOW, None, "form", "person")
    assert add_consents(store, [said, said], "li") == 1
    assert add_consents(store, [said], "li") == 0
    assert consents(store, 1)[0]["proof"] == "form"
    lines = audit_of(store, "list:complaint", 10)
    assert [(line.who, line.after) for line in lines] == [
        ("li", {"rows": 3, "new": 0}),
        ("li", {"rows": AT_ONCE + 6, "new": AT_ONCE + 5}),
    ]


def test_an_exclusion_is_renewed(store):
    assert (
        add_exclusions(store, [ExclusionMade(ONE, "loan", None, NOW), ExclusionMade(ONE, "card", None, NOW)], "") == 2
    )
    assert add_exclusions(store, [ExclusionMade(ONE, "loan", NOW + timedelta(days=1), NOW)], "") == 1
    assert {row["product"]: row["until"] for row in exclusions(store, 10)} == {
        "card": None,
        "loan": NOW + timedelta(days=1),
    }

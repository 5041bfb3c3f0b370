"""Simulated customers who type: each shipped persona ends its talk, and does what its plan says."""

from collections import Counter

import pytest

from voicebot import settings
from voicebot.app.classifier import installed_classifier
from voicebot.app.scripts import script_path
from voicebot.dialog.grading import grade
from voicebot.dialog.loader import load_script
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.errors import UsageError
from voicebot.sim.personas import checked_shares, in_place_of, plan_of, shares
from voicebot.sim.typed import act

LEAD = {"surname": "王", "title": "女士", "shop": "好物优选"}
SETTINGS = settings.load({})


@pytest.fixture(scope="module")
def classifier():
    return installed_classifier(SETTINGS)


def talk_of(script_name: str, persona: str, classifier, seed: int = 1) -> Rehearsal:
    script = load_script(script_path(SETTINGS, script_name))
    (person,) = in_place_of(seed, [("+8613800000001", LEAD)], {persona: 1})
    talk = Rehearsal(script, LEAD, classifier)
    act(talk, plan_of(person, script.name))
    return talk


UNANSWERED = frozenset({"no_answer", "busy", "rejects", "dead_number", "power_off", "unreachable"})


@pytest.mark.parametrize("script", ["wecom_invite", "lead_cleaning"])
@pytest.mark.parametrize("persona", sorted(shares().keys() - UNANSWERED))
def test_every_persona_s_talk_ends(script: str, persona: str, classifier):
    talk = talk_of(script, persona, classifier)
    assert talk.over
    assert talk.state.ending is not None


def test_they_do_as_planned(classifier):
    script = load_script(script_path(SETTINGS, "wecom_invite"))
    assert grade(script, talk_of("wecom_invite", "agrees", classifier).state).letter == "A"
    assert talk_of("wecom_invite", "stop_calling", classifier).state.stop_requested
    left = talk_of("wecom_invite", "leaves_at_once", classifier).state
    assert (left.ending.by, [turn for turn in left.turns if turn.text]) == ("customer", [])
    assert [turn.text for turn in talk_of("wecom_invite", "silent", classifier).state.turns] == []
    handed = talk_of("wecom_invite", "wants_human", classifier).state
    assert handed.handoffs[0].reason == "answered"


def test_a_list_gets_its_people_by_share_and_keeps_its_words():
    leads = [(f"+86138{n:08}", {"surname": "诸葛", "city": ""}) for n in range(100)]
    people = in_place_of(3, leads, {"agrees": 30, "busy": 70})
    assert Counter(one.persona for one in people) == {"agrees": 30, "busy": 70}
    assert people == in_place_of(3, leads, {"agrees": 30, "busy": 70})
    assert [one.number for one in people] == [number for number, _ in leads]
    assert all(one.variables["surname"] == "诸葛" and one.variables["city"] for one in people)


@pytest.mark.parametrize(
    ("mix", "why"), [({"nobody": 1.0}, "no persona 'nobody'"), ({"busy": -1.0}, "below 0"), ({}, "no persona")]
)
def test_shares_are_checked(mix, why):
    with pytest.raises(UsageError, match=why):
        checked_shares(mix)

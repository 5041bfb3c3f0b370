"""Verdicts: who may give one when, what is wrong in one, blind until it is given."""

from datetime import UTC, datetime

import pytest

from tests.qa.judged import call, judge, round_of
from tests.reports.counted import count_by_hand
from tests.store.samples import attempt_id
from voicebot.errors import UsageError
from voicebot.qa.dossier import dossiers
from voicebot.qa.rounds import close, round_named
from voicebot.qa.samples import sample_of, samples, verdicts, waiting_for
from voicebot.qa.transcript import transcript
from voicebot.qa.verdicts import Correction, Verdict, check, give
from voicebot.store.audit import audit_of

INTENTS = ("affirm", "deny", "busy")
NOW = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def within(store):
    count_by_hand(store)
    return round_of(store)


def verdict(**changed: object) -> Verdict:
    return Verdict(**{"reviewer": "li", "at": NOW, "grade": "A", "passed": True, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"grade": "F"}, "'F' is no grade; there are: A, B, C, D, E"),
        ({"reviewer": " "}, "needs its reviewer"),
        ({"passed": False}, "a call that does not pass needs a reason"),
        ({"reasons": ("mishear",)}, "'mishear' is no reason; do you mean misheard"),
        ({"reasons": ("other",)}, "'other' needs a note"),
        ({"corrections": (Correction(1, "denny"),)}, "'denny' is no intent of intents/; do you mean deny"),
    ],
)
def test_what_is_wrong_in_a_verdict_is_told(changed, told):
    with pytest.raises(UsageError, match=told):
        check(verdict(**changed), INTENTS)


def test_a_good_verdict_passes_the_check():
    check(verdict(passed=False, reasons=("other",), note="x", corrections=(Correction(1, "deny", "不要"),)), INTENTS)


def test_two_reviewers_and_a_third_person(store, within):
    key = attempt_id(6)
    judge(store, within, key, "li", "D")
    with pytest.raises(UsageError, match=r"li has judged call .* already; --replace"):
        judge(store, within, key, "li", "C")
    with pytest.raises(UsageError, match="has 1 of 2 verdicts; the final word comes after"):
        judge(store, within, key, "wu", "C", final=True)
    judge(store, within, key, "zhao", "C", passed=False)
    with pytest.raises(UsageError, match="has its 2 verdicts; a third person settles it"):
        judge(store, within, key, "wu", "C")
    with pytest.raises(UsageError, match=r"zhao has judged .*; the final word is another person's"):
        give(store, within, call(store, within, key), verdict(reviewer="zhao", final=True), replace=True)
    assert [one.attempt_id for one in waiting_for(store, within, "wu", final=True)] == [key]
    judge(store, within, key, "wu", "C", final=True)
    with pytest.raises(UsageError, match="was settled by wu"):
        judge(store, within, key, "sun", "C", final=True)
    assert waiting_for(store, within, "sun", final=True) == ()


def test_a_verdict_is_replaced_with_its_corrections_and_the_audit_says_so(store, within):
    sample = call(store, within, attempt_id(7))
    give(store, within, sample, verdict(corrections=(Correction(1, "deny"), Correction(2, "busy", "忙着"))))
    give(store, within, sample, verdict(grade="B", corrections=(Correction(1, "busy"),)), replace=True)
    (given,) = verdicts(store, within)[sample.id]
    assert (given.grade, given.corrections) == ("B", (Correction(1, "busy"),))
    (line,) = audit_of(store, f"qa:march:{sample.number}", 5)
    assert (line.action, line.before["grade"], line.after["grade"]) == ("qa.replace", "A", "B")


def test_a_turn_that_is_not_there_cannot_be_corrected(store, within):
    with pytest.raises(UsageError, match=r"has no turn 9; it has: 1, 2, 3"):
        judge(store, within, attempt_id(7), "li", "A", Correction(9, "deny"))


def test_what_waits_for_a_reviewer(store, within):
    every = [one.attempt_id for one in samples(store, within)]
    assert len(every) == 6
    assert [one.attempt_id for one in waiting_for(store, within, "li")] == every
    judge(store, within, every[0], "li", "A")
    judge(store, within, every[1], "wu", "A")
    judge(store, within, every[1], "sun", "A")
    assert [one.attempt_id for one in waiting_for(store, within, "li")] == every[2:]


def test_a_closed_round_takes_no_verdict(store, within):
    close(store, "march", by="li", now=NOW)
    with pytest.raises(UsageError, match="round 'march' is closed; no verdict"):
        judge(store, round_named(store, "march"), attempt_id(6), "li", "D")


def test_a_call_is_named_by_number_or_id(store, within):
    one = samples(store, within)[2]
    assert sample_of(store, within, "3") == sample_of(store, within, one.attempt_id) == one
    with pytest.raises(UsageError, match="'77' is no call of round 'march'; name one by its number, 1 to 6"):
        sample_of(store, within, "77")
    with pytest.raises(UsageError, match="'00000000' may be several calls"):
        sample_of(store, within, "00000000")


def test_the_dossier_has_both_sides_in_time_and_the_grade_apart(store, within, tmp_path):
    (one,) = dossiers(store, [call(store, within, attempt_id(7))], tmp_path)
    assert one.path == "opening → benefit"
    assert [stop.at_ms for stop in one.nodes] == [0, 8_000]
    assert one.recording is None
    assert transcript(one.lines).splitlines() == [
        "0:04.5–0:05.0 C [1] 今天天气  (no match)",
        "0:09.5–0:10.0 C [2] 可以啊  (agree)",
        "0:10.5–0:10.5 H hand-off  (sales: busy, 0.9 s)",
        "0:11.0–0:11.2 C [3] 嗯  (aside)",
        "0:12.0–0:52.0 H hand-off  (sales: answered, 3.0 s)",
    ]
    assert one.robot.talk.grade == "A"
    assert [proof.text for proof in one.robot.talk.evidence] == ["可以啊"]

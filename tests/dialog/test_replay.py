"""Recorded calls through another version: what is a fact, what is supposed, where they part, what cannot be known."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialog.playbook import StandIn
from tools.recorded_talks import Recorder, recorded
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.replay import Versions, replay_call
from voicebot.dialog.replayed import Replayed
from voicebot.dialog.script import Script
from voicebot.errors import MissingVariable

TEXT = """script: shop
start: opening
limits: {max_call_s: 120}
needs: {surname: {default: 张}}
defaults:
  listen: {no_input_ms: 5000, end_silence_ms: 700}
  no_input: [{say: 您好，能听到吗？, ask: true}, {go: bye}]
  no_match: [{say: 没听清。, ask: true}, {go: bye}]
nodes:
  opening:
    say: "{surname}先生您好，我是智能助理，现在方便吗？"
    ask: 方便吗？
    answers:
      - {id: yes, keywords: [方便, 可以], digits: "1", go: offer}
      - {id: no, keywords: [没空, 不需要], go: bye}
  offer:
    say: 送您一张优惠券，我转给同事，好吗？
    answers:
      - {id: yes, keywords: [好的, 可以], score: 2, tag: WANTS, hand_off: sales}
      - {id: no, keywords: [不需要], go: bye}
  bye:
    role: closing
    say: 好的，再见。
    then: {hang_up: ROBOT_END}
anywhere:
  - {id: who, keywords: [你是谁], say: 我是智能助理。, return: ask}
  - {id: stop, keywords: [别打了], tag: STOP_REQUEST, go: bye}
handoff:
  sales: {target: default, on_fail: bye, hold: [请稍等。]}
grading:
  - {grade: A, name: 转人工, when: {handed_off: answered}}
  - {grade: B, name: 愿意, when: {score: {min: 2}}}
  - {grade: E, name: 其他}
"""
OLD = load_text(TEXT, "shop.yaml")
DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
SHIPPED = [load_script(path) for path in sorted(DIALOGS.glob("*.yaml"))]
ENGINE = StandIn({}, {})


def version(*pairs: tuple[str, str], text: str = TEXT) -> Script:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return load_text(text, "shop.yaml")


def talk(script: Script = OLD) -> Recorder:
    recorder = Recorder(script, {}, ENGINE)
    recorder.pick_up()
    return recorder


def through(new: Script, recorder: Recorder) -> Replayed:
    return replay_call(Versions(OLD, new, ENGINE, 0.5), {}, recorder.events)


def said(*words: str) -> Recorder:
    recorder = talk()
    for each in words:
        recorder.say(each)
    if not recorder.over:
        recorder.finish()
    if not recorder.over:
        recorder.hang_up()
    return recorder


@pytest.mark.parametrize("script", [OLD, *SHIPPED], ids=lambda script: script.name)
def test_a_version_over_its_own_calls_changes_nothing(script: Script) -> None:
    values = {need.name: need.example or "某" for need in script.needs.values()}
    versions = Versions(script, script, ENGINE, 0.5)
    stepped = Versions(script, script, ENGINE, 0.5)
    stepped.same_start = False  # both versions in step from the first event on

    @given(st.integers(0, 10**9))
    def check(seed: int) -> None:
        events = recorded(script, values, ENGINE, seed)
        for each in (versions, stepped):
            result = replay_call(each, values, events)
            assert (result.level, result.differs, result.known) == ("same", False, True)
            assert result.old.path

    check()


CHANGES = {
    "keyword": ("keywords: [没空, 不需要]", "keywords: [没空]"),
    "wording": ("送您一张优惠券", "送您一张红包"),
    "closing": ("好的，再见。", "再见，祝您愉快。"),
    "ladder": ("no_match: [{say: 没听清。, ask: true}", "no_match: [{say: 没听清。}"),
    "timer": ("no_input_ms: 5000", "no_input_ms: 3000"),
    "anywhere": ("id: who, keywords: [你是谁]", "id: who, keywords: [你是谁, 嗯]"),
    "rule": ("score: {min: 2}", "score: {min: 3}"),
    "cap": ("max_call_s: 120", "max_call_s: 20"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_stepping_one_version_where_nothing_changed_finds_what_stepping_both_finds(change: tuple[str, str]) -> None:
    new = version(change)
    quick, slow = (Versions(OLD, new, ENGINE, 0.5) for _ in range(2))
    slow.same_start, slow.alike, slow.equal = False, frozenset(), frozenset()
    found: set[bool] = set()
    for seed in range(150):
        events = recorded(OLD, {}, ENGINE, seed)
        result = replay_call(quick, {}, events)
        assert result == replay_call(slow, {}, events)
        found.add(result.differs)
    assert found == {True, False}


def test_another_grading_is_known_to_the_end() -> None:
    result = through(version(("score: {min: 2}", "score: {min: 3}")), said("可以", "好的"))
    assert (result.level, result.known) == ("same", True)
    assert result.new is not None
    assert (result.old.grade, result.new.grade) == ("B", "E")
    assert result.old.path == result.new.path


def test_an_answer_that_leads_elsewhere_parts_them_and_the_rest_is_unknown() -> None:
    new = version(("- {id: no, keywords: [没空, 不需要], go: bye}", "- {id: no, keywords: [没空], go: offer}"))
    result = through(new, said("没空"))
    assert (result.level, result.new, result.known) == ("parted", None, False)
    parting = result.parting
    assert parting is not None
    assert (parting.turn, parting.node, parting.trigger, parting.text) == (1, "opening", "Heard", "没空")
    assert (parting.old.choice, parting.old.node, parting.old.ends) == ("no", "bye", "ROBOT_END")
    assert (parting.new.choice, parting.new.node, parting.new.ends) == ("no", "offer", "")
    assert parting.new.says == "送您一张优惠券，我转给同事，好吗？"
    assert result.so_far is not None
    assert (result.so_far.path, result.so_far.grade) == (("opening", "offer"), "E")


def test_a_version_that_says_good_bye_is_known_and_what_the_customer_said_later_is_not() -> None:
    result = through(
        version(('keywords: [方便, 可以], digits: "1", go: offer', "keywords: [方便, 可以], go: bye")),
        said("可以", "好的"),
    )
    assert (result.level, result.known) == ("parted", True)
    assert result.new is not None
    assert (result.new.path, result.new.ending, result.new.grade) == (("opening", "bye"), "ROBOT_END", "E")
    assert (result.old.grade, result.unknown_turns) == ("B", 1)


def test_other_words_at_the_same_place_are_a_supposition() -> None:
    result = through(version(("送您一张优惠券", "送您一个红包")), said("可以", "不需要"))
    assert (result.level, result.known) == ("supposed", False)
    (doubt,) = result.suppositions
    assert (doubt.what, doubt.node) == ("wording", "offer")
    assert doubt.new.startswith("送您一个红包")
    assert result.new == result.old
    assert result.differs


def test_other_words_that_nobody_heard_are_none() -> None:
    new = version(("现在方便吗", "请问您现在方便吗"))
    gone = talk()
    gone.hang_up(600)
    assert not through(new, gone).differs
    assert through(new, said("可以")).level == "supposed"
    assert through(version(("送您一张优惠券", "送您一个红包")), said("没空")).level == "same"


def test_a_new_name_of_a_node_changes_the_path_and_no_fact() -> None:
    result = through(version(("  offer:\n", "  coupon:\n"), ("go: offer", "go: coupon")), said("可以", "不需要"))
    assert (result.level, result.known) == ("same", True)
    assert result.new is not None
    assert result.new.path == ("opening", "coupon", "bye")


def test_an_earlier_timer_parts_them_before_the_customer_spoke() -> None:
    new = version(("no_input_ms: 5000", "no_input_ms: 1000"))
    slow = talk()
    slow.finish()
    slow.run_to(slow.now + 2000)
    slow.say("可以")
    slow.hang_up()
    parting = through(new, slow).parting
    assert parting is not None
    assert (parting.trigger, parting.text, parting.turn) == ("TimerFired", "no_input", 0)
    assert (parting.old.says, parting.new.says) == ("", "您好，能听到吗？方便吗？")
    assert not through(version(("no_input_ms: 5000", "no_input_ms: 4000")), said("没空")).differs


def test_a_later_timer_parts_them_when_the_old_one_ran_out() -> None:
    silent = talk()
    silent.wait()
    silent.say("可以")
    silent.hang_up()
    result = through(version(("no_input_ms: 5000", "no_input_ms: 8000")), silent)
    assert result.parting is not None
    assert (result.parting.old.says, result.parting.new.says) == ("您好，能听到吗？方便吗？", "")
    assert (result.new, result.unknown_turns) == (None, 1)


def test_other_limits_of_listening_put_every_later_word_in_doubt() -> None:
    result = through(version(("end_silence_ms: 700", "end_silence_ms: 900")), said("可以", "不需要"))
    assert [doubt.what for doubt in result.suppositions] == ["listening"]


def test_other_agents_part_them_and_another_wait_is_a_supposition() -> None:
    handed = talk()
    handed.say("可以")
    handed.say("好的")
    handed.agent("answered")
    handed.hang_up()
    assert through(OLD, handed).old.grade == "A"
    parted = through(version(("target: default", "target: experts")), handed)
    assert parted.parting is not None
    assert (parted.parting.old.target, parted.parting.new.target) == ("default", "experts")
    waits = through(version(("target: default", "target: default, timeout_s: 40")), handed)
    assert [doubt.what for doubt in waits.suppositions] == ["handoff"]


def test_words_that_the_engine_takes_otherwise_by_now_are_told_apart() -> None:
    """Recorded by an engine that made nothing of 今天天气; both versions would take it today, one of them elsewhere."""
    text = TEXT.replace("keywords: [方便, 可以]", "intent: affirm")
    script = load_text(text, "shop.yaml")
    taught = StandIn({"今天天气": "affirm"}, {})
    deaf = Recorder(script, {}, StandIn({}, {}))
    deaf.pick_up()
    deaf.say("今天天气")
    deaf.hang_up()
    added = version(
        ("- {id: who,", "- {id: later, keywords: [改天], go: bye}\n  - {id: who,"),
        text=text,
    )
    same = replay_call(Versions(script, added, taught, 0.5), {}, deaf.events)
    assert (same.level, same.known) == ("same", True)
    moved = version(
        ("go: offer", "go: bye"),
        ("id: yes, intent", "id: agreed, intent"),
        text=text,
    )
    other = replay_call(Versions(script, moved, taught, 0.5), {}, deaf.events)
    assert [doubt.what for doubt in other.suppositions] == ["understanding"]
    assert other.parting is not None


def test_words_recognised_too_badly_stay_not_understood() -> None:
    recorder = talk()
    recorder.say("今天天气")
    recorder.hang_up()
    events = [
        type(each)(**{**vars(each), "confidence": 0.2}) if hasattr(each, "confidence") else each
        for each in recorder.events
    ]
    new = version(("keywords: [没空, 不需要]", "keywords: [没空, 今天天气]"))
    assert replay_call(Versions(OLD, new, ENGINE, 0.5), {}, events).level == "same"
    assert replay_call(Versions(OLD, new, ENGINE, 0.1), {}, events).level == "parted"


def test_a_lead_without_what_the_new_version_needs_is_an_error_to_be_counted() -> None:
    new = version(("needs: {surname: {default: 张}}", "needs: {surname: {default: 张}, city: {about: 城市}}"))
    with pytest.raises(MissingVariable, match="city"):
        through(new, said("可以"))


SERVICE = """services:
  crm: {url: "https://crm.example.com/level", fill: {level: level}, wait: [请稍等。]}
nodes:
"""


def test_another_question_to_a_service_parts_them_and_the_same_one_does_not() -> None:
    lookup = '    lookup: {http: crm, with: {n: "{surname}"}, else: bye}\n'
    text = TEXT.replace("nodes:\n", SERVICE).replace("  offer:\n", "  offer:\n" + lookup)
    asking = load_text(text, "shop.yaml")
    asked = talk(asking)
    asked.say("可以")
    asked.hang_up(9000)
    later = version(("max_call_s: 120", "max_call_s: 110"), text=text)
    assert replay_call(Versions(asking, later, ENGINE, 0.5), {}, asked.events).level == "same"
    other = version(("with: {n: ", "with: {m: "), text=text)
    parting = replay_call(Versions(asking, other, ENGINE, 0.5), {}, asked.events).parting
    assert parting is not None
    assert (parting.old.service, parting.new.service) == ("crm", "crm")

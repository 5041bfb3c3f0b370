"""Typed slots in a talk: bounds and what is said to them, keys, what the robot says for them, faults of the loader."""

import re

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.check import check
from voicebot.dialog.events import Answered, DigitPressed
from voicebot.dialog.loader import load_text
from voicebot.dialog.wording import speak
from voicebot.errors import InputFault
from voicebot.understanding.nlu_yaml import Training

SCRIPT = """
script: visits
start: guests
slots:
  place: {type: name, from: city}
  guests: {type: number, min: 1, max: 20, invalid: [最多二十位。, 真的最多二十位。]}
  day: {type: date}
  hour: {type: time, min: "9:00", max: "21:00"}
  mobile: {type: phone}
defaults:
  listen: {digits_ms: 2000}
  no_match: [{say: 没听清。, ask: true}, {say: 还是没听清。, ask: true}, {say: 算了。, go: bye}]
nodes:
  guests:
    say: 您好，您几位过来？
    ask: 几位？
    answers:
      - {slot: guests, go: moment}
      - {id: human, keywords: [转人工], digits: "0", go: bye}
  moment:
    say: "{guests}位，哪天几点？"
    answers:
      - {id: both, slot: [day, hour], set: {note: "{day} {hour}"}, go: mobile}
      - {id: some, slot_any: [day, hour], return: ask}
      - {id: menu, digits: "1", go: bye}
      - {id: again, keywords: ["{guests}位"], return: say}
  mobile: {say: "{day}{hour}，您的手机号？", answers: [{slot: mobile, go: place}]}
  place: {say: "{mobile}，您在哪？", answers: [{slot: place, go: bye}]}
  bye: {say: "{place}再见！", then: {hang_up: ROBOT_END}}
"""
MORNING = "2026-11-25T10:00"


def call() -> Playbook:
    book = Playbook(SCRIPT, entities={"苏州": {"city": "苏州"}})
    return book.send(Answered(0, MORNING)).all_prompts_end()


def test_values_are_kept_canonical_and_said_in_words() -> None:
    book = call().says("两个人")
    assert book.state.slots == {"guests": "2"}
    assert book.say.text == "两位，哪天几点？"
    book.all_prompts_end().says("明天下午三点半")
    assert book.state.slots == {
        "guests": "2",
        "day": "2026-11-26",
        "hour": "15:30",
        "note": "2026-11-26 15:30",
    }
    assert book.say.text == "十一月二十六号下午三点半，您的手机号？"
    book.all_prompts_end().says("幺三八零零幺三八零零零").all_prompts_end().says("苏州")
    assert book.state.slots["mobile"] == "+8613800138000"
    assert book.say.text == "苏州再见！"


def test_a_value_out_of_bounds_is_not_taken_and_told() -> None:
    book = call().says("五十个人")
    assert (book.state.node, book.state.slots) == ("guests", {})
    assert book.texts[-1] == "最多二十位。"
    turn = book.state.turns[-1]
    assert (turn.choice, turn.evidence) == (None, "guests: 50 is not from 1 to 20")
    book.prompt_ends()
    assert book.say.text == "几位？"
    book.all_prompts_end().says("六十个人")
    assert book.say.text == "真的最多二十位。"
    book.all_prompts_end().says("七十个人")
    assert book.say.text == "算了。"
    assert book.state.visits[0].no_matches == 3


def test_what_was_cut_is_asked_whole_after_a_value_out_of_bounds() -> None:
    book = Playbook(SCRIPT).send(Answered(0, MORNING)).passes(800).says("五十个人").all_prompts_end()
    assert book.texts[-2:] == ["最多二十位。", "您好，您几位过来？"]


def test_one_of_two_values_is_enough_where_the_script_says_so() -> None:
    book = call().says("三位").all_prompts_end().says("明天吧")
    assert book.state.turns[-1].choice == "some"
    assert book.state.slots["day"] == "2026-11-26"


def test_a_keyword_with_a_value_in_it_is_as_it_is_said() -> None:
    book = call().says("三位").all_prompts_end().says("三位啊")
    assert book.state.turns[-1].choice == "again"


def test_keys_fill_a_slot_when_they_are_complete() -> None:
    book = call().presses("1")
    assert book.state.node == "guests"
    book.timer("digits")
    assert (book.state.node, book.state.slots) == ("moment", {"guests": "1"})
    assert (book.state.turns[-1].by, book.state.turns[-1].evidence) == ("digits", "1")
    assert call().presses("12").state.slots == {"guests": "12"}
    assert call().presses("7#").state.slots == {"guests": "7"}


def test_keys_out_of_bounds_are_told_too() -> None:
    book = call().presses("99")
    assert (book.state.node, book.texts[-1]) == ("guests", "最多二十位。")


def test_keys_of_an_answer_are_that_answers() -> None:
    assert call().presses("0").timer("digits").state.node == "bye"


def test_two_slots_of_one_answer_take_no_keys() -> None:
    book = call().says("三位").all_prompts_end().presses("1")
    assert book.state.node == "bye"


def test_keys_cut_the_prompt_of_a_question_for_a_value() -> None:
    book = Playbook(SCRIPT.replace("min: 1, max: 20", "min: 1, max: 9")).send(Answered(0, MORNING)).passes(800)
    assert book.send(DigitPressed(book.at, "*", 800)).state.line is not None
    assert book.presses("5").state.slots == {"guests": "5"}


def test_without_a_wall_clock_no_day_is_understood() -> None:
    book = Playbook(SCRIPT).answered().all_prompts_end().says("三位").all_prompts_end().says("明天下午三点")
    assert book.state.turns[-1].choice == "some"
    assert "day" not in book.state.slots


@pytest.mark.parametrize(
    ("sound", "broken", "fault"),
    [
        ("type: name", "type: nam", r"did you mean 'name'"),
        ("{type: name, from: city}", "{from: city}", r"slot 'place' needs 'type'"),
        ("type: date}", "type: date, min: 3}", r"'min' of slot 'day' means nothing for a date"),
        ('"9:00"', '"9 Uhr"', r"write a time of day as 09:30"),
        ("min: 1,", "min: one,", r"which is no number"),
        ("min: 1,", "min: nan,", r"which is no number"),
        ("{type: phone}", "{type: phone, region: China}", r"not two capital letters"),
        ("slot_any: [day, hour]", "slot_any: [day], slot: hour", r"all are needed, or one is enough"),
    ],
)
def test_faults_are_told_with_their_place(sound: str, broken: str, fault: str) -> None:
    assert SCRIPT.count(sound) == 1
    with pytest.raises(InputFault, match=rf"visits\.yaml:\d+:\d+: .*{fault}"):
        load_text(SCRIPT.replace(sound, broken), "visits.yaml")


def test_bounds_are_kept_canonical() -> None:
    script = load_text(SCRIPT, "visits.yaml")
    assert (script.slots["hour"].slot.least, script.slots["guests"].slot.most) == ("09:00", "20")


def test_only_names_need_a_list_in_the_training_data() -> None:
    nothing = Training((), {}, {}, {}, "")
    found = [finding for finding in check(load_text(SCRIPT, "visits.yaml"), nothing) if finding.code == "unknown-slot"]
    assert [re.match(r"'(\w+)'", finding.message)[1] for finding in found] == ["city"]  # type: ignore[index]


def test_an_english_script_says_values_in_english() -> None:
    script = load_text(SCRIPT.replace("start: guests", "start: guests\nlanguage: en"), "visits.yaml")
    values = {"guests": "2", "day": "2026-11-26", "hour": "15:30", "mobile": "+447911123456"}
    assert speak(script, "{guests} of you, {day} at {hour}", values) == "2 of you, November 26th at 3:30 pm"
    assert speak(script, "{mobile}", values) == "4 4, 7 9 1 1, 1 2 3 4 5 6"

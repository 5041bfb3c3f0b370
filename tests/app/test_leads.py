"""What a call knows of its lead."""

import sys

import pytest

from voicebot.app.leads import lead_variables
from voicebot.dialog import engine
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import Rehearsal

SCRIPT = """
script: near
language: {language}
start: bye
nodes:
  bye:
    say: {say}
    then: {{hang_up: ROBOT_END}}
"""
NUMBER = "+8651262345678"


@pytest.mark.parametrize(
    ("say", "language", "said"),
    [
        ("'{home_city}有门店，再见'", "zh", "苏州有门店，再见"),
        ("'{home_city}, {home_province}'", "en", "Suzhou, Jiangsu"),
        ("[{text: 江苏的客户, when: {home_province: 江苏}}, 别处的客户]", "zh", "江苏的客户"),
        ("[{text: 有城市, if: filled('home_city')}, 没有城市]", "zh", "有城市"),
    ],
)
def test_the_number_tells_where_its_owner_is(say: str, language: str, said: str) -> None:
    script = load_text(SCRIPT.format(say=say, language=language), "near.yaml")
    talk = Rehearsal(script, lead_variables(script, NUMBER, {"surname": "张"}), None)
    talk.pick_up()
    assert talk.state.said[0].text == said
    assert talk.state.values["surname"] == "张"


def test_what_the_list_says_wins() -> None:
    script = load_text(SCRIPT.format(say="'{home_city}{home_province}'", language="zh"), "near.yaml")
    values = lead_variables(script, NUMBER, {"home_city": "上海", "home_province": ""})
    assert (values["home_city"], values["home_province"]) == ("上海", "江苏")


def test_without_a_number_they_are_empty_texts() -> None:
    script = load_text(SCRIPT.format(say="'{home_city}你好'", language="zh"), "near.yaml")
    assert engine.start(script, lead_variables(script, "", {})).values["home_city"] == ""
    assert engine.start(script, {}).values["carrier"] == ""


def test_the_tables_are_not_touched_for_a_script_that_does_not_speak_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    script = load_text(SCRIPT.format(say="'再见'", language="zh"), "near.yaml")
    monkeypatch.setitem(sys.modules, "phonenumbers", None)  # importing it would raise
    assert lead_variables(script, NUMBER, {"surname": "张"}) == {"surname": "张"}

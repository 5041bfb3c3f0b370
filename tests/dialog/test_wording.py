"""Texts with variables: variants, defaults, look-ups, and everything that can be said to a lead."""

from pathlib import Path

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.wording import lead_values, prompts, render

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
STORES = """
script: stores
needs: {city: {default: 苏州}}
start: where
tables:
  stores:
    key: city
    rows:
      - {city: 苏州, store1: 园区店, store2: 新区店}
      - {city: 上海, store1: 徐汇店, store2: 浦东店}
nodes:
  where:
    say:
      - {text: "老朋友，您在{city}吗？", when: {city: 上海}}
      - 您好，您在{city}吗？
      - 再问一下，您在{city}吗？
    answers:
      - {id: city, slot: city, go: stores}
      - {id: here, intent: affirm, go: stores}
      - {id: again, keywords: [什么], return: say}
  stores:
    lookup: {table: stores, by: city, else: none}
    say: "{city}有{store1}和{store2}，您去哪家？"
    answers:
      - {id: first, keywords: ["{store1}"], set: {store: "{store1}"}, go: chosen}
      - {id: second, keywords: ["{store2}"], set: {store: "{store2}"}, go: chosen}
  chosen: {say: "好的，{store}见！", then: {hang_up: ROBOT_END}}
  none: {say: "{city}没有店，再见！", then: {hang_up: ROBOT_END}}
"""


def test_the_variant_for_such_leads_comes_first_then_rotation() -> None:
    assert Playbook(STORES, {"city": "上海"}).answered().say.text == "老朋友，您在上海吗？"
    assert Playbook(STORES).answered().say.text == "您好，您在苏州吗？"


def test_a_look_up_fills_slots_and_keywords() -> None:
    call = Playbook(STORES, entities={"上海": {"city": "上海"}}).answered().all_prompts_end().says("上海")
    assert call.say.text == "上海有徐汇店和浦东店，您去哪家？"
    call.all_prompts_end().says("浦东店吧")
    assert call.say.text == "好的，浦东店见！"
    assert call.state.slots["store"] == "浦东店"


def test_a_look_up_without_a_row_goes_elsewhere() -> None:
    call = Playbook(STORES, entities={"拉萨": {"city": "拉萨"}}).answered().all_prompts_end().says("拉萨")
    assert call.say.text == "拉萨没有店，再见！"
    assert call.path == ["where", "none"]


def test_all_that_can_be_said_is_listed_for_rendering_ahead() -> None:
    texts = {prompt.text for prompt in prompts(load_text(STORES, "s.yaml"), {})}
    assert texts == {
        "您好，您在苏州吗？",
        "再问一下，您在苏州吗？",
        "苏州有园区店和新区店，您去哪家？",
        "上海有徐汇店和浦东店，您去哪家？",
        *(f"好的，{store}见！" for store in ("园区店", "新区店", "徐汇店", "浦东店")),
        "苏州没有店，再见！",
    }


@pytest.mark.parametrize("path", sorted(DIALOGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_prompts_of_shipped_scripts_are_whole_sentences(path: Path) -> None:
    texts = [prompt.text for prompt in prompts(load_script(path), {"surname": "张", "shop": "好物优选"})]
    assert len(texts) > 20
    assert all("{" not in text and text[-1] in "。！？.!?" for text in texts)


def test_values_are_cleaned_and_cut() -> None:
    script = load_text(STORES, "s.yaml")
    assert lead_values(script, {"city": " 苏\n州\x00 "})["city"] == "苏 州"
    assert len(lead_values(script, {"city": "长" * 500})["city"]) == 100
    assert render("{a}和{b}", {"a": "{b}"}) == "{b}和"  # a value is text, never a template

"""Answers of everywhere from files of their own: after the script's, with places of their own, and back to the node."""

from pathlib import Path

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.bundle import MAX_PARTS, PartsBeside, digest_of
from voicebot.dialog.loader import load_script, load_text
from voicebot.errors import InputFault

MAIN = """script: shop
start: hello
knowledge: [faq, more]
nodes:
  hello:
    say: 您好，方便吗？
    ask: 方便吗？
    answers:
      - {id: yes, keywords: [方便], go: offer}
  offer: {say: 送您一张券，要吗？, answers: [{id: ok, keywords: [要], go: bye}]}
  check: {say: 请问是本人吗？, answers: [{id: me, keywords: [是我], return: say}]}
  bye: {say: 再见！, then: {hang_up: ROBOT_END}}
anywhere:
  - {id: price, keywords: [多少钱], say: 不要钱。, return: ask}
"""
FAQ = """knowledge: faq
answers:
  - {id: who, keywords: [你是谁], say: [我是小美。, 刚说过，我是小美。], return: ask}
  - {id: pause, keywords: [等一下], say: 好的。, return: listen}
  - {id: again, keywords: [再说一遍], return: say}
"""
MORE = "knowledge: more\nanswers:\n  - {id: voice, keywords: [留言], go: check}\n"
PARTS = {"knowledge/faq.yaml": FAQ, "knowledge/more.yaml": MORE}


def talk() -> Playbook:
    return Playbook(load_text(MAIN, "dialogs/shop.yaml", PARTS)).answered().all_prompts_end()


def test_answers_of_knowledge_follow_the_scripts_own() -> None:
    script = load_text(MAIN, "dialogs/shop.yaml", PARTS)
    assert [answer.id for answer in script.anywhere] == ["price", "who", "pause", "again", "voice"]
    assert str(script.anywhere[1].place) == "dialogs/knowledge/faq.yaml:3:5"


def test_they_return_to_the_node_that_was_interrupted() -> None:
    call = talk().says("方便").all_prompts_end()
    assert call.says("你是谁").texts[-1] == "我是小美。"
    assert call.all_prompts_end().texts[-1] == "送您一张券，要吗？", "the node's question again"
    assert call.says("你是谁").texts[-1] == "刚说过，我是小美。"
    call.all_prompts_end()
    before = len(call.texts)
    call.says("等一下").all_prompts_end()
    assert call.texts[before:] == ["好的。"], "then only listening"
    assert call.says("再说一遍").texts[-1] == "送您一张券，要吗？"
    assert set(call.path) == {"hello", "offer"}
    assert len(call.path) == 2, "the node was not left"


def test_a_node_in_between_returns_to_the_interrupted_one() -> None:
    call = talk().says("方便").all_prompts_end().says("留言").all_prompts_end().says("是我")
    assert call.path == ["hello", "offer", "check", "offer"]
    assert call.say.text == "送您一张券，要吗？"


def test_a_prompt_that_a_question_cut_goes_on_after_the_reply() -> None:
    call = Playbook(load_text(MAIN, "shop.yaml", PARTS)).answered().passes(900).starts_speaking().partial("你是谁")
    call.says("你是谁").prompt_ends()
    assert (call.say.text, call.say.from_ms > 0) == ("您好，方便吗？", True)


@pytest.mark.parametrize(
    ("parts", "place", "says"),
    [
        ({"knowledge/faq.yaml": FAQ}, "shop.yaml:3:18", "no file dialogs/knowledge/more.yaml"),
        ({**PARTS, "knowledge/faq.yaml": FAQ.replace("id: who", "id: price")}, "knowledge/faq.yaml:3:5", "two answers"),
        ({**PARTS, "knowledge/more.yaml": FAQ}, "knowledge/more.yaml:1:1", "'knowledge' is 'faq'"),
        (
            {**PARTS, "knowledge/faq.yaml": FAQ.replace("return: ask", "go: nowhere")},
            "knowledge/faq.yaml:3:57",
            "nowhere",
        ),
        ({**PARTS, "knowledge/faq.yaml": "answers: []"}, "knowledge/faq.yaml:1:1", "needs 'knowledge'"),
        ({**PARTS, "knowledge/faq.yaml": ": ["}, "knowledge/faq.yaml:1:", "not YAML"),
    ],
)
def test_faults_are_found_in_their_own_file(parts: dict[str, str], place: str, says: str) -> None:
    with pytest.raises(InputFault) as caught:
        load_text(MAIN, "dialogs/shop.yaml", parts)
    assert str(caught.value).startswith(f"dialogs/{place}")
    assert says in str(caught.value)


def test_a_part_alone_is_no_script() -> None:
    with pytest.raises(InputFault, match="a part of scripts"):
        load_text(FAQ, "faq.yaml")
    with pytest.raises(InputFault, match="a part of scripts"):
        load_text("flow: x\nstart: y\nnodes: {}\n", "x.yaml")


def test_parts_are_files_beside_the_script(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "shop.yaml").write_text(MAIN, "utf-8")
    for name, text in PARTS.items():
        (tmp_path / name).write_text(text, "utf-8")
    script = load_script(tmp_path / "shop.yaml")
    assert (script.parts, script.digest) == (PARTS, digest_of(MAIN, PARTS))
    assert load_text(MAIN, "elsewhere.yaml", script.parts).digest == script.digest
    assert list(PartsBeside(tmp_path)) == list(PARTS)
    (tmp_path / "knowledge/faq.yaml").write_bytes(b"knowledge: \xff")
    with pytest.raises(InputFault, match=r"knowledge/faq.yaml:1:12: not UTF-8"):
        load_script(tmp_path / "shop.yaml")


def test_a_script_has_a_bounded_number_of_files() -> None:
    names = [f"k{number}" for number in range(MAX_PARTS + 1)]
    parts = {f"knowledge/{name}.yaml": f"knowledge: {name}\nanswers: []\n" for name in names}
    with pytest.raises(InputFault, match=f"more than {MAX_PARTS} files"):
        load_text(MAIN.replace("[faq, more]", f"[{', '.join(names)}]"), "shop.yaml", parts)

"""Look-ups over HTTP: what is said meanwhile, what comes of the answer, and that nothing that fails stops the talk."""

import pytest

from tests.dialog.playbook import Playbook
from tests.dialog.test_resume import moved
from voicebot.dialog import engine
from voicebot.dialog.commands import CancelTimer, Fetch, HangUp, Say, SetTimer, StopSaying
from voicebot.dialog.conversation import load_conversations_text
from voicebot.dialog.conversation_run import play
from voicebot.dialog.coverage import coverage
from voicebot.dialog.events import Faulted, Fetched
from voicebot.dialog.loader import load_text
from voicebot.dialog.talk import FETCH_GRACE_MS, FETCH_GUARD_MS
from voicebot.errors import InputFault

SCRIPT = """
script: asks
needs: {surname: {default: 张}}
start: opening
services:
  crm:
    url: https://crm.example.com/customer
    deadline_ms: 1500
    cache_s: 300
    fill: {vip: level, shop: shop.name}
    wait: [请稍等。, 马上就好。]
    wait_gap_ms: 1000
nodes:
  opening:
    say: 您好，现在方便吗？
    answers:
      - {id: yes, intent: affirm, keywords: [方便], say: 好的。, go: known}
      - {id: at_once, keywords: [直接说], go: known}
      - {id: no, keywords: [没空], go: bye}
  known:
    lookup: {http: crm, with: {name: "{surname}", city: "{home}"}, else: unknown}
    say: "您是{vip}客户，去{shop}可以吗？"
    ask: 可以吗？
    answers:
      - {id: yes, keywords: [可以], set: {home: 苏州}, go: bye}
      - {id: again, keywords: [再查], go: known}
  unknown:
    say: 让顾问联系您，可以吗？
    answers:
      - {id: yes, keywords: [可以], go: bye}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END}
anywhere:
  - {id: stop, keywords: [别打了], stop_request: true, go: bye}
  - {id: who, keywords: [你是谁], say: 我是小美。, return: ask}
"""
FOUND = {"level": "金卡", "shop.name": "东店"}
QUESTION = "您是金卡客户，去东店可以吗？"


def talk(words: str = "直接说") -> Playbook:
    """A talk that is asking the service."""
    return Playbook(SCRIPT).answered().all_prompts_end().says(words)


def answers(call: Playbook, outcome: str = "found", after_ms: int = 50, request: int = 1) -> Playbook:
    values = FOUND if outcome == "found" else {}
    return call.send(Fetched(call.at + after_ms, request, outcome, values, ""))  # type: ignore[arg-type]


def test_the_question_to_the_service() -> None:
    call = talk()
    fields = ("level", "shop.name")
    url = "https://crm.example.com/customer"
    assert call.asked(Fetch) == [Fetch(1, "crm", url, {"name": "张", "city": ""}, fields, 1500, 300)]
    assert SetTimer("fetch", 1500 + FETCH_GUARD_MS) in call.latest
    assert (call.state.phase, call.state.node) == ("fetching", "known")


def test_a_quick_answer_is_spoken_of_at_once() -> None:
    call = answers(talk())
    assert [say.text for say in call.asked(Say)] == [QUESTION]
    assert {CancelTimer("fetch"), CancelTimer("fetch_wait")} <= set(call.latest)
    assert call.state.slots == {"vip": "金卡", "shop": "东店"}
    assert call.all_prompts_end().says("可以").path == ["opening", "known", "bye"]


def test_what_the_answer_says_is_said_while_the_service_is_asked() -> None:
    call = talk("方便")
    assert call.say.text == "好的。"
    answers(call)
    assert call.asked(Say) == []  # not cut off
    assert [say.text for say in call.prompt_ends().asked(Say)] == [QUESTION]


def test_there_is_no_silence_while_the_service_thinks() -> None:
    call = talk()
    began = call.at
    call.timer("fetch_wait")
    assert (call.at - began, call.say.text) == (FETCH_GRACE_MS, "请稍等。")
    ended = call.prompt_ends().at
    call.timer("fetch_wait")
    assert (call.at - ended, call.say.text) == (1000, "马上就好。")
    call.prompt_ends().timer("fetch_wait")
    assert call.say.text == "请稍等。"
    answers(call)
    assert StopSaying() not in call.latest
    assert call.prompt_ends().say.text == QUESTION


@pytest.mark.parametrize("outcome", ["missing", "failed"])
def test_without_an_answer_the_talk_goes_on_elsewhere(outcome: str) -> None:
    call = answers(talk(), outcome)
    assert call.path == ["opening", "known", "unknown"]
    assert call.state.visits[1].ended_by == "lookup"
    assert call.state.fetches[0].outcome == outcome


def test_when_nothing_ever_comes_the_talks_own_timer_goes_on() -> None:
    call = talk().timer("fetch_wait").all_prompts_end().timer("fetch")
    assert call.path == ["opening", "known", "unknown"]
    assert call.state.fetches[0].why == "nothing came back"
    assert answers(call).path == ["opening", "known", "unknown"]
    assert call.latest == ()


def test_an_answer_that_comes_late_or_twice_changes_nothing() -> None:
    call = answers(talk()).all_prompts_end()
    state = call.state
    assert answers(call, "failed").state == state
    call.says("再查")
    assert call.state.fetches[-1].request == 2
    before = call.state
    assert answers(call, "failed", request=1).state == before
    answers(call, request=2)
    assert call.say.text == QUESTION


def test_fields_that_the_answer_lacks_are_empty() -> None:
    call = answers(talk()).all_prompts_end().says("再查")
    call.send(Fetched(call.at, 2, "found", {"level": "银卡"}))
    assert call.state.slots == {"vip": "银卡", "shop": ""}


def test_words_meanwhile_are_kept_but_do_not_answer_a_question_that_was_not_asked() -> None:
    call = talk().says("可以")
    assert (call.state.node, call.state.turns[-1].aside, call.state.turns[-1].choice) == ("known", True, None)
    answers(call)
    assert call.say.text == QUESTION


def test_nobody_is_talked_down_when_the_answer_comes() -> None:
    call = answers(talk().starts_speaking())
    assert call.asked(Say) == []
    assert call.says("等会儿吧").say.text == QUESTION
    call = answers(talk().starts_speaking()).says("你是谁")
    assert call.say.text == "我是小美。"
    assert call.prompt_ends().say.text == QUESTION


def test_words_that_never_come_do_not_keep_the_talk() -> None:
    call = answers(talk().starts_speaking()).timer("fetch")
    assert call.say.text == QUESTION


def test_a_wish_to_be_left_alone_ends_the_waiting() -> None:
    call = talk().says("别打了")
    assert call.path == ["opening", "known", "bye"]
    assert call.state.stop_requested
    assert {CancelTimer("fetch"), CancelTimer("fetch_wait")} <= set(call.latest)
    assert answers(call).path == ["opening", "known", "bye"]


def test_a_question_meanwhile_is_answered_and_the_talk_waits_on() -> None:
    call = talk().timer("fetch_wait").says("你是谁")
    assert (call.say.text, call.state.phase) == ("我是小美。", "fetching")
    answers(call)
    assert call.prompt_ends().say.text == QUESTION


def test_who_leaves_meanwhile_leaves_that_node() -> None:
    call = talk().timer("fetch_wait").prompt_ends().passes(300).hangs_up()
    visit = call.state.visits[-1]
    assert (visit.node, visit.ended_by, visit.hangup_phase, visit.offset_ms) == ("known", "hangup", "listening", 300)
    assert answers(call).state.phase == "over"


def test_a_fault_and_the_limit_of_the_call_end_the_waiting() -> None:
    call = talk()
    call.send(Faulted(call.at, "recogniser dead"))
    assert call.asked(HangUp) == [HangUp("ROBOT_FAULT")]
    assert talk().timer("max_call").asked(HangUp) == [HangUp("MAX_TIME")]


def test_another_call_server_asks_again() -> None:
    call = moved(talk().timer("fetch_wait"))
    assert [fetch.request for fetch in call.asked(Fetch)] == [1]
    assert [say.text for say in call.asked(Say)] == ["请稍等。"]
    answers(call)
    assert call.prompt_ends().say.text == QUESTION


def test_another_call_server_goes_on_with_an_answer_that_was_there() -> None:
    call = moved(answers(talk("方便")))
    assert (call.asked(Fetch), [say.text for say in call.asked(Say)]) == ([], ["好的。"])
    assert call.prompt_ends().say.text == QUESTION


def test_another_call_server_before_anything_was_said() -> None:
    call = moved(talk())
    assert len(call.asked(Fetch)) == 1
    call.timer("fetch_wait")
    assert call.say.text == "请稍等。"


def test_a_circle_of_lookups_that_fail_ends() -> None:
    circle = SCRIPT.replace("  unknown:\n", "  unknown:\n    lookup: {http: crm, else: known}\n")
    call = Playbook(circle).answered().all_prompts_end().says("直接说")
    while call.state.phase == "fetching":
        answers(call, "failed", request=call.state.fetches[-1].request)
    assert call.state.phase == "hanging_up"
    assert len(call.state.fetches) == 6  # three visits of each, as for all nodes


def test_what_may_be_said_can_be_rendered_ahead() -> None:
    from voicebot.dialog.wording import prompts

    script = load_text(SCRIPT, "x.yaml")
    texts = [prompt.text for prompt in prompts(script, {})]
    assert {"请稍等。", "马上就好。"} <= set(texts)


CONVERSATIONS = """
script: asks
conversations:
  - name: known
    steps:
      - {service: {crm: {level: 金卡, shop.name: 东店}}}
      - {says: 直接说, expect: {node: known, prompt: 您是金卡客户, no_prompt: 请稍等, slot: {shop: 东店}}}
      - {service: {crm: {level: 银卡, shop.name: 东店}}, takes_ms: 1000}
      - {says: 再查, expect: {prompt: [请稍等, 您是银卡客户]}}
      - {service: {crm: missing}}
      - {says: 再查, expect: {node: unknown}}
  - {name: fails, steps: [{service: {crm: fails}}, {says: 直接说, expect: {path: [opening, known, unknown]}}]}
  - name: too slow
    steps:
      - {service: {crm: {level: 金卡}}, takes_ms: 5000}
      - {says: 直接说, expect: {node: unknown, prompt: 请稍等}}
  - name: says something meanwhile
    steps:
      - {service: {crm: {level: 金卡, shop.name: 东店}}, takes_ms: 1400}
      - {says: 直接说}
      - {says: 别打了, at_ms: 100, expect: {node: bye, stop_requested: true}}
  - {name: nobody said what it does, steps: [{says: 直接说, expect: {node: unknown}}]}
"""


def test_conversations_say_what_services_answer() -> None:
    script = load_text(SCRIPT, "asks.yaml")
    outcomes = [play(script, one, None) for one in load_conversations_text(CONVERSATIONS, "x.yaml").conversations]
    assert [str(failure) for outcome in outcomes for failure in outcome.failures] == []
    edges = coverage(script, [outcome.state for outcome in outcomes if outcome.state]).edges
    assert not any("lookup" in what for _, what in edges.missing)


def test_what_a_service_will_answer_may_be_told_before_words_over_a_prompt() -> None:
    text = """script: asks
conversations:
  - name: interrupts
    steps:
      - {says: 什么呀, expect: {answer: none}}
      - {service: {crm: missing}}
      - {says: 没空没空, at_ms: 300, expect: {answer: "no"}}
"""
    (conversation,) = load_conversations_text(text, "x.yaml").conversations
    assert [str(failure) for failure in play(load_text(SCRIPT, "asks.yaml"), conversation, None).failures] == []


BROKEN = {
    "no such service": ("{http: crm, with", "{http: crn, with", "names the service 'crn', which does not exist; did"),
    "no such node": ("else: unknown}", "else: unknwon}", "names the node 'unknwon'"),
    "both": ("{http: crm, with", "{table: x, by: y, http: crm, with", "needs either 'table' with 'by', or 'http'"),
    "no such variable": ('name: "{surname}"', 'name: "{surnam}"', "did you mean 'surname'"),
    "no address": ("https://crm.example.com/customer", "crm.example.com", "is no plain address"),
    "another scheme": ("https://crm", "file://crm", "is no plain address"),
    "a variable in the address": ("com/customer", "com/{surname}", "is no plain address"),
    "a password": ("https://crm", "https://me:secret@crm", "is no plain address"),
    "a query": ("com/customer", "com/customer?x=1", "is no plain address"),
    "no port": ("com/customer", "com:99999/customer", "is no plain address"),
    "nothing to fill": ("fill: {vip: level, shop: shop.name}", "fill: {}", "fills no slot"),
    "no slot's name": ("fill: {vip: level", "fill: {v-ip: level", "not a slot's name and a field"),
    "silence": ("    wait: [请稍等。, 马上就好。]\n", "", "needs 'wait'"),
    "too long a deadline": ("deadline_ms: 1500", "deadline_ms: 60000", "from 100 to 10000"),
    "misspelt": ("cache_s: 300", "cash_s: 300", "did you mean 'cache_s'"),
}


@pytest.mark.parametrize(("sound", "broken", "told"), BROKEN.values(), ids=BROKEN)
def test_faults(sound: str, broken: str, told: str) -> None:
    text = SCRIPT.replace(sound, f'"{broken}"' if "{surname}" in broken and "com/" in broken else broken)
    assert text != SCRIPT
    with pytest.raises(InputFault) as raised:
        load_text(text, "asks.yaml")
    assert told in str(raised.value)


def test_while_asking_only_answers_of_everywhere_are_expected() -> None:
    call = talk()
    assert [choice.id for choice in engine.expectation(call.script, call.state).choices] == [
        "anywhere/stop",
        "anywhere/who",
    ]

"""Flows shared between scripts: nodes in place of their host, parameters, exits, nesting; every fault at its place."""

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.bundle import digest_of
from voicebot.dialog.coverage import coverage
from voicebot.dialog.edges import edges
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import Script
from voicebot.errors import InputFault

MAIN = """script: visit
needs: {surname: {default: 张}}
start: where
defaults:
  no_input: [{go: bye}]
nodes:
  where:
    flow: ask_city
    with: {question: "{surname}先生，您在哪个城市？", words: [不说, 保密]}
    exits: {found: invite, secret: bye}
  invite:
    say: 欢迎来{city}店，再问一次城市吗？
    answers:
      - {id: again, keywords: [再问], go: where}
      - {id: other, keywords: [别的], go: elsewhere}
  elsewhere:
    flow: ask_city
    with: {question: 那您在哪儿？, words: 不说}
    exits:
      found: {choose: [{if: reached('where') and city == '上海', hang_up: SILENCE}, {go: where}]}
      secret: {hang_up: ROBOT_END}
  bye: {say: 再见！, then: {hang_up: ROBOT_END}}
grading:
  - {grade: A, when: {reached: elsewhere.sure}}
  - {grade: B, when: {reached: where}}
  - {grade: E}
"""
ASK_CITY = """flow: ask_city
takes: [question, words]
exits: [found, secret]
start: ask
nodes:
  ask:
    say: "{question}"
    answers:
      - {id: city, slot: city, score: 1, go: sure}
      - {id: secret, keywords: "{words}", tag: SECRET, exit: secret}
    no_match: [{ask: true}, {exit: secret}]
  sure:
    say: 是{city}吗？
    answers:
      - {id: yes, keywords: [对], exit: found}
      - {id: no, keywords: [不对], go: ask, if: visits('ask') < 2}
"""
PARTS = {"flows/ask_city.yaml": ASK_CITY}
CITIES = {"上海": {"city": "上海"}, "苏州": {"city": "苏州"}}


def loaded(main: str = MAIN, **flows: str) -> Script:
    return load_text(main, "dialogs/visit.yaml", PARTS | {f"flows/{name}.yaml": text for name, text in flows.items()})


def talk() -> Playbook:
    return Playbook(loaded(), entities=CITIES).answered()


def test_a_flow_stands_in_place_of_its_host() -> None:
    script = loaded()
    assert list(script.nodes) == ["where.ask", "where.sure", "invite", "elsewhere.ask", "elsewhere.sure", "bye"]
    assert script.start == "where.ask"
    assert str(script.nodes["where.sure"].place) == "dialogs/flows/ask_city.yaml:12:3"
    assert script.nodes["where.ask"].answers[1].keywords == ("不说", "保密")
    assert script.nodes["elsewhere.ask"].answers[1].keywords == ("不说",)
    assert script.nodes["where.ask"].no_input == script.nodes["invite"].no_input, "the script's own defaults"


def test_a_talk_goes_in_by_the_start_and_out_by_the_exits() -> None:
    call = talk()
    assert call.say.text == "张先生，您在哪个城市？"
    call.all_prompts_end().says("苏州").all_prompts_end().says("对").all_prompts_end().says("别的")
    assert call.path == ["where.ask", "where.sure", "invite", "elsewhere.ask"]
    call.all_prompts_end().says("上海").all_prompts_end().says("对")
    assert call.state.ending is not None
    assert (call.state.ending.code, call.state.score) == ("SILENCE", 2)


def test_each_use_has_nodes_and_visits_of_its_own() -> None:
    call = talk().all_prompts_end().says("苏州").all_prompts_end().says("不对")
    assert call.path == ["where.ask", "where.sure", "where.ask"]
    call.all_prompts_end().says("苏州").all_prompts_end().says("不对")
    assert call.state.turns[-1].choice is None, "visits('ask') means this use's own node"


def test_effects_of_an_answer_that_leaves_a_flow() -> None:
    call = talk().all_prompts_end().says("保密")
    assert (call.state.node, call.state.tags) == ("bye", ("SECRET",))


def test_ladders_lead_out_of_a_flow_and_silence_by_the_scripts_defaults() -> None:
    call = talk().all_prompts_end().says("咕噜").all_prompts_end().says("咕噜")
    assert call.state.node == "bye"
    assert talk().all_prompts_end().is_silent().state.node == "bye"


def test_ways_of_two_uses_are_told_apart() -> None:
    named = [str(edge) for edge in edges(loaded()) if edge.name == "secret" or edge.ladder]
    assert "answer 'secret' of 'where.ask'" in named
    assert "step 2 of no_match of 'elsewhere.ask'" in named
    assert "step 1 of no_input of 'defaults'" in named


def test_flows_within_flows() -> None:
    outer = """flow: greet
takes: [who]
exits: [done]
start: city
nodes:
  city:
    flow: ask_city
    with: {question: "{who}，哪个城市？", words: 不说}
    exits: {found: thanks, secret: {exit: done}}
  thanks: {say: 谢谢！, then: {exit: done}}
"""
    main = "script: s\nstart: hi\nnodes:\n  hi: {flow: greet, with: {who: 您好}, exits: {done: {hang_up: ROBOT_END}}}\n"
    script = loaded(main, greet=outer)
    assert list(script.nodes) == ["hi.city.ask", "hi.city.sure", "hi.thanks"]
    call = Playbook(script, entities=CITIES).answered()
    assert call.say.text == "您好，哪个城市？"
    call.all_prompts_end().says("上海").all_prompts_end().says("对")
    assert call.say.text == "谢谢！"
    assert Playbook(script).answered().all_prompts_end().says("不说").state.ending is not None


def test_the_digest_is_that_of_all_files_that_are_used() -> None:
    script = loaded(unused="flow: unused")
    assert script.parts == PARTS
    assert script.digest == digest_of(MAIN, PARTS) == loaded().digest
    assert script.digest != load_text(MAIN, "visit.yaml", {"flows/ask_city.yaml": ASK_CITY + "\n"}).digest
    assert digest_of(MAIN, PARTS) != digest_of(MAIN + "x", PARTS)


@pytest.mark.parametrize(
    ("flow", "place", "says"),
    [
        (("flow: ask_city", "flow: ask_citty"), "flows/ask_city.yaml:1:1", "'flow' is 'ask_citty'"),
        (("start: ask", "start: aks"), "flows/ask_city.yaml:4:1", "did you mean 'ask'"),
        (("go: sure}", "go: sur}"), "flows/ask_city.yaml:9:42", "did you mean 'where.sure'"),
        (("exit: secret}\n", "exit: secrets}\n"), "flows/ask_city.yaml:10:56", "did you mean 'secret'"),
        (("visits('ask')", "visits('asks')"), "flows/ask_city.yaml:16:47", "did you mean 'where.ask'"),
        (("takes: [question, words]", "takes: [question]"), "visit.yaml:9:5", "no parameter 'words'"),
        (("takes: [question, words]", "takes: [question, words, x]"), "visit.yaml:9:5", "lacks the parameter 'x'"),
        (("exits: [found, secret]", "exits: [found]"), "visit.yaml:10:5", "no exit 'secret'"),
        (("exits: [found, secret]", "exits: [found, secret, x]"), "visit.yaml:10:5", "lacks the exit 'x'"),
        (("  sure:", "  su.re:"), "flows/ask_city.yaml:12:3", "a dot in its name"),
        (("是{city}吗？", "是{words}吗？"), "visit.yaml:9:52", "'words' within a text"),
        (("是{city}吗？", "是{town}吗？"), "flows/ask_city.yaml:13:10", "{town} is neither"),
        (("flow: ask_city", "flow: ask_city\ntitle: x"), "flows/ask_city.yaml:2:1", "has no 'title'"),
    ],
)
def test_faults_of_a_flow_are_found_at_their_place(flow: tuple[str, str], place: str, says: str) -> None:
    assert flow[0] in ASK_CITY
    with pytest.raises(InputFault) as caught:
        loaded(ask_city=ASK_CITY.replace(*flow, 1))
    found = [str(one) for one in (caught.value, *caught.value.more)]
    assert [one for one in found if one.startswith(f"dialogs/{place}: ") and says in one], found


@pytest.mark.parametrize(
    ("sound", "broken", "place", "says"),
    [
        (
            "flow: ask_city",
            "flow: ask_town",
            "8:5",
            "no file dialogs/flows/ask_town.yaml; did you mean 'flows/ask_city",
        ),
        ("flow: ask_city", "flow: ../secret", "8:5", "is no name of a file"),
        ("found: invite", "found: invit", "10:20", "did you mean 'invite'"),
        ("secret: bye}", "secret: {go: bye, tag: X}}", "10:46", "has no 'tag'"),
        ("secret: bye}", "secret: {exit: out}}", "10:37", "'exit' leads out of a flow"),
        ("    exits: {found", "    say: x\n    exits: {found", "10:5", "has no 'say'"),
        ("reached: elsewhere.sure", "reached: elsewhere.suree", "24:5", "did you mean 'elsewhere.sure'"),
    ],
)
def test_faults_of_its_use(sound: str, broken: str, place: str, says: str) -> None:
    assert sound in MAIN
    with pytest.raises(InputFault) as caught:
        loaded(MAIN.replace(sound, broken, 1))
    assert str(caught.value).startswith(f"dialogs/visit.yaml:{place}: "), caught.value
    assert says in str(caught.value)


def test_flows_in_a_circle_are_refused_by_name() -> None:
    flow = "flow: %s\nstart: n\nnodes:\n  n: {flow: %s}\n"
    main = "script: s\nstart: n\nnodes:\n  n: {flow: a}\n"
    with pytest.raises(InputFault, match=r"flows/c.yaml:4:7: flows go round in a circle: b -> c -> b"):
        loaded(main, a=flow % ("a", "b"), b=flow % ("b", "c"), c=flow % ("c", "b"))


@pytest.mark.parametrize(
    ("nested", "says"),
    [
        ("with: {x: '{x}{x}{x}{x}'}", "the limit is 2000"),
        ("with: {x: {a: '{x}'}}", "must be a text or a list of texts"),
        ("with: {x: [['{x}']]}", "must be a text or a list of texts"),
        ("with: {x: y}", "flows nested deeper than 10: f0 -> f1 -> "),
    ],
)
def test_flows_that_grow_from_one_to_the_next_are_refused(nested: str, says: str) -> None:
    flow = "flow: f%d\ntakes: x\nstart: n\nnodes:\n  n: {flow: f%d, " + nested + "}\n"
    flows = {f"f{n}": flow % (n, n + 1) for n in range(12)}
    with pytest.raises(InputFault, match=says):
        loaded("script: s\nstart: n\nnodes:\n  n: {flow: f0, with: {x: 您好您好您好}}\n", **flows)


def test_branches_that_multiply_are_refused() -> None:
    branches = ", ".join(f"{{if: turns > {n}, exit: a}}" for n in range(9))
    way = f"exits: {{a: {{choose: [{branches}, {{exit: a}}]}}}}"
    outer = f"flow: outer\nexits: a\nstart: n\nnodes:\n  n: {{flow: inner, {way}}}\n"
    inner = "flow: inner\nexits: a\nstart: n\nnodes:\n  n: {say: 再见, then: {exit: a}}\n"
    main = f"script: s\nstart: n\nnodes:\n  n: {{flow: outer, {way.replace('exit: a', 'go: n')}}}\n"
    with pytest.raises(InputFault, match="100 branches in all, the limit is 50"):
        loaded(main, outer=outer, inner=inner)


def test_flows_that_multiply_are_refused() -> None:
    ten = "".join(f"  n{number}: {{flow: %s}}\n" for number in range(10))
    leaf = "flow: f3\nstart: n\nnodes:\n  n: {say: 再见, then: {hang_up: ROBOT_END}}\n"
    flows = {
        f"f{level}": f"flow: f{level}\nstart: n0\nnodes:\n" + ten % ((f"f{level + 1}",) * 10) for level in range(3)
    }
    main = "script: s\nstart: n0\nnodes:\n" + ten % (("f0",) * 10)
    with pytest.raises(InputFault, match="more than 2000 nodes"):
        loaded(main, **flows, f3=leaf)


def test_one_exit_taken_by_two_branches_is_two_edges() -> None:
    flow = """flow: f
exits: out
start: n
nodes:
  n:
    say: 几位？
    answers: [{id: a, keywords: [好], choose: [{if: tag('X'), exit: out}, {exit: out}]}]
"""
    way = "exits: {out: {choose: [{if: turns > 9, hang_up: SILENCE}, {hang_up: ROBOT_END}]}}"
    call = Playbook(loaded(f"script: s\nstart: n\nnodes:\n  n: {{flow: f, {way}}}\n", f=flow)).answered()
    call.all_prompts_end().says("好")
    assert [one.branch for one in call.state.chosen] == [3]
    assert [edge.branch for edge in edges(call.script) if edge.kind == "answer"] == [0, 1, 2, 3]
    missing = [what for _, what in coverage(call.script, [call.state]).edges.missing if "'a'" in what]
    assert missing == [
        "branch 1 (tag('X'), turns > 9) of answer 'a' of 'n.n'",
        "branch 2 (tag('X'), else) of answer 'a' of 'n.n'",
        "branch 3 (else, turns > 9) of answer 'a' of 'n.n'",
    ]

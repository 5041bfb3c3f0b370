"""Expressions at work in a talk: answers that are offered, variants, branches, slots worked out, rules of grading."""

import pytest

from tests.dialog.playbook import Playbook, StandIn
from tests.dialog.test_coverage import gone
from voicebot.dialog import engine
from voicebot.dialog.check import check
from voicebot.dialog.coverage import coverage
from voicebot.dialog.edges import edges
from voicebot.dialog.grading import explain, grade
from voicebot.dialog.graph import graph
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.wording import prompts
from voicebot.errors import InputFault

PARTY = """script: party
needs: {segment: {default: 普通}}
start: guests
limits: {max_turns: 6}
defaults:
  too_often:
    choose:
      - {if: score > 5, go: offer}
      - {tag: TIRED, hang_up: SILENCE}
nodes:
  guests:
    say:
      - {text: 老朋友您好，我是智能助理，几位？, if: segment == '老客户' and visits('guests') < 2}
      - 您好，我是智能助理，几位？
    answers:
      - id: few
        keywords: [两位]
        set: {guests: "2", total: = guests * 50, half: = total / 2}
        choose:
          - {if: segment == '老客户', score: 6, go: offer}
          - {if: visits('guests') > 1, choose: [{if: tag('LATE'), hang_up: SILENCE}, {go: bye}]}
          - {tag: SMALL, go: guests}
      - {id: more, keywords: [很多], if: segment == '老客户', digits: "9", go: offer}
    no_match: [{ask: true}, {choose: [{if: turns > 1, tag: LOST, go: bye}, {go: offer}]}]
    max_visits: 2
  offer:
    say: 一共{total}元，好吗？
    answers:
      - {id: yes, keywords: [好], go: guests}
      - {id: no, keywords: [不好], go: bye}
  bye:
    say: 再见！
    then: {choose: [{if: tag('SMALL'), hang_up: ROBOT_END}, {hang_up: SILENCE}]}
anywhere:
  - {id: late, keywords: [晚了], tag: LATE, say: 没关系。, return: ask}
  - id: stop
    intent: stop_calling
    keywords: [别打了]
    choose: [{if: turns < 2, tag: EARLY, go: bye}, {go: bye}]
grading:
  - {grade: A, name: party, when: {if: total >= 100 and not tag('LATE')}}
  - {grade: B, name: rest, when: {any: [{if: len(segment) > 9}, {if: reached('bye')}]}}
  - {grade: E}
"""
SCRIPT = load_text(PARTY, "party.yaml")
OLD = {"segment": "老客户"}


def talk(variables: dict[str, str] | None = None) -> Playbook:
    return Playbook(SCRIPT, variables).answered().all_prompts_end()


def test_a_variant_is_said_only_while_its_condition_holds() -> None:
    assert talk(OLD).texts == ["老朋友您好，我是智能助理，几位？"]
    assert talk().texts == ["您好，我是智能助理，几位？"]
    assert {one.text for one in prompts(SCRIPT, {})} >= {
        "老朋友您好，我是智能助理，几位？",
        "您好，我是智能助理，几位？",
    }


def test_an_answer_is_offered_only_while_its_condition_holds() -> None:
    assert [choice.id for choice in engine.expectation(SCRIPT, talk().state).choices][:2] == ["few", "anywhere/late"]
    assert [choice.id for choice in engine.expectation(SCRIPT, talk(OLD).state).choices][:2] == ["few", "more"]
    assert talk().says("很多").state.turns[-1].choice is None
    assert talk(OLD).says("很多").state.node == "offer"


def test_keys_of_an_answer_that_is_not_offered_mean_nothing() -> None:
    assert talk(OLD).presses("9").state.node == "offer"
    assert talk().presses("9").state.turns[-1].choice is None


def test_slots_are_worked_out_one_after_the_other() -> None:
    call = talk(OLD).says("两位")
    assert call.state.slots == {"guests": "2", "total": "100", "half": "50"}
    assert call.say.text == "一共100元，好吗？"


def test_the_first_branch_that_holds_is_taken_with_its_effects() -> None:
    call = talk(OLD).says("两位")
    assert (call.state.node, call.state.score, call.state.tags) == ("offer", 6, ())
    call = talk().says("两位")
    assert (call.state.node, call.state.score, call.state.tags) == ("guests", 0, ("SMALL",))
    assert call.all_prompts_end().says("两位").state.node == "bye"


def test_branches_of_branches_ladders_and_closings() -> None:
    late = talk().says("晚了").all_prompts_end().says("两位").all_prompts_end().says("两位")
    assert late.state.ending is not None
    assert late.state.ending.code == "SILENCE"
    lost = talk().says("咕噜").all_prompts_end().says("咕噜")
    assert (lost.state.node, lost.state.tags) == ("bye", ("LOST",))
    lost.all_prompts_end()
    assert lost.state.ending is not None
    assert lost.state.ending.code == "SILENCE"


def test_a_node_visited_too_often_chooses_too() -> None:
    call = talk(OLD)
    for words in ("两位", "好", "很多", "好"):
        call.says(words).all_prompts_end()
    assert call.path == ["guests", "offer", "guests", "offer", "offer"]
    poor = talk(OLD)
    for words in ("很多", "好", "很多", "好"):
        poor.says(words).all_prompts_end()
    assert poor.state.ending is not None
    assert (poor.state.ending.code, poor.state.tags) == ("SILENCE", ("TIRED",))


def test_a_closing_node_is_one_whatever_it_chooses() -> None:
    assert SCRIPT.nodes["bye"].closing
    assert not SCRIPT.nodes["offer"].closing


def test_a_rule_of_grading_with_its_evidence() -> None:
    call = talk(OLD).says("两位").all_prompts_end().says("不好").all_prompts_end()
    verdict = grade(SCRIPT, call.state)
    assert (verdict.letter, verdict.evidence[0].text) == ("A", "total = 100")
    call = talk().says("晚了").all_prompts_end().says("别打了").all_prompts_end()
    assert grade(SCRIPT, call.state).letter == "B"
    assert explain(SCRIPT, call.state)[0].parts[0].found == "no total"


def test_the_state_keeps_what_was_chosen() -> None:
    state = talk().says("两位").state
    assert [(one.visit, one.node, one.exit, one.branch) for one in state.chosen] == [(1, "guests", "19:9", 3)]


def test_every_leaf_is_an_edge() -> None:
    named = {str(edge): edge.target for edge in edges(SCRIPT) if edge.branch is not None}
    assert named["branch 1 (segment == '老客户') of answer 'few' of 'guests'"] == "offer"
    assert named["branch 2 (visits('guests') > 1, tag('LATE')) of answer 'few' of 'guests'"] is None
    assert named["branch 4 (else) of answer 'few' of 'guests'"] == "guests"
    assert named["branch 1 (turns > 1) of step 2 of no_match of 'guests'"] == "bye"
    assert named["branch 1 (score > 5) of too_often of 'defaults'"] == "offer"
    labels = [label for arrow in graph(SCRIPT).arrows for label in arrow.labels]
    assert "few: segment == '老客户'" in labels


@pytest.mark.parametrize(
    ("words", "branch"),
    [
        (("两位",), "branch 4 (else) of answer 'few' of 'guests'"),
        (("两位", "两位"), "branch 3 (visits('guests') > 1, else) of answer 'few' of 'guests'"),
        (("咕噜", "咕噜"), "branch 1 (turns > 1) of step 2 of no_match of 'guests'"),
        (("别打了",), "branch 1 (turns < 2) of answer 'stop' of 'anywhere'"),
        (("别打了",), "branch 2 (else) of then of 'bye'"),
    ],
)
def test_coverage_counts_the_branch_that_was_taken(words: tuple[str, ...], branch: str) -> None:
    covered = gone(SCRIPT, *words)
    assert branch in covered
    others = {what for what in covered if what.startswith("branch") and what.endswith(branch.partition(" of ")[2])}
    assert len(others) <= len(words)


def test_coverage_finds_the_limit_that_chose_another_node() -> None:
    rehearsal = Rehearsal(SCRIPT, OLD, StandIn({}, {}))
    rehearsal.pick_up()
    for words in ("两位", "好", "很多", "好"):
        rehearsal.say(words)
    missing = [what for _, what in coverage(SCRIPT, [rehearsal.state]).edges.missing]
    assert rehearsal.state.node == "offer"
    assert "branch 1 (score > 5) of too_often of 'defaults'" not in missing
    assert "branch 2 (else) of too_often of 'defaults'" in missing


def test_the_linter_follows_branches() -> None:
    assert [one.code for one in check(SCRIPT)] == []
    lonely = PARTY.replace("score: 6, go: offer", "score: 6, go: bye").replace('digits: "9", go: offer', "go: bye")
    lonely = lonely.replace("{go: offer}]}]", "{go: bye}]}]").replace(
        "{if: score > 5, go: offer}", "{if: score > 5, go: bye}"
    )
    assert [(one.code, one.node) for one in check(load_text(lonely, "s.yaml"))] == [("unreachable-node", "offer")]


@pytest.mark.parametrize(
    ("sound", "broken", "place", "says"),
    [
        (
            "segment == '老客户' and",
            "segmant == '老客户' and",
            "13:38",
            "'segmant' is neither in 'needs' nor a slot; did",
        ),
        ("visits('guests') < 2", "visits('gests') < 2", "13:38", "visits() names the node 'gests'"),
        ("= guests * 50", "= guests *", "18:35", "its end is missing"),
        ("if: turns < 2", "if: turn < 2", "39:19", "did you mean 'turns'"),
        ("total >= 100", "totall >= 100", "41:40", "did you mean 'total'"),
        ("len(segment)", "filled('segmen')", "42:46", "did you mean 'segment'"),
        ("{tag: SMALL, go: guests}", "{if: score, go: guests}", "19:9", "needs a last branch without 'if'"),
        ("{if: turns < 2, tag: EARLY", "{tag: EARLY", "39:27", "hides those after it"),
    ],
)
def test_faults_of_expressions_in_a_script(sound: str, broken: str, place: str, says: str) -> None:
    assert sound in PARTY
    with pytest.raises(InputFault) as caught:
        load_text(PARTY.replace(sound, broken, 1), "s.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"s.yaml:{place}: ")

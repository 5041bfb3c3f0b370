"""Which nodes, edges and steps of ladders a talk went through."""

from tests.dialog.playbook import StandIn
from tests.dialog.scripts import TALK
from voicebot.dialog.coverage import Coverage, Part, coverage
from voicebot.dialog.edges import edges
from voicebot.dialog.loader import load_text
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.dialog.state import State

SCRIPT = load_text(TALK, "talk.yaml")
STORES = """
script: stores
start: city
tables:
  stores: {key: city, rows: [{city: 苏州, store: 园区店}]}
nodes:
  city:
    say: 您在哪里？
    answers:
      - {id: suzhou, keywords: [苏州], set: {city: 苏州}, go: store}
      - {id: other, keywords: [别的], set: {city: 拉萨}, go: store}
  store:
    say: "去{store}好吗？"
    lookup: {table: stores, by: city, else: none}
    answers:
      - {id: again, keywords: [换], go: city}
  none:
    say: 那里没有门店。
    then: {hang_up: ROBOT_END}
"""


def talk(script: Script, *words: str) -> State:
    """A customer who says these words; an empty one is silence."""
    rehearsal = Rehearsal(script, {}, StandIn({"好啊": "affirm"}, {}))
    rehearsal.pick_up()
    for word in words:
        if word in ("busy", "answered"):
            rehearsal.agent("busy" if word == "busy" else "answered")
        elif word:
            rehearsal.say(word)
        else:
            rehearsal.wait()
    rehearsal.finish()
    return rehearsal.state


def gone(script: Script, *words: str) -> set[str]:
    """What a talk of these words covers that no talk does not."""
    none, one = coverage(script, []), coverage(script, [talk(script, *words)])
    return {what for _, what in _missing(none)} - {what for _, what in _missing(one)}


def _missing(found: Coverage) -> list[tuple[object, str]]:
    return [*found.nodes.missing, *found.edges.missing, *found.ladders.missing]


def test_everything_is_missing_before_the_first_talk() -> None:
    found = coverage(SCRIPT, [])
    assert (found.nodes.covered, found.nodes.total) == (0, 6)
    assert found.edges.total + found.ladders.total == len(edges(SCRIPT))
    assert found.ladders.total == 5  # of `defaults`, which all nodes share
    place, what = found.nodes.missing[0]
    assert (place.file, place.line, what) == ("talk.yaml", 20, "node 'opening'")


def test_answers_and_what_follows_by_itself() -> None:
    assert gone(SCRIPT, "好啊", "可以加") == {
        *("node 'opening'", "node 'offer'", "node 'done'"),
        *("answer 'yes' of 'opening'", "answer 'yes' of 'offer'", "then of 'done'"),
    }


def test_answers_of_everywhere_count_apart() -> None:
    assert "answer 'who' of 'anywhere'" in gone(SCRIPT, "你是谁")


def test_words_that_changed_nothing_cover_nothing() -> None:
    rehearsal = Rehearsal(SCRIPT, {}, None)
    rehearsal.pick_up()
    rehearsal.say("嗯", at_ms=600)
    rehearsal.hang_up()
    assert coverage(SCRIPT, [rehearsal.state]).edges.covered == 0


def test_ladders_count_by_their_steps() -> None:
    silent = gone(SCRIPT, "", "")
    assert {"step 1 of no_input of 'defaults'", "step 2 of no_input of 'defaults'"} <= silent
    assert "step 3 of no_input of 'defaults'" not in silent
    assert "step 2 of no_match of 'defaults'" in gone(SCRIPT, "咕噜", "咕噜")


def test_a_hand_off_has_two_ways() -> None:
    assert "handoff 'answered' of 'agents'" in gone(SCRIPT, "转人工", "answered")
    busy = gone(SCRIPT, "转人工", "busy")
    assert "handoff 'on_fail' of 'agents'" in busy
    assert "handoff 'answered' of 'agents'" not in busy


def test_a_node_that_was_visited_too_often() -> None:
    limit = "too_often of 'defaults'"
    assert limit not in gone(SCRIPT, "滴声", "好啊")
    assert limit in gone(SCRIPT, "滴声", "好啊", "滴声", "好啊")


LIMITED = """
script: limited
start: ask
nodes:
  ask:
    say: 好吗？
    answers: [{id: again, keywords: [好], go: ask}, {id: bye, keywords: [再见], go: bye}]
    max_visits: 1
    too_often: {%s}
  bye: {say: 再见。, then: {hang_up: ROBOT_END}}
handoff:
  agents: {target: agents, on_fail: ask}
"""


def test_a_limit_that_ends_the_call_does_so_with_its_own_code() -> None:
    script = load_text(LIMITED % "hang_up: SILENCE", "limited.yaml")
    assert "too_often of 'ask'" in gone(script, "好")
    ending = talk(script, "好").ending
    assert ending is not None
    assert ending.code == "SILENCE"


def test_a_limit_that_hands_over_does_so_once() -> None:
    script = load_text(LIMITED % "hand_off: agents", "limited.yaml")
    assert {"too_often of 'ask'", "handoff 'on_fail' of 'agents'"} <= gone(script, "好", "busy")
    state = talk(script, "好", "busy")
    assert [one.reason for one in state.handoffs] == ["busy"]
    assert state.ending is not None
    assert state.ending.code == "ROBOT_END"


def test_a_look_up_that_found_nothing() -> None:
    script = load_text(STORES, "stores.yaml")
    assert "lookup 'else' of 'store'" in gone(script, "别的")
    assert "lookup 'else' of 'store'" not in gone(script, "苏州")


def test_parts_add_up() -> None:
    assert (Part(1, 2) + Part(3, 4)).fraction == 4 / 6
    assert Part(0, 0).fraction == 1.0

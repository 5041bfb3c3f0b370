"""The plan of a script's picture, what traffic does to it, and its Mermaid text."""

import re

import pytest

from tests.dialog.scripts import TALK
from voicebot.dialog.graph import Arrow, Graph, Traffic, graph, shade
from voicebot.dialog.loader import load_text
from voicebot.dialog.mermaid import mermaid

SCRIPT = load_text(TALK, "talk.yaml")
LOOK_UPS = """script: asks
needs: {city: {default: 苏州}}
start: shop
tables:
  stores: {key: city, rows: [{city: 苏州, store: 园区店}]}
services:
  crm: {url: "https://crm.example.com/customer", fill: {level: level}, wait: 请稍等。}
nodes:
  shop:
    lookup: {table: stores, by: city, else: nowhere}
    say: "您去{store}吗？"
    then: {go: customer}
  customer:
    lookup: {http: crm, with: {city: "{city}"}, else: nowhere}
    say: "您是{level}客户。"
    then: {hang_up: ROBOT_END}
  nowhere:
    say: 再见！
    then: {hang_up: ROBOT_END}
"""


@pytest.fixture
def plan() -> Graph:
    return graph(SCRIPT)


def arrow(plan: Graph, source: str, target: str) -> Arrow:
    (found,) = (arrow for arrow in plan.arrows if (arrow.source, arrow.target) == (source, target))
    return found


def test_every_node_has_a_box(plan: Graph) -> None:
    kinds = {box.id: box.kind for box in plan.boxes.values()}
    assert kinds == {
        "opening": "start",
        "offer": "node",
        "done": "closing",
        "bye": "closing",
        "agent_busy": "node",
        "check": "node",
        "anywhere": "anywhere",
        "defaults": "defaults",
        "handoff/agents": "handoff",
        "hang_up": "hang_up",
    }
    assert plan.boxes["opening"].lines == ("opening", "{surname}先生您好，我是", "智能助理，请问现在方便说两句吗？")


def test_ways_between_the_same_boxes_are_one_arrow(plan: Graph) -> None:
    assert arrow(plan, "offer", "done").label == "yes\ncode"
    assert arrow(plan, "anywhere", "handoff/agents").labels == ("human",)
    assert arrow(plan, "handoff/agents", "agent_busy").labels == ("on_fail",)
    assert arrow(plan, "check", "hang_up").labels == ("machine",)


def test_what_nodes_inherit_is_drawn_once(plan: Graph) -> None:
    assert arrow(plan, "defaults", "bye").labels == ("not understood", "too often")
    assert arrow(plan, "defaults", "hang_up").labels == ("silence",)


def test_closing_nodes_and_returns_have_no_arrow(plan: Graph) -> None:
    assert not [one for one in plan.arrows if one.source in ("done", "bye")]
    assert not [one for one in plan.arrows if "who" in one.labels]


def test_the_way_of_a_failed_look_up_says_what_was_asked() -> None:
    asks = load_text(LOOK_UPS, "asks.yaml")
    assert arrow(graph(asks), "shop", "nowhere").labels == ("no row in stores",)
    assert arrow(graph(asks), "customer", "nowhere").labels == ("crm: nothing found, or no answer",)


def test_many_answers_are_counted() -> None:
    assert Arrow("a", "b", tuple("uvwxyz")).label == "u\nv\nw\nx\n… 6 in all"


def test_traffic() -> None:
    moves = {("opening", "offer"): 6, ("opening", "bye"): 2, ("offer", "done"): 4, ("check", "bye"): 3}
    plan = graph(SCRIPT, Traffic({"opening": 10, "offer": 6}, {"opening": 2}, moves))
    assert plan.boxes["opening"].lines[-1] == "10 visits, 20% hung up"
    assert plan.boxes["check"].lines[-1] == "0 visits"
    assert plan.boxes["anywhere"].visits is None
    assert arrow(plan, "opening", "offer").label == "yes\n6 calls"
    assert arrow(plan, "agent_busy", "bye").label == "yes\nno calls"
    assert arrow(plan, "anywhere", "bye").label == "stop\nup to 3 calls"  # or by the defaults: the move does not say
    assert arrow(plan, "defaults", "bye").label == "not understood\ntoo often\nup to 3 calls"
    assert arrow(plan, "anywhere", "check").label == "machine\nno calls"


def test_colours_of_hang_up_rates() -> None:
    assert shade(0) == "#ffffff"
    assert shade(0.25) > shade(0.5) == shade(1) == "#ff6666"


def test_mermaid(plan: Graph) -> None:
    text = mermaid(plan)
    assert text.startswith('---\ntitle: "talk (talk, version 1)"\n---\nflowchart LR\n')
    names = {box: f"n{number}" for number, box in enumerate(plan.boxes, 1)}
    for line in (
        f'{names["opening"]}(["opening<br/>{{surname}}先生您好，我是<br/>智能助理，请问现在方便说两句吗？"])',
        f'{names["offer"]} -->|"yes<br/>code"| {names["done"]}',
        f"class {names['done']},{names['bye']} closing",
    ):
        assert f"  {line}\n" in text
    assert len(re.findall(r"-->", text)) == len(plan.arrows)
    assert "style" not in text


def test_mermaid_with_traffic_has_colours() -> None:
    text = mermaid(graph(SCRIPT, Traffic({"opening": 2}, {"opening": 1}, {})))
    assert "  style n1 fill:#ff6666\n" in text


def test_nothing_in_a_text_breaks_mermaid() -> None:
    script = load_text(TALK.replace("送您一张券，可以加您微信吗？", "'\"<b>券&\"'"), "talk.yaml")
    assert "#quot;#lt;b#gt;券#amp;#quot;" in mermaid(graph(script))

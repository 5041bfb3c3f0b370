"""Two versions compared: each change is told once, at its place, with both texts; what no call can tell is none."""

from dataclasses import fields

import pytest

from tests.dialog.test_replay import OLD, TEXT, version
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import Node, Script
from voicebot.dialog.version_diff import NAMED, WAYS, Part, difference


def only(new: Script) -> Part:
    (part,) = difference(OLD, new).parts
    return part


STATED = TEXT.replace("start: opening", "start: opening\nversion: 7")


@pytest.mark.parametrize("text", [TEXT, "# a comment\n" + TEXT, STATED])
def test_comments_lines_and_the_stated_version_are_no_difference(text: str) -> None:
    assert difference(OLD, load_text(text, "other.yaml")).parts == ()


CASES = {
    "wording": (("送您一张优惠券", "送您一张红包"), "changed", "node", "offer", "say", "优惠券", "红包"),
    "keyword": (
        ("没空, 不需要]", "没空]"),
        "changed",
        "edge",
        "opening answer no",
        "keywords",
        "没空 | 不需要",
        "没空",
    ),
    "target": (("go: offer}", "go: bye}"), "changed", "edge", "opening answer yes", "leads", "go offer", "go bye"),
    "effect": (("score: 2, tag", "score: 3, tag"), "changed", "edge", "offer answer yes", "score", "2", "3"),
    "anywhere": (("say: 我是智能", "say: 我是人工"), "changed", "anywhere", "who", "say", "智能", "人工"),
    "grading": (("score: {min: 2}", "score: {min: 3}"), "changed", "grading", "B 愿意", "when", "2", "3"),
    "limit": (("max_call_s: 120", "max_call_s: 90"), "changed", "setting", "max_call_ms", "value", "120000", "90000"),
    "hand-off": (("target: default", "target: experts"), "changed", "handoff", "sales", "target", "default", "experts"),
    "need": (("{default: 张}", "{default: 李}"), "changed", "needs", "surname", "default", "张", "李"),
}


@pytest.mark.parametrize(("change", "kind", "about", "name", "what", "old", "new"), CASES.values(), ids=CASES)
def test_a_change_is_told_where_it_is(change, kind, about, name, what, old, new) -> None:
    part = only(version(change))
    assert (part.kind, part.about, part.name) == (kind, about, name)
    (detail,) = part.details
    assert detail.what == what
    assert old in detail.old
    assert new in detail.new


def test_what_comes_and_what_goes() -> None:
    more = "  - {id: price, keywords: [多少钱], say: 免费的。, return: ask}\n"
    added = only(version(("anywhere:\n", "anywhere:\n" + more)))
    assert (added.kind, added.name, added.old_line) == ("added", "price", "")
    assert added.new_line.startswith("shop.yaml:")
    (gone,) = difference(version(("anywhere:\n", "anywhere:\n" + more)), OLD).parts
    assert (gone.kind, gone.name, gone.new_line) == ("removed", "price", "")


def test_a_new_node_and_the_way_to_it() -> None:
    new = version(("go: offer}", "go: thanks}"), ("  bye:\n", "  thanks: {say: 谢谢。, then: {go: offer}}\n  bye:\n"))
    found = difference(OLD, new)
    assert [(part.kind, part.about, part.name) for part in found.parts] == [
        ("added", "node", "thanks"),
        ("changed", "edge", "opening answer yes"),
    ]


def test_a_ladder_step_that_every_node_inherits_is_told_at_each() -> None:
    parts = difference(OLD, version(("{say: 没听清。, ask: true}", "{say: 没有听清。, ask: true}"))).parts
    assert [part.name for part in parts] == ["opening no_match 1", "offer no_match 1", "bye no_match 1"]


def test_the_order_of_rules_counts() -> None:
    lines = TEXT.splitlines(keepends=True)
    lines[-3:-1] = reversed(lines[-3:-1])
    assert only(load_text("".join(lines), "shop.yaml")).name == "order of the rules"


def test_every_field_of_a_script_and_a_node_is_compared() -> None:
    """A field that the language gains is a setting or a part of a node without a word here."""
    assert {item.name for item in fields(Script)} > set(NAMED)
    assert {item.name for item in fields(Node)} > set(WAYS)

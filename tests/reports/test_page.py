"""The page stands alone, says what the store says, and nothing that anyone said becomes markup."""

import dataclasses
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from tests.reports.counted import count_by_hand
from tests.reports.sample_campaign import fill
from tests.store.samples import call, ended, prepare, started
from voicebot.reports import page
from voicebot.reports.only import Only
from voicebot.reports.page import Fact, clock, percent, render_page
from voicebot.reports.summary import summary
from voicebot.store.ingest import put
from voicebot.store.records import SaidRecord, TurnRecord, VisitRecord

NOW = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}$x$"


class Reader(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str | None] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text += data


def page_of(store, only=Only()):  # noqa: B008 - a frozen value
    return render_page(store, only, "春季邀约", NOW, [Fact("hub lag p99", "3 ms")])


def test_the_figures_are_on_the_page(store):
    count_by_hand(store)
    read = Reader(page_of(store, Only(campaign="spring")))
    for expected in (
        "春季邀约",
        "hub lag p99",
        "CUSTOMER_HANGUP",
        "opening, playing 播放中, 2.3 s",
        "138****0004",
        "可以啊",
        "0:09.5",
    ):
        assert expected in read.text
    assert "13800000004" not in read.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_all_plots_are_there_with_their_text_as_text(store):
    fill(store)
    read = Reader(page_of(store))
    assert read.tags.count("svg") == 6
    assert "无人接听" in read.text and "while listening" in read.text and "p95" in read.text
    assert len(set(read.ids)) == len(read.ids)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_same_calls_give_the_same_page(store):
    fill(store, attempts=30)
    assert page_of(store) == page_of(store)


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(store):
    fill(store, attempts=20)
    read = Reader(page_of(store))
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(read.tags)
    addresses = [value for name, value in read.attributes if name in ("src", "href", "xlink:href")]
    assert all(value and value.startswith("#") for value in addresses)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes


def test_nothing_that_anyone_said_becomes_markup(store):
    lead, script = prepare(store)
    bad = dataclasses.replace(
        call(1, script),
        grade_rule=EVIL,
        slots={EVIL: EVIL},
        visits=(VisitRecord(0, EVIL, EVIL, 0, 900, "hangup", 0, 900, "playing", 900),),
        turns=(TurnRecord(0, EVIL, 100, 200, EVIL, intent=EVIL, choice=EVIL),),
        said=(SaidRecord(1, EVIL, 0, EVIL, EVIL, 900),),
    )
    silent = dataclasses.replace(ended(2), early_media_text=EVIL)
    assert put(store.engine, [started(1, lead), bad, ended(1), started(2, lead), silent]) == ()
    page = page_of(store)
    read = Reader(page)
    assert {"script", "img"}.isdisjoint(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert read.text.count("<script>alert(1)</script>") >= 8
    assert "{{ 7*7 }}" in read.text


def test_a_page_about_nothing_is_a_page(store):
    read = Reader(page_of(store))
    assert "Attempts" in read.text
    assert "svg" in read.tags  # the funnel stands, all at 0


def test_times_and_shares_as_people_read_them():
    assert [clock(each) for each in (0, 940, 61_250, 3_600_000)] == ["0:00.0", "0:00.9", "1:01.2", "60:00.0"]
    assert [percent(each) for each in (None, 0.0, 0.125, 1.0)] == ["–", "0%", "12%", "100%"]


@pytest.mark.parametrize(("turns", "size"), [(58_547, "value"), (536_773, "value long"), (3_015_844, "value long")])
def test_a_large_figure_has_room_on_its_card(store, monkeypatch, turns, size):
    count_by_hand(store)
    monkeypatch.setattr(page, "summary", lambda store, only: dataclasses.replace(summary(store, only), turns=turns))
    assert f'<div class="{size}">{turns:,}' in page_of(store)

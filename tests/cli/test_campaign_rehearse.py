"""`voicebot campaign rehearse` as it is typed: the funnel of the list, and nothing that was changed by it."""

import json
from pathlib import Path

import pytest

from tests.cli.test_campaign_run import Voicebot, loaded, type_in  # noqa: F401 - fixtures
from voicebot.store.store import open_store
from voicebot.store.tables import Attempt, Lead


def state_of(tmp_path: Path) -> list[tuple[object, ...]]:
    """Everything of the leads, and the attempts."""
    store = open_store(f"sqlite:///{next(tmp_path.glob('*.db'))}", tmp_path)
    with store.reading() as connection:
        rows = [tuple(row) for table in (Lead, Attempt) for row in connection.execute(table.__table__.select())]
    store.close()
    return rows


def test_the_funnel_is_that_of_the_mix(loaded: Voicebot, tmp_path: Path) -> None:  # noqa: F811
    before = state_of(tmp_path)
    done = loaded("campaign", "rehearse", "spring", "--personas", "agrees=50, no_answer=50", "--json")
    found = json.loads(done.out)
    assert (found["leads"], found["of"]) == (19, 19), "the stopped lead is not rehearsed"
    answered = found["funnel"]["answered"]
    assert (answered["hits"], answered["of"]) == (round(19 / 2 + 0.1), 19)
    assert answered["low"] < answered["ratio"] < answered["high"]
    assert found["grades"] == {"A": answered["hits"]}
    silent = 19 - answered["hits"]
    assert found["results"]["NO_ANSWER"] == silent
    assert found["attempts"] == answered["hits"] + 3 * silent, "no answer is tried again twice"
    assert state_of(tmp_path) == before
    again = json.loads(loaded("campaign", "rehearse", "spring", "--personas", "agrees=50, no_answer=50", "--json").out)
    assert {**again, "end": None} == {**found, "end": None}


def test_words_say_what_is_assumed(loaded: Voicebot, tmp_path: Path) -> None:  # noqa: F811
    mix = tmp_path / "mix.txt"
    mix.write_text("refuses=1\nbusy=1\n", encoding="utf-8")
    out = loaded("campaign", "rehearse", "spring", "--leads", "4", "--personas", str(mix)).out
    assert " of the 19 leads that will be called, as simulated customers; nobody was called" in out
    assert "each lead behaves as one of the simulated personas" in out


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--personas", "agrees=x"), "is not NAME=SHARE"),
        (("--personas", "martians=3"), "there is no persona 'martians'"),
        (("--switch", "--personas", "martians=3"), "there is no persona 'martians'"),
    ],
)
def test_wrong_use(loaded: Voicebot, options: tuple[str, ...], why: str) -> None:  # noqa: F811
    assert why in loaded("campaign", "rehearse", "spring", *options).complaint


def test_without_leads_there_is_nothing_to_rehearse(type_in: Voicebot) -> None:  # noqa: F811
    assert "has no lead that will be called" in type_in("campaign", "rehearse", "spring").complaint

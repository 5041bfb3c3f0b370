"""Dialers, switches, call servers and database connections die at random: nobody is called twice, no lead is lost."""

import logging
from collections.abc import Iterator

import pytest

from tools import fuzz_dialers
from voicebot.campaign import placing, runner
from voicebot.store.store import Store

LEADS, LIMIT_S = 60, 120.0


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The fuzz shortens what production waits; here it is put back, and its many complaints are not printed."""
    for module, name in (
        (runner, "ORPHANS_EVERY_S"),
        (runner, "DOWN_S"),
        (placing, "RECORD_GRACE_S"),
        (placing, "RECORD_POLL_S"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_lead_ends_in_one_final_state_and_nobody_is_called_twice_at_once(store: Store) -> None:
    found = fuzz_dialers.run(store, LEADS, dialers=2, seed=3, limit_s=LIMIT_S, one_in=150)
    assert found.faults == []
    assert found.dialled >= LEADS
    assert found.killed["database statement"] > 0


def test_the_judge_knows_a_lead_that_was_left_behind(store: Store) -> None:
    fuzz_dialers.fill(store, 3)
    found = fuzz_dialers._judged(store, 3, fuzz_dialers.Findings())
    assert found.faults == ["leads are {'waiting': 3}, 0 held, of 3", "the campaign is running"]

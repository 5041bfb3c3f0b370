"""A round over the store: whatever becomes of the calls, no more leads are claimed than the lines carry."""

import itertools
import tempfile
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.campaign.dialling import NOW, Clock, running
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.line import Line, Lines
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.rounds import RENEW_EVERY, Rounds, Scope
from voicebot.errors import StoreError
from voicebot.store import campaigns
from voicebot.store.claims import LEASE, Claimed
from voicebot.store.records import AttemptResult
from voicebot.store.rows import write
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Lead

CARRIED = 3


class Few(Lines):
    """Carry CARRIED calls, and count only attempts that have a line, as Redis does."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def room(self, plan: Plan) -> int:
        return CARRIED - len(self.used)

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line:
        self.used.add(claimed.attempt_id)
        return Line("demo")

    def others(self, plan: Plan, tried: Collection[str]) -> bool:
        return False

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        self.used.discard(claimed.attempt_id)


steps = st.lists(st.tuples(st.sampled_from(["line", "end"]), st.integers(1, CARRIED)), min_size=1, max_size=15)


@settings(max_examples=40)
@given(steps)
def test_no_more_leads_are_claimed_than_the_lines_carry(taken: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/v.db", Path(directory))
        try:
            assert _most_at_once(store, taken) == CARRIED
        finally:
            store.close()


def test_what_another_dialer_has_claimed_without_a_line_yet_counts_too(store: Store) -> None:
    running(store, 40, concurrency=20)
    first, second = (Rounds(store, Few(), Scope(f"{name}@switch", 100, 1000.0), Clock()) for name in ("d1", "d2"))
    assert len(first.run(Hands({}), 0.0).due) == CARRIED
    assert second.run(Hands({}), 0.0).due == ()


def test_a_plan_that_was_changed_after_the_claim_holds_at_the_last_look(store: Store) -> None:
    running(store, 1)
    rounds = Rounds(store, Few(), Scope("d1@switch", 100, 1000.0), Clock())
    (due,) = rounds.run(Hands({}), 0.0).due
    assert rounds.check(due, Line("demo")) is None
    stricter = campaigns.plan_text(store, "spring") + "purpose: survey\nconsent: required\n"
    campaigns.change_plan(store, "spring", stricter, "plan.yaml")
    rounds.run(Hands({due.claimed.attempt_id: "spring"}), 0.25)
    refusal = rounds.check(due, Line("demo"))
    assert refusal is not None
    assert refusal.code is Code.NO_CONSENT


def test_leases_are_renewed_although_the_clock_was_set_back(store: Store) -> None:
    running(store, 1)
    clock = Clock()
    rounds = Rounds(store, Few(), Scope("d1@switch", 100, 1000.0), clock)
    (due,) = rounds.run(Hands({}), 0.0).due
    clock.at = NOW - timedelta(hours=1)
    rounds.run(Hands({due.claimed.attempt_id: "spring"}), 10.0)
    with store.reading() as connection:
        assert connection.scalar(select(Lead.lease_until)) == clock.at + LEASE


def test_while_the_clock_is_wrong_leases_are_kept_and_nobody_is_claimed(store: Store) -> None:
    running(store, 2, concurrency=1)
    clock, wrong = Clock(), [False]

    def check() -> None:
        if wrong[0]:
            raise StoreError("this machine's clock is 60 s ahead")

    rounds = Rounds(store, Few(), Scope("d1@switch", 100, 1000.0), clock, check_clock=check)
    (due,) = rounds.run(Hands({}), 0.0).due
    with store.writing() as connection:
        write(connection, [AttemptResult(due.claimed.attempt_id, Code.BUSY, NOW)])
    wrong[0] = True
    clock.at += RENEW_EVERY
    for now in (10.0, 10.25):
        with pytest.raises(StoreError, match="60 s ahead"):
            rounds.run(Hands({due.claimed.attempt_id: "spring"}), now)
    with store.reading() as connection:
        states = connection.execute(select(Lead.state, Lead.lease_until).order_by(Lead.id)).all()
    assert states == [("claimed", clock.at + LEASE), ("waiting", None)]
    wrong[0] = False
    assert len(rounds.run(Hands({}), 11.0).due) == 1


def _most_at_once(store: Store, taken: list[tuple[str, int]]) -> int:
    """The most leads in hand after any round."""
    running(store, 40, concurrency=20)
    plan_lines = Few()
    rounds = Rounds(store, plan_lines, Scope("d1@switch", 100, 1000.0), Clock())
    hands: dict[str, Claimed] = {}
    most = 0
    for now, (what, count) in zip(itertools.count(0.0, 10.0), (*taken, ("line", 1)), strict=False):
        unlined = hands.keys() - plan_lines.used
        found = rounds.run(Hands(dict.fromkeys(hands, "spring"), hands, (), unlined), now)
        hands |= {due.claimed.attempt_id: due.claimed for due in found.due}
        most = max(most, len(hands))
        ready = sorted(hands.keys() - plan_lines.used if what == "line" else plan_lines.used & hands.keys())
        for attempt_id in ready[:count]:
            if what == "line":
                plan_lines.used.add(attempt_id)
                continue
            with store.writing() as connection:
                write(connection, [AttemptResult(attempt_id, Code.BUSY, NOW)])
            plan_lines.used.discard(attempt_id)
            del hands[attempt_id]
    return most

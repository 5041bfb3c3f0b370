"""The abandon cap at work: the dialer's rounds, the store's agents and customers who leave by themselves, on a clock
that the test moves. Nobody writes the losses down but the calls in which they happen."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from tests.campaign.dialling import NOW, Clock, running
from tests.store.agents_of import at_work
from tests.store.samples import call
from voicebot.campaign.agent_floor import StoreFloor
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.line import OneLine
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.pacing import Limits, Load, Measured, Mode, to_start
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.settings import Settings
from voicebot.store import agents
from voicebot.store.abandons import Abandons
from voicebot.store.agent_desk import Ask, Given, Round, Told, serve
from voicebot.store.records import AttemptResult, HandoffRecord, Record
from voicebot.store.rows import write
from voicebot.store.store import Store

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
STEP_S = 4
AGENTS, MINUTES = 12, 10
AWAY = (3.5, 4.0)
"""Minutes in which no agent takes a call: customers who are under way then are lost whatever the rule does."""
RING_S, ROBOT_S, AGENT_S, PATIENCE_S = 8, 12, 40, 4
ANSWER_RATE, WANTS_AGENT = 0.75, 0.75
CAP, TIGHT_CAP, NO_CAP = 0.12, 0.04, 0.9
SEEDS = (1, 2, 4)
OWNER = "server@switch"


@dataclass(frozen=True)
class Look:
    """One decision of the pacing rule: what it was told, and how many calls it let begin. `asked`, `lost`: of the shift
    itself at that moment, where the rule's own figures are some seconds old."""

    mode: Mode
    load: Load
    measured: Measured
    limits: Limits
    begun: int
    asked: int
    lost: int

    @property
    def one_each(self) -> int:
        """What a progressive campaign would begin: one call for each idle agent that nobody is under way to."""
        return to_start("progressive", self.load, self.measured, self.limits)

    @property
    def over_dials(self) -> bool:
        return self.begun > self.one_each

    @property
    def stands_at_the_cap(self) -> bool:
        return self.asked > 0 and self.lost >= self.limits.abandon_cap * self.asked

    @property
    def held_back(self) -> bool:
        """Whether the cap alone keeps it from calling more customers than there are idle agents."""
        free = to_start(self.mode, self.load, self.measured, replace(self.limits, abandon_cap=1.0))
        return not self.over_dials and free > self.one_each


@dataclass
class Shift:
    """Some minutes of one campaign. `beyond`: most calls in the air for which no agent was idle, at any moment."""

    store: Store
    script: int
    rng: random.Random
    away: tuple[float, float] = (0.0, 0.0)
    clock: Clock = field(default_factory=Clock)
    ringing: dict[str, datetime] = field(default_factory=dict)
    talking: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    waiting: dict[str, tuple[datetime, Ask]] = field(default_factory=dict)
    served: dict[str, tuple[datetime, Ask, datetime]] = field(default_factory=dict)
    asked: int = 0
    lost: int = 0
    beyond: int = 0
    looks: list[Look] = field(default_factory=list)

    def run(self) -> None:
        """Until the time is over and everybody has hung up."""
        floor = StoreFloor(self.store, lambda _: frozenset({"sales"}), self.clock)
        lines = OneLine(Settings())
        rounds = Rounds(self.store, lines, Scope("d1@switch", 1000, 1000.0), self.clock, floor)
        with self._watched():
            self._until_over(rounds)

    def _until_over(self, rounds: Rounds) -> None:
        begun, ended = (NOW + minutes * MINUTE for minutes in self.away)
        while self.clock.at < NOW + MINUTES * MINUTE or any(self._under_way()):
            if begun != ended and self.clock.at - STEP_S * SECOND < begun <= self.clock.at:
                self._agents(AgentState.PAUSE)
            if begun != ended and self.clock.at - STEP_S * SECOND < ended <= self.clock.at:
                self._agents(AgentState.IDLE)
            self._step()
            held = {*self.ringing, *self.talking, *self.waiting, *self.served}
            hands = Hands(dict.fromkeys(held, "spring"), held, held - self.ringing.keys())
            dialling = self.clock.at < NOW + MINUTES * MINUTE
            for due in rounds.run(hands, (self.clock.at - NOW).total_seconds(), dialling=dialling).due:
                self.ringing[due.claimed.attempt_id] = self.clock.at + self.rng.uniform(0.6, 1.4) * RING_S * SECOND
            idle = AGENTS - len(self.served)
            self.beyond = max(self.beyond, len(self.ringing) + len(self.talking) + len(self.waiting) - idle)
            self.clock.at += STEP_S * SECOND

    def _agents(self, state: AgentState) -> None:
        for number in range(AGENTS):
            agents.set_state(self.store, f"a{number}", state, self.clock.at)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Every decision of the rule is noted."""

        def noted(mode: Mode, load: Load, measured: Measured, limits: Limits) -> int:
            begun = to_start(mode, load, measured, limits)
            self.looks.append(Look(mode, load, measured, limits, begun, self.asked, self.lost))
            return begun

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("voicebot.campaign.rounds.to_start", noted)
            yield

    def _under_way(self) -> tuple[object, ...]:
        return self.ringing, self.talking, self.waiting, self.served

    def _step(self) -> None:
        """Whatever has ended by now."""
        at, rng = self.clock.at, self.rng
        records: list[Record] = []
        told: list[Told] = []
        for attempt in [one for one, end in self.ringing.items() if end <= at]:
            del self.ringing[attempt]
            if rng.random() < ANSWER_RATE:
                self.talking[attempt] = (at, at + rng.uniform(0.5, 1.5) * ROBOT_S * SECOND)
            else:
                records.append(AttemptResult(attempt, Code.NO_ANSWER, at))
        for attempt, (answered, end) in list(self.talking.items()):
            if end <= at:
                del self.talking[attempt]
                if rng.random() < WANTS_AGENT:
                    self.asked += 1
                    leg = attempt[:-1] + ("0" if attempt[-1] != "0" else "1")
                    self.waiting[attempt] = (answered, Ask(attempt, "sales", leg, at, at + 60 * SECOND))
                else:
                    records += self._over(attempt, answered, None)
        gone = [one for one, (_, ask) in self.waiting.items() if at - ask.since >= PATIENCE_S * SECOND]
        for attempt in gone:
            answered, _ = self.waiting.pop(attempt)
            self.lost += 1
            records += self._over(attempt, answered, "customer_left")
        for attempt, (answered, ask, end) in list(self.served.items()):
            if end <= at:
                del self.served[attempt]
                told.append(Told(ask.leg_id, "over", at))
                records += self._over(attempt, answered, "answered")
        with self.store.writing() as connection:
            write(connection, records)
        self._hand_off(told, gone)

    def _hand_off(self, told: list[Told], gone: list[str]) -> None:
        """Agents who are given talk at once: their telephones do not ring long enough to matter."""
        at = self.clock.at
        legs = [ask.leg_id for _, ask, _ in self.served.values()]
        given = serve(self.store, OWNER, Round(told, [ask for _, ask in self.waiting.values()], legs, gone), at)
        talks = [attempt for attempt, one in given.items() if isinstance(one, Given)]
        for attempt in talks:
            answered, ask = self.waiting.pop(attempt)
            self.served[attempt] = (answered, ask, at + self.rng.uniform(0.5, 1.5) * AGENT_S * SECOND)
        if talks:
            serve(self.store, OWNER, Round([Told(self.served[one][1].leg_id, "talking", at) for one in talks]), at)

    def _over(self, attempt: str, answered: datetime, outcome: str | None) -> list[Record]:
        tries = (HandoffRecord(0, "sales", 10_000, outcome, 2_000),) if outcome else ()
        talk = replace(call(1, self.script), attempt_id=attempt, handoffs=tries, visits=(), turns=())
        return [talk, AttemptResult(attempt, Code.CUSTOMER_HANGUP, self.clock.at, answered, answered)]


def shift(
    store: Store, cap: float, mode: str = "predictive", seed: int = SEEDS[0], away: tuple[float, float] = (0.0, 0.0)
) -> Shift:
    """A whole shift under that cap; the same dice each time."""
    running(store, 1000, concurrency=300, mode=f"{mode}, abandon_cap: {cap}")
    at_work(store, *(f"a{number}" for number in range(AGENTS)), team="sales")
    script = store.add_script_version("any", "1", "any", "script: any\n")
    made = Shift(store, script, random.Random(seed), away)
    made.run()
    with store.reading() as connection:
        assert Abandons("spring").count(connection, made.clock.at) == (made.asked, made.lost), "the store's own figure"
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_predicting_ends_at_the_cap_and_begins_again_by_the_rule(store: Store, seed: int) -> None:
    held = shift(store, CAP, seed=seed, away=AWAY)
    stands = [at for at, look in enumerate(held.looks) if look.stands_at_the_cap]
    over = [at for at, look in enumerate(held.looks) if look.over_dials]
    back = [at for at, look in enumerate(held.looks) if look.held_back]
    assert stands, "the absence costs more customers than the cap allows"
    assert over[0] < stands[0], "it calls more customers than there are idle agents"
    assert not set(over) & set(stands), "never while the figure stands at the cap"
    assert set(back) & set(stands), "though without the cap it would have"
    assert over[-1] > stands[-1], "and again once enough have been served"
    for look in (held.looks[at] for at in over):
        one_more = look.measured.abandon_rate * look.measured.asked + 1
        most = look.measured.asked + look.load.ringing + look.load.talking + look.load.waiting + 1
        assert one_more <= CAP * most, "only with room for one more who leaves"


def test_the_cap_holds(store: Store) -> None:
    held = shift(store, TIGHT_CAP)
    assert held.beyond > 0, "it calls more customers than there are idle agents"
    assert held.lost <= TIGHT_CAP * held.asked


def test_without_the_cap_the_same_customers_would_be_lost_beyond_it(store: Store) -> None:
    free = shift(store, NO_CAP)
    assert free.lost > TIGHT_CAP * free.asked


def test_who_calls_one_customer_for_each_idle_agent_loses_nobody(store: Store) -> None:
    careful = shift(store, TIGHT_CAP, "progressive")
    assert (careful.lost, careful.beyond) == (0, 0)

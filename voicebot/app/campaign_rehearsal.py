"""A campaign rehearsed: its own list against simulated customers, the real dialog, and nobody called.

Talks without audio, by thousands; the plan's retry rules on top. Nothing is written. What is assumed is told with it.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from voicebot.app.leads import lead_variables
from voicebot.app.versions import named
from voicebot.campaign.policy.arms import arm_of
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.forecast import ASSUMED, Forecast, Hours, Lengths, Work, carried_a_minute, forecast
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.retry import Again, Past, after
from voicebot.campaign.policy.windows import LEGAL, Window, zone_named
from voicebot.dialog.grading import grade
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.errors import UsageError
from voicebot.reports.stats import Rate, rate
from voicebot.settings import Settings
from voicebot.sim.personas import SimLead, in_place_of, plan_of
from voicebot.sim.typed import act
from voicebot.store.dialable import dialable
from voicebot.store.lead_samples import SampleLead, sample
from voicebot.store.refusals import never_called
from voicebot.store.store import Store
from voicebot.understanding.types import Classifier, Parse

UNANSWERED = {
    "busy": Code.BUSY,
    "reject": Code.REJECTED,
    "no_answer": Code.NO_ANSWER,
    "dead_number": Code.EMPTY,
    "power_off": Code.POWER_OFF,
    "suspended": Code.SUSPENDED,
    "out_of_area": Code.OUT_OF_AREA,
    "busy_told": Code.BUSY,
    "unreachable": Code.UNREACHABLE,
}
"""What the network says of a person who does not answer."""
MACHINES = {
    "voicemail": Code.VOICEMAIL,
    "assistant": Code.ASSISTANT,
    "switchboard": Code.IVR,
    "fax": Code.FAX,
}
"""Personas that pick up and are nobody."""
FOUND_OUT_MS = 2500
"""After so long a machine is heard for what it is."""
KNOWN_TEXTS = 10_000
STEPS = (
    ("answered", "answered"),
    ("connected", "a person answered"),
    ("talked", "said at least one thing"),
    ("intent", "grade A or B"),
    ("handed_off", "passed to an agent"),
    ("stopped", "asked not to be called again"),
)
"""The funnel: name, and what it means."""
ASSUMPTIONS = (
    "each lead behaves as one of the simulated personas, in the shares given: the weakest part of the forecast",
    "a person who did not answer does so again at each retry",
    "every word is understood as it was said: what recognition mishears is not in it (--switch has audio)",
    "an agent who is rung takes the call",
    "intervals are of 95 % (Wilson) for so many rehearsed leads; they say nothing of wrong shares",
)


@dataclass(frozen=True)
class Rehearsed:
    """What came of it. `leads`: rehearsed ones, `of`: leads that will be called; `funnel` by name, shares of the
    rehearsed; `grades`, `results`, `by_persona` (persona: grades) count leads; `attempts`: calls that these need."""

    leads: int
    of: int
    attempts: int
    funnel: Mapping[str, Rate]
    grades: Mapping[str, int]
    results: Mapping[str, int]
    by_persona: Mapping[str, Mapping[str, int]]
    coming: Forecast


@dataclass(frozen=True)
class _Outcome:
    code: Code
    grade: str = "E"
    connected: bool = False
    talked: bool = False
    handed_off: bool = False
    stopped: bool = False
    talk_ms: int | None = None


def rehearse(
    settings: Settings,
    store: Store,
    plan: Plan,
    classifier: Classifier,
    count: int,
    mix: Mapping[str, float],
    seed: int,
    at: datetime,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    outer: Window = LEGAL,
) -> Rehearsed:
    """Rehearse `count` leads at most, drawn from those that will be called as of `at`.

    Raises UsageError when nobody will be called, or for a script that is not there, InputFault, StoreError.
    """
    scripts = {arm.name: named(settings, store, arm.script).script for arm in plan.arms}
    wanted = _drawn(store, plan, count, seed, at)
    if not wanted:
        raise UsageError(
            f"campaign {plan.name!r} has no lead that will be called: voicebot campaign preflight {plan.name}"
        )
    people = in_place_of(seed, [(lead.number, lead.variables) for lead in wanted], mix)
    remembering = _Remembering(classifier)
    arms = {arm.name: arm.share for arm in plan.arms}
    outcomes: list[tuple[SimLead, _Outcome]] = []
    for done, (lead, person) in enumerate(zip(wanted, people, strict=True), start=1):
        arm = arm_of(plan.name, lead.key, arms)
        script = scripts[arm]
        known = lead_variables(script, lead.number, lead.variables)
        outcomes.append((person, _call(plan, script, known, person, remembering)))
        progress(done, len(wanted))
    return _summed(store, plan, outcomes, at, outer)


def _drawn(store: Store, plan: Plan, count: int, seed: int, at: datetime) -> Sequence[SampleLead]:
    """Some of the waiting leads by lot, without those that are refused for good."""
    found = sample(store, plan.name, count, random.Random(seed))
    gone = never_called(store, [lead.number for lead in found], plan, at)
    return [lead for lead in found if lead.number not in gone]


def _call(plan: Plan, script: Script, known: Mapping[str, str], person: SimLead, classifier: Classifier) -> _Outcome:
    doing = plan_of(person, script.name)
    if doing.ending != "answer":
        return _Outcome(UNANSWERED[doing.ending])
    machine = MACHINES.get(person.persona)
    if machine is not None and plan.answered.follow(machine).then != "talk_on":
        return _Outcome(machine, talk_ms=FOUND_OUT_MS)
    talk = Rehearsal(script, known, classifier)
    act(talk, doing)
    state = talk.state
    spoke = any(turn.text and not turn.aside for turn in state.turns)
    return _Outcome(
        code=machine or (Code(state.ending.code) if state.ending is not None else Code.CUSTOMER_HANGUP),
        grade=grade(script, state).letter,
        connected=machine is None,
        talked=spoke,
        handed_off=any(one.reason == "answered" for one in state.handoffs),
        stopped=state.stop_requested,
        talk_ms=talk.now,
    )


def _summed(
    store: Store, plan: Plan, outcomes: Sequence[tuple[SimLead, _Outcome]], at: datetime, outer: Window
) -> Rehearsed:
    people = [one for _, one in outcomes]
    attempts = sum(_attempts(plan, one.code, at) for one in people)
    answered = [one for one in people if one.talk_ms is not None]
    held = {
        "answered": len(answered),
        "connected": sum(one.connected for one in people),
        "talked": sum(one.connected and one.talked for one in people),
        "intent": sum(one.connected and one.grade in ("A", "B") for one in people),
        "handed_off": sum(one.handed_off for one in people),
        "stopped": sum(one.stopped for one in people),
    }
    by_persona: dict[str, Counter[str]] = {}
    for person, one in outcomes:
        by_persona.setdefault(person.persona, Counter())[one.grade if one.talk_ms is not None else str(one.code)] += 1
    count = len(people)
    leads = dialable(store, plan, at, outer)
    lengths = Lengths(
        answer_rate=sum(_answers(plan, one, at) for one in people) / attempts,
        again=1 - count / attempts,
        ring_s=ASSUMED.ring_s,
        talk_s=sum(one.talk_ms or 0 for one in answered) / 1000 / len(answered) if answered else 0.0,
        source="rehearsed, ringing assumed",
        measured=False,
    )
    hours = Hours(plan.window, outer, plan.calendar(), zone_named(plan.zone))
    a_minute = carried_a_minute(plan.lines.concurrency, plan.lines.calls_per_second, lengths)
    work = Work(leads.fresh, leads.begun)
    return Rehearsed(
        leads=count,
        of=leads.will_be_called,
        attempts=attempts,
        funnel={name: rate(held[name], count) for name, _ in STEPS},
        grades=dict(Counter(one.grade for one in answered).most_common()),
        results=dict(Counter(str(one.code) for one in people).most_common()),
        by_persona={name: dict(counts.most_common()) for name, counts in sorted(by_persona.items())},
        coming=forecast(work, hours, lengths, a_minute, plan.retry.max_attempts, plan.caps, at),
    )


def _attempts(plan: Plan, code: Code, at: datetime) -> int:
    """How often a lead is called that ends each time with this code."""
    history = [Past(code, at)]
    while isinstance(decision := after(plan.retry, history), Again):
        history.append(Past(code, max(decision.due, history[-1].ended_at) + timedelta(minutes=1)))
    return len(history)


def _answers(plan: Plan, one: _Outcome, at: datetime) -> int:
    """How many of its attempts are answered."""
    return _attempts(plan, one.code, at) if one.talk_ms is not None else 0


class _Remembering:
    """A classifier that answers the same text once: simulated customers have few wordings."""

    def __init__(self, classifier: Classifier) -> None:
        self._parse = lru_cache(KNOWN_TEXTS)(classifier.parse)

    def parse(self, text: str) -> Parse:
        """As the classifier does."""
        return self._parse(text)

"""Who is called: personas with their shares from plans.yaml, and the population that a seed makes of them.
The same seed and count give the same people with the same words. What a person's plan consists of is in plan.py."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from voicebot.errors import UsageError
from voicebot.media.frames import FRAME_MS
from voicebot.sim.plan import MANDARIN, LineSound, Plan, SimVoice, Step
from voicebot.sim.tones import ToneKind

PLANS: Final = Path(__file__).with_name("plans.yaml")
VARIANTS: Final = ("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5")
RATES: Final = (150, 160, 170, 180, 190, 200, 210)
PITCHES: Final = (35, 45, 55, 65)
NOISE_DBFS: Final = (None, None, None, -60, -55, -50)
MAX_POPULATION: Final = 10_000
ENGLISH: Final = "_en"
"""Behind the names of what is said to a script in English."""


@dataclass(frozen=True)
class SimLead:
    """One person to call: number in E.164, the persona's name, the seed of all that is drawn for it, the variables."""

    number: str
    persona: str
    seed: int
    voice: SimVoice
    variables: Mapping[str, str]


def population(seed: int, count: int, mix: Mapping[str, float] | None = None) -> tuple[SimLead, ...]:
    """The people of one simulated campaign, every persona as often as its share says (in `mix`, or as shipped), in an
    order of the seed's.

    Raises UsageError for a count that the numbers do not suffice for.
    """
    if not 0 < count <= MAX_POPULATION:
        raise UsageError(f"{count} simulated customers: between 1 and {MAX_POPULATION} are possible")
    names = _by_quota(mix or shares(), count)
    random.Random(f"{seed} order").shuffle(names)
    return tuple(_lead(seed, index, name) for index, name in enumerate(names))


def shares() -> dict[str, float]:
    """How many of a hundred leads are which persona, as shipped."""
    return {name: float(spec["share"]) for name, spec in _plans()["personas"].items()}


def parsed_shares(text: str) -> dict[str, float]:
    """Shares from NAME=SHARE, parted by commas or lines. Raises UsageError."""
    wanted: dict[str, float] = {}
    for entry in filter(None, (one.strip() for one in text.replace("\n", ",").split(","))):
        name, _, share = entry.partition("=")
        try:
            wanted[name.strip()] = float(share.removesuffix("%"))
        except ValueError:
            raise UsageError(f"personas: {entry!r} is not NAME=SHARE; for example agrees=30") from None
    return checked_shares(wanted)


def checked_shares(wanted: Mapping[str, float]) -> dict[str, float]:
    """Raises UsageError for a persona that there is not, a share below 0, or no share at all."""
    known = shares()
    for name, share in wanted.items():
        if name not in known:
            raise UsageError(f"there is no persona {name!r}; known: {', '.join(known)}")
        if share < 0:
            raise UsageError(f"persona {name}: a share of {share:g}; it must not be below 0")
    if not sum(wanted.values()):
        raise UsageError("no persona has a share; give at least one, for example agrees=30")
    return dict(wanted)


def in_place_of(seed: int, leads: Sequence[tuple[str, Mapping[str, str]]], mix: Mapping[str, float]) -> list[SimLead]:
    """A person for each lead of a list (number, variables), every persona as often as its share in `mix` says.

    What a person has to say and the lead does not know, its city for example, is drawn.
    """
    names = _by_quota(mix, len(leads))
    random.Random(f"{seed} order").shuffle(names)
    found = []
    for index, (name, (number, variables)) in enumerate(zip(names, leads, strict=True)):
        own = random.Random(f"{seed} lead {index}").randrange(1 << 32)
        known = {key: value for key, value in variables.items() if value}
        found.append(SimLead(number, name, own, SimVoice("f2", 170, 50), _variables(own) | known))
    return found


def plan_of(lead: SimLead, script: str) -> Plan:
    """What this person does when `script` calls; a script without words of its own gets those under `any`, one in
    English those under `any_en`."""
    plans = _plans()
    if lead.persona in plans["bench"]:
        return _plan(lead, plans["defaults"] | plans["bench"][lead.persona], script)
    return _plan(lead, plans["defaults"] | plans["people"] | plans["personas"][lead.persona], script)


def bench_leads() -> tuple[SimLead, ...]:
    """The numbers with a fixed behaviour; the persona's name is the number itself."""
    return tuple(stand_in(f"+{number}", number) for number in _plans()["bench"])


def stand_in(number: str, persona: str) -> SimLead:
    """A lead for a number behind which there is no person with words of its own, a recording for example."""
    return SimLead(number, persona, 0, SimVoice("f2", 170, 50), _variables(0))


def _lead(seed: int, index: int, persona: str) -> SimLead:
    own = random.Random(f"{seed} lead {index}")
    voice = SimVoice(own.choice(VARIANTS), own.choice(RATES), own.choice(PITCHES), own.choice(NOISE_DBFS))
    lead_seed = own.randrange(1 << 32)
    number = f"+86199{seed % 10_000:04d}{index:04d}"
    return SimLead(number, persona, lead_seed, voice, _variables(lead_seed, voice.variant))


def _variables(seed: int, variant: str = "f2") -> dict[str, str]:
    own = random.Random(f"{seed} variables")
    drawn = {name: own.choice(values) for name, values in _plans()["variables"].items()}
    return drawn | {"title": "女士" if variant.startswith("f") else "先生"}


def _by_quota(shares: Mapping[str, float], count: int) -> list[str]:
    """`count` names, each within one of its share: largest remainders get what rounding down left over."""
    total = sum(shares.values())
    exact = {name: share * count / total for name, share in shares.items()}
    whole = {name: math.floor(value) for name, value in exact.items()}
    by_remainder = sorted(shares, key=lambda name: (whole[name] - exact[name], name))
    for name in by_remainder[: count - sum(whole.values())]:
        whole[name] += 1
    return [name for name, times in whole.items() for _ in range(times)]


def _plan(lead: SimLead, spec: Mapping[str, Any], script: str) -> Plan:
    own = random.Random(f"{lead.seed} plan")
    words = dict(lead.variables)
    words["other_city"] = own.choice([city for city in _plans()["variables"]["city"] if city != words["city"]])
    words["nth"] = own.choice("一二三")
    ringing_ms = _drawn_ms(own, spec["ringing_ms"])
    language = _plans()["languages"].get(script, MANDARIN)
    own_words = "" if language == MANDARIN else ENGLISH
    steps = spec.get(script, spec.get("any" + own_words, []))
    return Plan(
        persona=lead.persona,
        ending=spec.get("ending", "answer"),
        ringing_ms=ringing_ms,
        steps=tuple(_step(own, step, spec, words) for step in steps),
        greeting=own.choice(spec.get("greeting" + own_words, [""])),
        greeting_ms=_drawn_ms(own, spec.get("greeting_ms", [0, 0])),
        beep=spec.get("beep", False),
        tone=next(iter(_line_sounds([spec["tone"]])), None) if "tone" in spec else None,
        before=_line_sounds(spec.get("before", [])),
        announcement=own.choice(spec.get("announcement" + own_words, [""])),
        status=spec.get("status"),
        patience=spec.get("patience", Plan.patience),
        lonely_ms=spec.get("lonely_ms", Plan.lonely_ms),
        language=language,
    )


def _step(own: random.Random, step: Any, spec: Mapping[str, Any], words: Mapping[str, str]) -> Step:
    given: Mapping[str, Any] = {"say": step} if isinstance(step, list) else step
    return Step(
        reaction_ms=_drawn_ms(own, given.get("reaction_ms", spec["reaction_ms"])),
        say=own.choice(given.get("say", [""])).format(**words),
        press=given.get("press", ""),
        hang_up=given.get("hang_up", False),
        barge_in_ms=_drawn_ms(own, given["barge_in_ms"]) if "barge_in_ms" in given else None,
        during=own.choice(given.get("during", [""])),
        hang_up_ms=_drawn_ms(own, given["hang_up_ms"]) if "hang_up_ms" in given else None,
    )


def _line_sounds(given: Sequence[Mapping[ToneKind, int]]) -> tuple[LineSound, ...]:
    return tuple(LineSound(kind, ms) for one in given for kind, ms in one.items())


def _drawn_ms(own: random.Random, bounds: Sequence[int]) -> int:
    """A whole number of frames between the two bounds."""
    return own.randrange(bounds[0], bounds[1] + 1) // FRAME_MS * FRAME_MS


@cache
def _plans() -> dict[str, Any]:
    plans: dict[str, Any] = yaml.load(PLANS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return plans

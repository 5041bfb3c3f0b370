"""Proposals of new examples: what was not understood, and what people corrected, grouped by likeness, for a person.

Nothing is learnt by itself: a proposal is a line of a file, and a person writes `accept: true` into it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voicebot.errors import InputFault
from voicebot.understanding.classifier import OUT_OF_SCOPE, EmbeddedClassifier
from voicebot.understanding.features import GENERAL, features
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import normalise
from voicebot.understanding.yaml_reader import Reader
from voicebot.understanding.yaml_source import parse, read_source

ALIKE = 0.5
"""Share of features that two texts of one group have in common (Jaccard)."""
LIKE_SHOWN = 5
HEAD = """# Proposals for intents/. Correct `intent` where it is wrong, write `accept: true` where the text is worth
# learning, then: voicebot nlu accept {name}
"""


@dataclass(frozen=True)
class Proposal:
    """A text that may become an example of `intent`. `probability` is the engine's for it; `corrected`: a person said
    so. `like`: texts of the same group that are left out.
    """

    text: str
    intent: str
    times: int
    probability: float
    corrected: bool
    why: str
    like: tuple[str, ...] = ()


def propose(
    heard: Mapping[str, int], corrected: Mapping[str, str], training: Training, engine: EmbeddedClassifier
) -> tuple[Proposal, ...]:
    """Proposals from texts with how often each was heard, and from corrections (text to intent), corrections first.

    Left out is what stands in the training already. Texts much alike make one proposal, of the commonest.
    """
    owners = {example.text: example.intent for example in training.examples}
    counts = Counter({normalise(text): times for text, times in heard.items()})
    right = {normalise(text): intent for text, intent in corrected.items()}
    texts = [text for text in {**right, **counts} if text and text not in owners]
    found = [_proposal(text, counts[text], right.get(text), engine) for text in texts]
    found.sort(key=lambda one: (not one.corrected, -one.times, one.text))
    return _grouped(found)


def _proposal(text: str, times: int, right: str | None, engine: EmbeddedClassifier) -> Proposal:
    probabilities = engine.probabilities(text)
    best = engine.intents[int(probabilities.argmax())]
    if right is None:
        return Proposal(text, best, times, float(probabilities.max()), False, "not understood")
    why = "corrected; the engine agrees" if right == best else f"corrected; the engine says {best}"
    known = right in engine.intents
    probability = float(probabilities[engine.intents.index(right)]) if known else 0.0
    return Proposal(text, right, times, probability, True, why)


def _grouped(found: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The first of each group, with the others as `like`."""
    leaders: list[tuple[frozenset[str], Proposal]] = []
    for one in found:
        its = frozenset(feature for feature in features(one.text, ()) if not feature.startswith(GENERAL))
        for place, (theirs, leader) in enumerate(leaders):
            if leader.intent == one.intent and len(its & theirs) >= ALIKE * len(its | theirs):
                like = (*leader.like, one.text)
                leaders[place] = theirs, replace(leader, times=leader.times + one.times, like=like)
                break
        else:
            leaders.append((its, one))
    return tuple(leader for _, leader in leaders)


def as_yaml(proposals: Iterable[Proposal], name: str) -> str:
    """The file that a person edits."""
    lines = [HEAD.format(name=name), "proposals:\n"]
    for one in proposals:
        lines.append(f'- text: "{one.text}"\n  intent: {one.intent}\n  accept: false\n')
        lines.append(f"  times: {one.times}\n  probability: {one.probability:.2f}\n  why: {one.why}\n")
        if one.like:
            shown = ", ".join(f'"{text}"' for text in one.like[:LIKE_SHOWN])
            lines.append(f"  like: [{shown}]\n")
    return "".join(lines) if len(lines) > len((HEAD, "")) else lines[0] + "proposals: []\n"


def accepted(path: Path) -> tuple[tuple[str, str], ...]:
    """The (text, intent) pairs that a person accepted. Raises InputFault (file:line:column)."""
    text, shown = read_source(path)
    reader = Reader(parse(text, shown), "the file")
    found = reader.each("proposals", _accepted, "a proposal")
    reader.done()
    return tuple(pair for pair in found if pair)


def _accepted(reader: Reader) -> tuple[str, str] | None:
    pair = reader.text("text"), reader.text("intent")
    for told in ("times", "probability", "why", "like"):
        reader.take(told)
    return pair if reader.flag("accept", False) else None


def check_intents(corrected: Mapping[str, str], training: Training) -> None:
    """Raises InputFault for a correction to an intent that does not exist."""
    for text, intent in corrected.items():
        if intent not in (*training.intents, OUT_OF_SCOPE):
            raise InputFault(f"the correction of {text!r} names {intent!r}, which is no intent of intents/")

"""What was said to one choice of what the dialog expects: keywords and patterns, short answers, slots, classifier.

The first of these that decides wins, so that a script's own words always beat a guess.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from voicebot.understanding.doubt import AGREEMENT, doubt
from voicebot.understanding.keywords import find_keyword, find_pattern, sounding_like
from voicebot.understanding.normalise import length
from voicebot.understanding.short_answers import opening_yes, short_answer
from voicebot.understanding.slots import Values
from voicebot.understanding.thresholds import thresholds_of
from voicebot.understanding.types import NO_MATCH, Choice, Classifier, Expectation, Match, MatchedBy, Parse, Ranked

AFFIRM = "affirm"
OPENING_SCORE = 0.6
"""What a yes with something not understood behind it is worth."""
SOUND_SCORE = 0.8
"""What a keyword is worth that was only heard by its sound."""


def match(text: str, expected: Expectation, classifier: Classifier | None) -> Match:
    """The choice that normalised `text` holds for, or a Match without one. Never raises on content.

    Longest keyword or pattern wins between choices, the earlier choice on a tie. A choice with slots needs their
    values in the text besides its words; one that takes any text comes after all that is understood.
    """
    if not text:
        return NO_MATCH
    parse = classifier.parse(text) if classifier is not None else Parse()
    values, choices = Values(text, parse, expected.now), expected.choices
    by_engine = _by_intent(text, choices, parse, values)
    found = (
        _by_words(text, choices, values)
        or _by_short_answer(text, choices, values)
        or _by_slot(choices, values)
        or (_by_sound(text, choices, values) if expected.sound else None)
        or (by_engine if by_engine.choice is not None else None)
        or _by_free_text(choices, values)
        or _by_opening(text, choices, values)
        or by_engine
    )
    if found.choice is None and values.refused:
        found = replace(found, evidence=values.refused[0].why, refused=values.refused[0].slot)
    return replace(found, engine=parse.engine)


def _found(
    choice: Choice, intent: str | None, score: float, by: MatchedBy, why: str, values: Mapping[str, str]
) -> Match:
    return Match(choice.id, intent or next(iter(choice.intents), None), score, by, why, values)


def _by_words(text: str, choices: Iterable[Choice], values: Values) -> Match | None:
    best: tuple[int, Match] | None = None
    for choice in choices:
        for words, by in _hits(text, choice):
            if (best is None or length(words) > best[0]) and (filling := values.of(choice)):
                best = length(words), _found(choice, None, 1.0, by, words, filling.values)
    return best[1] if best else None


def _hits(text: str, choice: Choice) -> Iterable[tuple[str, MatchedBy]]:
    yield from ((word, "keyword") for word in choice.keywords if find_keyword(text, word))
    yield from ((hit, "pattern") for pattern in choice.patterns if (hit := find_pattern(text, pattern)))


def _by_sound(text: str, choices: Iterable[Choice], values: Values) -> Match | None:
    """Characters that sound like a keyword: recognisers know sounds better than characters. The longest wins."""
    best: tuple[int, Match] | None = None
    for choice in choices:
        for keyword in choice.keywords:
            if best is not None and length(keyword) <= best[0]:
                continue
            heard = sounding_like(text, keyword)
            if heard and (filling := values.of(choice)):
                why = f"{keyword} ~ {heard}"
                best = length(keyword), _found(choice, None, SOUND_SCORE, "sound", why, filling.values)
    return best[1] if best else None


def _by_short_answer(text: str, choices: Iterable[Choice], values: Values) -> Match | None:
    intent = short_answer(text)
    for choice in choices:
        if intent is not None and intent in choice.intents and (filling := values.of(choice)):
            return _found(choice, intent, 1.0, "keyword", text, filling.values)
    return None


def _by_slot(choices: Iterable[Choice], values: Values) -> Match | None:
    for choice in choices:
        if _is_slot_alone(choice) and not _is_free_text(choice) and (filling := values.of(choice)):
            return _found(choice, None, 1.0, "slot", filling.evidence, filling.values)
    return None


def _by_free_text(choices: Iterable[Choice], values: Values) -> Match | None:
    """What nothing else understands is the text that an answer asks for."""
    for choice in choices:
        if _is_free_text(choice) and (filling := values.of(choice)):
            return _found(choice, None, 1.0, "slot", filling.evidence, filling.values)
    return None


def _is_slot_alone(choice: Choice) -> bool:
    return bool(choice.slots) and not (choice.intents or choice.keywords or choice.patterns)


def _is_free_text(choice: Choice) -> bool:
    return _is_slot_alone(choice) and any(slot.type == "text" for slot in choice.slots)


def _by_opening(text: str, choices: Iterable[Choice], values: Values) -> Match | None:
    yes = opening_yes(text)
    for choice in choices:
        if yes and AFFIRM in choice.intents and (filling := values.of(choice)):
            return _found(choice, AFFIRM, OPENING_SCORE, "pattern", yes, filling.values)
    return None


def _by_intent(text: str, choices: tuple[Choice, ...], parse: Parse, values: Values) -> Match:
    """The best expected intent that is sure enough; without one, the best intent is told all the same."""
    ranking = credible(text, parse)
    if not ranking:
        return NO_MATCH
    best, least = ranking[0], thresholds_of(parse.engine)
    for ranked in ranking:
        if ranked.score < least.rival * best.score:
            break
        for choice in choices:
            sure = ranked.score >= least.least(ranked.intent)
            if sure and ranked.intent in choice.intents and (filling := values.of(choice)):
                why = f"{ranked.intent} {ranked.score:.2f}"
                return _found(choice, ranked.intent, ranked.score, "classifier", why, filling.values)
    return Match(None, best.intent, best.score, "nothing", f"{best.intent} {best.score:.2f}")


def credible(text: str, parse: Parse) -> tuple[Ranked, ...]:
    """An engine's ranking without yeses that are too unsure or that the words speak against: not even the grading may
    see these.
    """
    least = thresholds_of(parse.engine)
    return tuple(
        ranked
        for ranked in parse.ranking
        if ranked.intent not in AGREEMENT
        or (ranked.score >= least.least(ranked.intent) and not doubt(text, ranked.intent))
    )

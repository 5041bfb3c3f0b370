"""A turn of the customer: words or keys to an answer, and what it leads to.

Whether words over a prompt count as a turn is decided in listening.py.
"""

from collections.abc import Iterable, Iterator

from voicebot.dialog.commands import CancelTimer, SetTimer
from voicebot.dialog.events import DigitPressed, Heard
from voicebot.dialog.exits import decide
from voicebot.dialog.expression_values import holds
from voicebot.dialog.facts import TalkFacts
from voicebot.dialog.ladders import no_match, take
from voicebot.dialog.moves import end_talk, leave
from voicebot.dialog.script import Answer
from voicebot.dialog.state import State, Turn
from voicebot.dialog.talk import Talk
from voicebot.understanding.slots import from_keys, may_go_on, out_of_bounds
from voicebot.understanding.types import Match

ANYWHERE = "anywhere/"
"""Before the id of an answer of everywhere, so that it differs from a node's own."""
EXTRA_TURNS = 3
"""Turns that a script has beyond `max_turns` to say good-bye."""
MAX_KEYS = 20


def offered(answers: Iterable[Answer], state: State) -> Iterator[Answer]:
    """The answers that can be given now."""
    facts = TalkFacts(state)
    return (answer for answer in answers if answer.condition is None or holds(answer.condition, facts))


def note_only(talk: Talk, event: Heard) -> None:
    """Words that change nothing any more, but a wish to be left alone counts even then."""
    answer, _ = find(talk, event.match.choice)
    if event.text:
        note_aside(talk, event)
    if answer is not None:
        decide(talk, answer.exit)


def note_aside(talk: Talk, event: Heard) -> None:
    if event.text:
        _note_turn(talk, event.text, event.match, (event.began, event.ended), event.confidence, aside=True)


def _note_turn(
    talk: Talk,
    text: str,
    match: Match,
    span: tuple[int, int],
    confidence: float,
    *,
    barge_in: bool = False,
    aside: bool = False,
) -> None:
    turns = talk.state.turns
    turn = Turn(
        len(turns) + 1,
        talk.state.node,
        *span,
        text,
        confidence,
        match.intent,
        match.score,
        match.by,
        match.choice,
        barge_in,
        match.evidence,
        aside,
        match.engine,
    )
    talk.set(turns=(*turns, turn))


def find(talk: Talk, choice: str | None) -> tuple[Answer | None, bool]:
    """The answer that a match chose, and whether it is one of everywhere."""
    if choice is None:
        return None, False
    everywhere = choice.startswith(ANYWHERE)
    answers = talk.script.anywhere if everywhere else talk.node.answers
    name = choice.removeprefix(ANYWHERE) if everywhere else choice
    return next((answer for answer in answers if answer.id == name), None), everywhere


def hear(talk: Talk, event: Heard, *, barge_in: bool) -> None:
    """One turn of the customer, and what it leads to."""
    _take_turn(talk, event.text, event.match, (event.began, event.ended), event.confidence, barge_in=barge_in)


def _take_turn(
    talk: Talk, text: str, match: Match, span: tuple[int, int], confidence: float, *, barge_in: bool
) -> None:
    answer, everywhere = find(talk, match.choice)
    uses = sum(turn.choice == match.choice and not turn.aside for turn in talk.state.turns)
    taken = sum(not turn.aside for turn in talk.state.turns) + 1
    _note_turn(talk, text, match, span, confidence, barge_in=barge_in)
    if match.slots:
        talk.set(slots={**talk.state.slots, **match.slots})
    if taken > talk.script.max_turns + EXTRA_TURNS:
        end_talk(talk, "ROBOT_END", "turns")
    elif taken > talk.script.max_turns and (answer is None or not answer.exit.ends):
        leave(talk, talk.node.too_often, "turns") if talk.node.too_often else end_talk(talk, "ROBOT_END", "turns")
    elif answer is None:
        no_match(talk, match.refused)
    else:
        talk.set(noises=0)
        take(talk, answer, uses, everywhere=everywhere)


def digit_pressed(talk: Talk, event: DigitPressed) -> None:
    state = talk.state
    if state.phase not in ("speaking", "cut", "listening") or talk.node.closing or state.hang_up_after is not None:
        return
    keys = (state.digits + event.digit)[-MAX_KEYS:]
    wanted = [answer.digits for answer, _ in _with_keys(talk)]
    slots = [talk.script.slot(answer.slots[0]) for answer in _keyed(talk)]
    longer = any(digits != keys and digits.startswith(keys) for digits in wanted)
    longer = longer or any(may_go_on(slot, keys) for slot in slots)
    is_value = any(from_keys(slot, keys, state.now) is not None for slot in slots)
    if not longer and not is_value and keys not in wanted and state.phase == "speaking":
        talk.set(digits="")  # a stray key over a prompt
        return
    talk.set(digits=keys, cut=talk.silence(event.played_ms) or state.cut)
    if longer:
        talk.set(phase="listening", quiet_since=talk.at)
        talk.ask(CancelTimer("no_input"), SetTimer("digits", talk.node.listen.digits_ms))
    else:
        keys_complete(talk)


def _with_keys(talk: Talk) -> Iterator[tuple[Answer, str]]:
    """The answers that keys can give now, with their names."""
    yield from ((one, one.id) for one in offered(talk.node.answers, talk.state) if one.digits)
    yield from ((one, ANYWHERE + one.id) for one in offered(talk.script.anywhere, talk.state) if one.digits)


def keys_complete(talk: Talk) -> None:
    keys = talk.state.digits.removesuffix("#") or talk.state.digits
    talk.set(digits="")
    talk.ask(CancelTimer("digits"), CancelTimer("speech"))
    answer, choice = next(((a, name) for a, name in _with_keys(talk) if a.digits == keys), (None, None))
    intent = answer.intents[0] if answer is not None and answer.intents else None
    match = Match(choice, intent, 1.0, "digits", keys) if answer is not None else _keyed_in(talk, keys)
    _take_turn(talk, keys, match, (talk.at, talk.at), 1.0, barge_in=talk.state.cut is not None)


def _keyed(talk: Talk) -> list[Answer]:
    """The answers of the node that one value is enough for, which keys may be."""
    return [answer for answer in offered(talk.node.answers, talk.state) if len(answer.slots) == 1]


def _keyed_in(talk: Talk, keys: str) -> Match:
    """The first answer of the node with one slot that the keys are a value for."""
    refused: Match | None = None
    for answer in _keyed(talk):
        slot = talk.script.slot(answer.slots[0])
        value = from_keys(slot, keys, talk.state.now)
        if value is None:
            continue
        if why := out_of_bounds(slot, value, talk.state.now):
            refused = refused or Match(None, None, 0.0, "digits", why, refused=slot.name)
            continue
        return Match(answer.id, next(iter(answer.intents), None), 1.0, "digits", keys, {slot.name: value})
    return refused or Match(None, None, 0.0, "digits", keys)

"""Linter rules about words: keywords that clash, intents without examples, prompts too long, the disclosure.

Rules about the graph are in check.py.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import Answer, Node, Script
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import length, normalise
from voicebot.understanding.sounds import sound_of
from voicebot.understanding.yaml_reader import suggestion

_VARIABLE = re.compile(r"\{[^{}]*\}")
MAX_PROMPT_CHARS = 48
"""About ten seconds of speech; variables count as three characters."""
MAX_PROTECTED_CHARS = 24
FEW_EXAMPLES = 10
DISCLOSURE = (
    "智能",
    "机器人",
    "语音助手",
    "虚拟",
    "人工智能",
    "assistant",
    "robot",
    "automated",
    "automatic",
    "recorded",
)


def check_words(script: Script, training: Training | None) -> Iterator[Finding]:
    """Every finding of these rules."""
    for node in script.nodes.values():
        yield from _twice("keyword-twice", node.id, node.answers, _keywords)
        yield from _twice("intent-twice", node.id, node.answers, _bare_intents)
        yield from _twice("digits-twice", node.id, (*node.answers, *script.anywhere), _digits)
        yield from _sounds_alike(node)
        yield from _like_anywhere(node, script)
        yield from _long_prompts(node)
    yield from _twice("intent-twice", None, script.anywhere, _bare_intents)
    yield from _twice("keyword-twice", None, script.anywhere, _keywords)
    yield from _disclosure(script)
    if training is not None:
        yield from _intents(script, training)
        yield from _slots(script, training)


def _keywords(answer: Answer) -> Iterable[str]:
    return {normalise(word) for word in answer.keywords if "{" not in word}


def _bare_intents(answer: Answer) -> Iterable[str]:
    """The intents of an answer that nothing else narrows."""
    return () if answer.slots else answer.intents


def _digits(answer: Answer) -> Iterable[str]:
    return (answer.digits,) if answer.digits else ()


def _twice(
    code: str, node: str | None, answers: Iterable[Answer], values: Callable[[Answer], Iterable[str]]
) -> Iterator[Finding]:
    """Values that two answers share; the earlier one always wins, so the later is dead for them."""
    first: dict[str, Answer] = {}
    for answer in answers:
        for value in sorted(values(answer)):
            if value in first:
                yield finding(
                    code, answer.place, f"{value!r} of {answer.id!r} also stands in {first[value].id!r}", node
                )
            first.setdefault(value, answer)


def _sounds_alike(node: Node) -> Iterator[Finding]:
    """A recogniser may write either of two keywords that sound the same."""
    first: dict[tuple[str, ...], tuple[str, Answer]] = {}
    for answer in node.answers:
        for word in sorted(_keywords(answer)):
            other, owner = first.setdefault(sound_of(word), (word, answer))
            if other != word and owner is not answer:
                message = f"{word!r} of {answer.id!r} sounds like {other!r} of {owner.id!r}"
                yield finding("keyword-sounds-alike", answer.place, message, node.id)


def _like_anywhere(node: Node, script: Script) -> Iterator[Finding]:
    everywhere = {word: answer for answer in script.anywhere for word in _keywords(answer)}
    for answer in node.answers:
        for word in sorted(everywhere.keys() & set(_keywords(answer))):
            message = f"{word!r} of {answer.id!r} hides {everywhere[word].id!r} of 'anywhere'"
            yield finding("keyword-like-anywhere", answer.place, message, node.id)


def _long_prompts(node: Node) -> Iterator[Finding]:
    for prompt in node.say:
        size = length(_VARIABLE.sub("三个字", prompt.text))
        if not node.barge_in.allow and not node.closing and size > MAX_PROTECTED_CHARS:
            message = f"{size} characters, at most {MAX_PROTECTED_CHARS} without barge-in"
            yield finding("prompt-too-long-to-protect", prompt.place, message, node.id)
        elif size > MAX_PROMPT_CHARS:
            message = f"{size} characters, better at most {MAX_PROMPT_CHARS}"
            yield finding("prompt-too-long", prompt.place, message, node.id)


def _disclosure(script: Script) -> Iterator[Finding]:
    node = script.nodes[script.start]
    for prompt in node.say:
        if not any(word in prompt.text.lower() for word in DISCLOSURE):
            message = f"{prompt.text!r} has none of {', '.join(DISCLOSURE[:3])}, ..."
            yield finding("no-disclosure", prompt.place, message, node.id)


def _intents(script: Script, training: Training) -> Iterator[Finding]:
    counts = Counter(example.intent for example in training.examples)
    told: set[str] = set()
    for node, answer in _answers_with_node(script):
        for intent in answer.intents:
            if intent not in counts:
                message = f"{intent!r} of {answer.id!r} is not in intents/{suggestion(intent, counts)}"
                yield finding("unknown-intent", answer.place, message, node)
            elif counts[intent] < FEW_EXAMPLES and intent not in told:
                told.add(intent)
                message = f"{intent!r} has {counts[intent]} examples, fewer than {FEW_EXAMPLES}"
                yield finding("few-examples", answer.place, message, node)


def _slots(script: Script, training: Training) -> Iterator[Finding]:
    known = {*training.lookups, *training.regexes}
    for node, answer in _answers_with_node(script):
        for name in answer.slots:
            slot = script.slot(name)
            entity = slot.entity or slot.name
            if slot.type == "name" and entity not in known:
                message = f"{entity!r} of {answer.id!r} can never be filled{suggestion(entity, known)}"
                yield finding("unknown-slot", answer.place, message, node)


def _answers_with_node(script: Script) -> Iterator[tuple[str | None, Answer]]:
    for node in script.nodes.values():
        yield from ((node.id, answer) for answer in node.answers)
    yield from ((None, answer) for answer in script.anywhere)

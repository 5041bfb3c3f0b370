"""Linter rules about what is expected of the customer: answers that clash, intents and slots without examples."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import Answer, Node, Script
from voicebot.understanding.keywords import find_keyword
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import normalise
from voicebot.understanding.sounds import sound_of
from voicebot.understanding.yaml_reader import suggestion

FEW_EXAMPLES = 10


def check_words(script: Script, training: Training | None) -> Iterator[Finding]:
    """Every finding of these rules."""
    for node in script.nodes.values():
        yield from _twice("keyword-twice", node.id, node.answers, _keywords)
        yield from _twice("intent-twice", node.id, node.answers, _bare_intents)
        yield from _twice("digits-twice", node.id, (*node.answers, *script.anywhere), _digits)
        yield from _sounds_alike(node)
        yield from _like_anywhere(node, script)
        yield from _inside(node)
        yield from _ignored(node)
    yield from _twice("intent-twice", None, script.anywhere, _bare_intents)
    yield from _twice("keyword-twice", None, script.anywhere, _keywords)
    if training is not None:
        yield from _intents(script, training)
        yield from _slots(script, training)


def _keywords(answer: Answer) -> set[str]:
    return {normalise(word) for word in answer.keywords if "{" not in word}


def _bare_intents(answer: Answer) -> Iterable[str]:
    """The intents of an answer that nothing else narrows."""
    return () if answer.slots else answer.intents


def _digits(answer: Answer) -> Iterable[str]:
    return (answer.digits,) if answer.digits else ()


def _twice(
    code: str, node: str | None, answers: Iterable[Answer], values: Callable[[Answer], Iterable[str]]
) -> Iterator[Finding]:
    """Values that two answers share; the earlier one always wins, so the later is dead for them.

    Not where the earlier is offered only `if` something holds: the later is for the rest, unless it asks for the same.
    """
    first: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        condition = answer.condition.text if answer.condition else ""
        for value in sorted(values(answer)):
            other = first.get((value, "")) or first.get((value, condition))
            if other is not None:
                yield finding(code, answer.place, f"{value!r} of {answer.id!r} also stands in {other.id!r}", node)
            first.setdefault((value, condition), answer)


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
        for word in sorted(everywhere.keys() & _keywords(answer)):
            message = f"{word!r} of {answer.id!r} hides {everywhere[word].id!r} of 'anywhere'"
            yield finding("keyword-like-anywhere", answer.place, message, node.id)


def _inside(node: Node) -> Iterator[Finding]:
    """The longer of two keywords wins; who says the shorter as a part of the longer may not mean it."""
    words = [(word, answer) for answer in node.answers for word in sorted(_keywords(answer))]
    for word, answer in words:
        for other, owner in words:
            if owner is not answer and word != other and word in other and find_keyword(other, word):
                message = f"{word!r} of {answer.id!r} is a part of {other!r} of {owner.id!r}"
                yield finding("keyword-inside", answer.place, message, node.id)


def _ignored(node: Node) -> Iterator[Finding]:
    """Said over the prompt, such a keyword neither interrupts nor answers."""
    for answer in node.answers:
        for word in sorted(_keywords(answer) & set(node.barge_in.ignore)):
            yield finding(
                "keyword-ignored", answer.place, f"{word!r} of {answer.id!r} is ignored over prompts", node.id
            )


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

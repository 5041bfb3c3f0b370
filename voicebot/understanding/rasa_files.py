"""What a Rasa server is trained on, made from the same training data as the embedded engine. Text only, no files.

Rasa reads intents/ as it is too; this is the same in the one spelling that texts have when they reach an engine.
"""

import json
from collections.abc import Iterable, Mapping

from voicebot.understanding.nlu_yaml import VERSION, Example, Training
from voicebot.understanding.normalise import normalise

MODEL_PREFIX = "voicebot-"
_DIGITS = 12
"""So much of the digest is in a model's name."""


def model_name(training: Training) -> str:
    """The name to train a model under: a server tells its model's file, and so which intents it knows."""
    return MODEL_PREFIX + training.digest[:_DIGITS]


def nlu_file(training: Training) -> str:
    """Rasa NLU YAML: every example with its marks, lookups with all their spoken forms, synonyms, regexes."""
    examples = {
        intent: [_annotated(one) for one in training.examples if one.intent == intent] for intent in training.intents
    }
    entries = [_entry("intent", intent, lines) for intent, lines in examples.items()]
    entries += [_entry("lookup", name, forms) for name, forms in spoken_forms(training).items()]
    meant: dict[str, list[str]] = {}
    for said, value in training.synonyms.items():
        meant.setdefault(value, []).append(said)
    entries += [_entry("synonym", value, said) for value, said in meant.items()]
    entries += [_entry("regex", name, patterns) for name, patterns in training.regexes.items()]
    return f'version: "{VERSION}"\nnlu:\n' + "".join(entries)


def domain_file(training: Training) -> str:
    """The domain: names of intents and entities."""
    named = {mark.entity for one in training.examples for mark in one.marks}
    entities = sorted(named | set(training.lookups) | set(training.regexes))
    return (
        f'version: "{VERSION}"\nintents:\n{_items(training.intents)}'
        + (f"entities:\n{_items(entities)}" if entities else "")
        + "session_config:\n  session_expiration_time: 60\n  carry_over_slots_to_new_session: false\n"
    )


def spoken_forms(training: Training) -> Mapping[str, tuple[str, ...]]:
    """By entity every name of its lookup and what else is said for one of them, normalised."""
    return {
        entity: tuple(
            dict.fromkeys(
                [
                    *(normalise(value) for value in values),
                    *(said for said, value in training.synonyms.items() if value in values),
                ]
            )
        )
        for entity, values in training.lookups.items()
    }


def _entry(kind: str, name: str, lines: Iterable[str]) -> str:
    return f"- {kind}: {_quoted(name)}\n  examples: |\n" + "".join(f"    - {line}\n" for line in dict.fromkeys(lines))


def _annotated(example: Example) -> str:
    """The text with its marks as Rasa writes them: [魔都]{"entity": "city", "value": "上海"}."""
    parts, at = [], 0
    for mark in example.marks:
        told = {"entity": mark.entity, "value": mark.value}
        said = example.text[mark.begin : mark.end]
        parts += [example.text[at : mark.begin], f"[{said}]{json.dumps(told, ensure_ascii=False)}"]
        at = mark.end
    return "".join(parts) + example.text[at:]


def _items(names: Iterable[str]) -> str:
    return "".join(f"- {_quoted(name)}\n" for name in names)


def _quoted(name: str) -> str:
    """A YAML scalar that stays a text whatever it says (`yes`, `3.1`)."""
    return json.dumps(name, ensure_ascii=False)

"""Examples put into the files of intents/, below those that are there: comments, order and everything else stay.

What is worth adding is a person's decision (suggestions.py proposes).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from voicebot.errors import InputFault
from voicebot.understanding.nlu_yaml import Example, Training, load_training, training_files
from voicebot.understanding.normalise import normalise


def add_examples(directory: Path, proposals: Iterable[tuple[str, str]]) -> int:
    """Write (text, intent) pairs behind the last example of the intent, in the file that has most of it in the text's
    language, and return how many were new.

    Raises InputFault for an intent without examples, and for a text that stands under another intent. Then nothing
    is written.
    """
    training = load_training(training_files(directory))
    owners = {example.text: example.intent for example in training.examples}
    lines: dict[Path, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    added = 0
    for text, intent in proposals:
        plain = normalise(text)
        if not plain:
            raise InputFault(f"the example {text!r} of intent {intent!r} has no letter in it; leave it out")
        owner = owners.setdefault(plain, "")
        if owner not in ("", intent):
            raise InputFault(
                f"{text!r} stands under {owner!r} already; remove it there, or do not add it to {intent!r}"
            )
        if not owner:
            owners[plain] = intent
            place = _last(training, intent, plain.isascii()).place
            lines[Path(place.file)][place.line].append(text.strip())
            added += 1
    for path, insertions in lines.items():
        _insert(path, insertions)
    return added


def _last(training: Training, intent: str, english: bool) -> Example:
    """The last example of the intent in the file that has most of it in this language, else in any."""
    its = [example for example in training.examples if example.intent == intent]
    if not its:
        raise InputFault(f"no intent {intent!r} in intents/; write its first examples by hand")
    same = [example for example in its if example.text.isascii() == english] or its
    ((file, _),) = Counter(example.place.file for example in same).most_common(1)
    return max((example for example in same if example.place.file == file), key=lambda example: example.place.line)


def _insert(path: Path, insertions: dict[int, list[str]]) -> None:
    """Lines after those of these numbers (from one), indented like them."""
    old = path.read_text(encoding="utf-8").splitlines()
    new: list[str] = []
    for number, line in enumerate(old, 1):
        new.append(line)
        indent = line[: len(line) - len(line.lstrip())]
        new += [f"{indent}- {text}" for text in insertions.get(number, ())]
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_text("\n".join(new) + "\n", encoding="utf-8")
    unfinished.replace(path)

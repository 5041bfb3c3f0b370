"""Reader for the tasks that an exit leaves behind, `follow_up`: one or a list of them."""

from voicebot.dialog.script import TASK_TYPES, Task
from voicebot.understanding.yaml_reader import Reader, read_all, text_of
from voicebot.understanding.yaml_source import Items

MAX_MINUTES = 60 * 24 * 90


def tasks(reader: Reader) -> tuple[Task, ...]:
    """The tasks under `follow_up`; none when absent."""
    tree = reader.take("follow_up")
    if tree is None:
        return ()
    many = tree.values if isinstance(tree, Items) else (tree,)
    return tuple(read_all(one, f"'follow_up' of {reader.what}", _task) for one in many)


def _task(reader: Reader) -> Task:
    if not reader.has("type"):
        reader.place.fault(f"{reader.what} needs 'type', one of {', '.join(TASK_TYPES)}")
    named = reader.word("type", TASK_TYPES, TASK_TYPES[0])
    task = Task(
        type=next(kind for kind in TASK_TYPES if kind == named),
        text=reader.text("text", ""),
        details={name: text_of(value, f"{name!r} of 'details'") for name, value in reader.mapping("details").items()},
        at=reader.text("at", ""),
        in_minutes=reader.integer("in_minutes", 0, 1, MAX_MINUTES),
    )
    if task.at and task.in_minutes:
        reader.at("in_minutes").fault(f"{reader.what} has 'at' and 'in_minutes'; leave one of them out")
    return task

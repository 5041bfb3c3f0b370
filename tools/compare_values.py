"""Libraries that find numbers, dates and times in text, beside ours, on the phrases of tests/understanding.

What is not installed is left out: for all of them `pip install dateparser jionlp parsedatetime`, and
`pip install recognizers-text-number recognizers-text-date-time 'emoji<2'`.
"""

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from statistics import median
from time import perf_counter
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from voicebot.settings import REPOSITORY
from voicebot.understanding.normalise import normalise
from voicebot.understanding.slots import Values
from voicebot.understanding.types import Choice, Parse, Slot

NOW = datetime(2026, 11, 25, 10)
"""The day of the phrases."""
KINDS = ("number", "amount", "date", "time")
Finder = Callable[[str, str], str | None]
"""Kind and normalised text to a canonical value."""


def ours(kind: str, text: str) -> str | None:
    """The product's own way."""
    slot = Slot(kind, kind)  # type: ignore[arg-type]
    filling = Values(text, Parse(), NOW).of(Choice(kind, slots=(slot,)))
    return filling.values[kind] if filling else None


def moment(kind: str, found: datetime | None) -> str | None:
    """Date or time of a moment."""
    return None if found is None else found.strftime("%Y-%m-%d" if kind == "date" else "%H:%M")


def count(kind: str, value: object) -> str:
    """A number or an amount."""
    return f"{Decimal(str(value)):.2f}" if kind == "amount" else f"{Decimal(str(value)).normalize():f}"


def finders() -> Iterator[tuple[str, str, tuple[str, ...], Finder]]:
    """Name, language, kinds, and the finder of each library that is installed."""
    yield "voicebot", "zh", KINDS, ours
    yield "voicebot", "en", KINDS, ours
    if cn2an := _installed("cn2an"):
        yield "cn2an", "zh", KINDS[:2], lambda kind, text: count(kind, cn2an.cn2an(text, "smart"))
    if text2num := _installed("text_to_num"):
        yield "text2num", "en", KINDS[:2], lambda kind, text: count(kind, text2num.text2num(text, "en"))
    if dateparser := _installed("dateparser"):
        rule = {"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future"}
        for code in ("zh", "en"):
            yield (
                "dateparser",
                code,
                KINDS[2:],
                lambda kind, text, c=code: moment(kind, dateparser.parse(text, languages=[c], settings=rule)),
            )
    if parsedatetime := _installed("parsedatetime"):
        calendar = parsedatetime.Calendar()
        yield "parsedatetime", "en", KINDS[2:], lambda kind, text: moment(kind, _told(calendar.parseDT(text, NOW)))
    if jionlp := _installed("jionlp"):
        yield "jionlp", "zh", KINDS[2:], lambda kind, text: moment(kind, _jionlp(jionlp, text))
        yield "jionlp", "zh", KINDS[1:2], lambda kind, text: str(jionlp.parse_money(text)["num"])
    if (dates := _installed("recognizers_date_time")) and (numbers := _installed("recognizers_number")):
        for code, culture in (("zh", "zh-cn"), ("en", "en-us")):
            yield (
                "recognizers-text",
                code,
                KINDS[2:],
                lambda kind, text, c=culture: _recognised(kind, dates.recognize_datetime(text, c, reference=NOW)),
            )
            yield (
                "recognizers-text",
                code,
                KINDS[:2],
                lambda kind, text, c=culture: count(kind, numbers.recognize_number(text, c)[-1].resolution["value"]),
            )


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        click.echo(f"{name}: left out ({error})", err=True)
        return None


def _told(found: tuple[datetime, int]) -> datetime | None:
    return found[0] if found[1] else None


def _jionlp(jionlp: Any, text: str) -> datetime:
    return datetime.fromisoformat(jionlp.parse_time(text, time_base=NOW.timestamp())["time"][0])


def _recognised(kind: str, found: Any) -> str | None:
    """The last of the resolutions, which is the one in the future, or after noon."""
    value = found[-1].resolution["values"][-1]
    text = value.get("value") or value["start"]
    parts = text.split(" ")
    return parts[0] if kind == "date" else parts[-1][:5]


def rows(language: str) -> Iterator[tuple[str, str, str]]:
    """Kind, text and value of the phrases of a language."""
    path = REPOSITORY / "tests" / "understanding" / f"phrases_{language}.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, text, value = line.split("\t")[:3]
            yield kind, normalise(text), value


def asked(find: Finder, kind: str, text: str) -> tuple[str | None, float]:
    """What is found, and in how many microseconds. A library that raises on what it does not know found nothing."""
    began = perf_counter()
    try:
        value = find(kind, text)
    except Exception:  # noqa: BLE001 - each library raises errors of its own for text without a value
        value = None
    return value, (perf_counter() - began) * 1e6


@click.command()
def main() -> None:
    """Print, for each library, how many values are right, how many are found where there is none, and the time."""
    right: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    wrong: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    spans: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for name, language, kinds, find in finders():
        for kind, text, value in rows(language):
            if kind in kinds:
                asked(find, kind, text)  # rules are compiled at their first use
                found, span = asked(find, kind, text)
                key = name, language, kind
                spans[key].append(span)
                if value == "-":
                    wrong[key].append(found is not None)
                else:
                    right[key].append(found == value)
    table = Table("library", "language", "kind", "right", "found where none is", "µs, median")
    for key, each in sorted(spans.items(), key=lambda item: (item[0][1], KINDS.index(item[0][2]), item[0][0])):
        name, language, kind = key
        found_none = f"{sum(wrong[key])} of {len(wrong[key])}"
        table.add_row(
            name, language, kind, f"{sum(right[key])} of {len(right[key])}", found_none, f"{median(each):.0f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()

"""What came of the attempts of each gateway and of each of our numbers: answered, how long, how soon, by result code.

Attempts that have ended; those that live are in none of these figures.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from voicebot.campaign.policy.caller_numbers import NumberState
from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only, attempts, within
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.refresh import opened
from voicebot.reports.sums.totals import ENDED, Where, totals
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import Complaint, OwnNumber
from voicebot.store.tables_sums import DayLine

ILL = (str(NumberState.QUARANTINED), str(NumberState.RESTING))
"""States that a manager looks for."""
COUNTS = (
    "attempts",
    "answered",
    "connected",
    "short",
    "talks",
    "talk_ms",
    "lengths",
    "length_ms",
    "delays",
    "delay_ms",
)


@dataclass(frozen=True)
class GatewayRow:
    """`line`: the gateway, empty: not known. `answered`: answer-seizure ratio, answered ÷ attempts; `length_s`: mean
    length of the answered (ACD), answer to end; `talk_s`: mean of the talks; `delay_s`: mean post-dial delay, dialling
    to the first ringing, early media or answer. Means are None of nothing. `short`: share of the answered that the
    customer ended within 6 s; `rejected` of the attempts. `codes`, `causes`: attempts by result code and by the
    switch's cause, the most frequent first."""

    line: str
    attempts: int
    answered: Rate
    length_s: float | None
    talk_s: float | None
    delay_s: float | None
    short: float
    rejected: float
    codes: Mapping[str, int]
    causes: Mapping[str, int]


@dataclass(frozen=True)
class NumberRow:
    """`line`: our number, empty: not known. `answered`, `connected` (by a person): of the attempts; `short` of the
    answered, `rejected` of the attempts; `complaints` about calls that showed it; `days` on which it was shown;
    `state` at present and `because` why, empty for a number that the store does not list."""

    line: str
    attempts: int
    answered: Rate
    connected: Rate
    talk_s: float | None
    short: float
    rejected: float
    complaints: int
    days: int
    state: str
    because: str
    codes: Mapping[str, int]


def gateway_lines(store: Store, only: Only) -> tuple[GatewayRow, ...]:
    """One row a gateway, the busiest first. Raises StoreError."""
    with opened(store, only, DayLine) as reader:
        found = _lines(reader, "gateway")
        causes = _mix(reader, "gateway", "cause")
    return tuple(
        GatewayRow(
            line=line,
            attempts=sums["attempts"],
            answered=rate(sums["answered"], sums["attempts"]),
            length_s=_mean(sums["length_ms"], sums["lengths"]),
            talk_s=_mean(sums["talk_ms"], sums["talks"]),
            delay_s=_mean(sums["delay_ms"], sums["delays"]),
            short=_share(sums["short"], sums["answered"]),
            rejected=_share(codes.get(str(Code.REJECTED), 0), sums["attempts"]),
            codes=codes,
            causes=causes.get(line, {}),
        )
        for line, sums, codes in found
    )


def number_lines(store: Store, only: Only) -> tuple[NumberRow, ...]:
    """One row a number shown, those in ILL first, then the busiest. Raises StoreError."""
    with opened(store, only, DayLine) as reader:
        found = _lines(reader, "caller_number")
        shown = reader.sums(DayLine, ("caller_number", "day"), totals("attempts"))
        complaints = _complaints(reader.connection, only)
        states = {number: (state, why) for number, state, why in reader.connection.execute(_STATES)}
    days = Counter(number for number, _, _ in shown)
    rows = (
        NumberRow(
            line=line,
            attempts=sums["attempts"],
            answered=rate(sums["answered"], sums["attempts"]),
            connected=rate(sums["connected"], sums["attempts"]),
            talk_s=_mean(sums["talk_ms"], sums["talks"]),
            short=_share(sums["short"], sums["answered"]),
            rejected=_share(codes.get(str(Code.REJECTED), 0), sums["attempts"]),
            complaints=complaints[_plain(line)],
            days=days[line],
            state=states.get(line, ("", ""))[0],
            because=states.get(line, ("", ""))[1],
            codes=codes,
        )
        for line, sums, codes in found
    )
    return tuple(sorted(rows, key=lambda row: ILL.index(row.state) if row.state in ILL else len(ILL)))


_STATES = select(OwnNumber.number, OwnNumber.state, OwnNumber.because)
Found = tuple[str, Mapping[str, int], Mapping[str, int]]
"""A line, its sums by the names of COUNTS, its attempts by result code."""


def _lines(reader: Reader, line: str) -> list[Found]:
    """By `line`, a key of DayLine."""
    found = reader.sums(DayLine, (line,), totals(*COUNTS), ENDED)
    codes = _mix(reader, line, "code")
    rows = [(name, dict(zip(COUNTS, counts, strict=True)), codes[name]) for name, *counts in found]
    return sorted(rows, key=lambda row: (-row[1]["attempts"], row[0]))


def _mix(reader: Reader, line: str, part: str) -> Mapping[str, Mapping[str, int]]:
    """Attempts of each line by code or cause, the most frequent first."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = reader.sums(DayLine, (line, part), totals("attempts"), ENDED, Where(part, ("",), out=True))
    for name, each, count in sorted(rows, key=lambda row: (-row[2], row[1])):
        found[name][each] = count
    return found


def _complaints(connection: Connection, only: Only) -> Counter[str]:
    """By number as `_plain` writes it: those about attempts of the selection, and, where nothing but the period is
    chosen, those about calls that nobody could name."""
    mine = attempts(select(Attempt.id, Attempt.caller_number), only).subquery()
    known = select(mine.c.caller_number, func.count()).join(Complaint, Complaint.attempt_id == mine.c.id)
    found = Counter[str]()
    for number, count in _pairs(connection, known.group_by(mine.c.caller_number)):
        found[_plain(number or "")] += count
    if not (only.campaign or only.script or only.segment):
        named = select(Complaint.caller_number, func.count()).where(Complaint.attempt_id.is_(None))
        named = named.where(*within(Complaint.made_at, Complaint.attempt_id, Only(since=only.since, until=only.until)))
        for number, count in _pairs(connection, named.group_by(Complaint.caller_number)):
            found[_plain(number or "")] += count
    return found


def _pairs(connection: Connection, query: Any) -> Iterator[tuple[str, int]]:
    yield from ((name, count) for name, count in connection.execute(query))


def _plain(number: str) -> str:
    return number.lstrip("+")


def _mean(milliseconds: int, count: int) -> float | None:
    """In seconds."""
    return milliseconds / count / 1000 if count else None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

"""`report diagnose`: each missed rate of a campaign with what is to blame, as one row a cause.

The decisions are diagnosis.py's, the counts splits.py's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from voicebot.reports.diagnosis import Cause, Miss, Missed, diagnose, missed_rates
from voicebot.reports.only import Only
from voicebot.reports.splits import Visits, counted, splits, visits
from voicebot.reports.stats import Rate
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT
from voicebot.reports.sums.refresh import opened
from voicebot.reports.targets import loaded, reached
from voicebot.store.campaigns import all_in
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayNode
from voicebot.store.targets import targets_of


@dataclass(frozen=True)
class CauseRow:
    """One cause of a missed rate, the most easily checked first (`ease`: 1 line to 7 list); or `nothing found`.

    `group` and `rest`: of `measure` (the missed rate itself where it is empty); `effect`, `effect_low`, `effect_high`:
    group minus rest with its 95 % interval; `lost`: successes that the group lacks against the rest; `points`: by how
    much the rate would rise without it; `looked`: groups that were looked at. `calls`: lists the calls behind it.
    """

    campaign: str
    metric: str
    target: float
    actual: float
    ease: int | None
    cause: str
    name: str
    measure: str
    group: Rate | None
    rest: Rate | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    lost: int | None
    points: float | None
    p: float | None
    note: str
    looked: int
    calls: str


NOTHING = "nothing found"
Rates = Mapping[str, tuple[float, float]]
"""Missed rates as (target, actual)."""


def cause_report(store: Store, only: Only) -> tuple[CauseRow, ...]:
    """Every campaign with targets that it misses. Targets are held against the whole campaign; causes are looked for in
    the selected calls. Raises StoreError."""
    names = sorted(each.id for each in all_in(store) if only.campaign in (None, each.id))
    wanted = {name: targets for name in names if (targets := targets_of(store, name))}
    if not wanted:
        return ()
    with opened(store, Only(), ATTEMPT, DayNode) as everything:
        chosen, wholes = everything.of(only), {name: everything.of(Only(name)) for name in wanted}
        rates = {name: _missed(wholes[name], name, targets) for name, targets in wanted.items()}
        missed = [name for name in wanted if rates[name]]
        ever = visits(everything) if missed else ()
        rows: list[CauseRow] = []
        for name in missed:
            whole = wholes.pop(name)  # its facts go when it is told
            reader = whole.of(replace(only, campaign=name), like=chosen) if only.narrow else whole
            rows += [row for told in _diagnosed(reader, rates[name], ever) for row in _rows(told)]
        return tuple(rows)


def _missed(whole: Reader, campaign: str, targets: Mapping[str, float]) -> Rates:
    listed = 0 if "leads" in targets else loaded(whole.connection, campaign)  # a plan of them goes before the list
    return missed_rates(targets, reached(whole, campaign), listed)


def _diagnosed(reader: Reader, rates: Rates, ever: Visits) -> tuple[Missed, ...]:
    assert reader.only.campaign is not None  # the caller reads one campaign at a time
    found = counted(reader, ever)
    misses = [Miss(name, target, actual, splits(found, name)) for name, (target, actual) in rates.items()]
    return diagnose(reader.only.campaign, misses, tuple(_options(reader.only)))


def _options(only: Only) -> Iterator[str]:
    """The options that chose these calls, without the campaign."""
    named = (("--script", only.script), ("--version", only.version), ("--since", only.since), ("--until", only.until))
    for option, value in named:
        if value is not None:
            yield from (option, str(value))
    for name, value in only.segment:
        yield from ("--segment", f"{name}={value}")


def _rows(missed: Missed) -> list[CauseRow]:
    return [_row(missed, cause) for cause in missed.causes] or [_row(missed, None)]


def _row(missed: Missed, cause: Cause | None) -> CauseRow:
    return CauseRow(
        campaign=missed.campaign,
        metric=missed.metric,
        target=missed.target,
        actual=missed.actual,
        ease=None if cause is None else int(cause.kind.ease),
        cause=NOTHING if cause is None else cause.kind.name,
        name="" if cause is None else cause.name,
        measure="" if cause is None else cause.kind.measure,
        group=None if cause is None else cause.group,
        rest=None if cause is None else cause.rest,
        effect=None if cause is None else cause.effect.value,
        effect_low=None if cause is None else cause.effect.low,
        effect_high=None if cause is None else cause.effect.high,
        lost=None if cause is None else cause.lost,
        points=None if cause is None else cause.points,
        p=None if cause is None else cause.p,
        note="" if cause is None else cause.note,
        looked=missed.looked,
        calls="" if cause is None else cause.calls,
    )

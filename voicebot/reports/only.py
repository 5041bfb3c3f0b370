"""Which calls a report is about. A report takes an `Only`; those that read single attempts go through these joins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from voicebot.errors import UsageError
from voicebot.reports import segments
from voicebot.reports.segments import Segment
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Call, Campaign, ScriptVersion
from voicebot.store.versions import find_version
from voicebot.store.zones import campaign_zones, day_begins, day_ends

SHOWN = 10
"""Known names that an error tells, the latest first."""


@dataclass(frozen=True)
class Only:
    """The attempts of one campaign, the calls of one script, those held with one version of it; None means all.

    `since` and `until`: first and last day of the attempts, both within, in the zone of their campaign; `zones` names
    the campaigns whose zone is not the usual one. `segment`: attempts of leads for which all of it holds.
    `version`: of `version_id`, for people.
    """

    campaign: str | None = None
    script: str | None = None
    version_id: int | None = None
    since: date | None = None
    until: date | None = None
    segment: Segment = ()
    zones: tuple[tuple[str, str], ...] = ()
    version: str | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is about some of a campaign's attempts only."""
        return bool(self.script or self.version_id or self.since or self.until or self.segment)

    @property
    def label(self) -> str:
        """The selection for people; empty for all."""
        parts = [self.campaign, self.script, self.version and f"v{self.version}"]
        if self.since is not None or self.until is not None:
            parts.append(f"{self.since or '…'} – {self.until or '…'}")
        return " · ".join(part for part in (*parts, *(f"{name}={value}" for name, value in self.segment)) if part)


# A select of any columns is `Any` here: the library types a select by its columns.
def attempts(query: Any, only: Only, *, with_calls: bool = False) -> Any:
    """`query` over Attempt, narrowed; `with_calls`: it also speaks of Call, which is empty for those without a talk.

    An attempt without a talk has no script: `only.script` and `only.version_id` leave it out.
    """
    query = query.select_from(Attempt)
    if with_calls or only.script is not None or only.version_id is not None:
        query = query.outerjoin(Call, Call.attempt_id == Attempt.id)
        query = query.outerjoin(ScriptVersion, ScriptVersion.id == Call.script_version_id)
    return query.where(*_conditions(only))


def calls(query: Any, only: Only, part: Any = None) -> Any:
    """`query` over Call, its Attempt and ScriptVersion, and rows of the table `part` if given, narrowed."""
    query = query.select_from(Call).join(Attempt, Attempt.id == Call.attempt_id).join(ScriptVersion)
    if part is not None:
        query = query.join(part, part.attempt_id == Call.attempt_id)
    return query.where(*_conditions(only))


def within(moment: Any, campaign: Any, only: Only) -> list[ColumnElement[bool]]:
    """That `moment`, of something of `campaign` (two columns), is in the period; no condition without a period."""
    if only.since is None and only.until is None:
        return []
    named = dict(only.zones)
    by_zone: dict[str, list[str]] = {}
    for name, zone in only.zones:
        by_zone.setdefault(zone, []).append(name)
    conditions = [and_(campaign.in_(names), *_between(moment, only, zone)) for zone, names in by_zone.items()]
    usual = _between(moment, only, USUAL_ZONE)
    others = and_(or_(campaign.is_(None), campaign.not_in(list(named))), *usual) if named else and_(*usual)
    return [or_(others, *conditions)]


def _between(moment: Any, only: Only, zone: str) -> Iterable[ColumnElement[bool]]:
    if only.since is not None:
        yield moment >= day_begins(only.since, zone)
    if only.until is not None:
        yield moment < day_ends(only.until, zone)


def _conditions(only: Only) -> Sequence[ColumnElement[bool]]:
    conditions = within(Attempt.started_at, Attempt.campaign_id, only)
    if only.campaign is not None:
        conditions.append(Attempt.campaign_id == only.campaign)
    if only.script is not None:
        conditions.append(ScriptVersion.script == only.script)
    if only.version_id is not None:
        conditions.append(Call.script_version_id == only.version_id)
    if only.segment:
        conditions.append(segments.of_lead(Attempt.lead_id, only.segment))
    return conditions


def check(store: Store, only: Only) -> None:
    """Raises UsageError for a campaign, script or segment that the store does not know, naming those it does;
    StoreError."""
    asked = (
        ("campaign", only.campaign, select(Campaign.id).order_by(Campaign.created_at.desc())),
        ("script", only.script, select(ScriptVersion.script).distinct().order_by(ScriptVersion.script)),
    )
    with store.reading() as connection:
        for kind, name, query in asked:
            known = [] if name is None else connection.scalars(query).all()
            if name is not None and name not in known:
                raise UsageError(f"no {kind} {name!r} in {store.name}; known: {', '.join(known[:SHOWN]) or 'none'}")
    for name, value in only.segment:
        segments.check(store, only.campaign, name, value)


def selection(
    store: Store,
    *,
    campaign: str | None = None,
    script: str | None = None,
    version: str | None = None,
    since: date | None = None,
    until: date | None = None,
    segment: Iterable[tuple[str, str]] = (),
) -> Only:
    """The selection of these names, checked. Raises UsageError naming what there is, StoreError."""
    if version is not None and script is None:
        raise UsageError(f"version {version!r} of which script? name it with --script")
    if since is not None and until is not None and since > until:
        raise UsageError(f"the period ends on {until}, before it begins on {since}; exchange --since and --until")
    check(store, Only(campaign, script, segment=tuple(sorted(set(segment)))))
    version_id = find_version(store, script, version).id if script is not None and version is not None else None
    with store.reading() as connection:
        zones = tuple(sorted(campaign_zones(connection).items()))
    return Only(campaign, script, version_id, since, until, tuple(sorted(set(segment))), zones, version)

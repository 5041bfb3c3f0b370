"""The versions that a campaign compares: what came of each arm, the differences, and whether one is better.

A lead counts once, however often it was called, and for the arm that it was assigned to: talks of one lead are not
independent, and which calls a version loses must not change who is compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.columns import Numbers
from voicebot.reports.sums.lead_ids import IDS, ids_of
from voicebot.reports.sums.reading import ATTEMPT, NO_TALK, came_to
from voicebot.reports.sums.refresh import opened
from voicebot.reports.trial import CONFIDENCE, Span, at_any_time, difference, needed_at_any_time, needed_once
from voicebot.store.arms import Arm, arms_of
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Lead, StopEntry

DETECT = 0.05
"""Least difference of the intent rate that is worth finding, if nobody says otherwise: five points of a hundred."""


@dataclass(frozen=True)
class ArmRow:
    """One arm. `attempts` and `leads` dialled; `connected`: leads whom a person answered for. Of these, in any talk:
    graded A or B (`intent`), hung up on the robot, asked to be called no more.

    `other_version`: talks by another version than the arm's, because that could not be read. The differences are to
    the first arm; None for that one, and without calls.
    """

    arm: str
    script: str
    version: str
    digest: str
    share: int
    leads: int
    attempts: int
    connected: Rate
    intent: Rate
    hung_up: Rate
    stopped: Rate
    other_version: int
    intent_difference: Span | None = None
    intent_at_any_time: Span | None = None
    hung_up_difference: Span | None = None
    stopped_difference: Span | None = None


@dataclass(frozen=True)
class ArmReport:
    """All arms; the others are compared with the first. `better`: the arm with the higher intent rate, as soon as the
    interval that bears any number of looks leaves no doubt; None: not decided yet.

    `detect`: the difference looked for. `needed`: connected leads in each arm to find it when looking at any time,
    `needed_once`: by one look at the end; `missing`: what the smallest arm still lacks of `needed`, 0 when decided.
    """

    arms: tuple[ArmRow, ...]
    detect: float
    better: str | None
    needed: int
    needed_once: int
    missing: int


def arm_report(store: Store, campaign: str, detect: float = DETECT) -> ArmReport:
    """The comparison. Raises UsageError for an unknown campaign, StoreError.

    With more than two arms each comparison has its part of the 5 % error (Bonferroni), so that all together keep it.
    """
    arms = arms_of(store, campaign)
    if not arms:
        return ArmReport((), detect, None, 0, 0, 0)
    counts = _counts(store, campaign, arms)
    rows = tuple(_row(arm, counts[arm.name]) for arm in arms)
    error = (1 - CONFIDENCE) / max(1, len(rows) - 1)
    rows = (rows[0], *(_compared(rows[0], row, detect, error) for row in rows[1:]))
    hits, of = sum(row.intent.hits for row in rows), sum(row.intent.of for row in rows)
    ratio = (hits + 1) / (of + 2)  # without any call: one half, the ratio that needs the most
    needed = needed_at_any_time(ratio, detect, error)
    better = _better(rows)
    missing = 0 if better is not None else max(0, needed - min(row.intent.of for row in rows))
    return ArmReport(rows, detect, better, needed, needed_once(ratio, detect, error), missing)


def _better(rows: tuple[ArmRow, ...]) -> str | None:
    """The first arm if it is better than all others, else the best of those that are better than it."""
    spans = [(row, row.intent_at_any_time) for row in rows[1:]]
    if spans and all(span is not None and span.high < 0 for _, span in spans):
        return rows[0].arm
    above = [(span.value, row.arm) for row, span in spans if span is not None and span.low > 0]
    return max(above)[1] if above else None


def _compared(first: ArmRow, row: ArmRow, detect: float, error: float) -> ArmRow:
    def pair(name: str) -> tuple[tuple[int, int], tuple[int, int]]:
        one, two = getattr(first, name), getattr(row, name)
        return (one.hits, two.hits), (one.of, two.of)

    return replace(
        row,
        intent_difference=difference(*pair("intent")),
        intent_at_any_time=at_any_time(*pair("intent"), detect, error),
        hung_up_difference=difference(*pair("hung_up")),
        stopped_difference=difference(*pair("stopped")),
    )


def _counts(store: Store, campaign: str, arms: Sequence[Arm]) -> dict[str, Sequence[int]]:
    """By arm: attempts, talks by another version, then leads: dialled, connected, A or B, hung up, asked to stop."""
    with opened(store, Only(campaign), ATTEMPT) as reader:
        rows = reader.facts(ATTEMPT, ("lead", "came", "grade", "code", "version_id"))
        members, asked = _members(reader.connection, campaign), _asked_to_stop(reader.connection, campaign)
    lead, human = rows["lead"].values, came_to(rows, "connected")
    came = [human, human & rows["grade"].among(("A", "B")), human & rows["code"].among((Code.CUSTOMER_HANGUP,))]
    found: dict[str, Sequence[int]] = {}
    for arm in arms:
        mine = np.isin(lead, members.get(arm.name, ()))
        other = mine & (rows["version_id"].values != NO_TALK) & (rows["version_id"].values != arm.version_id)
        leads = [len(np.unique(lead[mine & which])) for which in (mine, *came)]
        stopped = len(np.intersect1d(lead[mine & human], asked))
        found[arm.name] = (int(mine.sum()), int(other.sum()), *leads, stopped)
    return found


def _members(connection: Connection, campaign: str) -> dict[str, Numbers]:
    """The leads of each arm."""
    asked = select(Lead.arm, IDS).where(Lead.campaign_id == campaign, Lead.arm.is_not(None)).group_by(Lead.arm)
    return {str(arm): ids_of(text) for arm, text in connection.execute(asked)}


def _asked_to_stop(connection: Connection, campaign: str) -> list[int]:
    """Leads who asked to be called no more while a person talked with us."""
    asked = select(StopEntry.attempt_id).where(StopEntry.attempt_id.is_not(None), StopEntry.source == "call")
    leads = select(Attempt.lead_id).join(Call, Call.attempt_id == Attempt.id)
    leads = leads.where(Attempt.id.in_(asked), Attempt.campaign_id == campaign, Call.answered_by == Code.HUMAN)
    return [lead for lead in connection.scalars(leads) if lead is not None]


def _row(arm: Arm, counts: Sequence[int]) -> ArmRow:
    attempts, other, leads, connected, intent, hung_up, stopped = counts
    return ArmRow(
        arm=arm.name,
        script=arm.script,
        version=arm.version,
        digest=arm.digest,
        share=arm.share,
        leads=leads,
        attempts=attempts,
        connected=rate(connected, leads),
        intent=rate(intent, connected),
        hung_up=rate(hung_up, connected),
        stopped=rate(stopped, connected),
        other_version=other,
    )

"""The versions that a campaign compares: what came of each arm, the differences, and whether one is better.

A lead counts once, however often it was called, and for the arm that it was assigned to: talks of one lead are not
independent, and which calls a version loses must not change who is compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, func, or_, select

from voicebot.campaign.policy.codes import Code
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.functions import int_sum
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
    rows = tuple(_row(arm, counts.get(arm.name, (0,) * 7)) for arm in arms)
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
    human = Call.answered_by == Code.HUMAN
    # Looked up in one list of all who asked, not for each attempt.
    asked = select(StopEntry.attempt_id).where(StopEntry.attempt_id.is_not(None), StopEntry.source == "call")
    came_to = {
        "connected": human,
        "intent": human & Call.grade.in_(("A", "B")),
        "hung_up": human & (Call.ending == Code.CUSTOMER_HANGUP),
        "stopped": human & Attempt.id.in_(asked),
    }
    other = or_(*((Lead.arm == arm.name) & (Call.script_version_id != arm.version_id) for arm in arms))
    each_lead = (
        select(
            Lead.arm,
            func.count().label("attempts"),
            func.sum(case((other, 1), else_=0)).label("other"),
            *(func.max(case((held, 1), else_=0)).label(name) for name, held in came_to.items()),
        )
        .select_from(Attempt)
        .join(Lead, Lead.id == Attempt.lead_id)
        .outerjoin(Call, Call.attempt_id == Attempt.id)
        .where(Attempt.campaign_id == campaign, Lead.arm.in_([arm.name for arm in arms]))
        .group_by(Lead.arm, Attempt.lead_id)
        .subquery()
    ).c
    of_arms = select(
        each_lead.arm,
        int_sum(each_lead.attempts),
        int_sum(each_lead.other),
        func.count(),
        *(int_sum(each_lead[name]) for name in came_to),
    ).group_by(each_lead.arm)
    with store.reading() as connection:
        return {arm: counts for arm, *counts in connection.execute(of_arms)}


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

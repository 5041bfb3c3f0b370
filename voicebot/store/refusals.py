"""Who of some numbers must not be called now, and why: stop list, complaints, consent, exclusion, frequency.

Asked at import, inside the transaction that claims an attempt, and again just before the switch is told to dial. What
a campaign wants of it is policy's plan; windows are policy's too.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.frequency import FrequencyCap, too_often
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import LeadState
from voicebot.campaign.policy.windows import zone_named
from voicebot.store.among import among
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead, StopEntry
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion

EVERYWHERE = "*"
"""Scope of the stop list, and purpose of a consent, that hold for every campaign."""
DAYS_OF_A_MONTH = 30.4375
CALL_LASTS = timedelta(minutes=1)
"""So long later a number is looked at again that another call keeps busy."""
AT_ONCE = 2_000
"""So many numbers a question; databases bound the parameters of one statement."""


@dataclass(frozen=True)
class Refusal:
    """Why a number is not called. `until`: it may be called then (UTC); None: not for this campaign."""

    code: Code
    why: str
    until: datetime | None = None


def refusals(
    connection: Connection,
    numbers: Sequence[str],
    plan: Plan,
    at: datetime,
    *,
    asked_for: frozenset[str] = frozenset(),
    but: str = "",
) -> dict[str, Refusal]:
    """The refused among `numbers` (E.164) as of `at`, each with its weightiest reason.

    `asked_for`: numbers whose person asked to be called back now; daily caps do not hold for them. `but`: an attempt
    that is not counted, the one that asks. A number with a call in the air is refused for a while, whichever campaign
    calls it. Raises what SQLAlchemy raises.
    """
    found: dict[str, Refusal] = {}
    if not numbers:
        return found
    for begin in range(0, len(numbers), AT_ONCE):
        part = numbers[begin : begin + AT_ONCE]
        for number, refusal in every_refusal(connection, part, plan, at, asked_for, but):
            found.setdefault(number, refusal)
    return found


def stale(dated: date | None, plan: Plan, at: datetime) -> Refusal | None:
    """Whether what the list says of a lead is too old for the plan by now. Raises UsageError for its zone."""
    days = plan.list.fresh_days
    if not days or dated is None or (at.astimezone(zone_named(plan.zone)).date() - dated).days <= days:
        return None
    return Refusal(Code.STALE, f"its data is of {dated}, older than {days} days")


def never_called(store: Store, numbers: Sequence[str], plan: Plan, at: datetime) -> set[str]:
    """Which of the numbers this campaign does not call at all as of `at`. Raises StoreError."""
    with store.reading() as connection:
        return {number for number, why in refusals(connection, numbers, plan, at).items() if why.until is None}


def every_refusal(
    connection: Connection,
    numbers: Sequence[str],
    plan: Plan,
    at: datetime,
    asked_for: frozenset[str],
    but: str = "",
) -> Iterator[tuple[str, Refusal]]:
    """Every reason of each number, the weightiest kinds first."""
    stop = select(StopEntry.number, StopEntry.reason).where(
        among(connection, StopEntry.number, numbers),
        StopEntry.scope.in_((EVERYWHERE, plan.name)),
        StopEntry.removed_at.is_(None),
    )
    for number, reason in connection.execute(stop):
        yield number, Refusal(Code.STOP_LIST, f"on the stop list: {reason}")
    yield from _complaints(connection, numbers, plan, at)
    yield from _consents(connection, numbers, plan, at)
    yield from _exclusions(connection, numbers, plan, at)
    yield from _too_often(connection, numbers, plan.caps, at, asked_for, but)
    yield from _in_the_air(connection, numbers, at, but)


def _complaints(
    connection: Connection, numbers: Sequence[str], plan: Plan, at: datetime
) -> Iterator[tuple[str, Refusal]]:
    span = timedelta(days=DAYS_OF_A_MONTH * plan.complaint_months)
    recent = select(Complaint.number, Complaint.made_at).where(
        among(connection, Complaint.number, numbers), Complaint.made_at > at - span
    )
    for number, made_at in connection.execute(recent.order_by(Complaint.made_at.desc())):
        why = f"complained on {made_at:%Y-%m-%d}, less than {plan.complaint_months} months ago"
        yield number, Refusal(Code.COMPLAINT, why)


def _consents(
    connection: Connection, numbers: Sequence[str], plan: Plan, at: datetime
) -> Iterator[tuple[str, Refusal]]:
    """The newest word of a person for this purpose, or for every purpose, holds."""
    newest: dict[str, tuple[datetime, bool, datetime | None]] = {}
    asked = select(Consent.number, Consent.at, Consent.given, Consent.until).where(
        among(connection, Consent.number, numbers), Consent.purpose.in_((EVERYWHERE, plan.purpose)), Consent.at <= at
    )
    for number, when, given, until in connection.execute(asked):
        if number not in newest or newest[number][0] <= when:
            newest[number] = (when, given, until)
    for number in numbers:
        when, given, until = newest.get(number, (at, plan.consent != "required", None))
        if not given:
            why = f"refused on {when:%Y-%m-%d}" if number in newest else f"gave no consent for {plan.purpose!r}"
            yield number, Refusal(Code.NO_CONSENT, why)
        elif until is not None and until <= at and plan.consent == "required":
            yield number, Refusal(Code.NO_CONSENT, f"the consent ended on {until:%Y-%m-%d}")


def _exclusions(
    connection: Connection, numbers: Sequence[str], plan: Plan, at: datetime
) -> Iterator[tuple[str, Refusal]]:
    if not plan.list.excludes:
        return
    asked = select(Exclusion.number, Exclusion.product, Exclusion.until).where(
        among(connection, Exclusion.number, numbers), Exclusion.product.in_(plan.list.excludes)
    )
    for number, product, until in connection.execute(asked):
        if until is None or until > at:
            yield number, Refusal(Code.DUPLICATE, f"has {product!r}, which this campaign excludes")


def _too_often(
    connection: Connection,
    numbers: Sequence[str],
    caps: Sequence[FrequencyCap],
    at: datetime,
    asked_for: frozenset[str],
    but: str,
) -> Iterator[tuple[str, Refusal]]:
    """Attempts that reached the callee or its network, of every campaign; one that still lives counts.

    So does one that is dated after `at`: whoever asks has waited for the database, or has a slow clock.
    """
    span = timedelta(days=max(cap.days for cap in caps)) if caps else timedelta()
    called: dict[str, list[datetime]] = defaultdict(list)
    asked = select(Attempt.number, Attempt.started_at, Attempt.code).where(
        among(connection, Attempt.number, numbers), Attempt.started_at > at - span
    )
    if but:
        asked = asked.where(Attempt.id != but)
    for number, started_at, code in connection.execute(asked):
        if number is not None and started_at is not None and (code is None or Code(code).uses_up_attempt):
            called[number].append(min(started_at, at))
    for number, moments in called.items():
        over = too_often(caps, moments, at, number in asked_for)
        if over is not None:
            yield number, Refusal(Code.TOO_OFTEN, over.why, over.free_at)


def _in_the_air(
    connection: Connection, numbers: Sequence[str], at: datetime, but: str
) -> Iterator[tuple[str, Refusal]]:
    """Numbers of which another lead is being called now: a telephone takes one call at a time."""
    live = select(Lead.number).where(among(connection, Lead.number, numbers), Lead.state == LeadState.CLAIMED)
    if but:
        live = live.where(Lead.attempt_id != but)
    for number in connection.scalars(live.distinct()):
        yield number, Refusal(Code.TOO_OFTEN, "another call to this number is in the air", at + CALL_LASTS)

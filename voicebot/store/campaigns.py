"""Campaigns in the store: made from a plan, read back, taken from state to state with a note of who did it and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.campaign.policy.states import ENDED, CampaignState, LeadState, check_step
from voicebot.campaign.policy.windows import Window, beyond
from voicebot.errors import UsageError
from voicebot.store import outbox
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import Campaign, Lead
from voicebot.store.tables_dialling import Audit

PLAN = "text"
"""Key under which the plan's own text stands in `campaign.plan`."""


@dataclass(frozen=True)
class StoredCampaign:
    """A campaign as it stands. `plan` is None for one that was made without (the demo's, a test's)."""

    id: str
    title: str
    state: CampaignState
    since: datetime | None
    starts_at: datetime | None
    simulated: bool
    plan: Plan | None


def create(
    store: Store,
    plan_text: str,
    shown: str,
    *,
    by: str = "",
    key: str | None = None,
    simulated: bool = False,
    outer: Window | None = None,
) -> tuple[Plan, bool]:
    """Make the campaign of a plan in state draft; False with it when the same `key` made it before.

    `simulated`: its customers are not people; `voicebot dial` never calls them. `outer`: hours that the plan may only
    narrow; None: nobody asks.

    Raises InputFault for a faulty plan, UsageError for a name that another campaign has, StoreError.
    """
    plan = _within(read_plan(plan_text, shown), outer)
    now = datetime.now(UTC)
    row = {
        "id": plan.name,
        "title": plan.title,
        "created_at": now,
        "simulated": simulated,
        "targets": dict(plan.targets),
        "purpose": plan.purpose,
        "state": str(CampaignState.DRAFT),
        "state_since": now,
        "plan": {PLAN: plan_text},
        "request_key": key,
        "zone": plan.zone,
    }
    with store.writing() as connection:
        made = connection.execute(insert_once(connection, Campaign).values(row).returning(Campaign.id)).first()
        if made is not None:
            note(connection, by, "campaign.create", f"campaign:{plan.name}", {}, {"title": plan.title})
            return plan, True
        there = connection.execute(select(Campaign.id, Campaign.request_key).where(Campaign.request_key == key)).first()
    if key is not None and there is not None:
        return plan_of(store, there.id), False
    raise UsageError(
        f"there is a campaign {plan.name!r} already; choose another name, or change it with campaign update"
    )


def _within(plan: Plan, outer: Window | None) -> Plan:
    """The plan. Raises InputFault when its hours are wider than the outer window."""
    wide = beyond(plan.window, outer) if outer is not None else ()
    if wide:
        shown = ", ".join(map(str, outer.open_ranges())) if outer is not None else ""
        plan.place.fault(
            f"window: {', '.join(wide)} lies outside of the outer window ({shown}; VOICEBOT_OUTER_HOURS,"
            " VOICEBOT_OUTER_DAYS), which a campaign can only narrow"
        )
    return plan


def change_plan(
    store: Store, name: str, plan_text: str, shown: str, *, by: str = "", outer: Window | None = None
) -> Plan:
    """Put another plan in force; the dialer takes it within seconds. Raises InputFault, UsageError, StoreError."""
    plan = _within(read_plan(plan_text, shown), outer)
    if plan.name != name:
        raise UsageError(f"{shown} is the plan of {plan.name!r}, not of {name!r}")
    with store.writing() as connection:
        row = connection.execute(select(Campaign.plan, Campaign.targets).where(Campaign.id == name)).first()
        if row is None:
            raise unknown(connection, name)
        before, targets = row
        text = before.get(PLAN)
        named = read_plan(text, f"the plan of {name}").targets if text else {}
        saved = {target: value for target, value in targets.items() if target not in named}
        values = {
            "plan": {PLAN: plan_text},
            "title": plan.title,
            "zone": plan.zone,
            "purpose": plan.purpose,
            "targets": saved | dict(plan.targets),  # those that `voicebot plan --save` put there stay
        }
        connection.execute(update(Campaign).where(Campaign.id == name).values(values))
        note(connection, by, "campaign.update", f"campaign:{name}", before, values["plan"])  # type: ignore[arg-type]
    return plan


def find(store: Store, name: str) -> StoredCampaign:
    """The campaign of that name. Raises UsageError naming those there are, StoreError."""
    with store.reading() as connection:
        row = connection.execute(select(Campaign.__table__).where(Campaign.id == name)).mappings().first()
        if row is None:
            raise unknown(connection, name)
    return _campaign(row)


def all_in(store: Store, *states: CampaignState) -> list[StoredCampaign]:
    """Campaigns in these states (all without any), the newest first. Raises StoreError."""
    asked = select(Campaign.__table__).order_by(Campaign.created_at.desc())
    if states:
        asked = asked.where(Campaign.state.in_([str(state) for state in states]))
    with store.reading() as connection:
        return [_campaign(row) for row in connection.execute(asked).mappings()]


def plan_of(store: Store, name: str) -> Plan:
    """The campaign's plan. Raises UsageError for one without."""
    found = find(store, name)
    if found.plan is None:
        raise UsageError(f"campaign {name!r} has no plan; make one with: voicebot campaign create PLAN.yaml")
    return found.plan


def plan_in_force(store: Store, name: str) -> str:
    """The text of the campaign's plan, empty for one without. Raises StoreError."""
    with store.reading() as connection:
        plan = connection.scalar(select(Campaign.plan).where(Campaign.id == name)) or {}
    return str(plan.get(PLAN, ""))


def plan_text(store: Store, name: str) -> str:
    """The campaign's plan as it was given. Raises UsageError for one without, StoreError."""
    plan_of(store, name)
    with store.reading() as connection:
        plan = connection.scalar(select(Campaign.plan).where(Campaign.id == name)) or {}
    return str(plan[PLAN])


def step_to(
    store: Store,
    name: str,
    to: CampaignState,
    *,
    by: str = "",
    why: str = "",
    starts_at: datetime | None = None,
    only_from: CampaignState | None = None,
    if_none_waits: bool = False,
    rest: Code = Code.CANCELLED,
) -> CampaignState:
    """Take the campaign to another state; the state before. Two that ask at once: the second sees the first's.

    `only_from`: nothing is done when it is in another state by now, for a decision that was made of that one;
    `if_none_waits`: nor when a lead waits by now. When a campaign ends, the leads that still wait are refused with the
    code `rest`: a finished campaign is not opened again. Raises UsageError when it may not follow (see
    policy/states.py), StoreError.
    """
    with store.writing() as connection:
        _lock_state(connection, name, shared=False)
        asked = select(Campaign.state).where(Campaign.id == name).with_for_update()
        found = connection.scalar(asked)
        if found is None:
            raise unknown(connection, name)
        now = CampaignState(found)
        if (only_from is not None and now != only_from) or (if_none_waits and _some_waits(connection, name)):
            return now
        check_step(name, now, to)
        values = {"state": str(to), "state_since": datetime.now(UTC), "starts_at": starts_at}
        connection.execute(update(Campaign).where(Campaign.id == name).values(values))
        if to in ENDED:
            _close_waiting(connection, name, rest, why)
        note(connection, by, f"campaign.{to}", f"campaign:{name}", {"state": str(now)}, {"state": str(to)}, why)
        outbox.campaign_state(connection, name, str(now), str(to), by, why)
    return now


def state_held(connection: Connection, campaign: str) -> CampaignState | None:
    """The campaign's state, which holds until the transaction ends; None for an unknown one.

    A step to another state waits for those who hold it, and they for the step: ask before any lead is locked. Raises
    what SQLAlchemy raises.
    """
    _lock_state(connection, campaign, shared=True)
    found = connection.scalar(select(Campaign.state).where(Campaign.id == campaign))
    return None if found is None else CampaignState(found)


def _lock_state(connection: Connection, campaign: str, *, shared: bool) -> None:
    """Turns are taken in the order of asking: with locks on the row, dialers that claim again and again would keep a
    pause waiting. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection.execute(text(f"SELECT {lock}(hashtextextended(:campaign, 3))"), {"campaign": campaign})


def _some_waits(connection: Connection, campaign: str) -> bool:
    waiting = select(Lead.id).where(Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
    return connection.scalar(waiting.limit(1)) is not None


def closed_by_end(code: Code, why: str = "") -> dict[str, Any]:
    """What becomes of the columns of a lead whose campaign has ended."""
    return {
        "state": str(LeadState.REFUSED),
        "code": str(code),
        "why": f"the campaign has ended: {why}" if why else "the campaign has ended",
        "due_at": None,
    }


def _close_waiting(connection: Connection, campaign: str, code: Code, why: str) -> None:
    waiting = (Lead.campaign_id == campaign, Lead.state == LeadState.WAITING)
    connection.execute(update(Lead).where(*waiting).values(closed_by_end(code, why)))


def note(
    connection: Connection,
    who: str,
    action: str,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    why: str = "",
) -> None:
    """A line of the audit, in the transaction of the change itself."""
    row = {
        "at": datetime.now(UTC),
        "who": who,
        "action": action,
        "object": what,
        "before": json.loads(json.dumps(dict(before), default=str)),
        "after": json.loads(json.dumps(dict(after), default=str)),
        "why": why,
    }
    connection.execute(insert(Audit).values(row))


def unknown(connection: Connection, name: str) -> UsageError:
    """The error for a campaign that is not there."""
    names = connection.scalars(select(Campaign.id).order_by(Campaign.created_at.desc()).limit(10)).all()
    return UsageError(f"there is no campaign {name!r}; there are: {', '.join(names) or 'none'}")


def _campaign(row: Mapping[Any, Any]) -> StoredCampaign:
    text = row["plan"].get(PLAN)
    plan = read_plan(text, f"the plan of {row['id']}") if text else None
    return StoredCampaign(
        row["id"],
        row["title"],
        CampaignState(row["state"]),
        row["state_since"],
        row["starts_at"],
        row["simulated"],
        plan,
    )

"""Arms of a campaign: the versions of a script that it talks by, their shares, and which arm a lead stays with.

How a lead is drawn is campaign/policy/arms.py's; what came of the arms is told by reports/arms.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from voicebot.campaign.policy.arms import arm_of
from voicebot.campaign.policy.states import ENDED
from voicebot.errors import UsageError
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import Campaign, CampaignArm, Lead, ScriptVersion
from voicebot.store.versions import SHORT

SHOWN = 10
"""Known campaigns that an error tells, the latest first."""


@dataclass(frozen=True)
class Arm:
    """One arm. `share`: its part of new leads, in proportion to the others'; `leads`: those that stay with it."""

    name: str
    version_id: int
    script: str
    version: str
    digest: str
    share: int
    leads: int


@dataclass(frozen=True)
class NewArm:
    """What an arm is to be. `version_id` None: the version it has."""

    name: str
    share: int
    version_id: int | None = None


def arms_of(store: Store, campaign_id: str) -> tuple[Arm, ...]:
    """The arms of a campaign in the order in which they were made; empty for one without. Raises StoreError.

    Raises UsageError for an unknown campaign, naming the latest.
    """
    leads = select(Lead.arm, func.count().label("leads")).where(Lead.campaign_id == campaign_id).group_by(Lead.arm)
    counted = leads.subquery()
    query = (
        select(
            *(CampaignArm.arm, CampaignArm.script_version_id, ScriptVersion.script, ScriptVersion.version),
            *(ScriptVersion.digest, CampaignArm.share, func.coalesce(counted.c.leads, 0)),
        )
        .join(ScriptVersion, ScriptVersion.id == CampaignArm.script_version_id)
        .join(counted, counted.c.arm == CampaignArm.arm, isouter=True)
        .where(CampaignArm.campaign_id == campaign_id)
        .order_by(CampaignArm.created_at, CampaignArm.arm)
    )
    with store.reading() as connection:
        known: Sequence[str] = connection.scalars(select(Campaign.id).order_by(Campaign.created_at.desc())).all()
        rows: Sequence[Any] = connection.execute(query).all()
    if campaign_id not in known:
        latest = ", ".join(known[:SHOWN]) or "none"
        raise UsageError(f"no campaign {campaign_id!r} in {store.name}; the latest are: {latest}")
    return tuple(Arm(*row) for row in rows)


def versions_of_arms(store: Store, campaign_id: str) -> tuple[int, ...]:
    """The versions that a campaign's leads may be talked to by; empty without arms. Raises StoreError."""
    asked = select(CampaignArm.script_version_id).where(CampaignArm.campaign_id == campaign_id).distinct()
    with store.reading() as connection:
        return tuple(connection.scalars(asked))


def versions_in_arms(store: Store) -> tuple[int, ...]:
    """The versions that leads of any campaign that has not ended may be talked to by. Raises StoreError."""
    asked = (
        select(CampaignArm.script_version_id)
        .join(Campaign, Campaign.id == CampaignArm.campaign_id)
        .where(Campaign.state.not_in([str(state) for state in ENDED]))
        .distinct()
        .order_by(CampaignArm.script_version_id)
    )
    with store.reading() as connection:
        return tuple(connection.scalars(asked))


def set_arms(store: Store, campaign_id: str, wanted: Sequence[NewArm]) -> tuple[Arm, ...]:
    """Make or change arms; those not named stay as they are. Leads that have an arm keep it. Returns all arms.

    Raises UsageError for an unknown campaign, for a new arm without a version, for another version of an arm that has
    leads (its figures would be of two versions), and when no arm would have a share; StoreError.
    """
    present = {arm.name: arm for arm in arms_of(store, campaign_id)}
    for one in wanted:
        arm = present.get(one.name)
        if arm is None and one.version_id is None:
            raise UsageError(
                f"arm {one.name!r} of campaign {campaign_id!r} is new; give it a script: {one.name}=SCRIPT:50"
            )
        if arm is not None and arm.leads and one.version_id not in (None, arm.version_id):
            raise UsageError(
                f"arm {one.name!r} of campaign {campaign_id!r} has {arm.leads} leads with "
                f"{arm.script}@{arm.digest[:SHORT]}; "
                f"give the other version to a new arm and end this one with {one.name}=0"
            )
    shares = {name: arm.share for name, arm in present.items()} | {one.name: one.share for one in wanted}
    if not any(shares.values()):
        raise UsageError(f"campaign {campaign_id!r}: no arm has a share above 0, so new leads would have no script")
    now = datetime.now(UTC)
    with store.writing() as connection:
        for one in wanted:
            key = {"campaign_id": campaign_id, "arm": one.name}
            values: dict[str, Any] = {"share": one.share}
            if one.version_id is not None:
                values["script_version_id"] = one.version_id
            if one.name in present:
                connection.execute(update(CampaignArm).filter_by(**key).values(values))
            else:
                connection.execute(insert_once(connection, CampaignArm).values({**key, **values, "created_at": now}))
    return arms_of(store, campaign_id)


def assigned_version(store: Store, lead_id: int) -> int | None:
    """The version that a lead is talked to by, its arm drawn and kept if it has none yet; None without arms.

    However many processes ask at once, the lead has one arm. Raises StoreError.
    """
    with store.reading() as connection:
        campaign_id, key, arm = connection.execute(
            select(Lead.campaign_id, Lead.key, Lead.arm).where(Lead.id == lead_id)
        ).one()
        rows: Sequence[Any] = connection.execute(
            select(CampaignArm.arm, CampaignArm.script_version_id, CampaignArm.share).where(
                CampaignArm.campaign_id == campaign_id
            )
        ).all()
    versions = {name: version_id for name, version_id, _ in rows}
    if not versions:
        return None
    if arm is None:
        drawn = arm_of(campaign_id, key, {name: share for name, _, share in rows})
        with store.writing() as connection:
            connection.execute(update(Lead).where(Lead.id == lead_id, Lead.arm.is_(None)).values(arm=drawn))
            arm = connection.scalars(select(Lead.arm).where(Lead.id == lead_id)).one()
    version_id: int = versions[arm]
    return version_id

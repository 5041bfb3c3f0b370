"""Tables of who takes the hand-offs, of what picked up, of what came of it, and of its quality as people judged it.

Facts of attempts and calls are in tables.py; the same rules hold here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from voicebot.store.tables import Base
from voicebot.store.types import CHANNEL_UUID, ROW_ID


class Agent(Base):
    """A human who takes calls that the robot hands off."""

    __tablename__ = "agent"

    name: Mapped[str] = mapped_column(primary_key=True, doc="short name, unique; as reports show it")
    title: Mapped[str] = mapped_column(doc="name for people")
    dial: Mapped[str] = mapped_column(doc="dial string of the agent's telephone")
    team: Mapped[str] = mapped_column(server_default="", doc="hand-off target of scripts that it answers; empty: any")
    state: Mapped[str] = mapped_column(doc="offline, idle, ringing, talking, wrap_up or pause")
    state_since: Mapped[datetime] = mapped_column(doc="since when; UTC")
    wrap_up_s: Mapped[int] = mapped_column(server_default="0", doc="after a talk it is not rung for so long; s")
    attempt_id: Mapped[str | None] = mapped_column(CHANNEL_UUID, doc="the customer's call it has; empty: none")
    lease_until: Mapped[datetime | None] = mapped_column(
        doc="until when the call server holds it for that call; UTC, empty: it is not held"
    )
    lease_owner: Mapped[str | None] = mapped_column(doc="call server and switch that hold it; empty: none")
    leg_id: Mapped[str | None] = mapped_column(CHANNEL_UUID, doc="channel of its telephone in that call; empty: none")
    free_at: Mapped[datetime | None] = mapped_column(
        doc="when wrap-up or a short rest ends by itself; UTC, empty: not by itself"
    )
    missed: Mapped[int] = mapped_column(server_default="0", doc="rings in a row that it did not take")
    after_call: Mapped[str] = mapped_column(
        server_default="", doc="what a person ordered during a call, pause or offline; done when call and wrap-up end"
    )
    after_why: Mapped[str] = mapped_column(server_default="", doc="reason given for that")
    removed_at: Mapped[datetime | None] = mapped_column(
        doc="when it was removed; UTC, empty: it is there. The row stays, for the reports of past days"
    )


class AgentWait(Base):
    """A customer who waits for an agent at this moment; gone as soon as an agent talks to him."""

    __tablename__ = "agent_wait"

    attempt_id: Mapped[str] = mapped_column(
        CHANNEL_UUID, ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True, doc="the customer's call"
    )
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"), doc="its campaign; empty: none")
    target: Mapped[str] = mapped_column(doc="hand-off target of the script")
    since: Mapped[datetime] = mapped_column(doc="since when he waits; UTC")
    lease_until: Mapped[datetime] = mapped_column(doc="his call server renews it; after that he waits no more; UTC")


class AgentSpell(Base):
    """One stay of an agent in one state: the source of utilisation and attendance."""

    __tablename__ = "agent_spell"
    __table_args__ = (Index(None, "agent", "began_at"), Index(None, "state", "began_at"))

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    agent: Mapped[str] = mapped_column(ForeignKey("agent.name", ondelete="CASCADE"), doc="the agent")
    state: Mapped[str] = mapped_column(doc="offline, idle, ringing, talking, wrap_up or pause")
    began_at: Mapped[datetime] = mapped_column(doc="when it began; UTC")
    ended_at: Mapped[datetime | None] = mapped_column(doc="when it ended; UTC, empty: it lasts")
    why: Mapped[str] = mapped_column(server_default="", doc="reason given, e.g. lunch")


class PickUp(Base):
    """What was heard before or after the answer, and what it was taken for."""

    __tablename__ = "pick_up"

    attempt_id: Mapped[str] = mapped_column(
        CHANNEL_UUID, ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True, doc="the attempt"
    )
    phase: Mapped[str] = mapped_column(primary_key=True, doc="early: before the answer; answer: after it")
    code: Mapped[str | None] = mapped_column(doc="result code that it was taken for; empty: no verdict")
    score: Mapped[float] = mapped_column(doc="certainty, 0 to 1")
    decided_ms: Mapped[int | None] = mapped_column(doc="ms since the phase began; empty: no verdict")
    text: Mapped[str] = mapped_column(doc="what was recognised, normalised")
    evidence: Mapped[list[Any]] = mapped_column(doc="what decided: list of {what, at_ms, value, weight}")
    sounds: Mapped[list[Any]] = mapped_column(doc="tones, music, speech, silence: list of {sound, from_ms, to_ms}")
    saved_ms: Mapped[int] = mapped_column(
        server_default="0", doc="ringing time left when the verdict ended the attempt; ms, 0: it did not end it"
    )
    path: Mapped[str | None] = mapped_column(doc="audio kept of it, relative to the recordings directory; empty: none")


class Outcome(Base):
    """What came of a lead after the call: a friend added, an order. Told by other systems, by import or by hand."""

    __tablename__ = "outcome"
    __table_args__ = (Unique("key"), Index(None, "campaign_id", "type", "at"), Index(None, "number"))

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    key: Mapped[str] = mapped_column(doc="id in the system that told it, unique; a repeat is the same outcome")
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), doc="campaign that it is counted for")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True, doc="the lead; empty: not found")
    attempt_id: Mapped[str | None] = mapped_column(
        CHANNEL_UUID,
        ForeignKey("attempt.id", ondelete="SET NULL"),
        index=True,
        doc="last answered attempt before it; empty: none",
    )
    number: Mapped[str] = mapped_column(doc="telephone number, E.164 with +")
    type: Mapped[str] = mapped_column(doc="added or order")
    at: Mapped[datetime] = mapped_column(doc="when it happened; UTC")
    amount: Mapped[float | None] = mapped_column(doc="worth of an order in the currency of the campaign; empty: none")
    source: Mapped[str] = mapped_column(doc="import, api or person")


class QaRound(Base):
    """One sample of calls drawn for people to listen to, and how it was drawn."""

    __tablename__ = "qa_round"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    name: Mapped[str] = mapped_column(unique=True, doc="short name, unique")
    goal: Mapped[str] = mapped_column(
        doc="what it looks at: accuracy, no_intent, not_understood, hang_ups, disagreement"
    )
    made_at: Mapped[datetime] = mapped_column(doc="when it was drawn; UTC")
    made_by: Mapped[str] = mapped_column(doc="who, as the command was told; empty if not told")
    selection: Mapped[dict[str, Any]] = mapped_column(
        doc="filters, strata, seed: drawing it again gives the same calls"
    )
    population: Mapped[dict[str, Any]] = mapped_column(doc="calls that it was drawn from: count by stratum")
    reviews: Mapped[int] = mapped_column(doc="reviewers wanted for each call")
    closed_at: Mapped[datetime | None] = mapped_column(doc="when it was closed; UTC, empty: open")


class QaSample(Base):
    """One call of a round."""

    __tablename__ = "qa_sample"
    __table_args__ = (Unique("round_id", "attempt_id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    round_id: Mapped[int] = mapped_column(ForeignKey("qa_round.id", ondelete="CASCADE"), doc="its round")
    attempt_id: Mapped[str] = mapped_column(
        CHANNEL_UUID, ForeignKey("call.attempt_id", ondelete="CASCADE"), index=True, doc="the call"
    )
    stratum: Mapped[str] = mapped_column(doc="group that it was drawn from")
    weight: Mapped[float] = mapped_column(doc="calls of the population that it stands for")
    reason: Mapped[str] = mapped_column(doc="why this call, for people")
    rank: Mapped[int] = mapped_column(doc="place in the order of review, from 0")


class QaVerdict(Base):
    """What one reviewer found in one call, without having seen what others or the robot said."""

    __tablename__ = "qa_verdict"
    __table_args__ = (Unique("sample_id", "reviewer"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    sample_id: Mapped[int] = mapped_column(ForeignKey("qa_sample.id", ondelete="CASCADE"), doc="the sampled call")
    reviewer: Mapped[str] = mapped_column(doc="who")
    at: Mapped[datetime] = mapped_column(doc="when; UTC")
    grade: Mapped[str] = mapped_column(doc="A to E, as the person heard it")
    passed: Mapped[bool] = mapped_column(doc="whether the robot's conduct passes")
    reasons: Mapped[list[Any]] = mapped_column(doc="what was wrong: list of names, e.g. misheard, wrong_answer")
    note: Mapped[str] = mapped_column(server_default="", doc="remark of the reviewer")
    final: Mapped[bool] = mapped_column(server_default=false(), doc="true: settles the others' disagreement")


class QaCorrection(Base):
    """What a turn really meant, by a reviewer: material for the intents."""

    __tablename__ = "qa_correction"

    verdict_id: Mapped[int] = mapped_column(
        ForeignKey("qa_verdict.id", ondelete="CASCADE"), primary_key=True, doc="the verdict that it belongs to"
    )
    turn_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="the turn's position in the call")
    intent: Mapped[str] = mapped_column(doc="class that it should have been")
    text: Mapped[str] = mapped_column(server_default="", doc="what was really said; empty: as recognised")

"""All tables, each column with its meaning and unit; docs/store.md is printed from these texts.

A change here needs a migration beside it (a test compares the two). No queries and no decisions belong here.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Integer, MetaData, Text, false, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from voicebot.store.types import CHANNEL_UUID, JSON_TEXT, MOMENT, ROW_ID

USUAL_ZONE = "Asia/Shanghai"
"""The zone of a campaign whose plan names none."""


class Base(DeclarativeBase):
    """The catalogue that migrations are compared with."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: MOMENT, dict[str, Any]: JSON_TEXT, list[Any]: JSON_TEXT, str: Text}


def _attempt_key() -> Mapped[str]:
    return mapped_column(
        CHANNEL_UUID,
        ForeignKey("attempt.id", ondelete="CASCADE"),
        primary_key=True,
        doc="the attempt; UUID of the FreeSWITCH channel",
    )


def _seq(what: str) -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=False, doc=what)


class Campaign(Base):
    """A batch of leads called by one script for one purpose."""

    __tablename__ = "campaign"
    __table_args__ = (Index(None, "request_key", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True, doc="short name, unique; chosen by its maker")
    title: Mapped[str] = mapped_column(doc="name for people")
    created_at: Mapped[datetime] = mapped_column(doc="when it was made; UTC")
    simulated: Mapped[bool] = mapped_column(doc="true: the customers were simulated, no person was called")
    targets: Mapped[dict[str, Any]] = mapped_column(doc="wanted figures by name, e.g. connect_rate; ratios 0 to 1")
    purpose: Mapped[str] = mapped_column(server_default="", doc="what people are called for; consent is given for it")
    state: Mapped[str] = mapped_column(server_default="draft", doc="draft, ready, running, paused, done, ...")
    state_since: Mapped[datetime | None] = mapped_column(doc="when it came into this state; UTC")
    starts_at: Mapped[datetime | None] = mapped_column(doc="scheduled start; UTC, empty: by hand")
    plan: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}", doc="how it calls: windows, retry, caps, lines, order, as its file says"
    )
    request_key: Mapped[str | None] = mapped_column(doc="key of the request that made it; a repeat is it")
    zone: Mapped[str] = mapped_column(
        server_default=USUAL_ZONE, doc="time zone by which its days and hours are counted; IANA name, as its plan says"
    )


class ScriptVersion(Base):
    """One content of one script; a file changed without a new version number is another row."""

    __tablename__ = "script_version"
    __table_args__ = (Unique("script", "version", "digest"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    script: Mapped[str] = mapped_column(doc="name of the script, as in its file")
    version: Mapped[str] = mapped_column(doc="version that the file states")
    digest: Mapped[str] = mapped_column(doc="SHA-256 of the file and its parts, hexadecimal")
    title: Mapped[str] = mapped_column(doc="title for people")
    source: Mapped[str] = mapped_column(doc="the whole main file, so that a call can be replayed")
    parts: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}",
        doc="its other files: name from the scripts' directory, e.g. flows/city.yaml, and whole text",
    )
    first_used_at: Mapped[datetime] = mapped_column(doc="when it was first registered; UTC")


class ScriptRelease(Base):
    """One decision which version of a script new calls use: the newest row of a script holds."""

    __tablename__ = "script_release"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number; the highest of a script holds")
    script: Mapped[str] = mapped_column(index=True, doc="name of the script")
    script_version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"), doc="the version put in force")
    released_at: Mapped[datetime] = mapped_column(doc="when; UTC")
    released_by: Mapped[str] = mapped_column(doc="who, as the command was told; empty if not told")
    action: Mapped[str] = mapped_column(doc="publish or rollback")
    note: Mapped[str] = mapped_column(doc="why, for people")


class CampaignArm(Base):
    """One version of a script that a campaign talks by, with its share of the leads; two or more are compared."""

    __tablename__ = "campaign_arm"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), primary_key=True, doc="the campaign")
    arm: Mapped[str] = mapped_column(primary_key=True, doc="short name of the arm, unique in the campaign")
    script_version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"), doc="the version it talks by")
    share: Mapped[int] = mapped_column(doc="its part of new leads, in proportion to the shares of the others")
    created_at: Mapped[datetime] = mapped_column(doc="when it was made; UTC")


class Lead(Base):
    """One number to call in a campaign, with its variables."""

    __tablename__ = "lead"
    __table_args__ = (
        Unique("campaign_id", "key"),
        Index("ix_lead_order", "campaign_id", "state", "lane", text("score DESC"), "due_at", "id"),
        # Only what is under lease is in it: a list of a million waiting leads costs it nothing.
        Index(
            None,
            "lease_until",
            postgresql_where=text("lease_until IS NOT NULL"),
            sqlite_where=text("lease_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), doc="its campaign")
    key: Mapped[str] = mapped_column(doc="the list's own id of the lead, unique in the campaign")
    number: Mapped[str] = mapped_column(index=True, doc="telephone number, E.164 with +")
    variables: Mapped[dict[str, Any]] = mapped_column(doc="values for the script's prompts, by name")
    created_at: Mapped[datetime] = mapped_column(doc="when it was loaded; UTC")
    arm: Mapped[str | None] = mapped_column(doc="arm of the campaign that the lead stays with; empty until assigned")
    dated: Mapped[date | None] = mapped_column(doc="day that its data is of; empty: not told, or of no matter")
    batch_id: Mapped[int | None] = mapped_column(ROW_ID, index=True, doc="`lead_batch` that brought it; empty: none")
    source: Mapped[str] = mapped_column(server_default="", doc="channel that the lead came by")
    persona: Mapped[str] = mapped_column(server_default="", doc="group with best hours of its own; empty: none")
    need: Mapped[bool] = mapped_column(server_default=false(), doc="true: the lead stated a need")
    score: Mapped[float] = mapped_column(server_default="0", doc="expected response; larger is called earlier")
    zone: Mapped[str] = mapped_column(server_default="", doc="time zone, IANA name; empty: the campaign's")
    area: Mapped[str] = mapped_column(server_default="", doc="home area of the number, for people")
    carrier: Mapped[str] = mapped_column(server_default="", doc="carrier of the number, for people")
    flags: Mapped[list[Any]] = mapped_column(server_default="[]", doc="what is odd about it: list of text")
    state: Mapped[str] = mapped_column(server_default="waiting", doc="waiting, claimed, done or refused")
    lane: Mapped[int] = mapped_column(server_default="2", doc="0 call-back, 1 stated need, 2 new, 3 called before")
    due_at: Mapped[datetime | None] = mapped_column(doc="not called before; UTC, empty: at once")
    tries: Mapped[int] = mapped_column(server_default="0", doc="attempts used up")
    attempts: Mapped[int] = mapped_column(server_default="0", doc="attempts in all, those of our own faults too")
    code: Mapped[str | None] = mapped_column(doc="result code that ended or refused it; empty while it waits")
    why: Mapped[str] = mapped_column(server_default="", doc="reason of its state or of its next time, for people")
    attempt_id: Mapped[str | None] = mapped_column(CHANNEL_UUID, doc="the attempt that lives; empty: none")
    lease_owner: Mapped[str | None] = mapped_column(doc="dialer that holds it; empty: none")
    lease_until: Mapped[datetime | None] = mapped_column(doc="until when the dialer holds it; UTC, empty: none")
    shown_number: Mapped[str | None] = mapped_column(doc="our number that it saw last, E.164 with +")


class Attempt(Base):
    """One dialling of a lead: a row from the moment it is claimed, its result written once."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(None, "campaign_id", "code"),
        Index(None, "campaign_id", "started_at"),
        Index(None, "number", "started_at"),
        Index(None, "caller_number", "started_at"),
    )

    id: Mapped[str] = mapped_column(CHANNEL_UUID, primary_key=True, doc="UUID, also that of the FreeSWITCH channel")
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"), doc="its campaign")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True, doc="the lead dialled")
    number: Mapped[str | None] = mapped_column(doc="number dialled, E.164 with +")
    caller_number: Mapped[str | None] = mapped_column(doc="our number as shown to the customer")
    gateway: Mapped[str | None] = mapped_column(doc="sofia gateway dialled through")
    try_number: Mapped[int | None] = mapped_column(doc="1 for the lead's first attempt, 2 for the second, ...")
    started_at: Mapped[datetime | None] = mapped_column(index=True, doc="when it was claimed for dialling; UTC")
    rang_at: Mapped[datetime | None] = mapped_column(doc="first ringing or early media; UTC, empty if none")
    answered_at: Mapped[datetime | None] = mapped_column(doc="when it was answered; UTC, empty if never")
    ended_at: Mapped[datetime | None] = mapped_column(doc="when the channel was gone; UTC")
    code: Mapped[str | None] = mapped_column(doc="result code; empty while the attempt lives")
    layer: Mapped[str | None] = mapped_column(doc="layer of the code")
    who_hung_up: Mapped[str | None] = mapped_column(doc="customer, robot, agent or switch")
    cause: Mapped[str | None] = mapped_column(doc="the switch's hang-up cause, as evidence")
    q850: Mapped[int | None] = mapped_column(doc="Q.850 cause number, as evidence")
    sip_status: Mapped[int | None] = mapped_column(doc="final SIP status of the INVITE, as evidence")
    early_media_text: Mapped[str | None] = mapped_column(doc="announcement before the answer, as recognised")


class Call(Base):
    """An answered attempt in which the script ran."""

    __tablename__ = "call"

    attempt_id: Mapped[str] = _attempt_key()
    script_version_id: Mapped[int] = mapped_column(
        ForeignKey("script_version.id"), index=True, doc="the script that ran"
    )
    answered_by: Mapped[str] = mapped_column(doc="what picked up: HUMAN, VOICEMAIL, ... (result code)")
    ending: Mapped[str] = mapped_column(doc="how the talk ended (result code of layer talk)")
    ended_by: Mapped[str] = mapped_column(doc="who hung up: customer, robot, agent or switch")
    ended_node: Mapped[str | None] = mapped_column(doc="node in which the talk ended")
    talk_ms: Mapped[int] = mapped_column(doc="answer to hang-up; ms")
    grade: Mapped[str] = mapped_column(doc="A to E")
    grade_rule: Mapped[str] = mapped_column(doc="the script's rule that gave the grade")
    grade_evidence: Mapped[list[Any]] = mapped_column(doc="what proves it: list of {what, at_ms, text}")
    score: Mapped[float] = mapped_column(doc="sum of the answers' scores")
    tags: Mapped[list[Any]] = mapped_column(doc="tags set by answers: list of text")
    slots: Mapped[dict[str, Any]] = mapped_column(doc="what was learnt, by name")
    frames_in: Mapped[int] = mapped_column(doc="audio frames received from the switch")
    frames_late: Mapped[int] = mapped_column(doc="frames handled more than 40 ms after the one before")
    worst_gap_ms: Mapped[int] = mapped_column(doc="longest time between two frames; ms")


class CallEvent(Base):
    """One thing that happened in a call, in order; the call can be replayed from these."""

    __tablename__ = "call_event"

    attempt_id: Mapped[str] = _attempt_key()
    seq: Mapped[int] = _seq("position in the call, from 0")
    body: Mapped[dict[str, Any]] = mapped_column(doc="the event as the dialog's journal writes it")


class NodeVisit(Base):
    """One stay of a call in a node, with what ended it."""

    __tablename__ = "node_visit"

    attempt_id: Mapped[str] = _attempt_key()
    seq: Mapped[int] = _seq("position in the call")
    node: Mapped[str] = mapped_column(index=True, doc="the node")
    role: Mapped[str] = mapped_column(doc="role of the node: opening, benefit, closing, ...")
    entered_ms: Mapped[int] = mapped_column(doc="when it was entered; ms since the answer")
    left_ms: Mapped[int] = mapped_column(doc="when it was left; ms since the answer")
    ended_by: Mapped[str] = mapped_column(doc="what ended it: answer:ID, no_input, hangup, ...")
    prompt_ms: Mapped[int] = mapped_column(doc="prompts played to their end; ms")
    heard_ms: Mapped[int] = mapped_column(doc="all that was played, cut prompts too; ms")
    hangup_phase: Mapped[str | None] = mapped_column(
        doc="playing or listening when the customer hung up here; empty otherwise"
    )
    offset_ms: Mapped[int | None] = mapped_column(
        doc="customer's hang-up: ms into the prompt, or since its end; empty otherwise"
    )
    no_inputs: Mapped[int] = mapped_column(doc="times that the customer stayed silent here")
    no_matches: Mapped[int] = mapped_column(doc="times that what was said fitted nothing here")


class Turn(Base):
    """One thing the customer said, and what was made of it."""

    __tablename__ = "turn"

    attempt_id: Mapped[str] = _attempt_key()
    seq: Mapped[int] = _seq("position in the call")
    node: Mapped[str] = mapped_column(doc="node that was listening")
    began_ms: Mapped[int] = mapped_column(doc="first voiced audio; ms since the answer")
    ended_ms: Mapped[int] = mapped_column(doc="last voiced audio; ms since the answer")
    text: Mapped[str] = mapped_column(doc="what was recognised, normalised; empty: sound without words")
    confidence: Mapped[float] = mapped_column(doc="the recogniser's confidence, 0 to 1")
    intent: Mapped[str | None] = mapped_column(doc="class of what was said; empty if none")
    score: Mapped[float] = mapped_column(doc="certainty of the match, 0 to 1")
    matched_by: Mapped[str] = mapped_column(doc="keyword, pattern, slot, sound, classifier, digits or nothing")
    evidence: Mapped[str] = mapped_column(doc="the words or keys that decided")
    engine: Mapped[str] = mapped_column(
        server_default="",
        doc="engine that was asked what it means: embedded, rasa, or 'embedded after rasa: WHY'; empty: none was",
    )
    choice: Mapped[str | None] = mapped_column(doc="the script's answer taken; empty: no match")
    barge_in: Mapped[bool] = mapped_column(doc="true: it interrupted a prompt")
    aside: Mapped[bool] = mapped_column(doc="true: words over a prompt that were not taken as an answer")
    latency_ms: Mapped[int | None] = mapped_column(
        doc="last voiced frame of the customer to first frame of the robot; ms, empty if the robot was not next"
    )
    barge_in_ms: Mapped[int | None] = mapped_column(
        doc="first voiced frame of a barge-in to the robot's silence; ms, empty without one"
    )


class Said(Base):
    """One prompt of a call: what was meant to be said and how much of it was heard."""

    __tablename__ = "said"

    attempt_id: Mapped[str] = _attempt_key()
    say_id: Mapped[int] = _seq("number of the prompt in the call")
    node: Mapped[str] = mapped_column(doc="node that said it")
    started_ms: Mapped[int] = mapped_column(doc="its first frame; ms since the answer")
    text: Mapped[str] = mapped_column(doc="the whole prompt, variables filled in")
    heard_text: Mapped[str] = mapped_column(doc="the part that the customer heard")
    heard_ms: Mapped[int] = mapped_column(doc="how long it was heard; ms")
    total_ms: Mapped[int | None] = mapped_column(doc="length of the whole prompt; ms, empty if not known")


class Handoff(Base):
    """One try to pass the call to a human agent. A customer none of whose tries was `answered` is an abandoned one."""

    __tablename__ = "handoff"

    attempt_id: Mapped[str] = _attempt_key()
    seq: Mapped[int] = _seq("position among the call's hand-offs, from 0")
    target: Mapped[str] = mapped_column(
        doc="name of the target in the script; direct: the agent dialled the customer himself"
    )
    requested_ms: Mapped[int] = mapped_column(doc="when it was asked for; ms since the answer")
    outcome: Mapped[str] = mapped_column(doc="answered, busy, no_answer, declined, unreachable, ...")
    waited_ms: Mapped[int] = mapped_column(doc="request to bridge or failure; ms")
    talked_ms: Mapped[int] = mapped_column(doc="talk of customer and agent; ms, 0 if none")
    agent: Mapped[str | None] = mapped_column(doc="agent who took it or was rung last; empty: none is known by name")
    ring_ms: Mapped[int] = mapped_column(server_default="0", doc="how long the agent's telephone rang; ms")
    hold_ms: Mapped[int] = mapped_column(server_default="0", doc="how long the agent had the customer on hold; ms")


class CallGrade(Base):
    """A call graded anew by the rules of a version; the grade of the call itself stays as it was."""

    __tablename__ = "call_grade"
    __table_args__ = (Unique("attempt_id", "script_version_id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    attempt_id: Mapped[str] = mapped_column(
        CHANNEL_UUID, ForeignKey("call.attempt_id", ondelete="CASCADE"), doc="the call"
    )
    script_version_id: Mapped[int] = mapped_column(
        ForeignKey("script_version.id"), index=True, doc="the version whose rules graded"
    )
    graded_at: Mapped[datetime] = mapped_column(doc="when; UTC")
    grade: Mapped[str] = mapped_column(doc="A to E")
    rule: Mapped[str] = mapped_column(doc="the rule that gave the grade")
    evidence: Mapped[list[Any]] = mapped_column(doc="what proves it: list of {what, at_ms, text}")


class FollowUp(Base):
    """A task that a call left behind, for a provider of messages or a person to carry out."""

    __tablename__ = "follow_up"
    __table_args__ = (Index(None, "status", "due_at"),)

    attempt_id: Mapped[str] = _attempt_key()
    seq: Mapped[int] = _seq("position among the call's tasks, from 0")
    type: Mapped[str] = mapped_column(doc="sms, wechat or call_back")
    node: Mapped[str] = mapped_column(doc="node that asked for it")
    asked_ms: Mapped[int] = mapped_column(doc="when it was asked for; ms since the answer")
    text: Mapped[str] = mapped_column(doc="message or remark, variables filled in; empty if none")
    details: Mapped[dict[str, Any]] = mapped_column(doc="further values by name, e.g. template, account")
    due_at: Mapped[datetime | None] = mapped_column(doc="not before; UTC, empty: at once")
    created_at: Mapped[datetime] = mapped_column(doc="when it was written; UTC")
    status: Mapped[str] = mapped_column(doc="open, taken, done or failed")
    taken_by: Mapped[str | None] = mapped_column(doc="provider or person that carries it out")
    taken_at: Mapped[datetime | None] = mapped_column(doc="since when; UTC. After its lease anybody may take it again")
    closed_at: Mapped[datetime | None] = mapped_column(doc="when it was done or failed; UTC")
    outcome: Mapped[str | None] = mapped_column(doc="what the provider says of it")


class StopEntry(Base):
    """A number that must not be called: by every campaign, or by one."""

    __tablename__ = "stop_list"
    __table_args__ = (Unique("number", "scope"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    number: Mapped[str] = mapped_column(doc="telephone number, E.164 with +")
    scope: Mapped[str] = mapped_column(doc="* for every campaign, else the campaign's id")
    reason: Mapped[str] = mapped_column(doc="stop_request, complaint, import, ... and its words")
    source: Mapped[str] = mapped_column(doc="call, import, api or person")
    attempt_id: Mapped[str | None] = mapped_column(CHANNEL_UUID, doc="the call that asked for it; empty if none")
    added_at: Mapped[datetime] = mapped_column(doc="when; UTC")
    removed_at: Mapped[datetime | None] = mapped_column(
        doc="when it was taken off the list; UTC, empty: it holds. The row stays, so that this can be accounted for"
    )
    removed_why: Mapped[str | None] = mapped_column(doc="why it was taken off; empty: it holds")


class Recording(Base):
    """The recording of a call."""

    __tablename__ = "recording"

    attempt_id: Mapped[str] = _attempt_key()
    path: Mapped[str] = mapped_column(doc="file, relative to the recordings directory")
    channels: Mapped[int] = mapped_column(doc="2: customer left, robot right; 1: mixed")
    length_ms: Mapped[int] = mapped_column(doc="length; ms")

"""Tables of what is called and what must not be: imports, complaints, consent, our numbers, lines, audit, webhooks.

Facts of attempts and calls are in tables.py; the same rules hold here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, true
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from voicebot.store.tables import Base
from voicebot.store.types import CHANNEL_UUID, ROW_ID


class LeadBatch(Base):
    """One import of a list into a campaign; it can be undone as a whole while none of it was called."""

    __tablename__ = "lead_batch"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"), index=True, doc="its campaign")
    file: Mapped[str] = mapped_column(doc="name of the file, without its directory")
    digest: Mapped[str] = mapped_column(doc="SHA-256 of the file, hexadecimal")
    loaded_at: Mapped[datetime] = mapped_column(doc="when; UTC")
    loaded_by: Mapped[str] = mapped_column(doc="who, as the command was told; empty if not told")
    rows: Mapped[int] = mapped_column(doc="rows of the file, the header apart")
    loaded: Mapped[int] = mapped_column(doc="leads that it brought")
    refused: Mapped[dict[str, Any]] = mapped_column(doc="rows that became no lead: count by result code or fault")
    undone_at: Mapped[datetime | None] = mapped_column(doc="when it was undone; UTC, empty: it stands")


class Complaint(Base):
    """A complaint of a person, by whatever way it came; no campaign calls the number for some months."""

    __tablename__ = "complaint"
    __table_args__ = (Index(None, "number", "made_at"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    number: Mapped[str] = mapped_column(doc="telephone number of the person, E.164 with +")
    made_at: Mapped[datetime] = mapped_column(doc="when; UTC")
    words: Mapped[str] = mapped_column(doc="what was complained of")
    source: Mapped[str] = mapped_column(doc="call, import, api or person")
    caller_number: Mapped[str | None] = mapped_column(doc="our number that was shown, E.164 with +; empty: not known")
    attempt_id: Mapped[str | None] = mapped_column(CHANNEL_UUID, doc="the call that it is about; empty: not known")


class Consent(Base):
    """A person's consent or refusal for a purpose; the newest row of a number and purpose holds."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "number", "purpose", "at"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    number: Mapped[str] = mapped_column(doc="telephone number, E.164 with +")
    purpose: Mapped[str] = mapped_column(doc="what may be called for; as the campaign names it")
    given: Mapped[bool] = mapped_column(doc="true: consent, false: refusal or withdrawal")
    at: Mapped[datetime] = mapped_column(doc="when; UTC")
    until: Mapped[datetime | None] = mapped_column(doc="end of the consent; UTC, empty: none")
    proof: Mapped[str] = mapped_column(doc="where it can be shown: form, recording, contract")
    source: Mapped[str] = mapped_column(doc="call, import, api or person")


class Exclusion(Base):
    """A person who has or must not be offered a product; campaigns that exclude the product do not call."""

    __tablename__ = "exclusion"
    __table_args__ = (Unique("number", "product"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    number: Mapped[str] = mapped_column(doc="telephone number, E.164 with +")
    product: Mapped[str] = mapped_column(doc="name of the product or group")
    until: Mapped[datetime | None] = mapped_column(doc="end of the exclusion; UTC, empty: none")
    added_at: Mapped[datetime] = mapped_column(doc="when; UTC")


class OwnNumber(Base):
    """One of our numbers that customers may see, with its caps and its health."""

    __tablename__ = "caller_number"

    number: Mapped[str] = mapped_column(primary_key=True, doc="as the gateway wants it shown, digits")
    gateway: Mapped[str] = mapped_column(doc="gateway that it belongs to; empty: any")
    pool: Mapped[str] = mapped_column(server_default="", doc="campaigns draw from pools by name; empty: the common one")
    weight: Mapped[int] = mapped_column(doc="share of calls, in proportion to the others'")
    area: Mapped[str] = mapped_column(doc="home area, for a local match; empty: none")
    hourly_cap: Mapped[int | None] = mapped_column(doc="calls an hour at most; empty: no cap")
    daily_cap: Mapped[int | None] = mapped_column(doc="calls a day at most; empty: no cap")
    gap_s: Mapped[int] = mapped_column(server_default="0", doc="seconds between two calls at least")
    max_calls: Mapped[int | None] = mapped_column(doc="calls at once at most; empty: as many as the gateway carries")
    calls_per_second: Mapped[float | None] = mapped_column(
        doc="attempts started a second at most; empty: as many as the gateway takes"
    )
    state: Mapped[str] = mapped_column(doc="active, resting, quarantined or retired")
    because: Mapped[str] = mapped_column(doc="reason of the state, with its figures")
    since: Mapped[datetime] = mapped_column(doc="since when; UTC")
    rest_until: Mapped[datetime | None] = mapped_column(doc="end of the rest; UTC, empty: none")


class Gateway(Base):
    """A line to the network: what it can carry and how its answers are to be read."""

    __tablename__ = "gateway"

    name: Mapped[str] = mapped_column(primary_key=True, doc="name of the sofia gateway")
    node: Mapped[str] = mapped_column(server_default="", doc="switch that it is on; empty: every one")
    rank: Mapped[int] = mapped_column(server_default="0", doc="smaller is used first; equal ones share")
    max_calls: Mapped[int] = mapped_column(doc="calls at once at most")
    calls_per_second: Mapped[float] = mapped_column(doc="attempts started a second at most")
    causes: Mapped[list[Any]] = mapped_column(
        server_default="[]", doc="its own reading of causes: list of {code, cause, sip_status, q850, rang}"
    )
    price_minute: Mapped[float | None] = mapped_column(doc="price of a minute of talk; empty: not known")
    bill_s: Mapped[int] = mapped_column(server_default="60", doc="talk is billed in units of so many seconds")
    up: Mapped[bool] = mapped_column(server_default=true(), doc="false: not dialled through")
    because: Mapped[str] = mapped_column(server_default="", doc="why it is not up")
    since: Mapped[datetime | None] = mapped_column(doc="since when; UTC")


class Audit(Base):
    """One thing that a person or a rule changed."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "object", "at"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    at: Mapped[datetime] = mapped_column(doc="when; UTC")
    who: Mapped[str] = mapped_column(doc="person, or the part of the program that decided")
    action: Mapped[str] = mapped_column(doc="what was done, e.g. campaign.pause")
    object: Mapped[str] = mapped_column(doc="to what, e.g. campaign:spring")
    before: Mapped[dict[str, Any]] = mapped_column(doc="values before")
    after: Mapped[dict[str, Any]] = mapped_column(doc="values after")
    why: Mapped[str] = mapped_column(doc="the reason given")


class Webhook(Base):
    """An address that is told what happens."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    url: Mapped[str] = mapped_column(unique=True, doc="https address")
    events: Mapped[list[Any]] = mapped_column(doc="names of events: list of text; empty: all")
    secret: Mapped[str] = mapped_column(doc="name of the secret that signs, not the secret itself")
    active: Mapped[bool] = mapped_column(server_default=true(), doc="false: nothing is sent")


class WebhookDelivery(Base):
    """One message to one address, kept until it was taken; messages of a subject go out in order."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Unique("webhook_id", "subject", "seq"), Index(None, "delivered_at", "due_at"))

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number; also the message's id")
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), doc="the address")
    subject: Mapped[str] = mapped_column(doc="what it is about, e.g. lead:17; order holds within it")
    seq: Mapped[int] = mapped_column(doc="position among the messages of the subject")
    event: Mapped[str] = mapped_column(doc="name of the event, e.g. attempt.ended")
    body: Mapped[dict[str, Any]] = mapped_column(doc="what is told")
    created_at: Mapped[datetime] = mapped_column(doc="when it happened; UTC")
    due_at: Mapped[datetime] = mapped_column(doc="next try; UTC")
    tries: Mapped[int] = mapped_column(server_default="0", doc="tries so far")
    delivered_at: Mapped[datetime | None] = mapped_column(doc="when it was taken; UTC, empty: not yet")
    given_up: Mapped[bool] = mapped_column(server_default=false(), doc="true: not tried again")
    last_error: Mapped[str] = mapped_column(server_default="", doc="what the last try came to")

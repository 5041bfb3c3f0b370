"""Tables of daily sums and facts: what reports read in place of every attempt. They can be made anew at any time.

Days and hours are those of the campaign's zone. Triggers note in `day_changed` which days must be counted again; who
counts, and when, is in reports/sums.
"""

from datetime import date

from sqlalchemy import Date, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from voicebot.store.tables import Base
from voicebot.store.types import ROW_ID

COMPACT = {"sqlite_with_rowid": False}
"""Rows lie in the order of their key, so that a campaign's days are read in one go."""


def _key(what: str) -> Mapped[str]:
    return mapped_column(primary_key=True, doc=what)


def _campaign() -> Mapped[str]:
    return _key("the campaign; empty: attempts without one")


def _day() -> Mapped[date]:
    return mapped_column(Date, primary_key=True, doc="day on which the attempts were dialled, in the campaign's zone")


def _version() -> Mapped[int]:
    return mapped_column(ROW_ID, primary_key=True, autoincrement=False, doc="`script_version` talked by; 0: no talk")


def _number(what: str) -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=False, doc=what)


class DayChanged(Base):
    """A day of which something was written since it was counted; triggers write it in the writer's transaction."""

    __tablename__ = "day_changed"
    __table_args__ = (Index(None, "campaign_id", "day"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True, doc="row number")
    campaign_id: Mapped[str] = mapped_column(doc="the campaign; empty: attempts without one")
    day: Mapped[date] = mapped_column(Date, doc="day of the attempts in UTC")


class CampaignDay(Base):
    """A day on which a campaign may have dialled."""

    __tablename__ = "campaign_day"

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = mapped_column(Date, primary_key=True, doc="the day in the campaign's zone")
    zone: Mapped[str] = mapped_column(doc="the zone by which it was cut; another one of the campaign cuts all anew")


class DayCounted(Base):
    """Sums of a day that are right: the row goes when the day changes."""

    __tablename__ = "day_counted"

    sums: Mapped[str] = _key(
        "which facts, and the sums of them: attempt, call, heard or doubt; and by which version of the count"
    )
    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()


class DayFact(Base):
    """A fact of all attempts, calls, visits or turns of a day, one after the other: what any group of leads is counted
    from. The rows of a part, campaign and day have the same length and order."""

    __tablename__ = "day_fact"

    part: Mapped[str] = _key(
        "what the values are of: attempt, call, visit (of a node), turn, heard (before or after an answer), or doubt"
        " (a call whose words two engines take differently)"
    )
    name: Mapped[str] = _key("which fact: code, lead, came, ...")
    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    kind: Mapped[str] = mapped_column(doc="how each value is written: <i2 for whole numbers of two bytes, ...")
    texts: Mapped[str] = mapped_column(doc="JSON list of the texts that the values are places of; empty: numbers")
    body: Mapped[bytes] = mapped_column(doc="the values, compressed by zlib")


class DayResult(Base):
    """Attempts of a day by hour, result and grade."""

    __tablename__ = "day_result"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    hour: Mapped[int] = _number("hour of the day at which they were dialled, 0 to 23")
    try_number: Mapped[int] = _number("1 for the first attempt of their leads, ...; 0: not known")
    code: Mapped[str] = _key("result code; empty: they live")
    grade: Mapped[str] = _key("A to E; empty: no talk")
    attempts: Mapped[int] = mapped_column(doc="attempts")
    rung: Mapped[int] = mapped_column(doc="of these: rang, or gave early media, or were answered")
    answered: Mapped[int] = mapped_column(doc="of these: were answered")
    connected: Mapped[int] = mapped_column(doc="of these: a person answered")
    talked: Mapped[int] = mapped_column(doc="of these: the customer said something")
    talked_3: Mapped[int] = mapped_column(doc="of these: the customer said something three times or more")
    handed_off: Mapped[int] = mapped_column(doc="of these: an agent took the hand-off")
    added: Mapped[int] = mapped_column(doc="of these: a friend was added after it")
    ordered: Mapped[int] = mapped_column(doc="of these: an order was placed after it")
    talk_ms: Mapped[int] = mapped_column(ROW_ID, doc="their talks together; ms")
    frames_late: Mapped[int] = mapped_column(ROW_ID, doc="audio frames handled late, together")
    worst_gap_ms: Mapped[int] = mapped_column(doc="longest time between two audio frames in any of them; ms")


class DayLine(Base):
    """Attempts of a day by the line that they went through."""

    __tablename__ = "day_line"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    gateway: Mapped[str] = _key("sofia gateway; empty: not known")
    caller_number: Mapped[str] = _key("our number that was shown; empty: not known")
    code: Mapped[str] = _key("result code; empty: they live")
    cause: Mapped[str] = _key("the switch's hang-up cause; empty: not known")
    attempts: Mapped[int] = mapped_column(doc="attempts")
    answered: Mapped[int] = mapped_column(doc="of these: were answered")
    connected: Mapped[int] = mapped_column(doc="of these: a person answered")
    short: Mapped[int] = mapped_column(doc="of these: answered, and the customer hung up within 6 s")
    talks: Mapped[int] = mapped_column(doc="of these: had a talk")
    talk_ms: Mapped[int] = mapped_column(ROW_ID, doc="their talks together; ms")
    lengths: Mapped[int] = mapped_column(doc="of these: answered and ended")
    length_ms: Mapped[int] = mapped_column(ROW_ID, doc="answer to end of these together; ms")
    delays: Mapped[int] = mapped_column(doc="of these: rang, or gave early media, or were answered")
    delay_ms: Mapped[int] = mapped_column(ROW_ID, doc="from dialling to that of these together (post-dial delay); ms")
    intents: Mapped[int] = mapped_column(doc="of the connected: graded A or B")
    added: Mapped[int] = mapped_column(doc="of the connected: a friend was added after it")
    intents_added: Mapped[int] = mapped_column(doc="of those graded A or B: a friend was added after it")


class DayLength(Base):
    """Answered attempts of a day by their length, which gateways bill."""

    __tablename__ = "day_length"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    gateway: Mapped[str] = _key("sofia gateway; empty: not known")
    seconds: Mapped[int] = _number("answer to end in seconds, a begun one counts")
    attempts: Mapped[int] = mapped_column(doc="attempts")


class DayNode(Base):
    """Visits of a day by node."""

    __tablename__ = "day_node"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    node: Mapped[str] = _key("the node")
    role: Mapped[str] = mapped_column(doc="role of the node: opening, benefit, closing, ...")
    visits: Mapped[int] = mapped_column(doc="visits")
    playing: Mapped[int] = mapped_column(doc="of these: the customer hung up while the prompt played")
    listening: Mapped[int] = mapped_column(doc="of these: the customer hung up while the robot listened")
    no_inputs: Mapped[int] = mapped_column(doc="times that the customer stayed silent")
    no_matches: Mapped[int] = mapped_column(doc="times that what was said fitted nothing")
    barge_ins: Mapped[int] = mapped_column(doc="times that the customer interrupted the prompt")
    places: Mapped[int] = mapped_column(ROW_ID, doc="positions of the visits in their calls, added up")


class DayHangup(Base):
    """Hang-ups of a day by node and moment."""

    __tablename__ = "day_hangup"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    node: Mapped[str] = _key("the node")
    phase: Mapped[str] = _key("playing or listening")
    second: Mapped[int] = _number("whole seconds into the prompt (playing) or since its end (listening)")
    hangups: Mapped[int] = mapped_column(doc="visits that ended so")


class DayNext(Base):
    """Steps of a day from node to node."""

    __tablename__ = "day_next"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    node: Mapped[str] = _key("the node")
    after: Mapped[str] = _key("the node visited next")
    steps: Mapped[int] = mapped_column(doc="times that this step was made")


class DayLatency(Base):
    """Turns of a day by how long the robot took."""

    __tablename__ = "day_latency"
    __table_args__ = (COMPACT,)

    campaign_id: Mapped[str] = _campaign()
    day: Mapped[date] = _day()
    version_id: Mapped[int] = _version()
    kind: Mapped[str] = _key("answer: end of the customer's words to the robot's; barge_in: to the robot's silence")
    engine: Mapped[str] = _key("engine that was asked what the words mean; empty: none was")
    ms: Mapped[int] = _number("so many ms; -1: the robot was not next")
    turns: Mapped[int] = mapped_column(doc="turns")

"""Single calls as people read them: who said what when, and what proves the grade."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.masking import masked
from voicebot.reports.language import Bilingual
from voicebot.reports.only import Only, attempts
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Handoff, NodeVisit, Recording, Said, Turn

LIMIT = 500

SIDES = {
    "customer": Bilingual("customer", "客户"),
    "robot": Bilingual("robot", "机器人"),
    "agent": Bilingual("agent", "坐席"),
    "switch": Bilingual("switch", "线路"),
}
PHASES = {"playing": Bilingual("playing", "播放中"), "listening": Bilingual("listening", "聆听中")}
"""Who hung up, and meanwhile what."""


@dataclass(frozen=True)
class Line:
    """One line of a transcript as it was heard, `at_ms` since the answer. `cut`: the rest was not heard.

    `turn`: the customer's turn by its position in the call; None for the other voices.
    """

    who: Literal["robot", "customer", "agent"]
    at_ms: int
    length_ms: int
    node: str
    text: str
    note: str = ""
    cut: bool = False
    turn: int | None = None


@dataclass(frozen=True)
class HangUp:
    """Where the customer hung up: `offset_ms` into the prompt (playing) or since its end (listening)."""

    node: str
    phase: str
    offset_ms: int


@dataclass(frozen=True)
class Evidence:
    """One proof of the grade, `at_ms` since the answer."""

    what: str
    at_ms: int
    text: str


@dataclass(frozen=True)
class Talk:
    """What was said in an answered attempt, and what was made of it."""

    length_ms: int
    grade: str
    grade_rule: str
    evidence: tuple[Evidence, ...]
    slots: Mapping[str, str]
    hang_up: HangUp | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CallRow:
    """One attempt; `code` is empty while it lives. `number` is masked; `recording` is relative to the recordings
    directory, empty when there is none."""

    attempt_id: str
    number: str
    started_at: datetime | None
    code: str
    label: str
    who_hung_up: str
    early_media: str
    recording: str
    talk: Talk | None


def call_list(store: Store, only: Only, limit: int = LIMIT) -> tuple[CallRow, ...]:
    """The first `limit` attempts that have ended, in the order in which they were dialled. Raises StoreError."""
    query = _asked(only).where(Attempt.code.is_not(None))
    return _read(store, query.order_by(Attempt.started_at, Attempt.id).limit(limit))


def calls_of(store: Store, attempt_ids: Sequence[str]) -> Mapping[str, CallRow]:
    """These attempts by id, a few hundred at most; those that are not in the store are left out. Raises StoreError."""
    rows = _read(store, _asked(Only()).where(Attempt.id.in_(attempt_ids)))
    return {row.attempt_id: row for row in rows}


def _asked(only: Only) -> Any:
    columns = (
        *(Attempt.id, Attempt.number, Attempt.started_at, Attempt.code, Attempt.who_hung_up, Attempt.early_media_text),
        *(Call.talk_ms, Call.grade, Call.grade_rule, Call.grade_evidence, Call.slots, Recording.path),
    )
    query = attempts(select(*columns), only, with_calls=True)
    return query.outerjoin(Recording, Recording.attempt_id == Attempt.id)


def _read(store: Store, query: Any) -> tuple[CallRow, ...]:
    with store.reading() as connection:
        rows = connection.execute(query).all()
        talked = [row.id for row in rows if row.grade is not None]
        lines, hang_ups = _lines(connection, talked), _hang_ups(connection, talked)
    return tuple(
        CallRow(
            attempt_id=row.id,
            number=masked(row.number or ""),
            started_at=row.started_at,
            code=row.code or "",
            label=Code(row.code).label if row.code else "",
            who_hung_up=row.who_hung_up or "",
            early_media=row.early_media_text or "",
            recording=row.path or "",
            talk=None if row.grade is None else _talk(row, lines[row.id], hang_ups.get(row.id)),
        )
        for row in rows
    )


def _talk(row: Any, lines: Sequence[Line], hang_up: HangUp | None) -> Talk:
    return Talk(
        length_ms=row.talk_ms,
        grade=row.grade,
        grade_rule=row.grade_rule,
        evidence=tuple(Evidence(**each) for each in row.grade_evidence),
        slots=row.slots,
        hang_up=hang_up,
        lines=tuple(sorted(lines, key=lambda line: line.at_ms)),
    )


def _lines(connection: Connection, attempt_ids: Sequence[str]) -> Mapping[str, list[Line]]:
    """The lines of all three voices by attempt."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for said in connection.execute(select(*Said.__table__.columns).where(Said.attempt_id.in_(attempt_ids))):
        cut = said.total_ms is None or said.heard_ms < said.total_ms
        lines[said.attempt_id].append(
            Line("robot", said.started_ms, said.heard_ms, said.node, said.heard_text, cut=cut)
        )
    for turn in connection.execute(select(*Turn.__table__.columns).where(Turn.attempt_id.in_(attempt_ids))):
        lines[turn.attempt_id].append(
            Line(
                "customer",
                turn.began_ms,
                turn.ended_ms - turn.began_ms,
                turn.node,
                turn.text,
                _made_of(turn),
                turn=turn.seq,
            )
        )
    for each in connection.execute(select(*Handoff.__table__.columns).where(Handoff.attempt_id.in_(attempt_ids))):
        note = f"{each.target}: {each.outcome}, {each.waited_ms / 1000:.1f} s"
        lines[each.attempt_id].append(Line("agent", each.requested_ms, each.talked_ms, "", "", note))
    return lines


def _made_of(turn: Any) -> str:
    """What was made of a turn, in a few words."""
    parts = [
        turn.choice or ("aside" if turn.aside else "no match"),
        turn.intent if turn.intent != turn.choice else None,
    ]
    return ", ".join(part for part in (*parts, "barge-in" if turn.barge_in else None) if part)


def _hang_ups(connection: Connection, attempt_ids: Sequence[str]) -> Mapping[str, HangUp]:
    query = select(NodeVisit.attempt_id, NodeVisit.node, NodeVisit.hangup_phase, NodeVisit.offset_ms)
    query = query.where(NodeVisit.attempt_id.in_(attempt_ids), NodeVisit.hangup_phase.is_not(None))
    return {
        attempt_id: HangUp(node, phase or "", offset_ms or 0)
        for attempt_id, node, phase, offset_ms in connection.execute(query)
    }


def clock(milliseconds: int) -> str:
    """Milliseconds as minutes, seconds and tenths: 0:05.3."""
    tenths = milliseconds // 100
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"

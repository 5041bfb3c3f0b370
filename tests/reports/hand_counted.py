"""Writes the thirty attempts of hand_counted_past.py into a store, as a dialer and people would have."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from tests.reports.hand_counted_past import (
    ATTEMPTS,
    CALLS,
    COMPLAINTS,
    LEADS,
    LOAN,
    NUMBERS,
    OUTCOMES,
    SPELLS,
    SPRING,
    STOPS,
    SWITCH_SAYS,
)
from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.store.campaigns import create
from voicebot.store.ingest import put
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    HandoffRecord,
    Record,
    SaidRecord,
    StopAsked,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import Store
from voicebot.store.tables import Lead
from voicebot.store.tables_dialling import Complaint, Gateway, OwnNumber
from voicebot.store.tables_quality import Agent, AgentSpell, Outcome

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = {"Sun": (2026, 3, 1), "Mon": (2026, 3, 2)}


def at(day: str, time: str) -> datetime:
    """A moment in Shanghai: `Sun 09:10`, with seconds if wanted."""
    hour, minute, *second = map(int, time.split(":"))
    return datetime(*DAYS[day], hour, minute, *second, tzinfo=ZONE)


def number_of(lead: str) -> str:
    """S1 is +8613800000001, K1 +8613900000001."""
    return f"+861{'38' if lead[0] == 'S' else '39'}{int(lead[1:]):08}"


def count_by_hand(store: Store) -> dict[str, int]:
    """Write all of it; the row ids of the leads by name."""
    for plan in (SPRING, LOAN):
        create(store, plan, "hand-counted plan")
    versions = {
        f"{script}@{version}": store.add_script_version(script, version, script, f"script: {script} {version}\n")
        for script, version in (("invite", "1"), ("invite", "2"), ("loan", "1"))
    }
    leads = _leads(store)
    assert put(store.engine, list(_records(leads, versions))) == ()
    _rest(store, leads)
    return leads


def _rows(text: str) -> Iterator[dict[str, str]]:
    head, *lines = text.strip().splitlines()
    for line in lines:
        yield dict(zip(head.split(), line.split(), strict=True))


def _leads(store: Store) -> dict[str, int]:
    ids: dict[str, int] = {}
    with store.writing() as connection:
        for row in _rows(LEADS):
            lead = row.pop("lead")
            values = row | {
                "campaign_id": "spring" if lead[0] == "S" else "loan",
                "key": lead,
                "number": number_of(lead),
                "variables": {"level": "gold" if row["persona"] == "worker" else "silver"},
                "created_at": at("Sun", "08:00"),
                "score": float(row["score"]),
                "code": None if row["code"] == "-" else row["code"],
            }
            ids[lead] = connection.execute(insert(Lead).values(values).returning(Lead.id)).scalar_one()
    return ids


def _records(leads: dict[str, int], versions: dict[str, int]) -> Iterator[Record]:
    calls = dict(_calls())
    for row in _rows(ATTEMPTS):
        n, lead, start = int(row["n"]), row["lead"], at(row["day"], row["time"])
        yield AttemptStarted(
            attempt_id(n),
            "spring" if lead[0] == "S" else "loan",
            leads[lead],
            number_of(lead),
            row["line"],
            start,
            NUMBERS[row["shown"]],
            int(row["try"]),
        )
        if row["code"] == "-":
            continue
        rang, answered, ended = (
            None if row[name] == "-" else start + timedelta(seconds=float(row[name]))
            for name in ("rang", "answered", "ended")
        )
        assert ended is not None
        if answered is not None:
            yield _call(n, row, calls[n], (ended - answered) // timedelta(milliseconds=1), versions)
        yield AttemptResult(
            attempt_id(n), Code(row["code"]), ended, rang, answered, row["by"], *SWITCH_SAYS[row["code"]]
        )
        if n in STOPS:
            yield StopAsked(attempt_id(n), number_of(lead), STOPS[n], ended)


def _calls() -> Iterator[tuple[int, list[str]]]:
    """Each call's lines by its number."""
    for line in CALLS.strip().splitlines():
        if not line.startswith(" "):
            lines = [line]
            yield int(line.split()[0]), lines
        else:
            lines.append(line)


def _ms(seconds: str) -> int:
    return round(float(seconds) * 1000)


def _call(n: int, row: dict[str, str], lines: list[str], talk_ms: int, versions: dict[str, int]) -> CallResult:
    _, grade, version = lines[0].split()
    visits: list[VisitRecord] = []
    turns: list[TurnRecord] = []
    said: list[SaidRecord] = []
    handoffs: list[HandoffRecord] = []
    for line in lines[1:]:
        words = line.split()
        if words[0] == "agent":
            fields = dict(zip(words[2:-1:2], words[3:-1:2], strict=True))
            handoffs.append(
                HandoffRecord(
                    len(handoffs),
                    "sales",
                    _ms(fields["at"]),
                    words[-1],
                    _ms(fields["waited"]),
                    _ms(fields["talked"]),
                    words[1],
                    _ms(fields["ring"]),
                    _ms(fields["hold"]),
                )
            )
        elif words[0].startswith('"'):
            turns.append(_turn(len(turns), visits[-1].node, words))
        else:
            visit = _visit(len(visits), words)
            visits.append(visit)
            said.append(
                SaidRecord(len(said), visit.node, visit.entered_ms, "话术", "话术", visit.heard_ms, visit.heard_ms)
            )
    voicemail = row["code"] == "VOICEMAIL"
    return CallResult(
        attempt_id(n),
        versions[version],
        Code.ROBOT_END if voicemail else Code(row["code"]),
        row["by"],
        visits[-1].node,
        talk_ms,
        grade,
        f"rule {grade}",
        Code.VOICEMAIL if voicemail else Code.HUMAN,
        visits=tuple(visits),
        turns=tuple(turns),
        said=tuple(said),
        handoffs=tuple(handoffs),
    )


def _visit(seq: int, words: list[str]) -> VisitRecord:
    node, span, ended_by, *more = words
    begin, end = map(_ms, span.split("-"))
    told = dict(zip(more[::2], more[1::2], strict=True))
    phase = next((name for name in ("playing", "listening") if name in told), None)
    return VisitRecord(
        seq,
        node,
        node,
        begin,
        end,
        ended_by,
        prompt_ms=0 if phase == "playing" else 3_000,
        heard_ms=min(3_000, end - begin),
        hangup_phase=phase,
        offset_ms=_ms(told[phase]) if phase else None,
        no_inputs=int(told.get("silent", 0)),
        no_matches=int(told.get("unclear", 0)),
    )


def _turn(seq: int, node: str, words: list[str]) -> TurnRecord:
    text, span, choice, *more = words
    begin, end = map(_ms, span.split("-"))
    known = choice != "-"
    return TurnRecord(
        seq,
        node,
        begin,
        end,
        text.strip('"'),
        intent=choice if known else None,
        score=1.0 if known else 0.0,
        matched_by="keyword" if known else "nothing",
        choice=choice if known else None,
        barge_in="barge" in more,
        latency_ms=600,
        barge_in_ms=200 if "barge" in more else None,
    )


def _rest(store: Store, leads: dict[str, int]) -> None:
    """What does not come from calls."""
    spells = [(row["agent"], at(row["day"], row["time"]), row["state"]) for row in _rows(SPELLS)]
    with store.writing() as connection:
        for name, price, unit in (("g1", 0.12, 60), ("g2", 0.10, 6), ("g3", None, 60)):
            row = {"name": name, "max_calls": 10, "calls_per_second": 5, "price_minute": price, "bill_s": unit}
            connection.execute(insert(Gateway).values(row | {"since": at("Sun", "08:00")}))
        for number in NUMBERS.values():
            row = {"number": number, "gateway": "", "weight": 1, "area": "", "state": "active", "because": ""}
            connection.execute(insert(OwnNumber).values(row | {"since": at("Sun", "08:00")}))
        for name in ("amy", "bob"):
            row = {"name": name, "title": name.title(), "dial": f"user/{name}", "state": "offline"}
            connection.execute(insert(Agent).values(row | {"state_since": at("Mon", "10:00")}))
        for (agent, began, state), (after, ended, _) in zip(spells, [*spells[1:], ("", None, "")], strict=True):
            row = {"agent": agent, "state": state, "began_at": began, "ended_at": ended if agent == after else None}
            connection.execute(insert(AgentSpell).values(row))
        for row in _rows(COMPLAINTS):
            connection.execute(
                insert(Complaint).values(
                    number=number_of(row["lead"]),
                    made_at=at(row["day"], row["time"]),
                    words="打得太多",
                    source="person",
                    caller_number=NUMBERS[row["shown"]],
                    attempt_id=None if row["attempt"] == "-" else attempt_id(int(row["attempt"])),
                )
            )
        for row in _rows(OUTCOMES):
            lead = row["lead"]
            connection.execute(
                insert(Outcome).values(
                    key=row["key"],
                    campaign_id="spring" if lead[0] == "S" else "loan",
                    lead_id=leads[lead],
                    attempt_id=None if row["attempt"] == "-" else attempt_id(int(row["attempt"])),
                    number=number_of(lead),
                    type=row["type"],
                    at=at(row["day"], row["time"]),
                    amount=None if row["amount"] == "-" else float(row["amount"]),
                    source="import",
                )
            )

"""Eight calls small enough to count by hand; what the reports must say of them stands in the tests.

1 no answer           5 hangs up listening in opening, 1.2 s after the prompt
2 busy                6 barges in, refuses: D
3 gateway down        7 says nothing that fits, then agrees: A, handed off and answered
4 hangs up at 2.3 s   8 agrees: B; the same lead as call 1
  of the opening
"""

from datetime import UTC, datetime, timedelta

from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.store.ingest import put
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    EvidenceRecord,
    HandoffRecord,
    Record,
    SaidRecord,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import NewLead, Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def count_by_hand(store: Store) -> None:
    """Write the eight calls of campaign "spring" and one of campaign "other"."""
    store.add_campaign("spring", "春季邀约", simulated=True)
    store.add_campaign("other", "别的", simulated=True)
    leads = store.add_leads("spring", [NewLead(str(n), f"+861380000000{n}") for n in range(1, 10)])
    version = store.add_script_version("invite", "2", "邀约", "script: invite\n")
    second = store.add_script_version("clean", "1", "清洗", "script: clean\n")
    records: list[Record] = [
        *_unanswered(1, leads[0], Code.NO_ANSWER, rang=True),
        *_unanswered(2, leads[1], Code.BUSY),
        *_unanswered(3, leads[2], Code.GATEWAY_DOWN),
        *_answered(4, leads[3], _hung_up(4, version, 2_300, "playing")),
        *_answered(5, leads[4], _hung_up(5, version, 1_200, "listening")),
        *_answered(6, leads[5], _refused(version)),
        *_answered(7, leads[6], _handed_off(version)),
        *_answered(8, leads[0], _agreed(8, version)),
        *_answered(9, None, _agreed(9, second), "other"),
        AttemptStarted(attempt_id(10), "spring", leads[7], "+8613800000008", "demo", NOON),  # still ringing
    ]
    assert put(store.engine, records) == ()


def _start(number: int, lead: int | None, campaign: str = "spring") -> AttemptStarted:
    moment = NOON + timedelta(minutes=number)
    return AttemptStarted(attempt_id(number), campaign, lead, f"+861380000000{number}", "demo", moment)


def _unanswered(number: int, lead: int, code: Code, *, rang: bool = False) -> list[Record]:
    moment = NOON + timedelta(minutes=number)
    return [_start(number, lead), AttemptResult(attempt_id(number), code, moment, moment if rang else None)]


def _answered(number: int, lead: int | None, call: CallResult, campaign: str = "spring") -> list[Record]:
    moment = NOON + timedelta(minutes=number)
    return [
        _start(number, lead, campaign),
        call,
        AttemptResult(attempt_id(number), call.ending, moment, moment, moment, call.ended_by),
    ]


def _hung_up(number: int, version: int, offset_ms: int, phase: str) -> CallResult:
    heard = offset_ms if phase == "playing" else 4_000
    left = offset_ms if phase == "playing" else 4_000 + offset_ms
    return CallResult(
        attempt_id(number),
        version,
        Code.CUSTOMER_HANGUP,
        "customer",
        "opening",
        left,
        "E",
        "no words",
        visits=(VisitRecord(1, "opening", "opening", 0, left, "hangup", 4_000, heard, phase, offset_ms),),
        said=(SaidRecord(1, "opening", 0, "张先生您好", "张先生", heard, 4_000),),
        worst_gap_ms=30,
    )


def _refused(version: int) -> CallResult:
    return CallResult(
        attempt_id(6),
        version,
        Code.ROBOT_END,
        "robot",
        "closing",
        6_000,
        "D",
        "refused",
        visits=(
            VisitRecord(1, "opening", "opening", 0, 2_500, "answer:no", 0, 1_500),
            VisitRecord(2, "closing", "closing", 2_500, 6_000, "finished", 3_000, 3_000),
        ),
        turns=(
            TurnRecord(
                1,
                "opening",
                1_200,
                2_000,
                "不需要",
                1.0,
                "deny",
                1.0,
                "keyword",
                "不需要",
                "no",
                barge_in=True,
                latency_ms=500,
                barge_in_ms=200,
                engine="rasa",
            ),
        ),
        frames_late=2,
        worst_gap_ms=70,
    )


def _handed_off(version: int) -> CallResult:
    return CallResult(
        attempt_id(7),
        version,
        Code.TRANSFERRED,
        "agent",
        "benefit",
        60_000,
        "A",
        "agreed",
        grade_evidence=(EvidenceRecord("answer agree", 9_500, "可以啊"),),
        visits=(
            VisitRecord(1, "opening", "opening", 0, 8_000, "no_match", 4_000, 4_000, no_inputs=1, no_matches=1),
            VisitRecord(2, "benefit", "benefit", 8_000, 20_000, "hand_off", 1_000, 1_000),
        ),
        turns=(
            TurnRecord(1, "opening", 4_500, 5_000, "今天天气", latency_ms=700, engine="rasa"),
            TurnRecord(
                2,
                "benefit",
                9_500,
                10_000,
                "可以啊",
                1.0,
                "agree",
                1.0,
                "keyword",
                "可以",
                "agree",
                latency_ms=600,
                engine="embedded after rasa: timeout",
            ),
            TurnRecord(3, "benefit", 11_000, 11_200, "嗯", aside=True, engine="embedded after rasa: timeout"),
        ),
        handoffs=(
            HandoffRecord(0, "sales", 10_500, "busy", 900),
            HandoffRecord(1, "sales", 12_000, "answered", 3_000, 40_000),
        ),
    )


def _agreed(number: int, version: int) -> CallResult:
    return CallResult(
        attempt_id(number),
        version,
        Code.ROBOT_END,
        "robot",
        "benefit",
        9_000,
        "B",
        "agreed once",
        visits=(
            VisitRecord(1, "opening", "opening", 0, 5_000, "answer:yes", 4_000, 4_000),
            VisitRecord(2, "benefit", "benefit", 5_000, 9_000, "finished", 3_000, 3_000),
        ),
        turns=(
            TurnRecord(1, "opening", 4_200, 4_400, "好", 1.0, "affirm", 1.0, "keyword", "好", "yes", latency_ms=600),
        ),
    )

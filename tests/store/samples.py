"""One attempt with everything that it can leave behind, for tests."""

import uuid
from datetime import UTC, datetime, timedelta

from voicebot.campaign.policy.codes import Code
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    EventRecord,
    EvidenceRecord,
    FollowUpAsked,
    HandoffRecord,
    HeardEvidence,
    HeardSound,
    PickUpHeard,
    Record,
    RecordingMade,
    SaidRecord,
    StopAsked,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import NewLead, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def prepare(store: Store) -> tuple[int, int]:
    """A campaign "spring" with one lead and one script: ids of lead and script version."""
    store.add_campaign("spring", "春季邀约", simulated=True)
    (lead,) = store.add_leads("spring", [NewLead("1", "+8613800001234", {"surname": "张"})])
    return lead, store.add_script_version("wecom_invite", "3", "加企业微信", "script: wecom_invite\n")


def attempt_id(number: int) -> str:
    """The same UUID for the same number."""
    return str(uuid.UUID(int=number, version=4))


def stopped_number(number: int) -> str:
    """The telephone number that the attempt puts on the stop list."""
    return f"+8613800{number:06}"


def started(number: int, lead: int | None = None) -> AttemptStarted:
    return AttemptStarted(
        attempt_id(number), "spring", lead, "+8613800001234", "demo", NOON + timedelta(seconds=number), "051288880000"
    )


def ended(number: int, code: Code = Code.TRANSFERRED) -> AttemptResult:
    return AttemptResult(
        attempt_id(number),
        code,
        ended_at=NOON + timedelta(seconds=number + 40),
        rang_at=NOON + timedelta(seconds=number + 2),
        answered_at=NOON + timedelta(seconds=number + 6),
        who_hung_up="agent",
        cause="NORMAL_CLEARING",
        q850=16,
        sip_status=200,
    )


def call(number: int, script: int) -> CallResult:
    return CallResult(
        attempt_id(number),
        script,
        Code.TRANSFERRED,
        "agent",
        "closing",
        34_000,
        "A",
        "agreed to be added",
        grade_evidence=(EvidenceRecord("answer agree", 9_100, "可以啊"),),
        score=3.5,
        tags=("agreed",),
        slots={"city": "苏州"},
        visits=(
            VisitRecord(0, "opening", "opening", 0, 9_100, "answer:agree", 5_200, 4_100),
            VisitRecord(1, "closing", "closing", 9_100, 34_000, "hand_off", 3_000, 3_000, no_inputs=1),
        ),
        turns=(
            TurnRecord(
                0,
                "opening",
                8_000,
                9_000,
                "可以啊",
                0.93,
                "agree",
                0.98,
                "keyword",
                "可以",
                "agree",
                barge_in=True,
                latency_ms=640,
                barge_in_ms=180,
                engine="embedded after rasa: timeout",
            ),
        ),
        said=(SaidRecord(1, "opening", 20, "张先生您好，我是苏绣坊的小苏。", "张先生您好，我是", 4_100, 5_200),),
        handoffs=(HandoffRecord(0, "sales", 12_000, "answered", 3_400, 18_000),),
        frames_in=1_700,
        frames_late=1,
        worst_gap_ms=44,
    )


def pick_up(number: int) -> PickUpHeard:
    return PickUpHeard(
        attempt_id(number),
        "answer",
        Code.HUMAN,
        0.75,
        1_480,
        "喂你好",
        (HeardEvidence("short", 640, 540.0, -0.25), HeardEvidence("phrase: 喂", 640, 1.0, -0.5)),
        (HeardSound("silence", 0, 100), HeardSound("speech", 100, 640)),
    )


def everything(number: int, lead: int, script: int) -> list[Record]:
    """All records of one attempt, in the order in which they come about."""
    key = attempt_id(number)
    return [
        started(number, lead),
        EventRecord(key, 0, {"event": "Answered", "at": 0}),
        EventRecord(key, 1, {"event": "Heard", "at": 9_000, "text": "可以啊"}),
        FollowUpAsked(
            key, 0, "sms", "closing", 9_100, "点开就能加", {"template": "1"}, NOON + timedelta(hours=2), NOON
        ),
        StopAsked(key, stopped_number(number), "stop_request: 别再打了", NOON),
        pick_up(number),
        call(number, script),
        ended(number),
        RecordingMade(key, f"{key}.wav", 34_000),
    ]

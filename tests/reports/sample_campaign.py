"""A campaign made up from a seed: enough calls, talks and faults to fill every part of a report."""

import random
import uuid
from datetime import UTC, datetime, timedelta

from voicebot.campaign.policy.codes import Code
from voicebot.store.ingest import put
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    EvidenceRecord,
    HandoffRecord,
    Record,
    RecordingMade,
    SaidRecord,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import NewLead, Store

BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
UNANSWERED = (
    [Code.NO_ANSWER] * 8 + [Code.BUSY] * 4 + [Code.REJECTED] * 2 + [Code.POWER_OFF, Code.EMPTY, Code.LINE_ERROR]
)
SURNAMES = "张王李赵陈刘杨黄周吴"
SCRIPT = {
    "opening": (
        "opening",
        5_400,
        "{}先生您好，我是好物优选的智能助理小美，感谢您在天猫买过东西，现在方便说两句吗？",
        [("您说吧", "affirm", "may_talk"), ("你是谁啊", "who_are_you", "who"), ("嗯可以", "affirm", "may_talk")],
    ),
    "benefit": (
        "benefit",
        6_800,
        "老客户加我们的企业微信，送您一张二十元优惠券，有活动也先通知您。我加您微信，可以吗？",
        [("可以啊", "agree_wechat", "agree"), ("有什么好处", "ask_benefit", "more"), ("不用了", "deny", "no_need")],
    ),
    "consent": (
        "consent",
        4_200,
        "好的，那我用这个手机号加您，您通过一下就行，可以吗？",
        [("行", "affirm", "agree"), ("好的没问题", "affirm", "agree"), ("那个……我在开车", None, None)],
    ),
    "closing": ("closing", 2_600, "谢谢您，祝您生活愉快，再见。", []),
}


def fill(store: Store, attempts: int = 120, seed: int = 7, campaign: str = "spring") -> None:
    """Write the campaign into `store`; the same seed gives the same rows."""
    store.add_campaign(campaign, "春季老客户邀约", simulated=True)
    dice = random.Random(seed)
    leads = store.add_leads(
        campaign, [NewLead(str(n), f"+86138{dice.randrange(10**8):08}", {"surname": "张"}) for n in range(attempts)]
    )
    version = store.add_script_version(
        "wecom_invite", "1", "老客户加企业微信邀请", "script: wecom_invite\nversion: 1\n"
    )
    records: list[Record] = []
    for n, lead in enumerate(leads):
        records += _attempt(dice, n, lead, version, campaign)
    assert put(store.engine, records) == ()


def _attempt(dice: random.Random, n: int, lead: int, version: int, campaign: str) -> list[Record]:
    key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    started = BEGAN + timedelta(seconds=9 * n)
    start = AttemptStarted(key, campaign, lead, f"+86138{dice.randrange(10**8):08}", "demo", started)
    if dice.random() < 0.38:
        code = dice.choice(UNANSWERED)
        rang = started + timedelta(seconds=2) if code in (Code.NO_ANSWER, Code.REJECTED) else None
        heard = "您拨打的用户已关机" if code is Code.POWER_OFF else ""
        over = started + timedelta(seconds=dice.randint(1, 30))
        return [start, AttemptResult(key, code, over, rang, cause=str(code), early_media_text=heard)]
    answered = started + timedelta(seconds=dice.uniform(3, 14))
    call = _Talk(dice, key, version).result()
    ended = answered + timedelta(milliseconds=call.talk_ms)
    result = AttemptResult(key, call.ending, ended, started, answered, call.ended_by, "NORMAL_CLEARING", 16, 200)
    return [start, call, result, RecordingMade(key, f"{key}.wav", call.talk_ms)]


class _Talk:
    """One talk as it comes about."""

    def __init__(self, dice: random.Random, key: str, version: int) -> None:
        self.dice, self.key, self.version = dice, key, version
        self.at = 60
        self.visits: list[VisitRecord] = []
        self.turns: list[TurnRecord] = []
        self.said: list[SaidRecord] = []
        self.handoffs: list[HandoffRecord] = []

    def result(self) -> CallResult:
        surname = self.dice.choice(SURNAMES)
        node, grade, rule, ending, by = "opening", "C", "talked", Code.ROBOT_END, "robot"
        evidence: tuple[EvidenceRecord, ...] = ()
        while True:
            choice = self._stay(node, surname)
            if choice == "hangup":
                ending, by = Code.CUSTOMER_HANGUP, "customer"
                grade, rule = ("E", "no words") if not self.turns else (grade, rule)
                break
            if node == "closing":
                break
            last = self.turns[-1] if self.turns else None
            if choice == "agree" and last:
                grade, rule = ("A", "agreed to be added") if node == "consent" else ("B", "agreed once")
                evidence = (*evidence, EvidenceRecord(f"answer {node}.agree", last.began_ms, last.text))
            if choice == "no_need":
                grade, rule = "D", "refused"
            if grade == "A" and self.dice.random() < 0.4:
                ending, by = self._hand_off()
                break
            follows = {"opening": "benefit", "benefit": "consent" if grade == "B" else "closing"}
            node = follows.get(node, "closing") if choice != "more" else "benefit"
        return CallResult(
            self.key,
            self.version,
            ending,
            by,
            node,
            self.at,
            grade,
            rule,
            grade_evidence=evidence,
            score=float(len(evidence)),
            slots={"city": "苏州"} if grade in "AB" else {},
            visits=tuple(self.visits),
            turns=tuple(self.turns),
            said=tuple(self.said),
            handoffs=tuple(self.handoffs),
            frames_in=self.at // 20,
            frames_late=self.dice.choice([0, 0, 0, 1]),
            worst_gap_ms=self.dice.randint(22, 60),
        )

    def _stay(self, node: str, surname: str) -> str:
        """Say the node's prompt and listen; what the customer chose, or "hangup"."""
        role, length, text, answers = SCRIPT[node]
        entered, text, dice = self.at, text.format(surname), self.dice
        gone = dice.random() < {"opening": 0.2, "benefit": 0.14, "consent": 0.05, "closing": 0.25}[node]
        barge_in = not gone and bool(answers) and dice.random() < 0.15
        cut = gone and dice.random() < 0.7
        heard = int(length * dice.betavariate(2, 3)) if cut or barge_in else length
        part = text if heard == length else text[: max(1, len(text) * heard // length)]
        self.said.append(SaidRecord(len(self.said) + 1, node, self.at, text, part, heard, length))
        self.at += heard
        phase, offset, ended_by, choice = None, None, "finished", "finished"
        if gone:
            phase = "playing" if cut else "listening"
            offset = heard if cut else dice.randint(300, 4_000)
            self.at += 0 if cut else offset
            ended_by, choice = "hangup", "hangup"
        elif answers:
            choice = self._answer(node, dice.choice(answers), barge_in)
            ended_by = f"answer:{choice}" if choice else "no_match"
        self.visits.append(
            VisitRecord(
                len(self.visits) + 1,
                node,
                role,
                entered,
                self.at,
                ended_by,
                length,
                heard,
                phase,
                offset,
                no_inputs=int(dice.random() < 0.05),
                no_matches=int(ended_by == "no_match"),
            )
        )
        return choice

    def _answer(self, node: str, answer: tuple[str, str | None, str | None], barge_in: bool) -> str:
        text, intent, choice = answer
        dice = self.dice
        began = self.at + (0 if barge_in else dice.randint(300, 1_600))
        ended = began + 220 * len(text)
        latency = int(dice.lognormvariate(6.45, 0.22))
        by = "keyword" if choice else "nothing"
        self.turns.append(
            TurnRecord(
                len(self.turns) + 1,
                node,
                began,
                ended,
                text,
                round(dice.uniform(0.7, 1), 2),
                intent,
                0.9 if choice else 0.0,
                by,
                text[:2] if choice else "",
                choice,
                barge_in,
                latency_ms=latency,
                barge_in_ms=int(dice.gauss(210, 40)) if barge_in else None,
            )
        )
        self.at = ended + latency
        return choice or ""

    def _hand_off(self) -> tuple[Code, str]:
        waited, talked = self.dice.randint(2_000, 12_000), self.dice.randint(20_000, 90_000)
        answered = self.dice.random() < 0.8
        outcome = "answered" if answered else "no_answer"
        self.handoffs.append(HandoffRecord(0, "sales", self.at, outcome, waited, talked if answered else 0))
        self.at += waited + (talked if answered else 0)
        return (Code.TRANSFERRED, "agent") if answered else (Code.TRANSFER_FAILED, "robot")

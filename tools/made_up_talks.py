"""Talks made up with dice, for tools/make_history.py: visits, turns, hand-offs, and the call's own row."""

import random
from dataclasses import dataclass, field
from typing import Any

from voicebot.media.frames import FRAME_MS

Row = tuple[Any, ...]
ANSWERS = {
    "opening": (("benefit", "您说吧", "affirm", 6), ("questions", "你是谁啊", "who_are_you", 2)),
    "benefit": (
        ("consent", "可以啊", "agree", 3),
        ("questions", "有什么好处", "ask_benefit", 6),
        ("closing", "不用了", "deny", 2),
    ),
    "questions": (
        ("benefit", "嗯", "affirm", 4),
        ("questions", "那多少钱", "how_much", 13),
        ("closing", "不需要", "deny", 1),
    ),
    "consent": (("closing", "行", "affirm", 5), ("questions", "安全吗", "is_it_safe", 3)),
    "closing": (),
}
"""Where answers lead, with their words, intents and weights."""
NODES = {
    "opening": ("opening", 5_400, 0.13),
    "benefit": ("benefit", 6_800, 0.09),
    "questions": ("answer", 4_600, 0.03),
    "consent": ("consent", 4_200, 0.04),
    "closing": ("closing", 2_600, 0.2),
}
"""Node: role, length of its prompt in ms, chance of a hang-up."""
BETTER = {("wecom_invite", "2"): 0.7}
"""Factor of the chance of a hang-up in a version that is better."""
MAX_TURNS = 16
ENGINES = ("", "embedded", "embedded", "rasa", "embedded after rasa: timeout")


@dataclass
class Talk:
    """Rows without the attempt's id."""

    talk_ms: int = 0
    grade: str = "E"
    ending: str = "ROBOT_END"
    ended_by: str = "robot"
    node: str = "opening"
    answered_by: str = "HUMAN"
    visits: list[Row] = field(default_factory=list)
    turns: list[Row] = field(default_factory=list)
    handoffs: list[Row] = field(default_factory=list)
    call: Row = ()


def talks(dice: random.Random, script: str, version: str) -> Talk:
    """One talk by that version of the script."""
    talk = Talk()
    if dice.random() < 0.08:
        talk.talk_ms, talk.answered_by = dice.randint(3_000, 9_000), "VOICEMAIL"
        talk.visits.append((1, "opening", "opening", 0, talk.talk_ms, "finished", 5_400, 5_400, None, None, 0, 0))
    else:
        _walk(dice, talk, BETTER.get((script, version), 1.0))
    late = int(dice.random() < 0.02)
    talk.call = (
        *(talk.answered_by, talk.ending, talk.ended_by, talk.node, talk.talk_ms, talk.grade, f"rule {talk.grade}"),
        *("[]", float(len(talk.turns)), "[]", "{}", talk.talk_ms // 20, late, dice.randint(21, 60)),
    )
    return talk


def _walk(dice: random.Random, talk: Talk, patience: float) -> None:
    node = "opening"
    while True:
        talk.node = node
        after = _stay(dice, talk, node, patience)
        if after is None:
            return
        if node == "consent" and after == "closing":
            talk.grade = "A"
            if dice.random() < 0.5:
                _hand_off(dice, talk)
                return
        elif after == "consent" and talk.grade not in "A":
            talk.grade = "B"
        elif after == "closing" and talk.grade in "CE":
            talk.grade = "D"
        elif talk.grade == "E":
            talk.grade = "C"
        node = after


def _stay(dice: random.Random, talk: Talk, node: str, patience: float) -> str | None:
    """One visit; the node after it, None when the talk is over."""
    (role, length, chance), answers = NODES[node], ANSWERS[node]
    entered, seq = talk.talk_ms, len(talk.visits) + 1
    if dice.random() < chance * patience:
        playing = dice.random() < 0.65
        offset = int(length * dice.betavariate(2, 3)) if playing else dice.randint(200, 5_000)
        heard = offset if playing else length
        talk.talk_ms += heard + (0 if playing else offset)
        phase = "playing" if playing else "listening"
        talk.visits.append((seq, node, role, entered, talk.talk_ms, "hangup", length, heard, phase, offset, 0, 0))
        talk.ending, talk.ended_by = "CUSTOMER_HANGUP", "customer"
        return None
    unheard, unclear = int(dice.random() < 0.06), int(dice.random() < 0.12)
    barge_in = bool(answers) and dice.random() < 0.12
    talk.talk_ms += length // 2 if barge_in else length
    if unclear and answers:
        _turn(dice, talk, node, "那个什么来着", None, False)
    after = None
    if answers:
        after, text, intent, _ = dice.choices(answers, [weight for *_, weight in answers])[0]
        _turn(dice, talk, node, text, intent, barge_in)
        if len(talk.turns) >= MAX_TURNS:
            after = "closing"
    ended_by = f"answer:{after}" if after else "finished"
    talk.visits.append((seq, node, role, entered, talk.talk_ms, ended_by, length, length, None, None, unheard, unclear))
    return after


def _turn(dice: random.Random, talk: Talk, node: str, text: str, intent: str | None, barge_in: bool) -> None:
    began = talk.talk_ms + (0 if barge_in else dice.randint(300, 1_600))
    ended = began + 220 * len(text)
    latency = in_frames(dice.lognormvariate(6.45, 0.25))
    by = "nothing" if intent is None else dice.choice(("keyword", "classifier"))
    talk.turns.append(
        (
            *(
                len(talk.turns) + 1,
                node,
                began,
                ended,
                text,
                round(dice.uniform(0.7, 1), 2),
                intent,
                0.9 if intent else 0.0,
            ),
            *(by, text[:2], dice.choice(ENGINES), intent, barge_in, False, latency),
            in_frames(dice.gauss(210, 40)) if barge_in else None,
        )
    )
    talk.talk_ms = ended + latency


def in_frames(ms: float) -> int:
    """As a line's clock tells it, which counts frames; ms."""
    return round(ms / FRAME_MS) * FRAME_MS


def _hand_off(dice: random.Random, talk: Talk) -> None:
    waited, talked = dice.randint(2_000, 12_000), dice.randint(20_000, 90_000)
    answered = dice.random() < 0.85
    outcome = "answered" if answered else "no_answer"
    talk.handoffs.append((0, "sales", talk.talk_ms, outcome, waited, talked if answered else 0))
    talk.talk_ms += waited + (talked if answered else 0)
    talk.ending, talk.ended_by = ("TRANSFERRED", "agent") if answered else ("TRANSFER_FAILED", "robot")

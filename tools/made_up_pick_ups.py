"""What was heard before and after made-up answers, for tools/make_history.py: words, verdicts, ringing that they saved.

Drawn ahead, some of each kind; attempts take from these. They have dice of their own, so that the past beside them is
the same with and without them.
"""

import json
import random
from dataclasses import dataclass
from typing import Any

from voicebot.campaign.policy.codes import Code

Row = tuple[Any, ...]
EARLY, ANSWER = "early", "answer"
EARLY_MEDIA = {"north": 0.9, "south": 0.6, "east": 0.0}
"""Share of the attempts of a gateway on which anything is heard before the answer."""
KEPT = 64
"""So many different ones of each kind."""
RING_MS = 30_000
"""How long an attempt rings that nobody answers."""
HEARD_OUT = 0.2
"""Share of the announcements that were heard out although they were understood."""
WORDS = {
    Code.NO_ANSWER: "您好您拨打的电话暂时无人接听请稍后再拨",
    Code.BUSY: "您好您拨打的电话正在通话中请稍后再拨",
    Code.POWER_OFF: "您好您拨打的电话已关机请稍后再拨",
    Code.EMPTY: "对不起您拨打的号码是空号请核对后再拨",
    Code.SUSPENDED: "对不起您拨打的电话已停机",
    Code.CONGESTION: "您好线路忙请稍后再拨",
    Code.VOICEMAIL: "您好我现在不方便接听电话请在嘀声后留言",
    Code.HUMAN: "喂",
}
SAID = {
    Code.NO_ANSWER: {None: 7, Code.NO_ANSWER: 3},
    Code.BUSY: {Code.BUSY: 9, None: 1},
    Code.POWER_OFF: {Code.POWER_OFF: 97, Code.BUSY: 1, None: 2},
    Code.REJECTED: {None: 4, Code.BUSY: 6},
    Code.EMPTY: {Code.EMPTY: 6, Code.SUSPENDED: 3, None: 1},
    Code.LINE_ERROR: {None: 8, Code.CONGESTION: 2},
    Code.CONGESTION: {Code.CONGESTION: 1},
}
"""What networks say of numbers whose status means the code: often something else. None: ring-back or music only."""


@dataclass(frozen=True)
class Heard:
    """What one phase of an attempt had. `row`: its row from the phase on; `ended_ms`: how long the attempt rang when
    the verdict ended it, None where it did not."""

    row: Row
    ended_ms: int | None = None


class PickUps:
    """What attempts heard, drawn with dice of their own."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(f"pick-ups {seed}")
        self.early = {
            code: [self._announced(said) for said in self.dice.choices(list(mix), list(mix.values()), k=KEPT)]
            for code, mix in SAID.items()
        }
        self.rang = [self._announced(None) for _ in range(KEPT)]
        self.answer = {code: [self._answered(code) for _ in range(KEPT)] for code in (Code.HUMAN, Code.VOICEMAIL)}

    def before(self, gateway: str, code: Code) -> Heard | None:
        """Of an attempt that nobody answered, whose status means `code`; None: no early media."""
        return self.dice.choice(self.early[code]) if self.dice.random() < EARLY_MEDIA[gateway] else None

    def answered(self, gateway: str, by: str) -> list[Row]:
        """Of an attempt that `by` answered: the ringing where it was heard, then the answer."""
        rang = [self.dice.choice(self.rang).row] if self.dice.random() < EARLY_MEDIA[gateway] else []
        return [*rang, self.dice.choice(self.answer[Code(by)])]

    def _announced(self, said: Code | None) -> Heard:
        dice = self.dice
        if said is None:
            return Heard((EARLY, None, 0.0, None, "", "[]", _sounds("ringback", RING_MS), 0))
        decided = 20 * dice.randint(140, 330)
        ended = None if dice.random() < HEARD_OUT else decided + 20 * dice.randint(10, 40)
        saved = 0 if ended is None else RING_MS - ended
        score = round(dice.uniform(0.85, 1.0), 2)
        evidence = _evidence(f"key:{WORDS[said][-8:]}", decided)
        return Heard(
            (EARLY, str(said), score, decided, WORDS[said], evidence, _sounds("speech", decided), saved), ended
        )

    def _answered(self, by: Code) -> Row:
        decided = 20 * (self.dice.randint(35, 65) if by is Code.HUMAN else self.dice.randint(100, 300))
        what = "short" if by is Code.HUMAN else "strong:嘀声后留言"
        score = round(self.dice.uniform(0.65, 1.0), 2)
        return (ANSWER, str(by), score, decided, WORDS[by], _evidence(what, decided), _sounds("speech", decided), 0)


def _evidence(what: str, at_ms: int) -> str:
    return json.dumps([{"what": what, "at_ms": at_ms, "value": 1, "weight": 0.6}], ensure_ascii=False)


def _sounds(sound: str, to_ms: int) -> str:
    return json.dumps([{"sound": sound, "from_ms": 0, "to_ms": to_ms}])

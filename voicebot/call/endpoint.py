"""When a pause is the end of an utterance: earlier than the silence limit if what was said is already an answer.

Pure. The limits of silence themselves are the script's.
"""

from voicebot.understanding.thresholds import thresholds_of
from voicebot.understanding.types import Match

COMPLETE_SHARE = 0.6
"""Share of the characters that a keyword must cover: 可以 ends a turn at a pause, 可以倒是可以不过 does not."""
TRAILING = ("但是", "不过", "可是", "就是", "然后", "还有", "因为", "如果", "那", "我", "你", "的", "and", "but", "so")
"""Words after which people go on."""


def is_complete(text: str, match: Match) -> bool:
    """Whether `text`, heard up to a pause, needs no more: it holds one of the expected answers and little else."""
    if match.choice is None:
        return False
    if match.evidence == text:
        return True
    if text.endswith(TRAILING):
        return False
    if match.by in ("keyword", "pattern", "slot"):
        return len(match.evidence) >= COMPLETE_SHARE * len(text)
    return match.by == "classifier" and match.score >= thresholds_of(match.engine).sure

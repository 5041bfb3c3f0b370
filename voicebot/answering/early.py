"""What early media says of the number: the network's announcement before the answer becomes a result code.

Tones and music are told and are no verdict. What SIP status and timing add is the campaign policy's.
"""

from voicebot.answering.announcements import AnnouncementJudge
from voicebot.answering.evidence import Heard, Verdict
from voicebot.answering.likeness import Likeness
from voicebot.answering.line import Line
from voicebot.answering.tables import Tables
from voicebot.answering.thresholds import Thresholds
from voicebot.answering.words import Words


class EarlyListener:
    """One attempt's early media. Nothing blocks; a frame costs some 70 microseconds.

    Times are audio ms since the first frame of early media, those of frames and of words on one clock. Words may come
    late, as recognition does. A verdict, once known, stays.
    """

    def __init__(self, tables: Tables, thresholds: Thresholds, likeness: Likeness) -> None:
        self._judge = AnnouncementJudge(tables, thresholds.early, likeness)
        self._line = Line(thresholds)
        self._words = Words()
        self._verdict: Verdict | None = None

    def frame(self, pcm: bytes, at_ms: int) -> None:
        """Audio that begins at `at_ms`; frames that never came are heard as silence."""
        self._line.push(pcm, at_ms)
        self._decide(self._line.now_ms)

    def words(self, text: str, at_ms: int, final: bool) -> None:
        """What the recogniser makes of the newest utterance so far; `final`: the utterance is over."""
        if self._words.hear(text, final):
            self._judge.hear(self._words, at_ms)
        self._decide(max(at_ms, self._line.now_ms))

    def verdict(self) -> Verdict | None:
        """The code, once it is known."""
        return self._verdict

    def at_end(self) -> Verdict | None:
        """What holds when the line is gone without an answer: nothing more will come, and the status speaks too."""
        return self._verdict or self._judge.decided_at_end(self._line.now_ms)

    def heard(self) -> Heard:
        """Everything, for the record, verdict or not."""
        ranking = self._judge.ranking(self._line.now_ms)
        leading = ranking[0][2] if ranking else ()
        return Heard(self._words.text, self._line.spans(), self._verdict.evidence if self._verdict else leading)

    def _decide(self, at_ms: int) -> None:
        if self._verdict is None and self._words.text:
            self._verdict = self._judge.decided(at_ms)

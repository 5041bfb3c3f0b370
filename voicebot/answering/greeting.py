"""What answered: a person, a voicemail, an assistant, a switchboard, a fax, or nobody. Decided while the robot speaks.

Never by one phrase alone: words, length, beep, repetition and being talked over are added up (features.py); the
weights are thresholds.yml's. What follows from a verdict is the campaign's choice.
"""

from typing import Final

from voicebot.answering.announcements import WEAK, AnnouncementJudge
from voicebot.answering.evidence import Evidence, Heard, Span, Verdict, total
from voicebot.answering.features import Features
from voicebot.answering.line import Line
from voicebot.answering.said import Said
from voicebot.answering.tables import FAX, HUMAN, SILENT, UNKNOWN, VOICEMAIL, Tables
from voicebot.answering.thresholds import Thresholds
from voicebot.answering.words import Words
from voicebot.understanding.normalise import length

_FAMILIES: Final = {
    "strong": "words",
    "weak": "words",
    "announcement": "words",
    "length": "length",
    "characters": "length",
    "beep": "beep",
    "before_beep": "length",
    "repeat": "repeat",
    "talk_over": "talk_over",
    "music": "music",
}
"""Kinds of evidence: a verdict needs several, so that no phrase decides alone."""


class GreetingListener:
    """One call from its answer on. Nothing blocks; a frame costs some 100 microseconds.

    Times are audio ms since the answer, those of frames and words on one clock. The verdict of a machine, a fax or
    silence stays. HUMAN means that the talk goes on: until `closed` it may still turn out to be a machine that began
    like a person (您好 ... 我是机主的智能助理). Its code may also be one of announcements.yml: some carriers answer and
    then say that the number is switched off.
    """

    def __init__(self, tables: Tables, thresholds: Thresholds) -> None:
        self._weights = thresholds.answer
        self._line = Line(thresholds)
        self._words = Words()
        self._said = Said(tables, thresholds.answer)
        self._announcements = AnnouncementJudge(tables, thresholds.early)
        self._features = Features(thresholds.answer)
        self._verdict: Verdict | None = None

    def frame(self, pcm: bytes, at_ms: int) -> None:
        """Audio that begins at `at_ms`; frames that never came are heard as silence."""
        self._line.push(pcm, at_ms)
        self._features.hear(self._line)
        self._decide(self._line.now_ms)

    def words(self, text: str, at_ms: int, final: bool) -> None:
        """What the recogniser makes of the newest utterance so far; `final`: the utterance is over."""
        if self._words.hear(text, final):
            self._said.hear(self._words, at_ms)
            self._announcements.hear(self._words, at_ms)
        self._decide(max(at_ms, self._line.now_ms))

    def robot(self, speaking: bool, at_ms: int) -> None:
        """The robot began, or ended, to speak."""
        self._features.robot(speaking, at_ms)

    def beep(self, at_ms: int) -> None:
        """The switch heard a beep (mod_avmd); the second event of the same beep changes nothing."""
        self._features.beep(at_ms)
        self._decide(max(at_ms, self._line.now_ms))

    def verdict(self) -> Verdict | None:
        """What it is, once that is known."""
        return self._verdict

    def closed(self, now_ms: int) -> bool:
        """Whether nothing can change any more."""
        return now_ms >= self._weights.closes_ms or (self._verdict is not None and self._verdict.code != HUMAN)

    @property
    def sounds(self) -> tuple[Span, ...]:
        """What the line has sounded like so far; cheaper than all of `heard`, for every frame."""
        return self._line.spans()

    def heard(self) -> Heard:
        """Everything, for the record; without a machine's verdict, what speaks for the likeliest machine."""
        if self.closed(self._line.now_ms) and self._verdict is not None:
            evidence = self._verdict.evidence
        else:
            evidence = self._machine(self._line.now_ms)[2]
        return Heard(self._words.text, self._line.spans(), evidence)

    def _decide(self, at_ms: int) -> None:
        if self.closed(at_ms):
            return
        fax = self._features.fax()
        if fax is not None:
            self._verdict = Verdict(FAX, 1.0, at_ms, (fax,))
            return
        score, code, evidence = self._machine(at_ms)
        families = {_FAMILIES[one.what.partition(":")[0]] for one in evidence if one.weight > 0}
        if score >= self._weights.decide and len(families) >= self._weights.families:
            self._verdict = Verdict(code, score, at_ms, evidence)
        elif self._verdict is None:
            self._verdict = self._person_or_nobody(score, evidence, at_ms)

    def _machine(self, at_ms: int) -> tuple[float, str, tuple[Evidence, ...]]:
        """Score, code and evidence of the likeliest machine; UNKNOWN where only the rhythm is a machine's."""
        characters = max(map(length, self._words.utterances), default=0)
        common = (*self._features.of_machines(characters, at_ms), *self._said.of_a_person(at_ms))
        kinds = {UNKNOWN: common}
        kinds |= {code: (*found, *common) for code, found in self._said.of_machines(at_ms).items()}
        if beep := self._features.of_a_voicemail(bool(self._words.text) and VOICEMAIL not in kinds):
            kinds[VOICEMAIL] = (*beep, *kinds.get(VOICEMAIL, common))
        announced = self._announcements.decided(at_ms)
        if announced is not None and self._announcements.of_a_number:  # a person says 手机刚才关机了 too
            key = announced.evidence[0]
            weight = self._weights.announcement_weak if key.what.startswith(WEAK) else self._weights.announcement
            said = Evidence(f"announcement:{key.what}", key.at_ms, announced.score, weight)
            kinds[announced.code] = (said, *kinds.get(announced.code, common))
        return max(((total(found), code, found) for code, found in kinds.items()), key=lambda kind: (kind[0], kind[1]))

    def _person_or_nobody(self, score: float, evidence: tuple[Evidence, ...], at_ms: int) -> Verdict | None:
        weights = self._weights
        if not self._features.anything():
            nobody = Evidence("silence", 0, at_ms, 1.0)
            return Verdict(SILENT, 1.0, at_ms, (nobody,)) if at_ms >= weights.silent_ms else None
        if score < weights.human_most and (why := self._like_a_person(at_ms)):
            return self._person(score, why, evidence, at_ms)
        if at_ms >= weights.deadline_ms:
            return self._person(score, Evidence("deadline", at_ms, at_ms, 0.0), evidence, at_ms)
        return None

    def _like_a_person(self, at_ms: int) -> Evidence | None:
        """A person's own words, or a short run of speech behind which someone waits."""
        weights, rhythm, said = self._weights, self._features.rhythm, self._said.of_a_person(at_ms)
        if said and said[0].weight < 0:
            return said[0]
        last_ms = rhythm.runs[-1][1] - rhythm.runs[-1][0] if rhythm.runs else 0
        if 0 < last_ms <= weights.human_run_ms and rhythm.pause_ms >= (
            weights.pause_ms if said else weights.human_pause_ms
        ):
            return Evidence("waits", rhythm.runs[-1][1], rhythm.pause_ms, 0.0)
        return None

    def _person(self, score: float, why: Evidence, evidence: tuple[Evidence, ...], at_ms: int) -> Verdict:
        return Verdict(HUMAN, round(1.0 - score, 3), at_ms, (why, *evidence))

"""The network's announcements: which code the words speak for, how much, and by what. A sum of weights, no more.

The weights are thresholds.yml's, the phrases announcements.yml's; when to listen is early.py's.
"""

from collections.abc import Iterable

from voicebot.answering.evidence import Evidence, Verdict, total
from voicebot.answering.likeness import Like, Likeness, Resembling
from voicebot.answering.tables import DEAD, Announcement, Phrase, Tables
from voicebot.answering.thresholds import EarlyWeights
from voicebot.answering.words import Standing, Words

WAITS = "BUSY"
"""The one code that is taken back where the line waits: the customer sees the waiting call and may take it."""
NO_REASON = "UNREACHABLE"
"""The code of announcements that give no reason: any other that was heard of goes before it."""
WEAK = "weak"
ALIKE, UNLIKE = "alike", "unlike"
Ranking = tuple[tuple[float, str, tuple[Evidence, ...]], ...]


class AnnouncementJudge:
    """Words to codes. `hear` what changed, then ask at any time: a score grows while a phrase stands."""

    def __init__(self, tables: Tables, weights: EarlyWeights, likeness: Likeness | None = None) -> None:
        """`likeness` None: phrases alone count."""
        self._weights = weights
        self._whole = Resembling(likeness, weights.alike_share, weights.alike_characters)
        self._announcements = tables.announcements
        dead = {key.text for one in tables.announcements if one.code in DEAD for key in one.keys}
        self._keys = Standing(
            (phrase.text for one in tables.announcements for phrase in (*one.keys, *one.weak)), exact_sound=dead
        )
        self._around = Standing(
            (phrase.text for one in tables.announcements for phrase in one.support),
        )
        self._dialled = Standing(phrase.text for phrase in tables.dialled)
        self._frame = Standing(phrase.text for phrase in tables.frame)
        self._goes_on = Standing(phrase.text for phrase in tables.goes_on)
        self._own = Standing(phrase.text for phrase in tables.own)

    def hear(self, words: Words, at_ms: int) -> None:
        """The words have changed."""
        for standing in (
            self._keys,
            self._around,
            self._dialled,
            self._frame,
            self._goes_on,
            self._own,
            self._whole,
        ):
            standing.look(words, at_ms)

    @property
    def of_a_number(self) -> bool:
        """Whether a number was spoken of, the dialled or the caller's own, as only the network does."""
        return bool(self._dialled.hits or self._own.hits)

    def decided(self, at_ms: int) -> Verdict | None:
        """The verdict, when one code has enough score, and enough more than the next."""
        return self._best(at_ms, self._weights.decide)

    def decided_at_end(self, at_ms: int) -> Verdict | None:
        """The same of all that will ever be heard: a clear lead is enough, but never for a dead number."""
        return self._best(at_ms, self._weights.decide_gone)

    def _best(self, at_ms: int, least: float) -> Verdict | None:
        ranking = self.ranking(at_ms)
        if not ranking:
            return None
        score, code, evidence = ranking[0]
        weights = self._weights
        lead = score - max([0.0, *(other for other, _, _ in ranking[1:])])
        if score < (weights.decide_dead if code in DEAD else least) or lead < weights.margin:
            return None
        if code in DEAD and not self._dialled.hits:
            return None  # 已停机 alone may be said of the caller's own
        like = self._whole.like
        if code in DEAD and evidence[0].what.startswith(WEAK) and (like is None or like.code != code):
            return None  # 停机 without more is half of anything
        return Verdict(code, score, at_ms, evidence)

    def ranking(self, at_ms: int) -> Ranking:
        """(score, code, evidence) of every code that was heard of, the highest score first."""
        every = {one.code: evidence for one in self._announcements if (evidence := self._of(one, at_ms))}
        found = {code: one for code, one in every.items() if not one[0].what.startswith(WEAK)}
        reasons = {code: one for code, one in every.items() if code != NO_REASON}
        like = self._whole.like
        if like is not None:
            if like.code == NO_REASON:
                found = found or reasons
            self._weigh(like, found, every)
        found = found or reasons or every  # the reason counts, not what comes of it or what the network offers to do
        living = [entry[0] for code, entry in found.items() if code not in DEAD]
        for code in DEAD & found.keys():
            # A number of which anything living was heard is never given up by words.
            found[code] += tuple(Evidence(f"living:{one.what}", one.at_ms, 1, -1.0) for one in living)
        scored = ((total(evidence), code, evidence) for code, evidence in found.items())
        return tuple(sorted(scored, key=lambda entry: (-entry[0], entry[1])))

    def _weigh(
        self, like: Like, found: dict[str, tuple[Evidence, ...]], every: dict[str, tuple[Evidence, ...]]
    ) -> None:
        """What the likeness adds to its code, and takes from others. Against a key of another it must be sure."""
        weights = self._weights
        others = found.keys() - {like.code}
        if others and like.share < weights.alike_sure:
            return
        if like.code in every:
            found[like.code] = (*every[like.code], self._whole.evidence(ALIKE, like, weights.alike))
        elif like.code not in DEAD or (like.share >= weights.alike_dead and not every):
            found[like.code] = self._alone(like)
        else:
            return
        for code in others:
            found[code] += (self._whole.evidence(UNLIKE, like, -weights.alike),)

    def _of(self, one: Announcement, at_ms: int) -> tuple[Evidence, ...]:
        weights, keys = self._weights, self._keys
        heard = [phrase for phrase in self._present(one.keys) if keys.has_stood(phrase, weights.stable_ms, at_ms)]
        weak = [phrase for phrase in self._present(one.weak) if keys.has_stood(phrase, weights.stable_ms, at_ms)]
        if not heard and not weak:
            return ()
        evidence = [self._key(heard, weak)]
        first = (heard or weak)[0]
        stood = () if one.may_turn else heard
        settled = any(keys.has_stood(phrase, weights.settle_ms, at_ms) for phrase in stood)
        if settled or any(map(keys.is_over, (*heard, *weak))):  # a reason may come behind what is said in general
            evidence.append(Evidence("settled", keys.since_ms(first), 1, weights.settled))
        if sum(keys.hits[phrase].times for phrase in (*heard, *weak)) > 1:
            evidence.append(Evidence("again", keys.since_ms(first), 2, weights.again))
        framed = self._first("frame", self._dialled, self._dialled.hits, weights.frame)
        if one.code not in DEAD:
            framed += self._first("frame", self._frame, self._frame.hits, weights.frame)
            framed += self._first("own", self._own, self._own.hits, weights.frame)
        supporting = [phrase.text for phrase in one.support if phrase.text in self._around.hits]
        evidence += [*framed[:1], *self._first("support", self._around, supporting, weights.support)]
        evidence += self._against(one.code)
        return tuple(evidence)

    def _alone(self, like: Like) -> tuple[Evidence, ...]:
        """Of a sentence that no key of its code knows."""
        weights = self._weights
        framed = (
            *self._first("frame", self._dialled, self._dialled.hits, weights.frame),
            *self._first("own", self._own, self._own.hits, weights.frame),
        )
        return (self._whole.evidence(ALIKE, like, weights.alike_alone), *framed[:1], *self._against(like.code))

    def _against(self, code: str) -> list[Evidence]:
        """What takes a code back, whatever speaks for it."""
        if code in DEAD:  # half of 您的号码已停机 speaks of the caller's own
            return self._first("own", self._own, self._own.hits, -1.0)
        return self._waiting() if code == WAITS else []

    def _waiting(self) -> list[Evidence]:
        """A phrase that asks to hold on, or a whole sentence like those without a code: of busy lines they say that."""
        if phrase := self._first("goes_on", self._goes_on, self._goes_on.hits, -1.0):
            return phrase
        like = self._whole.without_code
        return [self._whole.evidence(ALIKE, like, -1.0)] if like else []

    def _present(self, phrases: tuple[Phrase, ...]) -> list[str]:
        return [phrase.text for phrase in phrases if phrase.text in self._keys.hits]

    def _key(self, heard: list[str], weak: list[str]) -> Evidence:
        """The best of the keys: by its letters before by its sound, a full one before a weak one."""
        weights, hits = self._weights, self._keys.hits
        for what, phrases, weight in (
            ("key", [phrase for phrase in heard if not hits[phrase].by_sound], weights.key),
            ("sounds_like", [phrase for phrase in heard if hits[phrase].by_sound], weights.sounds_like),
            (WEAK, weak, weights.weak),
        ):
            if phrases:
                return Evidence(f"{what}:{phrases[0]}", self._keys.since_ms(phrases[0]), 1, weight)
        raise AssertionError("asked for the best of no keys")

    def _first(self, what: str, standing: Standing, phrases: Iterable[str], weight: float) -> list[Evidence]:
        return [Evidence(f"{what}:{phrase}", standing.since_ms(phrase), 1, weight) for phrase in phrases][:1]

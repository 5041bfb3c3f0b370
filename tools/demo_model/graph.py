"""The decoding graph HCLG and its word and phone tables, built with pynini from the lexicon and the n-gram model.
Never import vosk in a process that imports this: the two copies of OpenFst dead-lock.

Words outside the vocabulary are `UNKNOWN_WORD`: speech of any kind, at least `UNKNOWN_FRAMES` long, judged by the
network's second output. It wins where no words match the sound well enough to pay for their language model.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pynini
import pywrapfst

from tools.demo_model.decoding import SILENCE_PHONE, Decoding
from tools.demo_model.kaldi import exit_id, self_loop_id
from tools.demo_model.lexicon import Lexicon
from tools.demo_model.ngram import END, START, Ngram
from tools.demo_model.phones import ANY_SPEECH, Phones
from tools.demo_model.settings import UNKNOWN_WORD

UNKNOWN_FRAMES = 6  # 180 ms, a syllable
# Labels of the grammar's arcs without a word. Two, because a state has both: with one label the same words would have
# two costs and determinisation would not end.
BACKOFF, NEXT_SENTENCE = "#0", "#1"
Arc = pynini.Arc


class Builder:
    """One graph: the labels that its transducers share, and the steps that make them."""

    def __init__(self, phones: Phones, lexicon: Lexicon, ngram: Ngram, costs: Decoding) -> None:
        self.phones = phones
        known = set(phones.units)
        self._lexicon = {
            word: usable
            for word, readings in sorted(lexicon.items())
            if (usable := {reading: cost for reading, cost in readings.items() if set(reading) <= known})
        }
        self.words = ["<eps>", *self._lexicon, UNKNOWN_WORD, BACKOFF, NEXT_SENTENCE]
        self._word_id = {word: at for at, word in enumerate(self.words)}
        self._ngram, self._costs = ngram, costs
        self._backoff_phone = len(self.phones) + 1
        self._next_sentence_phone = self._backoff_phone + 1
        self._last_phone = self._next_sentence_phone

    def write(self, model: Path) -> str:
        """The files under `model`/graph; returns a line about their size."""
        grammar = self.grammar()
        lexicon = self.pronunciations()
        composed = pynini.compose(lexicon, grammar)
        composed.rmepsilon()
        composed = pynini.determinize(composed)
        disambiguation = range(self._backoff_phone, self._last_phone + 1)
        composed.relabel_pairs(ipairs=[(label, 0) for label in disambiguation])
        composed.minimize(allow_nondet=True)
        graph = self.with_states(composed)
        (model / "graph" / "phones").mkdir(parents=True, exist_ok=True)
        pywrapfst.convert(graph, "const").write(str(model / "graph" / "HCLG.fst"))
        table = "".join(f"{word} {at}\n" for at, word in enumerate(self.words))
        (model / "graph" / "words.txt").write_text(table, encoding="utf-8")
        (model / "graph" / "phones.txt").write_text(self.phones.table())
        (model / "graph" / "phones" / "word_boundary.int").write_text(self.phones.word_boundary())
        arcs = sum(graph.num_arcs(state) for state in graph.states())
        return f"{len(self._lexicon)} words, {graph.num_states()} states, {arcs} arcs"

    def grammar(self) -> pynini.Fst:
        """G: the n-gram model as an acceptor of words."""
        fst = pynini.Fst()
        state = {history: fst.add_state() for history in self._ngram.successors}
        fst.set_start(state[(START,)])
        for history, successors in self._ngram.successors.items():
            for word, probability in successors.items():
                cost = -math.log(probability)
                if word == END:
                    fst.set_final(state[history], cost)
                    if history not in ((), (START,)):
                        again = cost + self._costs.next_sentence
                        self._silent_arc(fst, NEXT_SENTENCE, state[history], again, state[(START,)])
                elif word in self._word_id:
                    target = state[self._ngram.longest((*history, word)[-2:])]
                    label = self._word_id[word]
                    fst.add_arc(state[history], Arc(label, label, cost, target))
            if history:
                cost = -math.log(self._ngram.backoff[history])
                self._silent_arc(fst, BACKOFF, state[history], cost, state[history[1:]])
        unknown = self._word_id[UNKNOWN_WORD]
        fst.add_arc(state[()], Arc(unknown, unknown, self._costs.unknown_word, state[()]))
        return fst.arcsort("ilabel")

    def pronunciations(self) -> pynini.Fst:
        """L: phones to words, pauses between words, a disambiguation symbol after each reading."""
        fst = pynini.Fst()
        start, between, pause = fst.add_state(), fst.add_state(), fst.add_state()
        fst.set_start(start)
        fst.set_final(between)
        no_pause, some_pause = (
            -math.log(1 - self._costs.silence),
            -math.log(self._costs.silence),
        )
        fst.add_arc(start, Arc(0, 0, no_pause, between))
        fst.add_arc(start, Arc(0, 0, some_pause, pause))
        fst.add_arc(pause, Arc(SILENCE_PHONE, 0, 0, between))
        same: collections.Counter[tuple[int, ...]] = collections.Counter()
        for word, phones, cost in self._readings():
            same[phones] += 1
            last = self._next_sentence_phone + same[phones]
            self._last_phone = max(self._last_phone, last)
            state = between
            for at, phone in enumerate(phones):
                following = fst.add_state()
                fst.add_arc(state, Arc(phone, word if at == 0 else 0, cost if at == 0 else 0, following))
                state = following
            fst.add_arc(state, Arc(last, 0, no_pause, between))
            fst.add_arc(state, Arc(last, 0, some_pause, pause))
        fst.add_arc(between, Arc(self._backoff_phone, self._word_id[BACKOFF], 0, between))
        fst.add_arc(between, Arc(self._next_sentence_phone, self._word_id[NEXT_SENTENCE], 0, between))
        return fst.arcsort("olabel")

    def with_states(self, fst: pynini.Fst) -> pynini.Fst:
        """H composed in front: a phone is its exit transition, then any number of self-loops (Kaldi's reordered
        form, which word alignment needs)."""
        expand = pynini.Fst()
        root = expand.add_state()
        expand.set_start(root)
        expand.set_final(root)
        for phone in range(1, len(self.phones) + 1):
            state = expand.add_state()
            expand.add_arc(root, Arc(exit_id(phone), phone, 0, state))
            expand.add_arc(state, Arc(self_loop_id(phone), 0, 0, state))
            expand.add_arc(state, Arc(0, 0, 0, root))
        return pynini.compose(expand.arcsort("olabel"), fst.arcsort("ilabel")).arcsort("ilabel")

    def _readings(self) -> Iterator[tuple[int, tuple[int, ...], float]]:
        for word, readings in self._lexicon.items():
            for reading, cost in readings.items():
                yield self._word_id[word], self._in_word(reading), cost
        yield self._word_id[UNKNOWN_WORD], self._in_word([ANY_SPEECH] * UNKNOWN_FRAMES), 0.0

    def _in_word(self, reading: Sequence[str]) -> tuple[int, ...]:
        last = len(reading) - 1
        if last == 0:
            return (self.phones.id(reading[0], "S"),)
        places = ["B" if at == 0 else "E" if at == last else "I" for at in range(last + 1)]
        return tuple(self.phones.id(unit, place) for unit, place in zip(reading, places, strict=True))

    def _silent_arc(self, fst: pynini.Fst, label: str, source: int, cost: float, target: int) -> None:
        fst.add_arc(source, Arc(self._word_id[label], 0, cost, target))

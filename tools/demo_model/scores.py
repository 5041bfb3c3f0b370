"""Scores of recognised text and of word confidences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SAME_SOUND = {"她": "他", "它": "他", "妳": "你"}  # not told apart by ear


@dataclass(frozen=True)
class Word:
    """A recognised word as what is counted: characters, or one word."""

    tokens: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class Heard:
    """One recognised utterance; `unknown` counts the unknown words, which are not in `words`."""

    said: tuple[str, ...]
    words: tuple[Word, ...]
    unknown: int
    delay_s: float | None  # from the end of speech to the final result

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for word in self.words for token in word.tokens)


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance in tokens, homophones of he and she counted as equal."""
    return sum(1 for kind, _, _ in alignment(said, heard) if kind != "=")


def alignment(said: Sequence[str], heard: Sequence[str]) -> list[tuple[str, int, int]]:
    """('=' | 'S' | 'D' | 'I', index in said, index in heard) along one best path."""
    a, b = ([SAME_SOUND.get(token, token) for token in tokens] for tokens in (said, heard))
    cost = [[at + other if not at or not other else 0 for other in range(len(b) + 1)] for at in range(len(a) + 1)]
    for at, token in enumerate(a, 1):
        for other, found in enumerate(b, 1):
            change = cost[at - 1][other - 1] + (token != found)
            cost[at][other] = min(change, cost[at - 1][other] + 1, cost[at][other - 1] + 1)
    path, at, other = [], len(a), len(b)
    while at or other:
        if at and other and cost[at][other] == cost[at - 1][other - 1] + (a[at - 1] != b[other - 1]):
            at, other = at - 1, other - 1
            path.append(("=" if a[at] == b[other] else "S", at, other))
        elif at and cost[at][other] == cost[at - 1][other] + 1:
            at -= 1
            path.append(("D", at, other))
        else:
            other -= 1
            path.append(("I", at, other))
    return path[::-1]


def accuracy(results: Sequence[Heard]) -> dict[str, float]:
    """Accuracy (1 - edits / tokens said), share of sentences without an edit, share with [unk]."""
    wrong = [edits(result.said, result.tokens) for result in results]
    said = sum(len(result.said) for result in results)
    delays = sorted(result.delay_s for result in results if result.delay_s is not None)
    return {
        "utterances": len(results),
        "right": 1 - sum(wrong) / said,
        "sentences_right": sum(edit == 0 for edit in wrong) / len(results),
        "with_unknown": sum(result.unknown > 0 for result in results) / len(results),
        "final_after_speech_p50_s": delays[len(delays) // 2] if delays else float("nan"),
        "final_after_speech_p95_s": delays[int(len(delays) * 0.95)] if delays else float("nan"),
    }


def word_confidences(results: Sequence[Heard]) -> list[tuple[float, bool]]:
    """(confidence, right) of every recognised word; right when all its tokens are."""
    pairs = []
    for result in results:
        good = {other for kind, _, other in alignment(result.said, result.tokens) if kind == "="}
        at = 0
        for word in result.words:
            pairs.append((word.confidence, all(index in good for index in range(at, at + len(word.tokens)))))
            at += len(word.tokens)
    return pairs


def discrimination(pairs: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """How well confidence tells right from wrong words: means, area under the ROC curve, and the threshold with the
    best sum of wrong words rejected and right words kept (Youden's index)."""
    right = sorted(confidence for confidence, good in pairs if good)
    wrong = sorted(confidence for confidence, good in pairs if not good)
    if not right or not wrong:
        return {"right": len(right), "wrong": len(wrong)}
    wins = sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
    best = max(
        sorted({round(confidence, 2) for confidence, _ in pairs}),
        key=lambda threshold: _share(right, threshold) - _share(wrong, threshold),
    )
    return {
        "right": len(right),
        "wrong": len(wrong),
        "mean_right": sum(right) / len(right),
        "mean_wrong": sum(wrong) / len(wrong),
        "roc_area": wins / (len(right) * len(wrong)),
        "threshold": best,
        "right_kept": _share(right, best),
        "wrong_rejected": 1 - _share(wrong, best),
    }


def _share(confidences: Sequence[float], threshold: float) -> float:
    return sum(confidence >= threshold for confidence in confidences) / len(confidences)

"""A round of the counted calls, and verdicts given quickly."""

from datetime import UTC, datetime, timedelta

from voicebot.qa.asked import Asked, Goal
from voicebot.qa.draw import draw, make_round
from voicebot.qa.population import no_doubts
from voicebot.qa.rounds import Round
from voicebot.qa.samples import samples
from voicebot.qa.verdicts import Correction, Sampled, Verdict, give
from voicebot.store.store import Store

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)


def round_of(store: Store, name: str = "march", reviews: int = 2, **more: object) -> Round:
    """A round of all calls, or as `more` says."""
    asked = Asked(**{"goal": Goal.ACCURACY, "size": 500, "seed": 1, "until": NOW, **more})
    return make_round(store, name, asked, draw(store, asked, no_doubts), reviews=reviews, now=NOW)


def call(store: Store, within: Round, attempt_id: str) -> Sampled:
    """The call of the round with this id."""
    return next(one for one in samples(store, within) if one.attempt_id == attempt_id)


def judge(
    store: Store,
    within: Round,
    attempt_id: str,
    reviewer: str,
    grade: str,
    *corrections: Correction,
    passed: bool = True,
    final: bool = False,
    note: str = "",
) -> None:
    """One verdict."""
    reasons = () if passed else ("misheard",)
    verdict = Verdict(reviewer, NOW + timedelta(minutes=1), grade, passed, reasons, corrections, note, final)
    give(store, within, call(store, within, attempt_id), verdict)

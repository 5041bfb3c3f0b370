"""The Floor of the store: agents of a campaign's hand-off targets now, and what its customers have shown of late.

Blocks; the dialer asks it in its rounds, on a native thread. One thread at a time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from voicebot.campaign.floor import Floor
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.soon import free_within
from voicebot.store.abandons import Abandons
from voicebot.store.floor import agents_now, talk_lengths
from voicebot.store.pacing_figures import Shown, shown
from voicebot.store.store import Store

FIGURES_FOR = timedelta(seconds=10)
"""How long rates and lengths hold; agents and waiting customers are asked for every time."""

TeamsOf = Callable[[Plan], frozenset[str]]
"""The hand-off targets of the scripts that a campaign talks by. May block."""


class StoreFloor:
    """A FindFloor over the store."""

    def __init__(self, store: Store, teams_of: TeamsOf, clock: Callable[[], datetime]) -> None:
        self._store, self._teams_of, self._clock = store, teams_of, clock
        self._shown: dict[str, tuple[datetime, Shown]] = {}
        self._abandons: dict[str, Abandons] = {}
        self._talks: dict[frozenset[str], tuple[datetime, list[float]]] = {}

    def __call__(self, plan: Plan) -> Floor:
        """The floor of this campaign as of now; empty where its scripts hand nobody off. Raises StoreError."""
        teams = self._teams_of(plan)
        if not teams:
            return Floor()
        at = self._clock()
        now = agents_now(self._store, plan.name, teams, at)
        figures = self._figures(plan.name, at)
        talks = self._lengths(now.names, at) if now.busy else []
        return Floor(
            pool=now.names,
            idle=now.idle,
            busy=len(now.busy),
            waiting=now.waiting,
            soon=free_within(now.busy, talks, figures.to_ask_s),
            passed_on=now.passed_on,
            measured=figures.measured,
        )

    def _figures(self, campaign: str, at: datetime) -> Shown:
        known = self._shown.get(campaign)
        if known is None or at >= known[0] + FIGURES_FOR:
            abandons = self._abandons.setdefault(campaign, Abandons(campaign))
            known = self._shown[campaign] = (at, shown(self._store, campaign, at, abandons))
        return known[1]

    def _lengths(self, names: frozenset[str], at: datetime) -> list[float]:
        known = self._talks.get(names)
        if known is None or at >= known[0] + FIGURES_FOR:
            self._talks = {key: one for key, one in self._talks.items() if at < one[0] + FIGURES_FOR}
            known = self._talks[names] = (at, talk_lengths(self._store, names))
        return known[1]

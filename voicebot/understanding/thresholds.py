"""How sure an engine must be before its word is taken: the one table, a row for each engine.

Probabilities of different engines do not compare: each row was chosen on that engine (docs/understanding.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EMBEDDED = "embedded"
RASA = "rasa"
"""Names of the engines, as settings choose them and as turns tell them."""


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1.

    `reject`: a best intent less probable than this is not told at all. `accept`: least probability of an intent that a
    script's choice is taken for. `rival`: an expected intent may have this share of the best, unexpected one's
    probability, and still be taken. `sure`: from here a pause ends the turn without waiting for more words.
    `accept_more`: intents that need more than `accept`, since to take them wrongly costs more.
    """

    reject: float
    accept: float
    rival: float
    sure: float
    accept_more: Mapping[str, float] = field(default_factory=dict)

    def least(self, intent: str) -> float:
        """Least probability from which this intent is taken for a choice."""
        return self.accept_more.get(intent, self.accept)


THRESHOLDS = {
    EMBEDDED: Thresholds(0.25, 0.4, 0.75, 0.9, {"affirm": 0.5, "interested": 0.6, "agree_wechat": 0.6}),
    RASA: Thresholds(0.4, 0.8, 0.75, 0.95, {"affirm": 0.85, "interested": 0.85, "agree_wechat": 0.85}),
}


def thresholds_of(engine: str) -> Thresholds:
    """The row of an engine as a Parse or Match tells it: `embedded after rasa: timeout` is the embedded engine's word.

    Those of the embedded engine for a name that is not in the table, such as that of a stand-in.
    """
    return THRESHOLDS.get(engine.partition(" ")[0], THRESHOLDS[EMBEDDED])

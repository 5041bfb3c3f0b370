"""How sure an engine must be before its word is taken: the one table, a row for each engine.

Probabilities of different engines do not compare: each row was chosen on that engine (docs/understanding.md).
"""

from dataclasses import dataclass

EMBEDDED = "embedded"
RASA = "rasa"
"""Names of the engines, as settings choose them and as turns tell them."""


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, 0 to 1.

    `reject`: a best intent less probable than this is not told at all. `accept`: least probability of an intent that a
    script's choice is taken for. `rival`: an expected intent may have this share of the best, unexpected one's
    probability, and still be taken. `sure`: from here a pause ends the turn without waiting for more words.
    """

    reject: float
    accept: float
    rival: float
    sure: float


THRESHOLDS = {
    EMBEDDED: Thresholds(reject=0.25, accept=0.4, rival=0.75, sure=0.9),
    RASA: Thresholds(reject=0.4, accept=0.5, rival=0.75, sure=0.95),
}


def thresholds_of(engine: str) -> Thresholds:
    """The row of an engine as a Parse or Match tells it: `embedded after rasa: timeout` is the embedded engine's word.

    Those of the embedded engine for a name that is not in the table, such as that of a stand-in.
    """
    return THRESHOLDS.get(engine.partition(" ")[0], THRESHOLDS[EMBEDDED])

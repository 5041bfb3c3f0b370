"""What a recorded call comes to in two versions of its script, as values. How it is found out is replay.py's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["same", "supposed", "parted"]
Doubt = Literal["wording", "listening", "understanding", "handoff"]


@dataclass(frozen=True)
class Outcome:
    """What came of a talk in one version: nodes in the order of their visits, and all that is graded or kept."""

    path: tuple[str, ...]
    grade: str
    rule: str
    ending: str
    score: int = 0
    tags: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    stop_requested: bool = False


@dataclass(frozen=True)
class Supposition:
    """Why what follows holds only if the customer would have done the same.

    `wording`: other words, voice or recording were heard; `listening`: other limits cut the words; `understanding`:
    the engine has changed since; `handoff`: an agent is rung for another time. `old`, `new`: what of each version.
    """

    what: Doubt
    at: int
    node: str
    old: str
    new: str


@dataclass(frozen=True)
class Move:
    """What one version did at a moment. `choice`: the answer taken (empty: none); `ends`: the code with which it surely
    ends the call after this; `target`: of a hand-off; `service`: that it asked.

    All empty but `node`: it went on listening or speaking.
    """

    node: str
    choice: str = ""
    says: str = ""
    ends: str = ""
    target: str = ""
    service: str = ""


@dataclass(frozen=True)
class Parting:
    """The first moment at which the versions did differently. `turn`: what the customer had said and pressed by then,
    this included; `node`: where the new version was; `trigger`: kind of event, `text`: its words, keys or timer."""

    at: int
    turn: int
    node: str
    trigger: str
    text: str
    old: Move
    new: Move


@dataclass(frozen=True)
class Replayed:
    """One call in both versions. `same`: the record is a fact to its end; `supposed`: only if the suppositions hold;
    `parted`: it ends at `parting`.

    `new`: what came of it in the new version; None where that cannot be known. `so_far`: what it had come to at the
    parting, graded as if the customer had left then. `unknown_turns`: turns of the record that say nothing of it.
    """

    level: Level
    old: Outcome
    new: Outcome | None
    suppositions: tuple[Supposition, ...] = ()
    parting: Parting | None = None
    so_far: Outcome | None = None
    unknown_turns: int = 0

    @property
    def known(self) -> bool:
        """Whether what came of it in the new version is known, without a supposition."""
        return self.new is not None and not self.suppositions

    @property
    def differs(self) -> bool:
        """Whether anything at all is different."""
        return self.level != "same" or self.old != self.new

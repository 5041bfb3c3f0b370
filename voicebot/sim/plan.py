"""What one simulated person will do in a call, every choice made beforehand. Frozen values, no behaviour.
They are drawn in personas.py from plans.yaml and carried out in customer.py."""

from dataclasses import dataclass
from typing import Final, Literal

from voicebot.sim.tones import ToneKind

MANDARIN: Final = "cmn"


@dataclass(frozen=True)
class SimVoice:
    """An espeak-ng voice on a telephone: variant, words a minute, pitch 0-99, noise behind it in dBFS (None: none).

    `language`: espeak-ng's name of it.
    """

    variant: str
    rate: int
    pitch: int
    noise_dbfs: int | None = None
    language: str = MANDARIN


@dataclass(frozen=True)
class Step:
    """The answer to one utterance of the robot. Empty fields mean: do not.

    `say` and `press` come `reaction_ms` after the robot fell silent; `barge_in_ms` and `hang_up_ms` count from the
    beginning of its utterance. `during` is said then, over the robot's voice, and leaves the answer itself to come.
    """

    reaction_ms: int
    say: str = ""
    press: str = ""
    hang_up: bool = False
    barge_in_ms: int | None = None
    during: str = ""
    hang_up_ms: int | None = None


Ending = Literal[
    "answer", "busy", "reject", "no_answer", "unreachable",
    "dead_number", "power_off", "suspended", "out_of_area", "busy_told",
]  # fmt: skip


@dataclass(frozen=True)
class LineSound:
    """One sound of a line: so many milliseconds of a tone, or of music."""

    kind: ToneKind
    ms: int


@dataclass(frozen=True)
class Plan:
    """One call of one person. `greeting` is said `greeting_ms` after the answer, with a beep behind it if `beep`; a
    machine without words has a `tone` in its place.

    Before the answer `before` is heard, then the `announcement`. `status`: the final SIP status where it is not the
    ending's usual one; carriers often send another than their announcement says.

    After the last step the person is silent, and leaves after `patience` more utterances of the robot or after
    `lonely_ms` of silence on both sides.
    """

    persona: str
    ending: Ending
    ringing_ms: int
    steps: tuple[Step, ...] = ()
    greeting: str = ""
    greeting_ms: int = 0
    beep: bool = False
    tone: LineSound | None = None
    before: tuple[LineSound, ...] = ()
    announcement: str = ""
    status: int | None = None
    patience: int = 5
    lonely_ms: int = 15_000
    language: str = MANDARIN
    """espeak-ng's name of what is spoken in it, the announcement included."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that may have to be spoken, for rendering ahead."""
        said = [text for step in self.steps for text in (step.say, step.during)]
        return tuple(dict.fromkeys(text for text in (self.greeting, *said) if text))

"""The model's phone table: which phones there are, and which output of the network each one uses. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tools.demo_model.decoding import SILENCE_PHONE
from tools.demo_model.settings import SILENCE

ANY_SPEECH = "SPEECH"  # what unknown words are made of
POSITIONS = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}


@dataclass(frozen=True)
class Phones:
    """Kaldi's phone table: silence, then four position variants of each unit and of speech of any kind; all variants
    share an output. The network's outputs are the units, then "no speech" (unused here) and "speech"."""

    units: tuple[str, ...]  # units[0] is silence

    def id(self, unit: str, position: str) -> int:
        index = len(self.units) if unit == ANY_SPEECH else self.units.index(unit)
        return 2 + 4 * (index - 1) + "BIES".index(position)

    def __len__(self) -> int:
        return 1 + 4 * len(self.units)

    def outputs(self) -> list[int]:
        """The network output of phone k + 1."""
        speech = len(self.units) + 1
        return [0] + [output for output in (*range(1, len(self.units)), speech) for _ in POSITIONS]

    def table(self) -> str:
        """The file graph/phones.txt, which Vosk does not read: it tells the network's units to those who build a
        graph for it again."""
        names = [f"{unit}_{position}" for unit in (*self.units[1:], ANY_SPEECH) for position in POSITIONS]
        return "".join(f"{name} {at}\n" for at, name in enumerate(["<eps>", SILENCE, *names]))

    @staticmethod
    def from_table(text: str) -> Phones:
        """The phones of a graph/phones.txt."""
        names = [line.split()[0] for line in text.splitlines()]
        units = [name.removesuffix("_B") for name in names if name.endswith("_B")]
        return Phones((SILENCE, *units[:-1]))

    def word_boundary(self) -> str:
        """The file graph/phones/word_boundary.int."""
        lines = [f"{SILENCE_PHONE} nonword"]
        for unit in (*self.units[1:], ANY_SPEECH):
            lines += [f"{self.id(unit, position)} {kind}" for position, kind in POSITIONS.items()]
        return "\n".join(lines) + "\n"

"""The files that one script consists of: its main text and the parts it names (flows, knowledge, tables), as one.

What stands in them is the loader's; a version of a script is known by the digest that is worked out here.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from voicebot.understanding.csv_source import decoded
from voicebot.understanding.yaml_reader import suggestion
from voicebot.understanding.yaml_source import Place, Tree, parse, read_bytes, read_source

SUFFIXES = {"flows": ".yaml", "knowledge": ".yaml", "tables": ".csv"}
"""Where the parts of each kind are, beside the main file, and how their names end."""
MAX_PARTS = 200
MAX_ALL_BYTES = 5_000_000
"""Of one script, all its files together."""
_STEM = re.compile(r"\w[\w-]{0,63}")


def digest_of(text: str, parts: Mapping[str, str]) -> str:
    """SHA-256 in hexadecimal: of the main text alone when there are no parts, else of it and every name and part."""
    if not parts:
        return hashlib.sha256(text.encode()).hexdigest()
    whole = json.dumps([text, *sorted(parts.items())], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


class PartsBeside(Mapping[str, str]):
    """The part files in the directory of a script, by relative name; each is read when it is asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __getitem__(self, name: str) -> str:
        """Raises KeyError without such a file, InputFault when it is elsewhere, too large or not UTF-8."""
        path = self._directory / name
        if not path.is_file():
            raise KeyError(name)
        if not path.resolve().is_relative_to(self._directory.resolve()):
            Place(str(path), 1, 1).fault("is a link that leads out of the directory; copy the file", "outside-file")
        return decoded(read_bytes(path), str(path)) if path.suffix == ".csv" else read_source(path)[0]

    def __iter__(self) -> Iterator[str]:
        for kind, suffix in SUFFIXES.items():
            yield from sorted(f"{kind}/{path.name}" for path in (self._directory / kind).glob(f"*{suffix}"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Bundle:
    """The parts of one script while it is loaded. `used`: name to text of those that were asked for."""

    def __init__(self, shown: str, parts: Mapping[str, str]) -> None:
        """`shown`: the main file's name in faults; `parts`: where parts come from, files or memory."""
        self._directory = PurePath(shown).parent
        self._parts = parts
        self._trees: dict[str, Tree] = {}
        self.used: dict[str, str] = {}

    def name_of(self, kind: str, stem: str, place: Place) -> str:
        """The relative name of the part `stem` of a kind. Raises InputFault at `place` for what is no plain name."""
        if not _STEM.fullmatch(stem):
            place.fault(f"{stem!r} is no name of a file in {kind}/; a name has letters, digits, _ and -")
        return f"{kind}/{stem}{SUFFIXES[kind]}"

    def text(self, name: str, place: Place) -> tuple[str, str]:
        """A part's text, and its file's name in faults. `name`: relative, as `tables/stores.csv`.

        Raises InputFault at `place`, where the part is named: no such name or file, too many, too much.
        """
        kind, _, rest = name.partition("/")
        if kind not in SUFFIXES or not rest.endswith(SUFFIXES[kind]):
            known = ", ".join(f"{kind}/NAME{suffix}" for kind, suffix in SUFFIXES.items())
            place.fault(f"{name!r} is no part of a script; parts are {known}")
        self.name_of(kind, rest.removesuffix(SUFFIXES[kind]), place)
        shown = str(self._directory / name)
        if name not in self.used:
            try:
                self.used[name] = self._parts[name]
            except KeyError:
                there = {part for part in self._parts if part.startswith(f"{kind}/")}
                place.fault(f"there is no file {shown}{suggestion(name, there)}")
            if len(self.used) > MAX_PARTS or sum(map(len, self.used.values())) > MAX_ALL_BYTES:
                place.fault(f"the script has more than {MAX_PARTS} files or {MAX_ALL_BYTES} characters; split it")
        return self.used[name], shown

    def tree(self, kind: str, stem: str, place: Place) -> Tree:
        """The YAML of a part, read once. Raises InputFault, at `place` or in the part."""
        name = self.name_of(kind, stem, place)
        if name not in self._trees:
            self._trees[name] = parse(*self.text(name, place))
        return self._trees[name]

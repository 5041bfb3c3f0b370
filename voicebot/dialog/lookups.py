"""Look-ups of a script: what a node asks on being entered, and the tables that it may ask. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from voicebot.understanding.yaml_source import Place


@dataclass(frozen=True)
class Lookup:
    """On entering a node a row of `table`, or what `service` answers, fills slots; without either, go `otherwise`.

    `by`: the slot or variable whose value is the table's key. `params`: texts with variables for the service.
    """

    otherwise: str
    place: Place
    table: str = ""
    by: str = ""
    service: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Rows of texts, one column of which is the key."""

    name: str
    key: str
    rows: tuple[Mapping[str, str], ...]
    place: Place

    def row(self, key: str) -> Mapping[str, str] | None:
        """The row with this key."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Mapping[str, str]]:
        return {row[self.key]: row for row in self.rows}

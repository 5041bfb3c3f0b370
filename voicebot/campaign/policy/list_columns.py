"""Which column of a list is what: guessed from its heading, or as the manager says; and what a row then holds. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.lead_number import LeadNumber, read_number
from voicebot.campaign.policy.plan import ListRules
from voicebot.errors import UsageError
from voicebot.understanding.yaml_reader import suggestion

HEADINGS = {
    "number": (
        "number",
        "phone",
        "mobile",
        "tel",
        "telephone",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "电话号码",
        "号码",
        "联系电话",
    ),
    "key": ("id", "key", "lead_id", "客户编号", "编号", "线索id", "线索编号"),
    "source": ("source", "channel", "来源", "渠道", "来源渠道"),
    "persona": ("persona", "segment", "人群", "客群"),
    "need": ("need", "intent", "需求", "有需求"),
    "score": ("score", "评分", "得分"),
    "zone": ("zone", "timezone", "时区"),
    "created": ("created", "created_at", "date", "日期", "创建时间", "留资时间"),
}
"""What a lead has of its own; every other column is a variable of the script."""
VARIABLES = {
    "surname": ("姓", "姓氏"),
    "title": ("称呼",),
    "name": ("姓名", "名字"),
    "city": ("城市",),
    "shop": ("门店", "店名"),
}
"""Chinese headings of variables that scripts usually have."""
TRUE = frozenset({"1", "true", "yes", "y", "是", "有"})
FALSE = frozenset({"", "0", "false", "no", "n", "否", "无"})
SCORE = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True)
class Columns:
    """Index of each field's column, and of each variable's."""

    fields: Mapping[str, int]
    variables: Mapping[str, int]

    @cached_property
    def width(self) -> int:
        """So many columns are read."""
        return max((*self.fields.values(), *self.variables.values())) + 1

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Of each field of HEADINGS, in their order; -1 for none: behind the cells of a row stands an empty one."""
        return tuple(self.fields.get(name, -1) for name in HEADINGS)


class Row(NamedTuple):
    """What one row holds, ready to become a lead. A tuple, since a list makes a million of them."""

    number: LeadNumber
    key: str
    source: str
    persona: str
    need: bool
    score: float
    zone: str
    variables: Mapping[str, str]
    dated: date | None = None


class RowFault(Exception):
    """A row that becomes no lead: the column's heading, the code, the reason for people."""

    def __init__(self, column: str, code: Code | str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.code, self.reason = column, str(code), reason


def columns_of(headings: Sequence[str], mapping: Mapping[str, str], needed: Mapping[str, bool]) -> Columns:
    """The columns of a list. `mapping`: field or variable -> heading, as the manager says; `needed`: the scripts'
    variables, true for those without a default. Raises UsageError naming heading, field and what there is."""
    index = {heading.strip(): position for position, heading in reversed(list(enumerate(headings)))}
    lower = {heading.lower(): heading for heading in index}
    fields: dict[str, int] = {}
    variables: dict[str, int] = {}
    for name, heading in mapping.items():
        if heading not in index:
            raise UsageError(f"the list has no column {heading!r} for {name!r}{suggestion(heading, index)}")
        if name not in HEADINGS and not VARIABLE.fullmatch(name):
            raise UsageError(f"{name!r} is neither a field of a lead ({', '.join(HEADINGS)}) nor a variable's name")
        (fields if name in HEADINGS else variables)[name] = index[heading]
    taken = {*fields.values(), *variables.values()}
    for known, target in ((HEADINGS, fields), (VARIABLES, variables)):
        for name, guesses in known.items():
            found = next(
                (lower[guess] for guess in guesses if guess in lower and index[lower[guess]] not in taken), None
            )
            if name not in target and found is not None:
                target[name] = index[found]
                taken.add(index[found])
    for heading, position in index.items():
        if position not in taken and VARIABLE.fullmatch(heading):
            variables[heading] = position
    if "number" not in fields:
        raise UsageError(
            f"no column looks like a telephone number; say which: --map number=HEADING; the list has {', '.join(index)}"
        )
    missing = sorted(name for name, required in needed.items() if required and name not in variables)
    if missing:
        raise UsageError(
            f"the script needs {', '.join(missing)}, which the list does not have; say which column it is: "
            f"--map {missing[0]}=HEADING; the list has {', '.join(index)}"
        )
    return Columns(fields, variables)


def read_row(cells: Sequence[str], columns: Columns, rules: ListRules, needed: Mapping[str, bool], today: date) -> Row:
    """The row as a lead. Raises RowFault. A list has a million of them: every cell is looked at once."""
    width = columns.width
    texts = [cell.strip() for cell in cells[:width]] + [""] * (width + 1 - min(len(cells), width))
    number_text, key, source, persona, need, score, zone, created_text = [texts[place] for place in columns.places]
    try:
        number = read_number(number_text, rules)
    except ValueError as error:
        raise RowFault("number", Code.BAD_NUMBER, str(error)) from None
    if rules.sources and source not in rules.sources:
        raise RowFault("source", "BAD_SOURCE", f"{source!r} is no known source; known: {', '.join(rules.sources)}")
    created = _date(created_text) if rules.fresh_days else None
    if rules.fresh_days and created is not None and (today - created).days > rules.fresh_days:
        raise RowFault("created", Code.STALE, f"{created} is older than {rules.fresh_days} days")
    if rules.regions_refused and any(region in number.area for region in rules.regions_refused):
        raise RowFault("number", Code.REGION, f"{number.area} is not called")
    variables = {name: text for name, place in columns.variables.items() if (text := texts[place])}
    for name, required in needed.items():
        if required and name not in variables:
            raise RowFault(name, "MISSING_VARIABLE", f"the script needs {name!r}, which is empty")
    return Row(
        number,
        key or number.e164,
        source,
        persona,
        bool(need) and _flag(need),
        _score(score) if score else 0.0,
        zone or number.zone,
        variables,
        created,
    )


def _date(text: str) -> date | None:
    if not text:
        return None
    plain = text.replace("/", "-").replace(".", "-").split(" ")[0].split("T")[0]
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day)
    except ValueError:
        raise RowFault("created", "BAD_DATE", f"{text!r} is no date; write for example 2026-10-01") from None


def _flag(text: str) -> bool:
    lower = text.lower()
    if lower in TRUE or lower in FALSE:
        return lower in TRUE
    raise RowFault("need", "BAD_VALUE", f"{text!r} is neither yes nor no")


def _score(text: str) -> float:
    if not SCORE.fullmatch(text):
        raise RowFault("score", "BAD_VALUE", f"{text!r} is not a number")
    return float(text)

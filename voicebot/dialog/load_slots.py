"""Reader for the slots of a script: their types and bounds, written as people say them in YAML, kept canonical."""

import re
from decimal import Decimal, InvalidOperation
from typing import get_args

from voicebot.dialog.load_parts import prompts
from voicebot.dialog.script import SlotPlan
from voicebot.understanding.spoken.numbers import plain
from voicebot.understanding.types import Slot, SlotType
from voicebot.understanding.yaml_reader import Reader

SLOT_TYPES: tuple[SlotType, ...] = get_args(SlotType)
_BOUNDED: tuple[SlotType, ...] = ("number", "amount", "time")
ONLY_FOR: dict[str, tuple[SlotType, ...]] = {
    "min": _BOUNDED,
    "max": _BOUNDED,
    "from": ("name",),
    "past": ("date",),
    "region": ("phone",),
}
"""Which keys mean something for which types only."""
REGION = re.compile(r"[A-Z]{2}")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def slot_plan(name: str, reader: Reader) -> SlotPlan:
    """One entry of `slots`, read to its last field. Raises InputFault for keys that its type has no use for."""
    if not reader.has("type"):
        reader.place.fault(f"{reader.what} needs 'type', one of {', '.join(SLOT_TYPES)}")
    said = reader.word("type", SLOT_TYPES, "name")
    kind = next(one for one in SLOT_TYPES if one == said)
    for key, kinds in ONLY_FOR.items():
        if reader.has(key) and kind not in kinds:
            reader.at(key).fault(f"{key!r} of {reader.what} means nothing for a {kind}; it is for {', '.join(kinds)}")
    slot = Slot(
        name=name,
        type=kind,
        entity=reader.text("from", ""),
        least=_bound(reader, "min", kind),
        most=_bound(reader, "max", kind),
        past=reader.flag("past", False),
        region=reader.text("region", "CN"),
    )
    if not REGION.fullmatch(slot.region):
        reader.at("region").fault(f"the region {slot.region!r} is not two capital letters, as in CN or GB")
    plan = SlotPlan(slot, reader.place, reader.text("about", ""), prompts(reader, "invalid"))
    reader.done()
    return plan


def _bound(reader: Reader, key: str, kind: SlotType) -> str:
    text = reader.text(key, "")
    if not text:
        return ""
    if kind == "time":
        if not _TIME.fullmatch(text):
            reader.at(key).fault(f"{key!r} of {reader.what} is {text!r}; write a time of day as 09:30")
        return text.zfill(len("00:00"))
    try:
        value = Decimal(text)
    except InvalidOperation:
        reader.at(key).fault(f"{key!r} of {reader.what} is {text!r}, which is no number")
    if not value.is_finite():
        reader.at(key).fault(f"{key!r} of {reader.what} is {text!r}, which is no number")
    return plain(value)

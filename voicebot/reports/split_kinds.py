"""The kinds of groups of calls that a diagnosis looks at: their names, where they lie, how their calls are listed."""

from voicebot.reports.diagnosis import Ease, Kind
from voicebot.reports.segments import PROPERTIES


def _node(name: str) -> tuple[str, ...]:
    version, _, node = name.rpartition(" ")
    return *_version(version), "--hung-up-at", node


def _version(name: str) -> tuple[str, ...]:
    script, _, version = name.rpartition("@")
    return "--script", script, "--version", version


NUMBER = Kind("caller number", "外显号码", Ease.LINE, lambda name: ("--caller-number", name))
GATEWAY = Kind("gateway", "线路", Ease.LINE, lambda name: ("--gateway", name))
HOUR = Kind("hour", "时段", Ease.TIME, lambda name: ("--hour", name, "--try", "1"))
WEEKDAY = Kind("weekday", "星期", Ease.TIME, lambda name: ("--weekday", name, "--try", "1"))
TRY = Kind("try", "第几次呼叫", Ease.STRATEGY, lambda name: ("--try", name))
AGENT = Kind("customers without an agent", "未接到坐席", Ease.STRATEGY, lambda name: ("--no-agent",))
NODE = Kind("node", "节点", Ease.NODE, _node, "visits that the customer did not end")
VERSION = Kind("version", "话术版本", Ease.VERSION, _version)
RUN = Kind("odd numbers", "异常号码", Ease.LIST, lambda name: ("--flagged",))
BATCH = Kind("import", "导入批次", Ease.LIST, lambda name: ("--batch", name))
DEAD_BATCH = Kind(
    "dead numbers of import", "批次空号", Ease.LIST, lambda name: ("--dead", "--batch", name), "live numbers"
)
DEAD_SOURCE = Kind(
    "dead numbers of source",
    "来源空号",
    Ease.LIST,
    lambda name: ("--dead", "--segment", f"source={name}"),
    "live numbers",
)


def _segment(name: str) -> Kind:
    return Kind(name, name, Ease.SEGMENT, lambda value: ("--segment", f"{name}={value}"))


SEGMENTS = {name: _segment(name) for name in PROPERTIES}

"""From the list to the order: the leads that are left at each step. A lead counts once, however often called."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from voicebot.campaign.policy.states import LeadState
from voicebot.reports.grades import GRADES
from voicebot.reports.leads import INTENT, Leads, leads_dialled
from voicebot.reports.only import Only
from voicebot.reports.segments import holds
from voicebot.store.store import Store
from voicebot.store.tables import Campaign, Lead
from voicebot.store.tables_dialling import LeadBatch
from voicebot.store.targets import targets_of


@dataclass(frozen=True)
class Step:
    """One step of the funnel: `of_dialled` is its share of the leads dialled, 0 to 1; None if none was,
    and for the list itself.

    `target`: the leads that the campaign wants here, by its own figure or, where it names a rate, that rate of the
    leads that have come to the step before; `gap`: leads minus target. `reasons`: refused leads by result code.
    """

    name: str
    label: str
    leads: int
    of_dialled: float | None
    target: float | None = None
    gap: float | None = None
    reasons: tuple[tuple[str, int], ...] = ()


BEFORE_TALK = {"dialled": "已拨打", "rung": "已振铃", "answered": "已接听", "connected": "真人接通"}
TALK = {"talked": "至少 1 轮", "talked_3": "至少 3 轮"}
BY_GRADE = {f"grade_{letter.lower()}": letter for letter in GRADES}
AFTER = {"handed_off": "转人工成功", "added": "已添加", "ordered": "已下单"}
LABELS = {
    **BEFORE_TALK,
    **TALK,
    "intent": "A/B 意向",
    **{name: f"{letter} 级" for name, letter in BY_GRADE.items()},
    **AFTER,
}
"""The steps of leads that were dialled, in order."""
TARGETS = {
    "dialled": ("leads", "", ""),
    "connected": ("connected", "connect_rate", "dialled"),
    "intent": ("intents", "intent_rate", "connected"),
    "added": ("adds", "add_rate", "connected"),
}
"""Of a step: the wanted count, or else the wanted rate and the step that it is a rate of."""


def funnel(store: Store, only: Only) -> tuple[Step, ...]:
    """The list as it stands, whatever the period and the script; then each step. Raises StoreError."""
    with leads_dialled(store, only, "turns", "orders", alone=True) as (connection, dialled):
        loaded, reasons = _list(connection, only)
        leads = _counts(dialled)
    wanted = {} if only.campaign is None else _wanted(targets_of(store, only.campaign), leads)
    sorted_reasons = tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    refused = Step("refused", "未拨打（拒绝）", sum(reasons.values()), None, reasons=sorted_reasons)
    steps = (_step(name, label, leads, wanted.get(name)) for name, label in LABELS.items())
    return (Step("loaded", "已导入", loaded, None), refused, *steps)


def _step(name: str, label: str, leads: Mapping[str, int], target: float | None) -> Step:
    count, dialled = leads[name], leads["dialled"]
    gap = None if target is None else count - target
    return Step(name, label, count, count / dialled if dialled else None, target, gap)


def _wanted(targets: Mapping[str, float], leads: Mapping[str, int]) -> dict[str, float]:
    found = {}
    for name, (count, rate, base) in TARGETS.items():
        if count in targets:
            found[name] = targets[count]
        elif rate in targets:
            found[name] = targets[rate] * leads[base]
    return found


def _list(connection: Connection, only: Only) -> tuple[int, Counter[str]]:
    """Leads loaded; and why others are not dialled: leads refused, and rows of the lists that became no lead."""
    conditions: list[ColumnElement[bool]] = [holds(name, value) for name, value in only.segment]
    if only.campaign is None:
        conditions.append(Lead.campaign_id.in_(select(Campaign.id)))  # so that the index by campaign serves
    else:
        conditions.append(Lead.campaign_id == only.campaign)
    loaded = connection.scalar(select(func.count()).select_from(Lead).where(*conditions)) or 0
    refused = select(Lead.code, func.count()).where(*conditions, Lead.state == LeadState.REFUSED, Lead.attempts == 0)
    reasons = Counter({code or "": count for code, count in connection.execute(refused.group_by(Lead.code))})
    if not only.segment:
        batches = select(LeadBatch.refused).where(LeadBatch.undone_at.is_(None))
        if only.campaign is not None:
            batches = batches.where(LeadBatch.campaign_id == only.campaign)
        for refusals in connection.scalars(batches):
            reasons.update(refusals)
    return loaded, reasons


def _counts(leads: Leads) -> dict[str, int]:
    """Leads by the steps that they came to, and by their best grade."""
    steps = (name for name in (*BEFORE_TALK, *TALK, *AFTER) if name != "dialled")
    found = {"dialled": leads.count} | {name: int(leads.reached(name).sum()) for name in steps}
    found |= {name: int(leads.graded(letter).sum()) for name, letter in BY_GRADE.items()}
    return found | {"intent": sum(found[name] for name, letter in BY_GRADE.items() if letter in INTENT)}

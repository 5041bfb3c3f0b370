"""A campaign with claimed leads, gateways and numbers, for the tests of lines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.line_book import LineBook
from voicebot.campaign.policy.line_choice import Gateway, Node
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import CampaignState
from voicebot.store import campaigns, gateways, own_numbers
from voicebot.store.capacity import Capacity, MemoryCapacity
from voicebot.store.claims import Claimed, claim
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.records import AttemptResult
from voicebot.store.rows import write
from voicebot.store.store import Store

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday 10:00 in Shanghai
NODE = Node("one", 100, 1000)
OWN = (Gateway("usual", 100, 1000), "")


def running(store: Store, name: str = "spring", lines: str = "concurrency: 100, calls_per_second: 1000") -> Plan:
    text = f"campaign: {name}\nscript: wecom_invite\nlines: {{{lines}}}\n"
    plan, _ = campaigns.create(store, text, "plan.yaml")
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, plan.name, state)
    return plan


def claimed(
    store: Store, plan: Plan, count: int, *, first: int = 0, area: str = "", at: datetime = NOW
) -> list[Claimed]:
    """So many leads, new and claimed at once."""
    rows = [
        LeadRow(f"{plan.name}{n}", f"+86138{n:08}", {}, "", "", False, 0.0, "", area, "", 2)
        for n in range(first, first + count)
    ]
    with store.writing() as connection:
        add_rows(connection, plan.name, None, rows)
    found = list(claim(store, plan, "dialer", count, at).leads)
    assert len(found) == count
    return found


def gateway(store: Store, name: str, calls: int = 100, per_second: float = 1000, **more: object) -> None:
    gateways.put(store, name, {"max_calls": calls, "calls_per_second": per_second, **more}, new=True)


def number(store: Store, *numbers: str, **values: object) -> None:
    own_numbers.put(store, dict.fromkeys(numbers, values), new=True)


class Clock:
    """Stands until it is moved; seconds for Redis, moments for the dialer."""

    def __init__(self) -> None:
        self.at = NOW

    def move(self, length: timedelta | float) -> None:
        self.at += length if isinstance(length, timedelta) else timedelta(seconds=length)

    def seconds(self) -> float:
        return self.at.timestamp()

    def now(self) -> datetime:
        return self.at


def book(store: Store, clock: Clock | None = None, capacity: Capacity | None = None, node: Node = NODE) -> LineBook:
    clock = clock or Clock()
    return LineBook(store, capacity or MemoryCapacity(clock.seconds), node, OWN, clock.now)


def end(store: Store, attempt_id: str, code: str, at: datetime, **more: object) -> None:
    with store.writing() as connection:
        write(connection, [AttemptResult(attempt_id, code, at, **more)])


def lines(made: LineBook, leads: list[Claimed], plan: Plan) -> list[Line | NoLine]:
    return [made.choose(plan, lead) for lead in leads]


def shown(found: list[Line | NoLine]) -> list[str]:
    return [one.caller_number if isinstance(one, Line) else "-" for one in found]


def through(found: list[Line | NoLine]) -> list[str]:
    return [one.gateway if isinstance(one, Line) else "-" for one in found]


def changed(plan: Plan, **values: object) -> Plan:
    return replace(plan, lines=replace(plan.lines, **values))

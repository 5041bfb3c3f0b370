"""The demo's campaign, set up as people do it: lines, numbers, a list with rows that must not be called, its import.

Its customers are simulated. How the campaign is run and what is told of it is demo.py's.
"""

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voicebot.campaign.importing import ImportReport, ImportRequest, import_list
from voicebot.campaign.policy.line_choice import Gateway
from voicebot.campaign.policy.retry import DEFAULT as USUAL_RETRY
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.policy.windows import DAYS, Range, Window
from voicebot.dialog.script import Script
from voicebot.settings import Settings
from voicebot.sim.personas import SimLead
from voicebot.store import campaigns, own_numbers, stop_list
from voicebot.store.store import Store

ALWAYS = Window((Range(0, 24 * 60),), DAYS)
"""Simulated customers are called at any hour."""
BY = "demo"
DEMO_CAP = 100
"""Demos of one seed a day: they call the same numbers."""
GATEWAY = "demo"
POOL = "demo"
"""Whose numbers are shown; no campaign of people draws from it unless it says so."""
SHOWN = ("051288880001", "051288880002", "051288880003")
SOURCE = "demo"
FRESH_DAYS = 90
HEAR_OUT = "25%"
"""Of the simulated numbers, by their hash: so that the demo has words and statuses to compare."""
AGAIN_AFTER_S = 10
"""When those who were busy are called again."""
PATIENCE = timedelta(seconds=3 * AGAIN_AFTER_S)
"""The demo waits for leads that are due within this time."""
SURELY_WELL = {"least": 100_000, "complaints": 1_000}
"""Simulated people reject, complain and hang up in plenty: no number is taken out for it."""


@dataclass(frozen=True)
class DemoRequest:
    """What to run. `switch` None: the simulated one; else host and port of a FreeSWITCH with our configuration.

    `heard_dir`: where the simulated switch keeps what each customer heard, as UUID.wav; None: nowhere. `personas`: who
    they are, shares by name; empty: the simulator's mix. `whole`: the list also has rows that must not be called, and
    who was busy is called once more. `clips`: a directory of labelled recordings that are called in place of people;
    `calls` of them, spread over the labels.
    """

    calls: int = 40
    concurrency: int = 10
    seed: int = 7
    script: str = "wecom_invite"
    switch: tuple[str, int] | None = None
    heard_dir: Path | None = None
    personas: Mapping[str, float] = field(default_factory=dict)
    whole: bool = False
    clips: Path | None = None


def gateways(request: DemoRequest, settings: Settings) -> tuple[Gateway, ...]:
    """The demo's network."""
    return (Gateway(GATEWAY, request.concurrency, settings.calls_per_second),)


def begin(
    store: Store, settings: Settings, request: DemoRequest, script: Script, title: str, leads: tuple[SimLead, ...]
) -> ImportReport:
    """A campaign that runs, its leads imported: called at any hour, in the order of the list.

    Raises StoreError, InputFault, UsageError.
    """
    name = f"demo-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    own_numbers.put(store, {number: {"pool": POOL} for number in SHOWN}, by=BY)
    text = json.dumps(_plan(name, settings, request, script.name, title), ensure_ascii=False)
    plan, _ = campaigns.create(store, text, "the demo's plan", by=BY, simulated=True)
    refused = _refused(request, leads) if request.whole else ()
    _stop(store, name, [row["number"] for row in refused if row["id"].startswith("stopped")])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"{name}.csv"
        _write(path, [*_rows(leads), *refused])
        needed = {need.name: need.default is None for need in script.needs.values()}
        wanted = ImportRequest(path, mapping={"persona": "group", "source": "from"}, needed=needed, by=BY)
        report = import_list(store, plan, wanted, datetime.now(UTC))
    _stop(store, name, [row["number"] for row in refused if row["id"].startswith("late")])
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, name, state, by=BY)
    return report


def _plan(name: str, settings: Settings, request: DemoRequest, script: str, title: str) -> dict[str, object]:
    rules: dict[str, object] = {str(code): {"maximum": 0} for code in USUAL_RETRY.rules}
    if request.whole:
        rules["BUSY"] = {"delay": f"{AGAIN_AFTER_S}s", "maximum": 1}
    return {
        "campaign": name,
        "title": title,
        "script": script,
        "holidays": "none",
        "window": {"ranges": ["0:00-24:00"], "days": sorted(DAYS), "breaks": []},
        "complaint_months": 0,
        "caps": [{"calls": DEMO_CAP, "days": 1}],
        "retry": {"max_attempts": 2 if request.whole else 1, "ours_maximum": 1, "rules": rules},
        "list": {"sources": [SOURCE], "fresh_days": FRESH_DAYS},
        "lines": {
            "concurrency": request.concurrency,
            "calls_per_second": settings.calls_per_second,
            "pool": POOL,
        },
        "number_health": SURELY_WELL,
        "before_answer": {"hear_out": HEAR_OUT, "keep_audio": "all"},
    }


def _rows(leads: tuple[SimLead, ...]) -> Iterator[dict[str, str]]:
    """`persona` is a variable too: reports and tests ask calls by it."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for lead in leads:
        own = {"number": lead.number, "id": lead.number, "created": today, "from": SOURCE, "group": lead.persona}
        yield {**lead.variables, "persona": lead.persona} | own


def _refused(request: DemoRequest, leads: tuple[SimLead, ...]) -> tuple[dict[str, str], ...]:
    """Rows that nobody must be called for, each for another reason; numbers that no simulated customer has."""
    like = next(_rows(leads[:1]))

    def row(place: int, key: str, **more: str) -> dict[str, str]:
        return like | {"number": f"+86198{request.seed % 10_000:04}{place:04}", "id": key} | more

    long_ago = datetime.now(UTC) - timedelta(days=2 * FRESH_DAYS)
    return (
        row(0, "stopped before the import 1"),
        row(1, "stopped before the import 2"),
        row(2, "late: stopped after the import"),
        row(3, "old", created=f"{long_ago:%Y-%m-%d}"),
        row(4, "bought", **{"from": "bought"}),
        row(5, "short", number="1981234"),
        like,
    )


def _stop(store: Store, campaign: str, numbers: list[str]) -> None:
    """These must not be called by this campaign."""
    now = datetime.now(UTC)
    stop_list.add(store, [stop_list.Entry(number, campaign, "asked us by letter", BY, now) for number in numbers])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    headings = sorted({heading for row in rows for heading in row})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)

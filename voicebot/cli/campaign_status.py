"""`voicebot campaign status`: how far a campaign is, once or live."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.outer import outer_of
from voicebot.campaign.policy.forecast import Forecast, Hours, Work, carried_a_minute, forecast
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import ENDED, LeadState
from voicebot.campaign.policy.windows import zone_named
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.store import campaigns
from voicebot.store.campaigns import StoredCampaign
from voicebot.store.measured import past_lengths
from voicebot.store.progress import Progress, progress
from voicebot.store.store import Store

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Status:
    campaign: StoredCampaign
    counts: Progress
    coming: Forecast | None


@click.command("status")
@click.argument("campaign")
@click.option("--watch", is_flag=True, help="Go on showing it until it has ended, or Ctrl-C.")
@click.option("--every", type=click.FloatRange(0.2, 60), default=1.0, show_default=True, help="Seconds, with --watch.")
@AS_JSON
def status(campaign: str, watch: bool, every: float, as_json: bool) -> None:
    """Leads by state, attempts by result, connect rate, calls in the air, the end as forecast."""
    with opened_store() as store:
        now = _look(store, campaign)
        if as_json:
            click.echo(json.dumps(_as_json(now), ensure_ascii=False))
            return
        if not watch:
            Console().print(_drawn(now), highlight=False)
            return
        with Live(_drawn(now), refresh_per_second=4) as live:
            while now.campaign.state not in ENDED:
                time.sleep(every)
                now = _look(store, campaign)
                live.update(_drawn(now))


def _look(store: Store, name: str) -> _Status:
    found = campaigns.find(store, name)
    at = datetime.now(UTC)
    counts = progress(store, name, at, at - MINUTE)
    plan = found.plan
    return _Status(found, counts, _forecast(store, plan, found, counts, at) if plan is not None else None)


def _forecast(store: Store, plan: Plan, found: StoredCampaign, counts: Progress, at: datetime) -> Forecast | None:
    """By the campaign's own calls once there are enough of them, else by all past ones."""
    if found.state in ENDED:
        return None
    lengths = past_lengths(store, simulated=found.simulated, campaign=plan.name)
    if not lengths.measured:
        lengths = past_lengths(store, simulated=found.simulated)
    waiting = counts.leads.get(LeadState.WAITING, 0) + counts.leads.get(LeadState.CLAIMED, 0)
    rate = carried_a_minute(plan.lines.concurrency, plan.lines.calls_per_second, lengths)
    hours = Hours(plan.window, outer_of(settings_list.load()), plan.calendar(), zone_named(plan.zone))
    begin = max(at, found.starts_at) if found.starts_at else at
    return forecast(Work(waiting), hours, lengths, rate, plan.retry.max_attempts, plan.caps, begin)


def _drawn(now: _Status) -> Group:
    counts = now.counts
    zone = zone_named(now.campaign.plan.zone) if now.campaign.plan is not None else None
    head = f"{now.campaign.id}: {now.campaign.state}"
    if now.campaign.since is not None:
        head += f" since {now.campaign.since.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    lines = [head, f"  in the air {counts.in_air}, begun in the last minute {counts.last_minute}"]
    resting = f", the next at {counts.next_due.astimezone(zone):%Y-%m-%d %H:%M}" if counts.next_due else ""
    lines.append(f"  due now {counts.due:,}{resting}")
    rate = "-" if counts.connect_rate is None else f"{counts.connect_rate:.1%}"
    lines.append(f"  connect rate {rate}: {counts.connected:,} of {counts.dialled:,} leads dialled")
    if now.coming is not None and now.coming.end is not None and now.coming.attempts:
        end = now.coming.end.astimezone(zone)
        lines.append(f"  finish about {end:%A %Y-%m-%d %H:%M} ({now.coming.lengths.source})")
    return Group(Text("\n".join(lines)), _table("leads", _leads(counts)), _table("attempts", counts.attempts))


def _leads(counts: Progress) -> dict[str, int]:
    rows = {state: counts.leads.get(state, 0) for state in map(str, LeadState)}
    rows |= {f"  done: {code}": count for code, count in counts.finished.items()}
    return rows | {f"  refused: {code}": count for code, count in counts.refused.items()}


def _table(title: str, rows: Any) -> Table:
    table = Table(title, "count")
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    return table


def _as_json(now: _Status) -> dict[str, Any]:
    counts, coming = now.counts, now.coming
    return {
        "campaign": now.campaign.id,
        "state": str(now.campaign.state),
        "since": now.campaign.since.isoformat() if now.campaign.since else None,
        "starts_at": now.campaign.starts_at.isoformat() if now.campaign.starts_at else None,
        "at": counts.at.isoformat(),
        "leads": dict(counts.leads),
        "refused": dict(counts.refused),
        "finished": dict(counts.finished),
        "attempts": dict(counts.attempts),
        "dialled": counts.dialled,
        "connected": counts.connected,
        "connect_rate": counts.connect_rate,
        "in_air": counts.in_air,
        "due": counts.due,
        "next_due": counts.next_due.isoformat() if counts.next_due else None,
        "begun_in_last_minute": counts.last_minute,
        "end": coming.end.isoformat() if coming and coming.end else None,
    }

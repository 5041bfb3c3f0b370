"""What there is before the first made-up call, for tools/make_history.py: campaigns, scripts, lines, agents, lists.

What then happens is made_up_talks.py's, made_up_pick_ups.py's and made_up_agents.py's.
"""

from datetime import datetime

from sqlalchemy import Connection

from tools.made_up_agents import AGENTS
from voicebot.campaign.policy.codes import Code
from voicebot.store import campaigns
from voicebot.store.catalogue import Base
from voicebot.store.store import Store

CAMPAIGNS = {"spring": "wecom_invite", "members": "wecom_invite", "loans": "loan"}
SHARED = {"members": "spring"}
"""A campaign that calls the numbers of another one again."""
PLAN = """campaign: {campaign}
script: {script}
purpose: {script}
targets: {{{targets}}}
costs: {{lead: 0.05, minute: 0.12, agent_minute: 0.8, fixed: 500, currency: CNY}}
"""
OUT_OF_REACH = "connect_rate: 90%, intent_rate: 80%, accept_rate: 90%, add_rate: 50%, leads: 200000, days: 90"
"""Every rate is missed, so that a diagnosis has all to look at."""
SCRIPTS = {"wecom_invite": ("1", "2"), "loan": ("1",)}
ARMS = "ab"
GATEWAYS = {"north": 1.0, "south": 0.95, "east": 0.7}
"""With the factor of their chance of an answer: one line is ill."""
NUMBERS = tuple(f"0512{n:08}" for n in range(1, 41))
FLAGGED = NUMBERS[6]
REFUSED = {str(Code.STOP_LIST): 0.01, str(Code.DUPLICATE): 0.02, str(Code.BAD_NUMBER): 0.005}
"""Rows of the lists that became no lead, as shares of those that did."""

Versions = dict[tuple[str, str], int]
"""Ids of script versions by script and version."""


def add_campaigns(store: Store) -> Versions:
    """Campaigns with their plans, and the versions of their scripts."""
    for campaign, script in CAMPAIGNS.items():
        plan = PLAN.format(campaign=campaign, script=script, targets=OUT_OF_REACH)
        campaigns.create(store, plan, "made-up plan")
    return {
        (script, version): store.add_script_version(script, version, script, f"script: {script}\nversion: {version}\n")
        for script, versions in SCRIPTS.items()
        for version in versions
    }


def add_lines(connection: Connection, now: datetime) -> None:
    """Gateways, agents and our numbers, one of them out of use."""
    tables = Base.metadata.tables
    for name in GATEWAYS:
        row = {"name": name, "max_calls": 100, "calls_per_second": 20.0, "price_minute": 0.12, "since": now}
        connection.execute(tables["gateway"].insert().values(row))
    for agent in AGENTS:
        row = {"name": agent, "title": agent, "dial": f"user/{agent}", "team": "sales", "state": "offline"}
        connection.execute(tables["agent"].insert().values(row | {"state_since": now, "wrap_up_s": 20, "missed": 0}))
    for number in NUMBERS:
        row = {"number": number, "gateway": "", "weight": 1, "area": "", "state": "active", "because": "", "since": now}
        if number == FLAGGED:
            row |= {"state": "quarantined", "because": "rejected by three in ten"}
        connection.execute(tables["caller_number"].insert().values(row))


def add_lists(connection: Connection, at: datetime, leads: int, ids: Versions) -> None:
    """A list of so many leads for each campaign, and arms where its script has several versions."""
    tables = Base.metadata.tables
    refused = {code: int(leads * share) for code, share in REFUSED.items()}
    for campaign, script in CAMPAIGNS.items():
        batch = {"campaign_id": campaign, "file": f"{campaign}.csv", "digest": "", "loaded_at": at, "loaded_by": ""}
        batch |= {"rows": leads + sum(refused.values()), "loaded": leads, "refused": refused}
        connection.execute(tables["lead_batch"].insert().values(batch))
        versions = SCRIPTS[script] if len(SCRIPTS[script]) > 1 else ()
        for arm, version in zip(ARMS, versions, strict=False):
            row = {"campaign_id": campaign, "arm": arm, "share": 50, "created_at": at}
            row |= {"script_version_id": ids[script, version]}
            connection.execute(tables["campaign_arm"].insert().values(row))

"""Preflight of a campaign: who will be called and who not, until when, and whether all that it needs is there.

Rules are policy's and the linter's, counts the store's; here they are put together into remarks for people.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from voicebot.app.leads import lead_variables
from voicebot.app.prompts import prompt_cache
from voicebot.app.script_check import policy_of
from voicebot.app.versions import named
from voicebot.campaign.policy.caller_numbers import NumberState
from voicebot.campaign.policy.forecast import Forecast, Hours, Work, carried_a_minute, forecast
from voicebot.campaign.policy.masking import masked_key
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.windows import LEGAL, Window, beyond, zone_named
from voicebot.dialog.check import check
from voicebot.dialog.script import Script
from voicebot.dialog.wording import BUILT_IN, variables_of
from voicebot.dialog.wording import prompts as all_prompts
from voicebot.errors import InputFault, MissingVariable, UsageError
from voicebot.settings import Settings
from voicebot.store import gateways, own_numbers
from voicebot.store.dialable import Dialable, dialable
from voicebot.store.floor import agents_now
from voicebot.store.lead_samples import first_leads, missing
from voicebot.store.measured import past_lengths
from voicebot.store.store import Store
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.yaml_reader import suggestion

CALLS_A_RECOGNISER = 12
"""Calls that one recognising thread with a core of its own keeps up with: 4.6 % of a core a call where customers speak
30 % of the time, and a core more than 55 % busy lags (docs/performance.md, measured by tools/bench_ears)."""
SAMPLE = 100
"""Leads whose prompts are looked up in the cache."""


@dataclass(frozen=True)
class Remark:
    """Something to know before the start. An `error` keeps the campaign from being ready. `code`: short name."""

    error: bool
    code: str
    text: str


@dataclass(frozen=True)
class Preflight:
    """What was found. `recognised`: calls at once that recognition keeps up with."""

    campaign: str
    at: datetime
    leads: Dialable
    forecast: Forecast
    concurrency: int
    recognised: int
    remarks: tuple[Remark, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing keeps the campaign from starting."""
        return not any(remark.error for remark in self.remarks)


def preflight(settings: Settings, store: Store, plan: Plan, at: datetime, outer: Window = LEGAL) -> Preflight:
    """Look at everything as of `at` (aware); nothing is changed. Raises StoreError, InputFault for broken intents."""
    leads = dialable(store, plan, at, outer)
    lengths = past_lengths(store, simulated=False)
    hours = Hours(plan.window, outer, plan.calendar(), zone_named(plan.zone))
    rate = carried_a_minute(plan.lines.concurrency, plan.lines.calls_per_second, lengths)
    work = Work(leads.fresh, leads.begun)
    coming = forecast(work, hours, lengths, rate, plan.retry.max_attempts, plan.caps, at)
    remarks = (
        *_leads(plan, leads),
        *_hours(plan, outer, coming),
        *_scripts(settings, store, plan),
        *_lines(settings, store, plan, at),
        *_agents(settings, store, plan, at),
        *_recognition(settings, plan),
        *_budget(plan, coming),
    )
    return Preflight(plan.name, at, leads, coming, plan.lines.concurrency, recognised(settings), remarks)


def recognised(settings: Settings) -> int:
    """Calls at once that recognition keeps up with on this machine: threads that have a core each."""
    return CALLS_A_RECOGNISER * min(settings.recognisers, os.cpu_count() or 1)


def _leads(plan: Plan, leads: Dialable) -> Iterator[Remark]:
    if not leads.leads:
        yield Remark(True, "no-leads", f"there are no leads; load them: voicebot campaign import {plan.name} LIST.csv")
    elif not leads.will_be_called:
        yield Remark(True, "nobody-to-call", "none of the leads will be called; the counts say why")


def _hours(plan: Plan, outer: Window, coming: Forecast) -> Iterator[Remark]:
    if coming.end is None:
        yield Remark(True, "no-end", "the leads cannot be called within a year: more lines, or wider hours")
    if wide := beyond(plan.window, outer):
        shown = ", ".join(map(str, outer.open_ranges()))
        yield Remark(
            True,
            "outer-window",
            f"{', '.join(wide)} lies outside of the outer window ({shown}; VOICEBOT_OUTER_HOURS, VOICEBOT_OUTER_DAYS);"
            " narrow the plan's window",
        )


def _scripts(settings: Settings, store: Store, plan: Plan) -> Iterator[Remark]:
    training = load_training(training_files(settings.intents_dir))
    for arm in plan.arms:
        try:
            script = named(settings, store, arm.script).script
        except (UsageError, InputFault) as fault:
            yield Remark(True, "script", f"arm {arm.name}: {fault}")
            continue
        yield from _lint(settings, script, training)
        yield from _messages(plan, script)
        short = False
        for need in script.needs.values():
            count = missing(store, plan.name, need.name) if need.default is None else 0
            if count:
                short = True
                yield Remark(
                    True,
                    "needs",
                    f"{count:,} leads have no {need.name!r}, which script {script.name} needs; give it a"
                    " default, or import with the column",
                )
        if not short:
            yield from _prompts(settings, store, plan, script)


def _messages(plan: Plan, script: Script) -> Iterator[Remark]:
    """What is left for machines is said by this script's nodes, with its variables."""
    known = {*script.needs, *BUILT_IN}
    for code, follow in plan.answered.follows.items():
        kind = f"answered_by: {str(code).lower()}"
        if follow.node and follow.node not in script.nodes:
            told = f"script {script.name} has no node {follow.node!r}{suggestion(follow.node, script.nodes)}"
            yield Remark(True, "message", f"{kind}: {told}")
        for name in variables_of(follow.message):
            if name not in known:
                told = f"the message names {{{name}}}, which script {script.name} does not need"
                yield Remark(True, "message", f"{kind}: {told}{suggestion(name, known)}")


def _lint(settings: Settings, script: Script, training: Training) -> Iterator[Remark]:
    found = check(script, training, None, policy_of(settings))
    errors = [one for one in found if one.severity == "error"]
    for one in errors:
        yield Remark(True, "script", str(one))
    if len(found) > len(errors):
        count = len(found) - len(errors)
        yield Remark(False, "script", f"script {script.name} has {count} warnings: voicebot script check {script.name}")


def _prompts(settings: Settings, store: Store, plan: Plan, script: Script) -> Iterator[Remark]:
    """What the first leads would hear, looked up in the cache."""
    wanted: set[tuple[str, str]] = set()
    for lead in first_leads(store, plan.name, SAMPLE):
        try:
            said = all_prompts(script, lead_variables(script, lead.number, lead.variables))
        except MissingVariable as fault:
            yield Remark(True, "needs", f"lead {masked_key(lead.key, lead.number)}: {fault}")
            return
        wanted.update((prompt.text, prompt.voice_key) for prompt in said if prompt.file is None)
    if not wanted:
        return
    with prompt_cache(settings) as cache:
        absent = sum(not cache.has(*one) for one in wanted)
    if absent:
        yield Remark(
            False,
            "prompts",
            f"{absent:,} of {len(wanted):,} prompts of the first leads are not rendered; the offline"
            f" voice will say them, and customers wait for it: voicebot prompts render {script.name} --leads LIST.csv",
        )


def _lines(settings: Settings, store: Store, plan: Plan, at: datetime) -> Iterator[Remark]:
    lines = plan.lines
    known = {one.name: one for one in gateways.listed(store)}
    unknown = [name for name in lines.gateways if name not in known]
    for name in unknown:
        yield Remark(True, "gateway", f"there is no gateway {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    for name in lines.gateways:
        if name in known and not known[name].up:
            yield Remark(False, "gateway", f"gateway {name} is down: {known[name].because}")
    usable = [one for one in known.values() if one.up and (not lines.gateways or one.name in lines.gateways)]
    if known and not usable and not unknown:
        yield Remark(True, "gateway", "every gateway that the plan may use is down")
    carried = sum(one.max_calls for one in usable)
    if usable and carried < lines.concurrency:
        yield Remark(False, "gateway", f"{lines.concurrency} calls at once are planned, the gateways carry {carried}")
    numbers = own_numbers.listed(store, at, plan.zone, lines.pool)
    active = any(one.number.state == NumberState.ACTIVE for one in numbers)
    if lines.pool and not active:
        yield Remark(True, "numbers", f"the pool {lines.pool!r} has no active number")
    elif not active and not settings.caller_number:
        yield Remark(False, "numbers", "no caller number is known: customers see what the gateway shows")


def _agents(settings: Settings, store: Store, plan: Plan, at: datetime) -> Iterator[Remark]:
    """Whether anybody is there to take what the pacing reckons on; who is at work later is counted then."""
    mode = plan.lines.mode
    if mode == "fixed":
        return
    teams: set[str] = set()
    for arm in plan.arms:
        try:
            teams.update(handoff.target for handoff in named(settings, store, arm.script).script.handoffs.values())
        except (UsageError, InputFault):
            return  # a script that cannot be read is told of already
    if not teams:
        yield Remark(True, "agents", f"{mode} pacing goes by agents, and no script of the campaign hands off to any")
    elif not agents_now(store, plan.name, teams, at).names:
        yield Remark(
            False,
            "agents",
            f"{mode} pacing calls nobody while no agent of {', '.join(sorted(teams))} is at work: voicebot agent idle"
            " NAME (voicebot agent list shows who there is)",
        )


def _recognition(settings: Settings, plan: Plan) -> Iterator[Remark]:
    calls = recognised(settings)
    if calls < plan.lines.concurrency:
        yield Remark(
            False,
            "recognition",
            f"{plan.lines.concurrency} calls at once are planned, recognition keeps up with"
            f" {calls}: {settings.recognisers} recognisers x {CALLS_A_RECOGNISER} calls; more cores with more"
            " VOICEBOT_RECOGNISERS, more call servers, or fewer lines",
        )


def _budget(plan: Plan, coming: Forecast) -> Iterator[Remark]:
    if plan.budget_calls and coming.attempts > plan.budget_calls:
        yield Remark(
            False, "budget", f"about {coming.attempts:,} attempts are expected, the budget is {plan.budget_calls:,}"
        )

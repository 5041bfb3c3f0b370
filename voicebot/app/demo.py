"""The demo: a campaign of simulated customers, called by the real robot, on a simulated or a real FreeSWITCH.

Only how it is put together and in which order; each part is the one that production uses.
"""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import gevent

from voicebot.app.call_server import CallServer, ServerFigures, connected
from voicebot.app.child import Child
from voicebot.app.dialling import Dialling, dialling, now
from voicebot.app.engine import installed_engine
from voicebot.app.leads import lead_variables
from voicebot.app.places import unwritable, writable
from voicebot.app.prompts import prompt_cache, render_ahead
from voicebot.app.scripts import Scripts, register, script_path
from voicebot.campaign.lost import close_lost, longest_attempt_s
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.policy.windows import DAYS, Range, Window
from voicebot.campaign.rounds import Hands
from voicebot.errors import Stopped, StoreError, VoicebotError
from voicebot.esl.control import Control
from voicebot.esl.histogram import LagHistogram
from voicebot.esl.off_hub import in_thread
from voicebot.reports.only import Only
from voicebot.reports.page import Fact, render_page
from voicebot.reports.summary import Summary, summary
from voicebot.settings import Settings
from voicebot.sim.personas import SimLead, population
from voicebot.speech.vosk_asr import load_model
from voicebot.store import campaigns
from voicebot.store.leases import close_mine
from voicebot.store.store import NewLead, Store, open_store
from voicebot.store.writer import Writer

log = logging.getLogger(__name__)

DRAIN_S = 20.0
FLUSH_S = 30.0
STOP_S = 10.0
"""How long the attempts in the air get to be written down when the demo is stopped."""
SHOW_EVERY_S = 0.5
RECORDINGS, REPORTS = "recordings", "report"
DEMO_AGENT = "sofia/gateway/demo/agent1"
ALWAYS = Window((Range(0, 24 * 60),), DAYS)
"""Simulated customers are called at any hour."""
BY = "demo"
DEMO_CAP = 100
"""Demos of one seed a day: they call the same numbers."""


@dataclass(frozen=True)
class DemoRequest:
    """What to run. `switch` None: the simulated one; else host and port of a FreeSWITCH with our configuration.

    `heard_dir`: where the simulated switch keeps what each customer heard, as UUID.wav; None: nowhere.
    """

    calls: int = 40
    concurrency: int = 10
    seed: int = 7
    script: str = "wecom_invite"
    switch: tuple[str, int] | None = None
    heard_dir: Path | None = None


@dataclass(frozen=True)
class DemoRun:
    """What ran: the campaign with its figures, and how the processes kept up.

    `fault`: what ended the run before its time, or what is missing of its results; the figures are then of what there
    is. `page` None: it could not be written.
    """

    campaign_id: str
    seconds: float
    summary: Summary
    server: ServerFigures
    switch: dict[str, Any]
    store_errors: tuple[str, ...]
    page: Path | None
    fault: VoicebotError | None

    def as_json(self) -> dict[str, Any]:
        """The figures of `voicebot demo --json`; milliseconds, seconds and counts."""
        answer, barge_in = self.summary.latencies.answer, self.summary.latencies.barge_in
        hub, frames, ears = self.server.hub_lag, self.server.frame_lag, self.server.ears
        return {
            "campaign": self.campaign_id,
            "attempts": self.summary.attempts,
            "answered": self.summary.answered,
            "results": dict(self.summary.results),
            "grades": dict(self.summary.grades),
            "node_hangups": dict(self.summary.node_hangups),
            "transfers": self.summary.transfers,
            "turns": self.summary.turns,
            "engines": dict(self.summary.engines),
            "turn_latency_ms": {"p50": answer.p50, "p95": answer.p95, "n": answer.count},
            "barge_in_ms": {"p50": barge_in.p50, "p95": barge_in.p95, "n": barge_in.count},
            "hub_lag_ms": {
                "p50": round(hub.quantile(0.5), 1),
                "p99": round(hub.quantile(0.99), 1),
                "max": round(hub.max_ms, 1),
            },
            "frame_lag_ms": _lags(frames),
            "ear_lag_ms": {"p50": ears.lag_p50_ms, "p99": ears.lag_p99_ms, "max": ears.lag_max_ms},
            "frames_late": self.summary.frames_late,
            "worst_gap_ms": self.summary.worst_gap_ms,
            "switch": self.switch,
            "store_errors": list(self.store_errors),
            "page": str(self.page) if self.page else None,
            "fault": str(self.fault) if self.fault else None,
            "seconds": round(self.seconds, 1),
        }


def _lags(lags: LagHistogram) -> dict[str, float]:
    return {"p50": round(lags.quantile(0.5), 1), "p99": round(lags.quantile(0.99), 1), "max": round(lags.max_ms, 1)}


class Show(Protocol):
    """Where the demo tells how far it is."""

    def stage(self, title: str, total: int) -> None:
        """A new stage of so many steps began."""

    def step(self, done: int) -> None:
        """So many steps of the stage are done."""

    def share(self, done: int, of: int) -> None:
        """So many of so many; from any thread."""

    def live(self, placed: int, of: int, ringing_or_talking: int) -> None:
        """The calls at this moment."""


def run_demo(settings: Settings, request: DemoRequest, show: Show) -> DemoRun:
    """Call `request.calls` simulated customers and return when every attempt has its result.

    A switch or database that is lost on the way, and Stopped, end the calls and are told as the run's `fault`. Raises
    InputFault for a broken script, UsageError, ModelMissing, SpeechError, SwitchUnreachable, SwitchRefused, StoreError,
    and Stopped before the first call.
    """
    path = script_path(settings, request.script)
    settings = replace(settings, gateway="demo", handoff_dial=settings.handoff_dial or DEMO_AGENT)
    writable(settings.recordings_dir, RECORDINGS)
    reports_dir = writable(settings.data_dir / "reports", REPORTS)
    leads = population(request.seed, request.calls)
    with ExitStack() as stack:
        store = open_store(settings.database, settings.data_dir)
        stack.callback(store.close)
        close_lost(store, longest_attempt_s(settings))
        stored = register(store, path)
        script = stored.script
        show.stage("understanding and recognition", 2)
        classifier = stack.enter_context(installed_engine(settings))
        show.step(1)
        model = load_model(settings.model, settings)
        show.step(2)
        prompts = stack.enter_context(prompt_cache(settings))
        show.stage("prompts", 1)
        variables = [lead_variables(script, lead.number, lead.variables) for lead in leads]
        in_thread(render_ahead, prompts, settings, script, variables, show.share)
        switch = stack.enter_context(_switch(settings, request, script.name, show))
        writer = Writer(store)
        stack.callback(in_thread, writer.close)
        scripts = Scripts(store, script.name, stored, follow=False)
        server = CallServer(settings, switch.control, store, writer, scripts, model, prompts, classifier)
        server.start()
        stack.callback(server.stop, DRAIN_S)
        title = f"{script.title}: {request.calls} simulated customers"
        campaign_id = _campaign(store, settings, request, script.name, title, leads)
        began = time.monotonic()
        socket = (settings.serve_host, server.port)
        dialer = dialling(
            switch.control, store, writer, settings, socket, names=(campaign_id,), simulated=True, outer=ALWAYS
        )
        fault = _watch(dialer, len(leads), show)
        fault = _ended(dialer, store, writer, server, campaign_id, switch) or fault
        seconds = time.monotonic() - began
        figures = server.figures()
        only = Only(campaign=campaign_id)
        total = _summary(store, only)
        page = reports_dir / f"{campaign_id}.html"
        facts = _facts(seconds, figures, request)
        try:
            page.write_text(render_page(store, only, title, datetime.now().astimezone(), facts), encoding="utf-8")
        except OSError as error:
            fault = fault or unwritable(page, REPORTS, error)
    if writer.stats.down or writer.stats.refused:
        fault = fault or StoreError(writer.errors[-1])
    written = page if page.is_file() else None
    return DemoRun(campaign_id, seconds, total, figures, switch.child.report, writer.errors, written, fault)


def _summary(store: Store, only: Only) -> Summary:
    try:
        return summary(store, only)
    except StoreError as error:
        kept = f"the records of this run are kept in {store.spill_dir}: then run: voicebot db recover"
        raise StoreError(f"{error}; {kept}") from None


def _facts(seconds: float, figures: ServerFigures, request: DemoRequest) -> list[Fact]:
    """What the page tells beside the store's figures."""
    switch = ":".join(map(str, request.switch)) if request.switch else "simulated"
    return [
        Fact("Switch", switch),
        Fact("Seed", str(request.seed)),
        Fact("Calls at once", str(request.concurrency)),
        Fact("Length of the run", f"{seconds:.0f} s"),
        Fact("Lag of the hub, p99", f"{figures.hub_lag.quantile(0.99):.1f} ms"),
        Fact("Lag of recognition, p99", f"{figures.ears.lag_p99_ms} ms"),
    ]


@dataclass
class _Switch:
    control: Control
    child: Child


@contextmanager
def _switch(settings: Settings, request: DemoRequest, script: str, show: Show) -> Iterator[_Switch]:
    """A connected control of the switch, with the customers ready to be called behind it."""
    sounds = str(settings.data_dir / "simulated-customers")
    common = ["--calls", str(request.calls), "--script", script, "--sounds-dir", sounds, "--progress"]
    show.stage("customers", request.calls)
    if request.switch is None:
        module = "voicebot.sim.switch"
        common += ["--population-seed", str(request.seed), "--password", settings.switch_password]
        if request.heard_dir is not None:
            common += ["--heard-dir", str(writable(request.heard_dir, "what customers hear"))]
    else:
        module = "voicebot.sim.customer_server"
        common += ["--seed", str(request.seed)]
    with Child(module, common, lambda done, _: show.step(done)) as child:
        host, port = request.switch or ("127.0.0.1", child.ready["esl_port"])
        with connected(host, port, settings.switch_password) as control:
            yield _Switch(control, child)


def _campaign(
    store: Store, settings: Settings, request: DemoRequest, script: str, title: str, leads: tuple[SimLead, ...]
) -> str:
    """A campaign that runs, with its leads: each is called once, at any hour, in the order of the list."""
    campaign_id = f"demo-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    plan = {
        "campaign": campaign_id,
        "title": title,
        "script": script,
        "holidays": "none",
        "window": {"ranges": ["0:00-24:00"], "days": sorted(DAYS), "breaks": []},
        "complaint_months": 0,
        "caps": [{"calls": DEMO_CAP, "days": 1}],
        "retry": {"max_attempts": 1, "ours_maximum": 1},
        "lines": {"concurrency": request.concurrency, "calls_per_second": settings.calls_per_second},
    }
    campaigns.create(store, json.dumps(plan, ensure_ascii=False), "the demo's plan", simulated=True)
    rows = [NewLead(lead.number, lead.number, {**lead.variables, "persona": lead.persona}) for lead in leads]
    store.add_leads(campaign_id, rows)
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, campaign_id, state, by=BY)
    return campaign_id


def _watch(dialer: Dialling, calls: int, show: Show) -> VoicebotError | None:
    """Run the dialer and show the live count meanwhile; what ended it early, if anything did."""
    runner = dialer.runner
    running = gevent.spawn(_dial, dialer)
    show.stage("calls", calls)
    stopped = None
    try:
        while not running.ready():
            show.live(runner.placed, calls, runner.live)
            running.join(timeout=SHOW_EVERY_S)
    except Stopped as stop:
        stopped = stop
        runner.stop()
        running.join(timeout=STOP_S)
    show.live(runner.placed, calls, runner.live)
    return stopped or running.get(block=False)


def _dial(dialer: Dialling) -> VoicebotError | None:
    """The dialer's own error as a value: a greenlet that raises it would print it too."""
    try:
        dialer.runner.run(until_idle=True)
    except VoicebotError as fault:
        return fault
    return None


def _ended(
    dialer: Dialling, store: Store, writer: Writer, server: CallServer, campaign_id: str, switch: _Switch
) -> StoreError | None:
    """End the campaign: every attempt gets its result, every lead its final state."""
    if not switch.child.alive:
        with gevent.Timeout(DRAIN_S, False):  # type: ignore[arg-type]  # False: end the block quietly
            while server.calls:
                gevent.sleep(SHOW_EVERY_S)
    in_thread(writer.flush, FLUSH_S)
    try:
        if not switch.child.alive:
            in_thread(close_mine, store, dialer.owner, now())
        in_thread(
            lambda: campaigns.step_to(
                store, campaign_id, CampaignState.DRAINING, by=BY, why="the demo ends", only_from=CampaignState.RUNNING
            )
        )
        in_thread(lambda: dialer.rounds.run(Hands({}), 0.0, dialling=False))
    except StoreError as error:
        return error
    return None

"""The demo: a campaign of simulated customers, called by the real robot, on a simulated or a real FreeSWITCH.

Only how it is put together and in which order; each part is the one that production uses.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import gevent

from voicebot.app.call_server import CallServer, ServerFigures, connected
from voicebot.app.child import Child
from voicebot.app.demo_campaign import ALWAYS, BY, PATIENCE, DemoRequest, begin, gateways
from voicebot.app.demo_figures import DemoRun
from voicebot.app.dialling import Dialling, dialling, now
from voicebot.app.engine import installed_engine
from voicebot.app.leads import lead_variables
from voicebot.app.line_book import opened_line_book
from voicebot.app.places import unwritable, writable
from voicebot.app.prompts import prompt_cache, render_ahead
from voicebot.app.scripts import Scripts, register, script_path
from voicebot.app.stopping import outcome
from voicebot.campaign.importing import ImportReport
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.lost import close_lost, longest_attempt_s
from voicebot.campaign.policy.states import CampaignState
from voicebot.errors import Stopped, StoreError, VoicebotError
from voicebot.esl.control import Control
from voicebot.esl.off_hub import in_thread
from voicebot.reports.answers import answer_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.only import Only
from voicebot.reports.page import Fact, render_page
from voicebot.reports.summary import Summary, summary
from voicebot.settings import Settings
from voicebot.sim.clips import read_clips
from voicebot.sim.personas import SimLead, population, stand_in
from voicebot.speech.languages import Models
from voicebot.store import campaigns
from voicebot.store.leases import close_mine
from voicebot.store.progress import progress
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer

log = logging.getLogger(__name__)

DRAIN_S = 20.0
FLUSH_S = 30.0
STOP_S = 10.0
"""How long the attempts in the air get to be written down when the demo is stopped."""
SHOW_EVERY_S = 0.5
RECORDINGS, REPORTS = "recordings", "report"
DEMO_AGENT = "sofia/gateway/demo/agent1"


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
    leads = _leads(request)
    with ExitStack() as stack:
        store = open_store(settings.database, settings.data_dir)
        stack.callback(store.close)
        close_lost(store, longest_attempt_s(settings))
        stored = register(store, path)
        script = stored.script
        show.stage("understanding and recognition", 2)
        classifier = stack.enter_context(installed_engine(settings))
        show.step(1)
        models = Models(settings)
        models.load((script.language,))
        show.step(2)
        prompts = stack.enter_context(prompt_cache(settings))
        show.stage("prompts", 1)
        variables = [lead_variables(script, lead.number, lead.variables) for lead in leads]
        in_thread(render_ahead, prompts, settings, script, variables, show.share)
        switch = stack.enter_context(_switch(settings, request, script.name, show))
        writer = Writer(store)
        stack.callback(in_thread, writer.close)
        scripts = Scripts(store, script.name, stored, follow=False)
        server = CallServer(settings, switch.control, store, writer, scripts, models, prompts, classifier)
        server.start()
        stack.callback(server.stop, DRAIN_S)
        title = f"{script.title}: {request.calls} simulated customers"
        loaded = begin(store, settings, request, script, title, leads)
        campaign_id = loaded.campaign
        began = time.monotonic()
        socket = (settings.serve_host, server.port)
        lines = stack.enter_context(
            opened_line_book(settings, store, switch.control.name(), only=gateways(request, settings), alone=True)
        )
        dialer = dialling(
            switch.control,
            store,
            writer,
            settings,
            socket,
            names=(campaign_id,),
            simulated=True,
            outer=ALWAYS,
            lines=lines,
        )
        fault = _watch(dialer, len(leads), show)
        fault = _ended(dialer, store, writer, server, campaign_id, switch) or fault
        seconds = time.monotonic() - began
        figures = server.figures()
        only = Only(campaign=campaign_id)
        total = _summary(store, only)
        not_called = _not_called(store, loaded)
        answers = answer_report(store, only)
        shown = {row.line: row.attempts for row in gateway_lines(store, only)}
        shown |= {row.line: row.attempts for row in number_lines(store, only)}
        page = reports_dir / f"{campaign_id}.html"
        facts = _facts(seconds, figures, request)
        try:
            page.write_text(render_page(store, only, title, datetime.now().astimezone(), facts), encoding="utf-8")
        except OSError as error:
            fault = fault or unwritable(page, REPORTS, error)
    if writer.stats.down or writer.stats.refused:
        fault = fault or StoreError(writer.errors[-1])
    return DemoRun(
        campaign_id=campaign_id,
        rows=loaded.rows,
        not_called=not_called,
        lines=shown,
        seconds=seconds,
        summary=total,
        server=figures,
        switch=switch.child.report,
        store_errors=writer.errors,
        page=page if page.is_file() else None,
        fault=fault,
        answers=answers,
    )


def _not_called(store: Store, loaded: ImportReport) -> Counter[str]:
    """Rows of the list by the reason for which nobody was called; CANCELLED: not again, for the demo was over."""
    at = now()
    return Counter(progress(store, loaded.campaign, at, at).refused) + loaded.faults


def _leads(request: DemoRequest) -> tuple[SimLead, ...]:
    """Whom the demo calls."""
    if request.clips is None:
        return population(request.seed, request.calls, *([request.personas] if request.personas else []))
    clips = read_clips(request.clips, request.calls)
    return tuple(stand_in(clip.number, f"{clip.phase}:{clip.label}") for clip in clips)


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
    if request.personas:
        common += ["--personas", ",".join(f"{name}={share}" for name, share in request.personas.items())]
    if request.clips is not None:
        common += ["--clips", str(request.clips.resolve())]
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


def _watch(dialer: Dialling, calls: int, show: Show) -> VoicebotError | None:
    """Run the dialer and show the live count meanwhile; what ended it early, if anything did."""
    runner = dialer.runner
    running = gevent.spawn(outcome, lambda: runner.run(until_idle=True, patience=PATIENCE))
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

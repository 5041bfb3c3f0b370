"""The call server as a process runs it: recognition, prompts, store and event socket behind one start and stop."""

import gc
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import gevent

from voicebot.app.answering import installed_answering
from voicebot.app.briefs import brief_finder
from voicebot.app.engine import installed_engine
from voicebot.app.leads import lead_variables
from voicebot.app.prompts import prompt_cache, speaker
from voicebot.app.scripts import Scripts, scripts_of
from voicebot.call.actor import CallActor
from voicebot.call.agent_book import AgentBook
from voicebot.call.handoff import DEFAULT_TARGET, Agents
from voicebot.call.parts import Parts
from voicebot.call.services import Services, allowed
from voicebot.campaign.lost import close_lost, longest_attempt_s
from voicebot.errors import SpeechError, VoicebotError
from voicebot.esl.bridge import HubBridge
from voicebot.esl.control import Control
from voicebot.esl.histogram import LagHistogram
from voicebot.esl.hub_lag import HubLag
from voicebot.esl.off_hub import in_thread
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession
from voicebot.settings import Settings
from voicebot.speech.ear import EarPool, PoolStats
from voicebot.speech.languages import Models
from voicebot.speech.prompts import PromptCache
from voicebot.speech.vad import default_vad
from voicebot.store.owners import owner_named
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer
from voicebot.understanding.match import match
from voicebot.understanding.types import Classifier, Expectation

log = logging.getLogger(__name__)

THREADPOOL_SIZE = 20
"""Native threads for what may block (prompts, database, matching), beside the recognisers'."""
WARM_UP = {"zh": "你好", "en": "hello"}
HUB_PRIORITY = 1
"""The lowest of real time; a switch on the same machine goes first."""


@dataclass(frozen=True)
class ServerFigures:
    """How the process kept up: lag of the hub, lag of frames from arrival to handling, lag of the ears."""

    hub_lag: LagHistogram
    frame_lag: LagHistogram
    ears: PoolStats


class CallServer:
    """Takes the calls that the switch brings; each talks by the version that `scripts` names for it."""

    def __init__(
        self,
        settings: Settings,
        control: Control,
        store: Store,
        writer: Writer,
        scripts: Scripts,
        models: Models,
        prompts: PromptCache,
        classifier: Classifier | None,
    ) -> None:
        gevent.get_hub().threadpool.maxsize = THREADPOOL_SIZE
        self._scripts = scripts
        self._models = models
        self._hub_lag = HubLag()
        self._ears = EarPool(models.of, default_vad, settings.recognisers)
        self._to_hub: HubBridge[Callable[[], None]] = HubBridge(lambda what: what())
        owner = owner_named(uuid.uuid4().hex[:12], control.name())
        longest = timedelta(seconds=longest_attempt_s(settings))
        self._agent_book = AgentBook(store, owner, control.exists, longest, lambda: datetime.now(UTC))
        self._agents = Agents(
            control,
            {DEFAULT_TARGET: settings.handoff_dial},
            settings.handoff_talk_s,
            settings.agent_ring_s,
            self._agent_book,
        )
        self._parts = Parts(
            settings=settings,
            find_brief=brief_finder(store, scripts),
            speak=speaker(prompts, settings),
            ears=self._ears,
            to_hub=self._to_hub,
            classifier=classifier,
            writer=writer,
            agents=self._agents,
            answering=installed_answering(settings),
            services=Services(allowed(settings.lookup_hosts, settings.lookup_tokens)),
            frame_lags=LagHistogram(),
        )
        self._server = OutboundServer(settings.serve_host, settings.serve_port, self._talk, settings.max_calls)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def speaks(self) -> str:
        """What new calls use, for people."""
        return self._scripts.told(self._scripts.current())

    @property
    def calls(self) -> int:
        """Calls in hand."""
        return self._server.calls

    def start(self) -> None:
        """Take calls from now on. Raises UsageError if the address is taken."""
        self._warm_up()
        self._parts.services.start()
        self._agents.legs.listen()
        self._agent_book.start()
        _hurry()
        self._server.start()
        self._hub_lag.start()

    def _warm_up(self) -> None:
        """What the first call would otherwise pay with audio: tables that load on first use, and a walk of the
        collector over all that start-up made."""
        for language in self._models.languages:
            match(WARM_UP[language], Expectation(), self._parts.classifier)
        lead_variables(self._scripts.current().script, "", {})
        gc.collect()
        gc.freeze()

    def stop(self, drain_s: float) -> None:
        """Take no more calls, let those in hand end within `drain_s` seconds, free everything."""
        self._server.stop(drain_s)
        self._agent_book.close()
        self._hub_lag.stop()
        try:
            self._ears.close()
        except SpeechError as error:
            log.error("%s", error)
        self._parts.services.close()
        self._to_hub.close()

    def figures(self) -> ServerFigures:
        """How well the process has kept up so far."""
        return ServerFigures(self._hub_lag.lags, self._parts.frame_lags, self._ears.stats())

    def _talk(self, session: CallSession) -> None:
        CallActor(session, self._parts).run()


def _hurry() -> None:
    """Let the hub's thread run before everything that is not real-time, as `freeswitch -rp` does for itself.

    Only this thread: the recognisers' exist already, and what it starts later does not inherit. Niceness would not do,
    since Linux shares the processor out by session first. Only a privileged user may; without it the audio depends on
    how busy the machine is, and the figures tell.
    """
    if hasattr(os, "sched_setscheduler"):  # Linux
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(HUB_PRIORITY))


@contextmanager
def connected(host: str, port: int, password: str) -> Iterator[Control]:
    """A control connection for the length of the block. Raises SwitchUnreachable, SwitchRefused."""
    control = Control(host, port, password)
    control.connect()
    try:
        yield control
    finally:
        control.close()


@contextmanager
def open_call_server(
    settings: Settings, script: str, drain_s: float, on_lost: Callable[[VoicebotError], None]
) -> Iterator[CallServer]:
    """A whole call server; where a campaign has no arms it talks by `script`, the published version if there is one.

    At the end of the block calls get `drain_s` seconds to end.

    `on_lost(why)` is called when the switch's own event socket is gone; it must not block.
    Raises InputFault, UsageError, ModelMissing, SwitchUnreachable, SwitchRefused, StoreError.
    """
    with ExitStack() as stack:
        store = open_store(settings.database, settings.data_dir)
        stack.callback(store.close)
        close_lost(store, longest_attempt_s(settings))
        scripts = scripts_of(settings, store, script)
        prompts = stack.enter_context(prompt_cache(settings))
        classifier = stack.enter_context(installed_engine(settings))
        models = Models(settings)
        models.load(scripts.languages())
        address = (settings.switch_host, settings.switch_port, settings.switch_password)
        control = stack.enter_context(connected(*address))
        control.on_lost(on_lost)
        writer = Writer(store)
        stack.callback(in_thread, writer.close)
        server = CallServer(settings, control, store, writer, scripts, models, prompts, classifier)
        server.start()
        stack.callback(server.stop, drain_s)
        yield server

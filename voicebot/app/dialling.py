"""The dialer as a process runs it: placing, rounds and the search for orphans on one switch connection."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from voicebot.app.call_server import connected
from voicebot.app.line_book import follow_gateways, opened_line_book
from voicebot.app.outer import outer_of
from voicebot.app.teams import teams_of_campaigns
from voicebot.campaign.agent_floor import StoreFloor
from voicebot.campaign.line import Lines, OneLine
from voicebot.campaign.lost import longest_attempt_s
from voicebot.campaign.orphans import Orphans
from voicebot.campaign.placing import Placer
from voicebot.campaign.policy.windows import Window
from voicebot.campaign.rounds import Rounds, Scope
from voicebot.campaign.runner import Runner
from voicebot.campaign.webhooks import Sender
from voicebot.esl.control import Control
from voicebot.esl.off_hub import in_thread
from voicebot.settings import Settings
from voicebot.store.clock import check_clock
from voicebot.store.owners import owner_named
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer


@dataclass(frozen=True)
class Dialling:
    """A dialer ready to run, its dealings with the store, and its name there."""

    owner: str
    runner: Runner
    rounds: Rounds


def now() -> datetime:
    """The dialer's clock."""
    return datetime.now(UTC)


def dialling(
    control: Control,
    store: Store,
    writer: Writer,
    settings: Settings,
    socket: tuple[str, int],
    *,
    names: tuple[str, ...] = (),
    simulated: bool = False,
    outer: Window | None = None,
    lines: Lines | None = None,
) -> Dialling:
    """A dialer of its own name on a connected switch. `socket`: the call server as the switch reaches it.

    `names`, `simulated`, `outer` as in Scope; without `outer` the hours of the settings, without `lines` their gateway
    and caller number. Raises UsageError, SwitchUnreachable, SwitchRefused.
    """
    switch = control.name()
    owner = owner_named(uuid.uuid4().hex[:12], switch)
    scope = Scope(
        owner=owner,
        lines=settings.max_calls,
        calls_per_second=settings.calls_per_second,
        names=names,
        simulated=simulated,
        outer=outer or outer_of(settings),
    )
    lines = lines or OneLine(settings)
    placer = Placer(control, writer, store, settings, socket)
    floor = StoreFloor(store, teams_of_campaigns(store), now)
    rounds = Rounds(store, lines, scope, now, floor, partial(check_clock, store, now))
    longest = timedelta(seconds=longest_attempt_s(settings))
    search = Orphans(store, switch, control, longest, now)
    return Dialling(owner, Runner(placer, rounds, search, lines), rounds)


@contextmanager
def open_dialer(settings: Settings, names: tuple[str, ...]) -> Iterator[Runner]:
    """A whole dialer for real campaigns, `names` only if there are any; its last results are written at the end.

    Webhooks are sent meanwhile. Raises UsageError, SwitchUnreachable, SwitchRefused, StoreError, LimitsUnknown.
    """
    with ExitStack() as stack:
        store = open_store(settings.database, settings.data_dir)
        stack.callback(store.close)
        address = (settings.switch_host, settings.switch_port, settings.switch_password)
        control = stack.enter_context(connected(*address))
        sender = Sender(store, settings)
        sender.start()
        stack.callback(in_thread, sender.stop)  # after the writer: what it writes last may go out still
        writer = Writer(store)
        stack.callback(in_thread, writer.close)
        socket = (settings.serve_host, settings.serve_port)
        lines = stack.enter_context(opened_line_book(settings, store, control.name()))
        follow_gateways(control, lines)
        yield dialling(control, store, writer, settings, socket, names=names, lines=lines).runner

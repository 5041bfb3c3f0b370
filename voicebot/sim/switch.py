"""The simulated FreeSWITCH as a process: `python -m voicebot.sim.switch --population-seed 7 --calls 40`.
Prints one JSON line when it is ready and one with its own figures when it ends; ends on SIGTERM or at stdin's end."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from voicebot.errors import VoicebotError
from voicebot.sim import api, outbound
from voicebot.sim.dialstring import Action
from voicebot.sim.exchange import Exchange, ExchangeConfig
from voicebot.sim.inbound import InboundConnection
from voicebot.sim.people import People
from voicebot.sim.process import add_people, hurry, prepared, stdin_is_a_pipe, tell

LOOPBACK: Final = "127.0.0.1"


class SimulatedSwitch:
    """An exchange with its event socket and its clock running. Use as `async with`."""

    def __init__(self, exchange: Exchange, port: int = 0) -> None:
        self.exchange = exchange
        self._wanted_port = port

    async def __aenter__(self) -> "SimulatedSwitch":
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self._wanted_port)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._clock = asyncio.create_task(self.exchange.clock.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._clock.cancel()
        self._server.close()
        for leg in tuple(self.exchange.legs.values()):
            leg.hang_up("MANAGER_REQUEST")
        await self.exchange.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.exchange.spawn(InboundConnection(self.exchange, reader, writer).serve())


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m voicebot.sim.switch", description="a simulated FreeSWITCH")
    parser.add_argument("--esl-port", type=int, default=0, help="port of the event socket on loopback; 0: any")
    parser.add_argument("--password", default="ClueCon")
    parser.add_argument("--population-seed", type=int, default=7)
    parser.add_argument("--heard-dir", type=Path, help="write there what each callee heard, as UUID.wav")
    parser.add_argument("--gateways", default="demo,trunk", help="gateways that are up")
    parser.add_argument("--gateways-down", default="downgw", help="gateways that are down")
    parser.add_argument("--sessions-per-second", type=int, default=30)
    parser.add_argument("--max-sessions", type=int, default=1000)
    parser.add_argument(
        "--extension", action="append", default=[], metavar="NAME=APP:ARG|APP:ARG", help="a dialplan extension"
    )
    add_people(parser)
    return parser.parse_args(arguments)


def extensions(texts: Sequence[str]) -> dict[str, tuple[Action, ...]]:
    """`robot=socket:127.0.0.1:8084 async full|hangup:NORMAL_TEMPORARY_FAILURE` into a dialplan."""
    dialplan = {}
    for text in texts:
        name, _, actions = text.partition("=")
        pairs = (action.partition(":") for action in actions.split("|"))
        dialplan[name] = tuple(Action(app, argument) for app, _, argument in pairs)
    return dialplan


async def run(options: argparse.Namespace, people: People) -> None:
    """Serve until SIGTERM, SIGINT, or the end of stdin when stdin is a pipe."""
    config = ExchangeConfig(
        directory=people.pick_up,
        password=options.password,
        gateways=frozenset(options.gateways.split(",")),
        gateways_down=frozenset(options.gateways_down.split(",")),
        dialplan=extensions(options.extension),
        max_sessions=options.max_sessions,
        sessions_per_second=options.sessions_per_second,
        heard_dir=options.heard_dir,
    )
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    if stdin_is_a_pipe():
        loop.add_reader(0, lambda: over.set() if not os.read(0, 1024) else None)
    exchange = Exchange(config, outbound.connect)
    async with SimulatedSwitch(exchange, options.esl_port) as switch:
        gc.freeze()
        tell({"ready": True, "esl_port": switch.port, "pid": os.getpid()})
        await over.wait()
    tell(api.report(exchange))


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    try:
        people = prepared(options, options.population_seed)
        hurry()
        asyncio.run(run(options, people))
    except VoicebotError as error:
        print(f"simulated switch: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"simulated switch, port {options.esl_port}, {options.sounds_dir}: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())

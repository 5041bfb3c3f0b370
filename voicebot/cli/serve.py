"""`voicebot serve`: the call server as a process of its own."""

import signal

import click
import gevent
from gevent.event import Event

from voicebot import settings as settings_list
from voicebot.app.call_server import open_call_server

DRAIN_S = 60.0


@click.command()
@click.option("--script", required=True, help="The script to talk by: a name in dialogs/, or a file.")
@click.option("--port", type=click.IntRange(0, 65535), help="In place of VOICEBOT_SERVE_PORT.")
@click.option("--drain", default=DRAIN_S, show_default=True, help="Seconds that calls get to end after SIGTERM.")
def command(script: str, port: int | None, drain: float) -> None:
    """Take the calls that FreeSWITCH brings and talk by a script, until SIGTERM or Ctrl-C."""
    settings = settings_list.load(serve_port=port)
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    with open_call_server(settings, script, drain) as server:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stop.set)
        click.echo(f"ready for calls on {settings.serve_host}:{server.port}; script {script}", err=True)
        stop.wait()
        click.echo(f"ending: {server.calls} calls get up to {drain:.0f} s", err=True)

"""`voicebot serve`: the call server as a process of its own."""

import click
from gevent.event import AsyncResult

from voicebot import settings as settings_list
from voicebot.app.call_server import open_call_server
from voicebot.app.places import writable
from voicebot.app.stopping import stoppable
from voicebot.errors import Stopped, SwitchUnreachable, VoicebotError

DRAIN_S = 60.0


@click.command()
@click.option(
    "--script",
    required=True,
    help="What to talk by where a campaign has no arms: the published version of this script (a name in dialogs/, or a"
    " file), and the file as it is when none is published.",
)
@click.option("--port", type=click.IntRange(0, 65535), help="In place of VOICEBOT_SERVE_PORT.")
@click.option(
    "--drain",
    type=click.FloatRange(0),
    default=DRAIN_S,
    show_default=True,
    help="Seconds that calls get to end after SIGTERM.",
)
def command(script: str, port: int | None, drain: float) -> None:
    """Take the calls that FreeSWITCH brings and talk by a script, until SIGTERM or Ctrl-C.

    A version that is published meanwhile is used from the next call on; calls in progress keep theirs.
    A second signal ends it at once. Exit status 3 when the switch goes away: have it started again.
    """
    settings = settings_list.load(serve_port=port)
    writable(settings.recordings_dir, "recordings")
    over: AsyncResult[None] = AsyncResult()

    def lost(why: VoicebotError) -> None:
        where = f"{settings.switch_host}:{settings.switch_port}"
        over.set_exception(SwitchUnreachable(f"the event socket at {where} was lost ({why}): start this again with it"))

    with stoppable(), open_call_server(settings, script, drain, lost) as server:
        click.echo(f"ready for calls on {settings.serve_host}:{server.port}; {server.speaks}", err=True)
        try:
            over.get()
        except Stopped:
            click.echo(f"ending: {server.calls} calls get up to {drain:.0f} s", err=True)

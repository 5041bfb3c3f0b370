"""`voicebot dial`: the dialer as a process of its own."""

import click
import gevent

from voicebot import settings as settings_list
from voicebot.app.dialling import open_dialer
from voicebot.app.stopping import outcome, stoppable
from voicebot.campaign.runner import Runner
from voicebot.errors import Stopped, VoicebotError


@click.command()
@click.argument("campaigns", nargs=-1)
def command(campaigns: tuple[str, ...]) -> None:
    """Call the leads of every campaign that runs (or of CAMPAIGNS only), until SIGTERM or Ctrl-C.

    The first signal: nobody else is called, and calls in progress end by themselves. A second one hangs them up, a
    third ends the process at once; the next dialer then finds out what became of its calls. Exit status 3 when the
    switch goes away: have it started again.
    """
    settings = settings_list.load()
    with stoppable(), open_dialer(settings, campaigns) as runner:
        click.echo(
            f"dialling on {settings.switch_host}:{settings.switch_port}, at most {settings.max_calls} calls at once",
            err=True,
        )
        running = gevent.spawn(outcome, runner.run)
        try:
            running.join()
        except Stopped:
            runner.drain()
            click.echo(f"draining: {runner.live} calls are in the air; again to hang them up", err=True)
            _drained(runner, running)
        if (fault := running.get()) is not None:
            raise fault


def _drained(runner: Runner, running: "gevent.Greenlet[..., VoicebotError | None]") -> None:
    with stoppable():
        try:
            running.join()
        except Stopped:
            click.echo(f"hanging up {runner.live} calls", err=True)
            runner.stop()
            running.join()

"""What the audio of many calls costs the robot's process: CPU, own lag, gaps. Loopback only, no switch needed.

A second process stands for the switch: one frame each 20 ms and call. Audio is not processed here.
"""

import gc
import json
import subprocess
import sys
from time import monotonic, process_time

import click
import gevent
from rich.console import Console
from rich.table import Table

from voicebot.esl.audio import UnicastAudio
from voicebot.esl.histogram import LagHistogram
from voicebot.esl.hub_lag import HubLag

FRAME = bytes(320)
WARM_UP_S = 0.5
SENDER = """
import socket, sys, time
ports, seconds = [int(p) for p in sys.argv[2:]], float(sys.argv[1])
calls = [(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), ("127.0.0.1", port)) for port in ports]
for sock, _ in calls:
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
frame, sent, answered, start = bytes(320), 0, 0, time.monotonic()
for tick in range(int(seconds * 50)):
    for number, (sock, robot) in enumerate(calls):
        wait = start + (tick + number / len(calls)) * 0.02 - time.monotonic()
        if wait > 0.0005:
            time.sleep(wait)
        try:
            while sock.recv(4096):
                answered += 1
        except BlockingIOError:
            pass
        sock.sendto(frame, robot)
        sent += 1
time.sleep(0.2)
for sock, _ in calls:
    try:
        while sock.recv(4096):
            answered += 1
    except BlockingIOError:
        pass
print(sent, answered)
"""


def measure(calls: int, seconds: float) -> dict[str, float]:
    """One row: `calls` at once for `seconds`."""
    lags, hub = LagHistogram(), HubLag()
    audios = [UnicastAudio(lambda frame, _at: FRAME, lags=lags) for _ in range(calls)]
    ports = [str(audio.port) for audio in audios]
    gc.collect()
    with subprocess.Popen([sys.executable, "-c", SENDER, str(seconds), *ports], stdout=subprocess.PIPE) as sender:
        gevent.sleep(WARM_UP_S)
        hub.start()
        wall, cpu = monotonic(), process_time()
        gevent.sleep(seconds - WARM_UP_S)
        cpu, wall = process_time() - cpu, monotonic() - wall
        hub.stop()
        gevent.sleep(0.5)
        output = gevent.get_hub().threadpool.apply(sender.communicate)[0]
    sent, answered = (int(word) for word in output.split())
    stats = [audio.stats() for audio in audios]
    for audio in audios:
        audio.close()
    return {
        "calls": calls,
        "cpu_percent": round(100 * cpu / wall, 1),
        "own_lag_p50_ms": round(lags.quantile(0.5), 1),
        "own_lag_p99_ms": round(lags.quantile(0.99), 1),
        "own_lag_max_ms": round(lags.max_ms, 1),
        "hub_lag_p99_ms": round(hub.lags.quantile(0.99), 1),
        "late_gaps": sum(item.late for item in stats),
        "own_late": sum(item.own_late for item in stats),
        "bursts_over_100ms": sum(item.bursts_over_100ms for item in stats),
        "sent": sent,
        "answered": answered,
    }


@click.command()
@click.option("--calls", multiple=True, type=click.IntRange(1, 400), default=(20, 50, 100), show_default=True)
@click.option("--seconds", type=click.FloatRange(2, 60), default=6.0, show_default=True, help="for each row")
@click.option("--json", "as_json", is_flag=True, help="one JSON list instead of the table")
def main(calls: tuple[int, ...], seconds: float, as_json: bool) -> None:
    """Print what so many calls at once cost."""
    rows = [measure(number, seconds) for number in calls]
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table("at once", *(str(row.pop("calls")) for row in rows))
    for name in rows[0]:
        table.add_row(name.replace("_", " "), *(str(row[name]) for row in rows))
    Console().print(table)


if __name__ == "__main__":
    main()

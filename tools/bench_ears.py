"""What the ears cost and how fast they are: VADs side by side, feeding the recogniser, latencies, many calls at once.

Telephone audio (A-law, 8 kHz) of the offline voice, clean and in noise. Figures only; what follows from them stands
in docs/performance.md.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from tools.ear_sounds import NO_SPEECH_S, SEED, SHORT, Utterance, frames, nobody_speaks, utterances
from voicebot import settings as settings_list
from voicebot.media.frames import FRAME_MS, RATE, ms_of
from voicebot.media.pcm import Samples
from voicebot.media.turn import SpeechBegan, SpeechEnded, TurnEvent, TurnLimits, TurnTaker
from voicebot.speech.ear import EarPool
from voicebot.speech.hearing import Began, EarEvent, Ended, Hearing, Partial, Paused
from voicebot.speech.ports import RecogniserModel, Vad
from voicebot.speech.vad import CascadeVad, SileroVad, WebrtcVad, default_vad
from voicebot.speech.vosk_asr import load_model
from voicebot.understanding.normalise import normalise

CANDIDATES: tuple[tuple[str, Callable[[], Vad], TurnLimits], ...] = (
    ("webrtc 1", lambda: WebrtcVad(1), TurnLimits()),
    ("webrtc 2", lambda: WebrtcVad(2), TurnLimits()),
    ("webrtc 3", lambda: WebrtcVad(3), TurnLimits()),
    ("silero", SileroVad, TurnLimits()),
    ("cascade", CascadeVad, TurnLimits()),
    ("cascade, start 40 ms", CascadeVad, TurnLimits(start_ms=40)),
    ("cascade, stay 0.35", CascadeVad, TurnLimits(stay_threshold=0.35)),
    ("cascade, stay 0.6", CascadeVad, TurnLimits(stay_threshold=0.6)),
)
Row = Mapping[str, object]


def conditions() -> dict[str, list[Utterance]]:
    """What is spoken, on lines of different quality."""
    return {
        "clean": utterances(None),
        "white 15 dB": utterances(15),
        "pink 15 dB": utterances(15, "pink"),
        "white 8 dB": utterances(8),
    }


def percentile(values: list[float], share: float) -> float | None:
    return round(float(np.percentile(values, 100 * share)), 1) if values else None


def compare_vads(spoken: dict[str, list[Utterance]]) -> list[Row]:
    """Turn taking on each VAD: how late it begins, how late its last voice is, what it misses and makes up."""
    silent = nobody_speaks()
    rows: list[Row] = []
    for name, make, limits in CANDIDATES:
        for condition, said in spoken.items():
            rows.append({"vad": name, "audio": condition, **_turns_of(make, limits, said)})
        false = sum(_count(SpeechBegan, _turn_events(make(), limits, samples)[0]) for samples in silent.values())
        cost_s = _turn_events(make(), limits, silent["white noise"])[1]
        count = NO_SPEECH_S * 1000 // FRAME_MS
        rows.append({"vad": name, "audio": "nobody speaks", "false": false, "us_a_frame": round(cost_s / count * 1e6)})
    return rows


def _turns_of(make: Callable[[], Vad], limits: TurnLimits, said: list[Utterance]) -> Row:
    onset: list[float] = []
    end: list[float] = []
    missed = false = count = 0
    cost_s = 0.0
    for utterance in said:
        events, cpu_s = _turn_events(make(), limits, utterance.samples)
        cost_s += cpu_s
        count += ms_of(2 * len(utterance.samples)) // FRAME_MS
        begun = [event for event in events if isinstance(event, SpeechBegan)]
        hits = [event for event in begun if utterance.began - 60 <= event.at <= utterance.ended + 200]
        false += len(begun) - len(hits)
        missed += not hits
        ends = [event for event in events if isinstance(event, SpeechEnded)]
        if hits and ends:
            onset.append(hits[0].at - utterance.began)
            end.append(ends[-1].last_voiced - utterance.ended)
    return {
        "onset_p50": percentile(onset, 0.5),
        "onset_p95": percentile(onset, 0.95),
        "end_late_p50": percentile(end, 0.5),
        "end_late_p95": percentile(end, 0.95),
        "missed": f"{missed}/{len(said)}",
        "false": false,
        "us_a_frame": round(cost_s / count * 1e6),
    }


def _turn_events(vad: Vad, limits: TurnLimits, samples: Samples) -> tuple[list[TurnEvent], float]:
    """The events, and the CPU seconds of the VAD."""
    turn, cpu_s = TurnTaker(limits), time.thread_time()
    probabilities = [vad.voiced(frame) for frame in frames(samples)]
    cpu_s = time.thread_time() - cpu_s
    return [event for probability in probabilities for event in turn.push(probability, FRAME_MS)], cpu_s


def _count(kind: type[object], events: Sequence[object]) -> int:
    return sum(isinstance(event, kind) for event in events)


class EverythingFed(Hearing):
    """The other way to feed a recogniser: every frame, voice or not."""

    def _gate(self, frame: bytes, voiced: float) -> None:
        self._batch += frame
        self._open_ms = FRAME_MS


def compare_feeding(model: RecogniserModel, spoken: dict[str, list[Utterance]]) -> list[Row]:
    """Only voice with pre-roll, or everything: what is heard right, and the CPU of VAD and recogniser together."""
    return [
        {"audio": condition, "fed": way, **_heard(kind, model, said)}
        for condition, said in spoken.items()
        for way, kind in (("voice with pre-roll", Hearing), ("everything", EverythingFed))
    ]


def _heard(kind: type[Hearing], model: RecogniserModel, said: list[Utterance]) -> Row:
    exact = short = short_exact = 0
    cpu = time.thread_time()
    for utterance in said:
        text = "".join(event.text for event in _events(kind, model, utterance.samples) if isinstance(event, Ended))
        right = text == normalise(utterance.text)
        exact += right
        short += utterance.text in SHORT
        short_exact += right and utterance.text in SHORT
    cpu = time.thread_time() - cpu
    seconds = sum(len(utterance.samples) for utterance in said) / RATE
    return {
        "exact": f"{exact}/{len(said)}",
        "short_exact": f"{short_exact}/{short}",
        "cpu_percent_a_call": round(100 * cpu / seconds, 1),
    }


def _events(kind: type[Hearing], model: RecogniserModel, samples: Samples) -> list[EarEvent]:
    hearing = kind(model.open(), default_vad())
    return [event for number, frame in enumerate(frames(samples)) for event in hearing.push(frame, number * FRAME_MS)]


def latencies(model: RecogniserModel, spoken: dict[str, list[Utterance]]) -> list[Row]:
    """Audio ms from what the customer did to what the ear tells; `decode` is wall time."""
    rows: list[Row] = []
    for condition, said in spoken.items():
        told: dict[str, list[float]] = {}
        for utterance in said:
            for name, value in _delays(utterance, _events(Hearing, model, utterance.samples)):
                told.setdefault(name, []).append(value)
        for name, values in told.items():
            p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
            rows.append({"audio": condition, "from .. to": name, "n": len(values), "p50": p50, "p95": p95})
    return rows


def _delays(utterance: Utterance, events: list[EarEvent]) -> Iterator[tuple[str, float]]:
    begun = [event for event in events if isinstance(event, Began)]
    partials = [event for event in events if isinstance(event, Partial) and event.text]
    paused = [event for event in events if isinstance(event, Paused)]
    ended = [event for event in events if isinstance(event, Ended)]
    if begun:
        yield "speech onset .. began", begun[0].at - utterance.began
    if partials:
        yield "speech onset .. first partial", partials[0].at - utterance.began
    whole = [event for event in partials if event.text == normalise(utterance.text)]
    if whole:
        yield "speech end .. whole text as partial", whole[0].at - utterance.ended
    if paused:
        yield "speech end .. pause", paused[-1].at - utterance.ended
    if ended:
        yield "speech end .. ended", ended[-1].at - utterance.ended
        yield "decode after the end", ended[-1].decode_ms


def many_at_once(
    model: RecogniserModel, spoken: list[Utterance], calls: int, threads: int, seconds: float, talking: float
) -> Row:
    """`calls` in real time from one thread that stands for the hub; customers speak `talking` of the time."""
    rng = np.random.default_rng(SEED)
    lines = [list(frames(_talk(rng, spoken, seconds, talking))) for _ in range(calls)]
    pool = EarPool(lambda _: model, default_vad, threads)
    heard: list[EarEvent] = []
    ears = [pool.open(heard.append) for _ in range(calls)]
    late: list[float] = []
    push_s = 0.0
    cpu, start = time.process_time(), time.monotonic()
    for number in range(int(seconds * 1000 / FRAME_MS)):
        began = time.perf_counter()
        for ear, line in zip(ears, lines, strict=True):
            ear.push(line[number], number * FRAME_MS)
        push_s += time.perf_counter() - began
        due = start + (number + 1) * FRAME_MS / 1000
        time.sleep(max(0.0, due - time.monotonic()))
        late.append((time.monotonic() - due) * 1000)
    cpu = time.process_time() - cpu
    stats, dropped = pool.stats(), sum(ear.stats().frames_dropped for ear in ears)
    for ear in ears:  # what waits on a machine that is too busy is heard no more
        ear.close()
    pool.close()
    return {
        "calls": calls,
        "threads": threads,
        "cpu_percent": round(100 * cpu / seconds),
        "lag_p50_ms": stats.lag_p50_ms,
        "lag_p99_ms": stats.lag_p99_ms,
        "lag_max_ms": stats.lag_max_ms,
        "frames_dropped": dropped,
        "push_us": round(push_s / (calls * len(late)) * 1e6, 1),
        "hub_late_p99_ms": percentile(late, 0.99),
        "utterances": _count(Ended, heard),
    }


def _talk(rng: np.random.Generator, spoken: list[Utterance], seconds: float, talking: float) -> Samples:
    """Utterances with so much quiet between that `talking` of the time is speech."""
    parts: list[Samples] = []
    size = int(seconds * RATE)
    while sum(map(len, parts)) < size:
        utterance = spoken[int(rng.integers(len(spoken)))]
        voice = utterance.samples[utterance.began * 8 : utterance.ended * 8]
        parts += [np.zeros(int(len(voice) * (1 - talking) / talking), np.int16), voice]
    return np.concatenate(parts)[:size]


def _show(console: Console, title: str, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*(name.replace("_", " ") for name in columns), title=title)
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in columns))
    console.print(table)


@click.command()
@click.option("--calls", multiple=True, type=click.IntRange(1, 200), default=(10, 20), show_default=True)
@click.option(
    "--seconds", type=click.FloatRange(2, 120), default=20.0, show_default=True, help="For each number of calls."
)
@click.option("--talking", type=click.FloatRange(0.05, 1), default=0.3, show_default=True, help="Share of speech.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def main(calls: tuple[int, ...], seconds: float, talking: float, as_json: bool) -> None:
    """Measure the ears on this machine."""
    settings = settings_list.load()
    model = load_model(settings.model, settings)
    spoken = conditions()
    threads = settings.recognisers
    measures: dict[str, Callable[[], list[Row]]] = {
        "turn taking on each VAD (ms)": lambda: compare_vads(spoken),
        "feeding the recogniser": lambda: compare_feeding(model, spoken),
        "latencies (ms)": lambda: latencies(model, spoken),
        "calls at once": lambda: [
            many_at_once(model, spoken["clean"], each, threads, seconds, talking) for each in calls
        ],
    }
    console, figures = Console(), {}
    for title, measure in measures.items():
        figures[title] = measure()
        if not as_json:
            _show(console, title, figures[title])
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()

"""`voicebot demo`: the figures that it promises, for people and for programs, and how it ends."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.typed import voicebot
from voicebot.app.call_server import ServerFigures
from voicebot.app.demo_campaign import DemoRequest
from voicebot.app.demo_figures import DemoRun
from voicebot.errors import Stopped, StoreError, SwitchUnreachable, VoicebotError
from voicebot.esl.histogram import LagHistogram
from voicebot.reports.answers import AnsweredRow
from voicebot.reports.latency import Latencies, Spread
from voicebot.reports.summary import Summary
from voicebot.settings import Settings
from voicebot.speech.ear import PoolStats

PROMISED = {
    "rows": int,
    "not_called": dict,
    "lines": dict,
    "attempts": int,
    "results": dict,
    "grades": dict,
    "node_hangups": dict,
    "transfers": int,
    "turns": int,
    "engines": dict,
    "announced": dict,
    "picked_up": dict,
    "saved_ringing_s": float,
    "turn_latency_ms": {"p50", "p95"},
    "barge_in_ms": {"p50", "p95"},
    "hub_lag_ms": {"p99"},
    "frames_late": int,
    "seconds": float,
}
"""Keys that programs rely on, with their kind or the keys within."""


@pytest.fixture
def run() -> DemoRun:
    lags = LagHistogram()
    lags.add(3.0)
    summary = Summary(
        attempts=3,
        answered=2,
        results={"ROBOT_END": 1, "CUSTOMER_HANGUP": 1, "BUSY": 1},
        grades={"A": 1, "B": 0, "C": 0, "D": 0, "E": 1},
        node_hangups={"opening": 1},
        transfers=0,
        turns=4,
        latencies=Latencies(Spread(4, 220, 610, 700, ()), Spread(0, None, None, None, ())),
        frames_late=2,
        worst_gap_ms=51,
    )
    server = ServerFigures(lags, lags, PoolStats(0, 100, 5, 10, 25))
    answers = (
        AnsweredRow("early", "demo", "EMPTY", 2, 1.0, 0.95, 2.1, 2.2, 2, 53.04),
        AnsweredRow("answer", "demo", "HUMAN", 1, 0.5, 0.9, 1.4, 1.4, 0, 0.0),
        AnsweredRow("answer", "demo", "VOICEMAIL", 1, 0.5, 0.7, 2.4, 2.4, 0, 0.0),
    )
    return DemoRun(
        campaign_id="demo-1",
        rows=7,
        not_called={"STOP_LIST": 2, "BAD_SOURCE": 1},
        lines={"demo": 3, "051288880001": 3},
        seconds=12.34,
        summary=summary,
        server=server,
        switch={"sim_frames": 9},
        store_errors=(),
        page=Path("/reports/demo-1.html"),
        fault=None,
        answers=answers,
    )


def test_the_figures_have_all_that_is_promised(run: DemoRun) -> None:
    told = json.loads(json.dumps(run.as_json()))
    for key, kind in PROMISED.items():
        if isinstance(kind, set):
            assert kind <= set(told[key])
        else:
            assert isinstance(told[key], kind)
    assert told["results"] == {"ROBOT_END": 1, "CUSTOMER_HANGUP": 1, "BUSY": 1}
    assert told["turn_latency_ms"] == {"p50": 220, "p95": 610, "n": 4}
    assert told["seconds"] == 12.3
    assert (told["announced"], told["picked_up"]) == ({"EMPTY": 2}, {"HUMAN": 1, "VOICEMAIL": 1})
    assert told["saved_ringing_s"] == 53.0


def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: DemoRun, *arguments: str):
    asked: list[tuple[Settings, DemoRequest]] = []

    def run_demo(settings: Settings, request: DemoRequest, show: object) -> DemoRun:
        asked.append((settings, request))
        return run

    monkeypatch.setattr("voicebot.cli.demo.run_demo", run_demo)
    typed = voicebot(monkeypatch, capsys, "demo", *arguments)
    return typed, asked


def test_the_last_line_is_json_and_the_table_stands_before(
    run: DemoRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed, ((settings, request),) = ended(monkeypatch, capsys, run, "--calls", "3", "--seed", "9", "--json")
    assert typed.status == 0
    assert json.loads(typed.out.splitlines()[-1]) == run.as_json()
    assert "CUSTOMER_HANGUP 1" in typed.out
    assert "STOP_LIST (停呼名单) 2, BAD_SOURCE 1" in typed.out
    assert "demo 3, 051288880001 3" in typed.out
    assert "opening 1" in typed.out
    assert (request.calls, request.seed, request.switch, request.whole) == (3, 9, None, True)
    assert settings.serve_port == 0


def test_a_real_switch_keeps_the_port_that_it_knows(
    run: DemoRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, ((settings, request),) = ended(monkeypatch, capsys, run, "--freeswitch", "10.0.0.1:8021")
    assert request.switch == ("10.0.0.1", 8021)
    assert settings.serve_port == Settings().serve_port


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (SwitchUnreachable("the switch was lost"), 3),
        (StoreError("database x: full"), 3),
        (Stopped(signal.SIGINT), 130),
        (Stopped(signal.SIGTERM), 143),
    ],
)
def test_what_cut_the_run_short_is_told_after_the_figures(
    run: DemoRun,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: VoicebotError,
    status: int,
) -> None:
    cut = replace(run, fault=fault, page=None, store_errors=("database x: full",))
    typed, _ = ended(monkeypatch, capsys, cut, "--json")
    assert typed.status == status
    assert typed.complaint == f"voicebot: {fault}"
    assert typed.err.count("database x: full") == 1
    told = json.loads(typed.out.splitlines()[-1])
    assert told["fault"] == str(fault)
    assert told["page"] is None
    assert "not written" in typed.out

"""Rasa with the embedded engine behind it: whose word is told, when Rasa is asked no more, when it is asked again."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.rasa.conftest import Embedded, rank
from voicebot.rasa import engine as engine_module
from voicebot.rasa.breaker import OPENS_AT
from voicebot.rasa.engine import AT_ONCE, PROBE_TEXT, THREAD, RasaEngine
from voicebot.rasa.standin import Mood, StandInRasa
from voicebot.understanding.rasa import Translation
from voicebot.understanding.types import Ranked

PATIENT_MS, HASTY_MS = 20_000, 60
"""Deadlines: for answers that come, on however busy a machine; for those that do not."""
LONG_S = 30
TEXT = "可以啊"

Start = Callable[..., RasaEngine]


@pytest.fixture(autouse=True)
def probes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "PROBE_EVERY_S", 0.01)


@pytest.fixture
def server() -> Iterator[StandInRasa]:
    with StandInRasa(rank, token="secret") as standin:
        yield standin


@pytest.fixture
def start(server: StandInRasa, translation: Translation) -> Iterator[Start]:
    """Engines that have looked at the server once."""
    with ExitStack() as stack:

        def start(deadline_ms: int = PATIENT_MS, url: str = "", token: str = "secret") -> RasaEngine:
            engine = RasaEngine(url or server.url, token, deadline_ms, translation, Embedded())
            stack.enter_context(engine).wait_for_first_probe()
            return engine

        yield start


def test_rasa_answers_while_it_is_well(start: Start, server: StandInRasa) -> None:
    engine = start()
    parse = engine.parse("我在苏州")
    assert parse.engine == "rasa"
    assert parse.ranking[0] == Ranked("affirm", 0.9)
    assert parse.entities == {"city": "苏州"}
    assert engine.model is not None
    assert engine.model.name == server.model


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        (Mood.HANGING, "timeout"),
        (Mood.DRIPPING, "timeout"),
        (Mood.FAILING, "HTTP 500"),
        (Mood.HTML, "not an answer of Rasa"),
        (Mood.GARBAGE, "not an answer of Rasa"),
        (Mood.NOISE, "connection lost"),
        (Mood.CLOSING, "connection lost"),
        (Mood.WITHOUT_MODEL, "no model loaded"),
    ],
)
def test_in_every_trouble_the_embedded_engine_answers_and_the_turn_says_why(
    start: Start, server: StandInRasa, mood: Mood, why: str
) -> None:
    engine = start(HASTY_MS if why == "timeout" else PATIENT_MS)
    server.mood = mood
    parse = engine.parse(TEXT)
    assert parse.engine == f"embedded after rasa: {why}"
    assert (parse.ranking, parse.entities) == (Embedded().parse(TEXT).ranking, {"city": "上海"})


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_server_that_refuses_the_token(start: Start, token: str) -> None:
    assert start(token=token).parse(TEXT).engine == "embedded after rasa: token refused"


def test_a_server_that_is_not_there(start: Start, translation: Translation) -> None:
    with StandInRasa(rank) as gone:
        pass
    assert start(url=gone.url).parse(TEXT).engine == "embedded after rasa: unreachable"


def test_a_server_that_dies_in_the_middle(translation: Translation) -> None:
    with StandInRasa(rank) as mortal, RasaEngine(mortal.url, "", PATIENT_MS, translation, Embedded()) as engine:
        assert engine.wait_for_first_probe()
        assert engine.parse(TEXT).engine == "rasa"
        mortal.__exit__(None, None, None)
        said = [engine.parse(TEXT).engine for _ in range(OPENS_AT + 1)]
    assert all(each.startswith("embedded after rasa: ") for each in said)
    assert said[-1] == "embedded after rasa: unreachable"


def test_after_some_failures_a_customers_sentence_is_not_risked_any_more(start: Start, server: StandInRasa) -> None:
    engine = start()
    server.mood = Mood.FAILING
    for _ in range(OPENS_AT):
        engine.parse("不用谢谢")
    assert not engine.well.is_set()
    server.asked.clear()
    server.mood = Mood.WITHOUT_MODEL
    assert engine.parse(TEXT).engine.startswith("embedded after rasa: ")
    server.mood = Mood.WELL
    assert engine.well.wait(LONG_S)
    assert set(server.asked) == {PROBE_TEXT}
    assert engine.parse(TEXT).engine == "rasa"


def test_a_server_that_comes_later_is_asked_then(translation: Translation) -> None:
    with StandInRasa(rank) as early:
        port = early.port
    with RasaEngine(early.url, "", PATIENT_MS, translation, Embedded()) as engine:
        assert not engine.wait_for_first_probe()
        with StandInRasa(rank, port=port):
            assert engine.well.wait(LONG_S)
            assert engine.parse(TEXT).engine == "rasa"


def test_one_failure_among_many_answers_does_not_stop_the_asking(start: Start, server: StandInRasa) -> None:
    engine = start()
    server.mood = Mood.CLOSING
    engine.parse(TEXT)
    server.mood = Mood.WELL
    assert engine.parse(TEXT).engine == "rasa"


def test_more_callers_than_rasa_has_places_do_not_wait(translation: Translation) -> None:
    entered, gate = threading.Semaphore(0), threading.Event()

    def slowly(text: str) -> Sequence[Ranked]:
        if text != PROBE_TEXT:
            entered.release()
            gate.wait(LONG_S)
        return rank(text)

    with (
        StandInRasa(slowly) as server,
        RasaEngine(server.url, "", PATIENT_MS, translation, Embedded()) as engine,
        ThreadPoolExecutor(AT_ONCE) as callers,
    ):
        assert engine.wait_for_first_probe()
        waiting = [callers.submit(engine.parse, TEXT) for _ in range(AT_ONCE)]
        for _ in waiting:
            assert entered.acquire(timeout=LONG_S)
        assert engine.parse(TEXT).engine == "embedded after rasa: busy"
        gate.set()
        assert {each.result(LONG_S).engine for each in waiting} == {"rasa"}
        assert engine.parse(TEXT).engine == "rasa"


def test_connections_are_kept(start: Start, server: StandInRasa) -> None:
    engine = start()
    for _ in range(20):
        assert engine.parse(TEXT).engine == "rasa"
    assert server.connections == 1


def test_what_the_training_never_saw_is_not_for_rasa(start: Start, server: StandInRasa) -> None:
    engine = start()
    for text in ("zzz", "魑魅魍魉", "/affirm"):
        assert engine.parse(text).engine == "embedded after rasa: unknown words"
    assert set(server.asked) == {PROBE_TEXT}


def test_a_server_that_answers_probes_but_not_customers_is_left_alone_longer_and_longer(
    start: Start, server: StandInRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def remember(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(engine_module.asyncio, "sleep", remember)
    engine = start()
    for _ in range(3):
        assert engine.well.wait(LONG_S)
        server.mood = Mood.FAILING
        for _ in range(OPENS_AT):
            engine.parse(TEXT)
        server.mood = Mood.WELL
    assert engine.well.wait(LONG_S)
    first = engine_module.PROBE_EVERY_S
    assert sorted(set(pauses))[:3] == [2 * first, 4 * first, 8 * first]


def test_closing_ends_the_thread(start: Start) -> None:
    engine = start()
    engine.close()
    assert engine.parse(TEXT).engine == "embedded after rasa: stopped"
    assert THREAD not in {thread.name for thread in threading.enumerate()}

"""What the client relies on, asked of the stand-in and, where VOICEBOT_TEST_RASA=URL is set, of a real Rasa server.

The real one is started with `--auth-token` and a model of the shipped intents; VOICEBOT_TEST_RASA_TOKEN has its token.
`recordings/` holds what a real 3.6.21 answered.
"""

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.rasa.conftest import Embedded
from voicebot.errors import EngineUnavailable
from voicebot.rasa.client import ModelStatus, RasaClient
from voicebot.rasa.engine import AT_ONCE, RasaEngine
from voicebot.rasa.standin import Mood, StandInRasa
from voicebot.settings import REPOSITORY
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.rasa import Translation
from voicebot.understanding.rasa_files import MODEL_PREFIX
from voicebot.understanding.types import Ranked

REAL, REAL_TOKEN = "VOICEBOT_TEST_RASA", "VOICEBOT_TEST_RASA_TOKEN"
PATIENT_MS = 20_000
RECORDINGS = Path(__file__).parent / "recordings" / "rasa-3.6.21.json"
RECORDED: list[dict[str, Any]] = json.loads(RECORDINGS.read_text(encoding="utf-8"))


@dataclass
class Server:
    """Where one is, and the stand-in itself if it is that."""

    url: str
    token: str
    standin: StandInRasa | None


def rank(text: str) -> Sequence[Ranked]:
    best = "city" if "苏州" in text else "affirm"
    return Ranked(best, 0.9), Ranked("deny", 0.06), Ranked("bye", 0.04)


@pytest.fixture(params=["stand-in", "real"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "real":
        if REAL not in os.environ:
            pytest.skip(f"{REAL} names no Rasa server")
        yield Server(os.environ[REAL], os.environ.get(REAL_TOKEN, ""), None)
        return
    with StandInRasa(rank, token="secret", model=f"{MODEL_PREFIX}000000000000") as standin:
        yield Server(standin.url, "secret", standin)


@pytest.fixture(scope="module")
def translation() -> Translation:
    return Translation(load_training(training_files(REPOSITORY / "intents")))


async def status(url: str, token: str) -> ModelStatus:
    async with RasaClient(url, token, 1) as client:
        return await client.status()


async def parsed(url: str, token: str, text: str) -> bytes:
    async with RasaClient(url, token, 1) as client:
        return await client.parse(text)


def test_the_status_names_the_model(server: Server) -> None:
    found = asyncio.run(status(server.url, server.token))
    assert found.name.startswith(MODEL_PREFIX)
    assert found.model_id


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_token_there_is_no_answer(server: Server, token: str) -> None:
    with pytest.raises(EngineUnavailable, match="token refused"):
        asyncio.run(status(server.url, token))
    with pytest.raises(EngineUnavailable, match="token refused"):
        asyncio.run(parsed(server.url, token, "可以啊"))


def test_an_answer_is_a_ranking_of_probabilities(server: Server, translation: Translation) -> None:
    parse = translation.parse("可以啊", asyncio.run(parsed(server.url, server.token, "可以啊")))
    assert parse.ranking[0].intent == "affirm"
    scores = [each.score for each in parse.ranking]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1.001


def test_values_of_lists_are_found(server: Server, translation: Translation) -> None:
    parse = translation.parse("我在苏州", asyncio.run(parsed(server.url, server.token, "我在苏州")))
    assert (parse.ranking[0].intent, parse.entities) == ("city", {"city": "苏州"})


def test_as_many_callers_as_there_are_places_are_all_answered(server: Server, translation: Translation) -> None:
    with (
        RasaEngine(server.url, server.token, PATIENT_MS, translation, Embedded()) as engine,
        ThreadPoolExecutor(AT_ONCE) as callers,
    ):
        assert engine.wait_for_first_probe()
        texts = ["可以啊", "我在苏州", "好的"] * AT_ONCE
        assert {parse.engine for parse in callers.map(engine.parse, texts)} == {"rasa"}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: str(recorded["name"]))
def test_every_recorded_request_gets_an_answer_of_that_form(server: Server, recorded: dict[str, Any]) -> None:
    if recorded["status"] == httpx.codes.CONFLICT:
        if server.standin is None:
            pytest.skip("a server without a model is of no other use")
        server.standin.mood = Mood.WITHOUT_MODEL
    tokens = {"good": {"token": server.token}, "bad": {"token": "wrong"}, "": {}}
    answer = httpx.request(
        recorded["method"], server.url + recorded["path"], params=tokens[recorded["token"]], json=recorded["json"]
    )
    assert (answer.status_code, answer.headers["content-type"]) == (recorded["status"], recorded["content_type"])
    if recorded["body"] is not None:
        assert form(answer.json()) == form(recorded["body"])


def form(value: Any) -> Any:
    """Names and types; of a list the form of its first item. Entities differ from model to model."""
    if isinstance(value, dict):
        return {key: form(each) for key, each in value.items() if key != "entities"}
    if isinstance(value, list):
        return [form(value[0])] if value else []
    return type(value).__name__

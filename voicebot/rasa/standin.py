"""A stand-in for a Rasa 3.6 server: its HTTP API as observed on 3.6.21, its troubles on demand. For tests and demos.

`python -m voicebot.rasa.standin` serves the intents of this installation until it is killed.
"""

import argparse
import json
import logging
import os
import threading
import urllib.parse
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from voicebot import settings as settings_list
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.rasa_files import model_name
from voicebot.understanding.training import train
from voicebot.understanding.types import Ranked

log = logging.getLogger(__name__)

VERSION = "3.6.21"
_PAGE = "https://rasa.com/docs/rasa/user-guide/configuring-http-api/"
HELP: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: f"{_PAGE}#security-considerations",
    HTTPStatus.CONFLICT: _PAGE,
}
REMEMBERED = 1000
DRIP_S = 0.01
LONGEST_QUEUE = 64

Rank = Callable[[str], Sequence[Ranked]]


class Mood(StrEnum):
    """How a server is: all but the first are troubles that a client must live with."""

    WELL = "well"
    HANGING = "hanging"
    """Takes every request and answers none."""
    DRIPPING = "dripping"
    """Begins an answer at once and sends a byte now and then, so that no single read is ever long."""
    FAILING = "failing"
    """500 with Rasa's JSON, as for a text that its pipeline cannot take."""
    HTML = "html"
    """200 with a page, as a proxy in between gives."""
    GARBAGE = "garbage"
    """200 with JSON that is no answer of Rasa's."""
    NOISE = "noise"
    """Bytes that are not HTTP."""
    CLOSING = "closing"
    """Closes the connection without an answer."""
    WITHOUT_MODEL = "without_model"
    """409: nothing is loaded."""


def error_body(status: int, reason: str, message: str) -> dict[str, Any]:
    """Rasa's JSON for an error."""
    told = {"version": VERSION, "status": "failure", "message": message, "reason": reason}
    return {**told, "details": {}, "help": HELP.get(status), "code": status}


def answer_body(text: str, ranking: Sequence[Ranked]) -> dict[str, Any]:
    """Rasa's JSON for a parsed text."""
    ranked = [{"name": each.intent, "confidence": each.score} for each in ranking]
    tokens = [[at, at + 1] for at in range(len(text))]
    return {"text": text, "intent": ranked[0], "entities": [], "text_tokens": tokens, "intent_ranking": ranked}


@dataclass
class _Answer:
    status: int
    body: bytes
    kind: str = "application/json"


class StandInRasa:
    """A server on loopback. `rank` gives the intents of a text, best first, all of them; `port` 0: any free one.

    Use as a context manager. `mood` may be changed at any time; leaving the block closes all connections.
    """

    def __init__(self, rank: Rank, token: str = "", port: int = 0, model: str = "voicebot") -> None:
        self.token = token
        self.model = model
        self.asked: deque[str] = deque(maxlen=REMEMBERED)
        """Texts that were to be parsed, the latest last."""
        self.connections = 0
        """Connections that were made so far."""
        self._rank = rank
        self._mood = Mood.WELL
        self._changed = threading.Event()
        self._http = _Server(("127.0.0.1", port), self)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mood(self) -> Mood:
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        """What hangs or drips is let go, by closing it."""
        self._mood = mood
        was, self._changed = self._changed, threading.Event()
        was.set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, daemon=True, name="stand-in rasa").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._changed.set()
        self._http.shutdown()
        self._http.server_close()

    def serve_forever(self) -> None:
        """In the calling thread, for a process of its own."""
        self._http.serve_forever()

    # --- what it answers --------------------------------------------------------------------------
    def answer(self, method: str, path: str, token: str, body: bytes) -> _Answer:
        """The answer to one request by somebody who gave `token`."""
        if path in ("/", "/version"):
            return _json(HTTPStatus.OK, {"version": VERSION, "minimum_compatible_version": VERSION})
        if (method, path) not in (("GET", "/status"), ("POST", "/model/parse")):
            return _Answer(HTTPStatus.NOT_FOUND, b"<!DOCTYPE html><h1>404</h1>", "text/html; charset=utf-8")
        if self.token and token != self.token:
            return _error(HTTPStatus.UNAUTHORIZED, "NotAuthenticated", "User is not authenticated.")
        if self._mood is Mood.WITHOUT_MODEL:
            return _error(HTTPStatus.CONFLICT, "Conflict", "No agent loaded.")
        if path == "/status":
            file = f"{self.model}.tar.gz"
            return _json(HTTPStatus.OK, {"model_file": file, "model_id": "0" * 32, "num_active_training_jobs": 0})
        return self._parse(body)

    def _parse(self, body: bytes) -> _Answer:
        trouble = {
            Mood.FAILING: _error(HTTPStatus.INTERNAL_SERVER_ERROR, "ParsingError", "An unexpected error occurred."),
            Mood.HTML: _Answer(HTTPStatus.OK, b"<html>please log in</html>", "text/html"),
            Mood.GARBAGE: _json(HTTPStatus.OK, {"intent": "affirm", "entities": 7}),
        }.get(self._mood)
        if trouble is not None:
            return trouble
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError):
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "ParsingError", "An unexpected error occurred.")
        if not isinstance(text, str) or not text:
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "ParsingError", "An unexpected error occurred.")
        self.asked.append(text)
        return _json(HTTPStatus.OK, answer_body(text, self._rank(text)))

    def hold(self, send: Callable[[bytes], object]) -> None:
        """Keep a request waiting, or dripping by `send`, until the mood changes."""
        changed = self._changed
        while not changed.wait(DRIP_S if self._mood is Mood.DRIPPING else None):
            send(b" ")


def _json(status: int, body: dict[str, Any]) -> _Answer:
    return _Answer(status, json.dumps(body, ensure_ascii=False).encode())


def _error(status: int, reason: str, message: str) -> _Answer:
    return _json(status, error_body(status, reason, message))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = LONGEST_QUEUE

    def __init__(self, address: tuple[str, int], standin: StandInRasa) -> None:
        super().__init__(address, _Handler)
        self.standin = standin
        self._sockets: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.standin.connections += 1
        self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._sockets.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """The open connections end too, as those of a killed process do."""
        super().server_close()
        for request in tuple(self._sockets):
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is usual here."""
        log.debug("stand-in rasa: %s went away", client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    server: _Server
    disable_nagle_algorithm = True  # a delayed acknowledgement costs 40 ms

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def _handle(self, method: str) -> None:
        standin = self.server.standin
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urllib.parse.urlsplit(self.path)
        token = urllib.parse.parse_qs(address.query).get("token", [""])[0]
        mood = standin.mood
        if mood in (Mood.HANGING, Mood.DRIPPING, Mood.NOISE, Mood.CLOSING):
            self.close_connection = True
            if mood is Mood.NOISE:
                self.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n")
            if mood is Mood.DRIPPING:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
            if mood in (Mood.HANGING, Mood.DRIPPING):
                standin.hold(self.wfile.write)
            return
        answer = standin.answer(method, address.path, token, body)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Not on stderr: the token stands in the address."""


def main() -> None:
    """Serve the intents of this installation, as the embedded engine ranks them; each parsed text is a line."""
    parser = argparse.ArgumentParser(prog="python -m voicebot.rasa.standin", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--token", default="")
    options = parser.parse_args()
    training = load_training(training_files(settings_list.load().intents_dir))
    classifier = train(training)

    def rank(text: str) -> Sequence[Ranked]:
        print(json.dumps({"parsed": text}, ensure_ascii=False), flush=True)
        probability = classifier.probabilities(text)
        ranked = [Ranked(name, float(p)) for name, p in zip(classifier.intents, probability, strict=True)]
        return sorted(ranked, key=lambda each: -each.score)

    server = StandInRasa(rank, options.token, options.port, model_name(training))
    print(json.dumps({"ready": True, "port": server.port, "pid": os.getpid()}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

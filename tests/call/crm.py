"""A small CRM for tests: an HTTP server on loopback, each path with another way to answer or to fail."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

CUSTOMER = {
    "level": "金卡",
    "vip": True,
    "points": 12345678901234567890123,
    "shop": {"name": "东店", "phones": ["0512", "0513"]},
    "nothing": None,
}


class Crm:
    """Use as a context manager. `asked`: path with query, and headers of every request. `release` lets slow ones go."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.arrived = threading.Semaphore(0)
        self.release = threading.Event()
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                crm.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                crm.arrived.release()
                getattr(crm, "_" + urlsplit(self.path).path.strip("/"))(self)

            def log_message(self, *_: object) -> None:
                """Nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}/{path}"

    def params(self, number: int = -1) -> dict[str, list[str]]:
        """The parameters of a request."""
        return parse_qs(urlsplit(self.asked[number][0]).query, keep_blank_values=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    # --- the ways to answer -----------------------------------------------------------------------
    def _customer(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, json.dumps(CUSTOMER).encode())

    def _slow(self, request: BaseHTTPRequestHandler) -> None:
        self.release.wait()
        self._customer(request)

    def _dead(self, request: BaseHTTPRequestHandler) -> None:
        """Takes the request and never says a word."""
        self.release.wait()
        request.close_connection = True

    def _drips(self, request: BaseHTTPRequestHandler) -> None:
        """A byte now and then, so that no single wait is long."""
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        while not self.release.wait(0.02):
            try:
                request.wfile.write(b" ")
            except OSError:
                break
        request.close_connection = True

    def _huge(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b'{"level": "' + b"x" * 5_000_000 + b'"}')

    def _redirects(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 302, b"", location="http://169.254.169.254/latest")

    def _page(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b"<html>", kind="text/html")

    def _zipped(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b"\x1f\x8b", coding="gzip")

    def _broken(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b'{"level": "x"')

    def _list(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b"[1, 2]")

    def _deep(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b"[" * 60_000)

    def _unknown(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 404, b"{}")

    def _empty(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 200, b'{"other": 1}')

    def _fails(self, request: BaseHTTPRequestHandler) -> None:
        self._send(request, 500, b"{}")

    def _hangs_up(self, request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True

    @staticmethod
    def _send(
        request: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json; charset=utf-8",
        location: str = "",
        coding: str = "",
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        if location:
            request.send_header("Location", location)
        if coding:
            request.send_header("Content-Encoding", coding)
        request.end_headers()
        try:
            request.wfile.write(body)
        except OSError:  # who asked has had enough
            request.close_connection = True

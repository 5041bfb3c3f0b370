"""The HTTP API of a Rasa 3.6 server: parse a text, tell which model is loaded. No deadline and no policy here.

What was observed on 3.6.21: the token counts only in the query, an error's body may be JSON, HTML or nothing, and a
server without a model answers 409.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx
import msgspec

from voicebot.errors import EngineUnavailable

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, and the token stands in them

MAX_BODY = 1_000_000
"""Bytes of an answer; a usual one has 5,000."""
KEEP_IDLE_S = 60.0
"""How long an idle connection is used again. Rasa closes it after 120 s (its core/constants.py)."""
_MEANING: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "token refused",
    HTTPStatus.FORBIDDEN: "token refused",
    HTTPStatus.CONFLICT: "no model loaded",
}


@dataclass(frozen=True)
class ModelStatus:
    """`GET /status`: the file name and the id of the loaded model."""

    model_file: str
    model_id: str = ""

    @property
    def name(self) -> str:
        """The file's name without directory and ending."""
        return self.model_file.rpartition("/")[2].removesuffix(".tar.gz")


class RasaClient:
    """Connections to one server, kept open between requests; for one event loop. Use as an async context manager.

    Every method raises EngineUnavailable with a few words that say why.
    """

    def __init__(self, url: str, token: str, connections: int) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            params={"token": token} if token else None,
            timeout=None,  # the caller's deadline covers the whole request
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=KEEP_IDLE_S),
            trust_env=False,  # a proxy of the environment is not for a server beside us
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def parse(self, text: str) -> bytes:
        """The body of Rasa's answer to `text`, which is neither empty nor begins with a slash."""
        return await self._ask("POST", "/model/parse", {"text": text})

    async def status(self) -> ModelStatus:
        """Which model is loaded."""
        body = await self._ask("GET", "/status")
        try:
            return msgspec.json.decode(body, type=ModelStatus)
        except msgspec.DecodeError:
            raise EngineUnavailable("not a Rasa server") from None

    async def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> bytes:
        try:
            async with self._http.stream(method, path, json=body) as answer:
                if answer.status_code != HTTPStatus.OK:
                    raise EngineUnavailable(_MEANING.get(answer.status_code, f"HTTP {answer.status_code}"))
                data = b""
                async for part in answer.aiter_bytes():
                    data += part
                    if len(data) > MAX_BODY:
                        raise EngineUnavailable("answer too long")
                return data
        except httpx.ConnectError:
            raise EngineUnavailable("unreachable") from None
        except httpx.HTTPError:  # closed in the middle, no HTTP
            raise EngineUnavailable("connection lost") from None

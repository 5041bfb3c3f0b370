"""Bytes between `espeak` and its worker process: lengths, a JSON head, raw PCM. No processes, no library.

request = u32 size, JSON;  answer = u32 JSON size, u32 PCM size, JSON, PCM (int16, native order); all little-endian.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

REQUEST_HEAD = struct.Struct("<I")
ANSWER_HEAD = struct.Struct("<II")


def pack_request(request: dict[str, Any]) -> bytes:
    body = json.dumps(request, ensure_ascii=False).encode()
    return REQUEST_HEAD.pack(len(body)) + body


def read_request(stream: BinaryIO) -> dict[str, Any] | None:
    """Block for one request; None when the stream ended."""
    head = stream.read(REQUEST_HEAD.size)
    if len(head) < REQUEST_HEAD.size:
        return None
    body = stream.read(REQUEST_HEAD.unpack(head)[0])
    request: dict[str, Any] = json.loads(body)
    return request


def pack_answer(head: dict[str, Any], pcm: bytes) -> bytes:
    body = json.dumps(head).encode()
    return ANSWER_HEAD.pack(len(body), len(pcm)) + body + pcm


def answer_size(head: bytes) -> int:
    """Bytes that follow an answer's first `ANSWER_HEAD.size` bytes."""
    return sum(ANSWER_HEAD.unpack(head))


def unpack_answer(head: bytes, rest: bytes) -> tuple[dict[str, Any], bytes]:
    json_size, _ = ANSWER_HEAD.unpack(head)
    answer: dict[str, Any] = json.loads(rest[:json_size])
    return answer, rest[json_size:]

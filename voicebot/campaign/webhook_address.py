"""Which addresses may be told: https to the open internet, or hosts that the operator names. And what signs messages.

A message goes to the very address that was judged: a name that leads elsewhere at the second look gains nothing.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from voicebot.errors import UsageError

PREFIX = "whsec_"
"""What stands before a secret in base64, as receivers' libraries make them (Standard Webhooks)."""
MAX_URL = 2_000


@dataclass(frozen=True)
class Address:
    """A url taken apart. `trusted`: the operator named its host, so that it may be private, and without TLS."""

    url: str
    host: str
    port: int
    trusted: bool


def address(url: str, hosts: str) -> Address:
    """`url` as an Address. `hosts`: HOST or HOST:PORT, commas between. Raises UsageError naming what is wrong."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        host = parts.hostname or ""
    except ValueError:
        raise UsageError(f"{url!r} is no address; for example https://crm.example.com/voicebot") from None
    named = {one.strip().lower() for one in hosts.split(",") if one.strip()}
    trusted = f"{host}:{port}" in named or (host in named and port in (80, 443))
    if not host or not port or len(url) > MAX_URL or not url.isascii() or not url.isprintable():
        raise UsageError(f"{url!r} is no address; for example https://crm.example.com/voicebot")
    if parts.username or parts.password or parts.fragment:
        raise UsageError(f"the address of {host} must have neither a user nor a fragment; messages are signed")
    if parts.scheme != "https" and not trusted:
        raise UsageError(f"{url!r} is not https; an http address needs its host in VOICEBOT_WEBHOOK_HOSTS")
    return Address(url, host, port, trusted)


async def resolved(to: Address) -> str:
    """The IP address to connect to. Raises UsageError for a private one of a host that nobody named, OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    inner = [one for one in addresses if not ipaddress.ip_address(one).is_global]
    if inner and not to.trusted:
        raise UsageError(
            f"{to.host} leads to {inner[0]}, which is not on the open internet; to allow it name the host in"
            " VOICEBOT_WEBHOOK_HOSTS"
        )
    return addresses[0]


def secrets_of(text: str) -> Mapping[str, bytes]:
    """The setting `webhook_secrets`: NAME=SECRET, commas between. Raises UsageError, which tells no secret."""
    found: dict[str, bytes] = {}
    for entry in filter(None, (one.strip() for one in text.split(","))):
        name, equals, secret = entry.partition("=")
        if not name or not equals or not secret:
            raise UsageError("VOICEBOT_WEBHOOK_SECRETS: an entry is not NAME=SECRET; entries are parted by commas")
        try:
            plain = secret.removeprefix(PREFIX)
            found[name] = base64.b64decode(plain, validate=True) if plain != secret else secret.encode()
        except binascii.Error:
            raise UsageError(f"VOICEBOT_WEBHOOK_SECRETS: {name} has {PREFIX} but no base64 behind it") from None
    return found


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The header webhook-signature of Standard Webhooks 1.0: v1, and HMAC-SHA256 over id.timestamp.body in base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()

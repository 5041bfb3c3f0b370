"""Calls at once and calls a second, counted in one Redis for all dialers: sorted sets of tokens by their leases' ends.

No library that is kept well takes places in several counts at once, all or none, with a share kept for others; so the
leases are one Lua script. Rates are the library `limits`. One Redis (or one with a stand-by), no cluster.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import redis
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from voicebot.errors import LimitsUnknown
from voicebot.store.capacity import (
    ASKS_S,
    LEASE_S,
    Ask,
    Cap,
    Forgotten,
    Full,
    Room,
    Taken,
    full_why,
    rate_full,
    rate_hit,
    rate_why,
)

PREFIX = "voicebot:lines"
COMMON = """
redis.replicate_commands()
local prefix, ask, now = KEYS[1], cjson.decode(ARGV[1]), tonumber(ARGV[2])
if now < 0 then
  -- Redis' own clock: those of the dialers differ.
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local lease, asks = tonumber(ARGV[3]), tonumber(ARGV[4])
local function text(moment) return string.format('%.0f', moment) end
local function live(key)
  local set = prefix .. ':held:' .. key
  redis.call('ZREMRANGEBYSCORE', set, '-inf', text(now))
  return redis.call('ZCARD', set)
end
local function put(one)
  for _, cap in ipairs(one.caps) do
    local set = prefix .. ':held:' .. cap.key
    redis.call('ZADD', set, text(now + lease), one.token)
    redis.call('PEXPIRE', set, lease)
  end
end
"""
ASKED = (
    COMMON
    + """
local epoch = redis.call('GET', prefix .. ':epoch')
if not epoch then
  epoch = text(now) .. '-' .. ask.token
  redis.call('SET', prefix .. ':epoch', epoch)
end
-- A stand-by in its place, or one restored from a copy, has the key and yet may lack the newest calls.
local told = redis.pcall('INFO', 'server')
epoch = epoch .. '@' .. (type(told) == 'string' and string.match(told, 'run_id:(%x+)') or '')
if ask.epoch ~= '' and ask.epoch ~= epoch then return {'forgotten', epoch} end
redis.call('HSET', prefix .. ':guaranteed', ask.campaign, ask.guaranteed)
for _, cap in ipairs(ask.caps) do
  if cap.shared then
    local set = prefix .. ':asked:' .. cap.key
    redis.call('ZADD', set, text(now + asks), ask.campaign)
    redis.call('PEXPIRE', set, asks)
  end
end
local own = live('campaign:' .. ask.campaign)
local function used(cap)
  local count, kept = live(cap.key), 0
  if cap.shared and own >= ask.guaranteed then
    local set = prefix .. ':asked:' .. cap.key
    redis.call('ZREMRANGEBYSCORE', set, '-inf', text(now))
    for _, other in ipairs(redis.call('ZRANGE', set, 0, -1)) do
      if other ~= ask.campaign then
        local sure = tonumber(redis.call('HGET', prefix .. ':guaranteed', other) or '0')
        kept = kept + math.max(0, sure - live('campaign:' .. other))
      end
    end
  end
  return count, kept
end
"""
)
TAKE = (
    ASKED
    + """
for _, cap in ipairs(ask.caps) do
  local count, kept = used(cap)
  if count + kept >= cap.calls then return {'full', epoch, cap.key, count, kept} end
end
put(ask)
return {'taken', epoch}
"""
)
ROOM = (
    ASKED
    + """
local room = {'room', epoch}
for place, cap in ipairs(ask.caps) do
  local count, kept = used(cap)
  room[place + 2] = math.max(0, cap.calls - count - kept)
end
return room
"""
)
RENEW = (
    COMMON
    + """
for _, one in ipairs(ask) do put(one) end
return #ask
"""
)
HELD = (
    COMMON
    + """
local counts = {}
for place, key in ipairs(ask) do counts[place] = live(key) end
return counts
"""
)
REDIS_CLOCK = -1
AT_ONCE = 500
"""So many calls are renewed by one command."""


class RedisCapacity:
    """Capacity on one Redis. `clock`: seconds, for tests; without it the clock is Redis' own."""

    def __init__(self, client: "redis.Redis", clock: Callable[[], float] | None = None, prefix: str = PREFIX) -> None:
        self._client, self._clock, self._prefix = client, clock, prefix
        self._take, self._room, self._renew, self._held = (
            client.register_script(text) for text in (TAKE, ROOM, RENEW, HELD)
        )
        # The address is not used: the library takes the connections that there are.
        storage = RedisStorage(
            "redis://", connection_pool=client.connection_pool, key_prefix=f"{prefix}:rate", wrap_exceptions=True
        )
        self._limiter = MovingWindowRateLimiter(storage)

    def take(self, ask: Ask) -> Taken | Full | Forgotten:
        with _reached():
            reply = self._take(**self._call(asdict(ask)))
            outcome, epoch = reply[0].decode(), reply[1].decode()
            if outcome == "forgotten":
                return Forgotten(epoch)
            if outcome == "full":
                key = reply[2].decode()
                calls = next(cap.calls for cap in ask.caps if cap.key == key)
                return Full(key, full_why(int(reply[3]), calls, int(reply[4])), epoch)
            rate = rate_full(self._limiter, ask.rates) or rate_hit(self._limiter, ask.rates)
            if rate is not None:
                self.give_back(ask.token, ask.caps)
                return Full(rate.key, rate_why(rate), epoch, rate.seconds / rate.starts)
        return Taken(epoch)

    def room(self, ask: Ask) -> Room | Forgotten:
        with _reached():
            outcome, epoch, *counts = self._room(**self._call(asdict(ask)))
        if outcome == b"forgotten":
            return Forgotten(epoch.decode())
        return Room(tuple(map(int, counts)), epoch.decode())

    def renew(self, held: Sequence[Ask]) -> None:
        with _reached():
            for begin in range(0, len(held), AT_ONCE):
                self._renew(**self._call([asdict(ask) for ask in held[begin : begin + AT_ONCE]]))

    def give_back(self, token: str, caps: Sequence[Cap]) -> None:
        with _reached(), self._client.pipeline() as pipeline:
            for cap in caps:
                pipeline.zrem(f"{self._prefix}:held:{cap.key}", token)
            pipeline.execute()

    def held(self, keys: Sequence[str]) -> dict[str, int]:
        with _reached():
            counts = self._held(**self._call(list(keys))) if keys else []
        return dict(zip(keys, map(int, counts), strict=True))

    def _call(self, asked: Any) -> dict[str, Any]:
        now = REDIS_CLOCK if self._clock is None else round(self._clock() * 1000)
        return {"keys": [self._prefix], "args": [json.dumps(asked), now, LEASE_S * 1000, ASKS_S * 1000]}


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (redis.RedisError, StorageError) as error:
        raise LimitsUnknown(
            f"Redis does not count the lines ({error}); nobody is dialled until it does: start it, or correct"
            " VOICEBOT_REDIS_URL"
        ) from error

"""Whether and when a lead is called again after an attempt: by result code, under one cap over all rules.

Pure: history in, decision out. Windows are applied to the moment afterwards, by whoever claims.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from voicebot.campaign.policy.codes import Code, Layer


@dataclass(frozen=True)
class Past:
    """One attempt that is over."""

    code: Code
    ended_at: datetime


@dataclass(frozen=True)
class Rule:
    """After one of its codes: again after `delay`, at most `maximum` times by this rule.

    `next_window`: not within the range of hours in which the attempt ended, since that time was a bad one.
    """

    delay: timedelta
    maximum: int
    next_window: bool = False


@dataclass(frozen=True)
class RetryPolicy:
    """`rules` by code; a code without a rule ends the lead. `max_attempts`: cap over all rules together.

    Attempts that failed on our own side count against neither: they wait `ours_delay`, twice as long each time up to
    `ours_longest`, and end the lead only after `ours_maximum` in a row.
    """

    rules: Mapping[Code, Rule] = field(default_factory=dict)
    max_attempts: int = 3
    ours_delay: timedelta = timedelta(minutes=1)
    ours_longest: timedelta = timedelta(hours=1)
    ours_maximum: int = 20


@dataclass(frozen=True)
class Again:
    """Call again, not before `due`. `next_window`: and not before the hours open anew. `why`: for people."""

    due: datetime
    why: str
    next_window: bool = False
    callback: bool = False


@dataclass(frozen=True)
class Done:
    """The lead is finished with this code."""

    code: Code
    why: str


DEFAULT = RetryPolicy(
    rules={
        Code.BUSY: Rule(timedelta(minutes=10), 2),
        Code.NO_ANSWER: Rule(timedelta(hours=2), 2, next_window=True),
        Code.POWER_OFF: Rule(timedelta(hours=4), 1, next_window=True),
        Code.OUT_OF_AREA: Rule(timedelta(hours=4), 1, next_window=True),
        Code.UNREACHABLE: Rule(timedelta(hours=2), 1, next_window=True),
        Code.VOICEMAIL: Rule(timedelta(hours=4), 1, next_window=True),
        Code.ASSISTANT: Rule(timedelta(hours=4), 1, next_window=True),
        Code.SILENCE: Rule(timedelta(hours=1), 1),
        Code.SILENT: Rule(timedelta(hours=1), 1),
        Code.MAX_TIME: Rule(timedelta(days=1), 0),
        Code.ROBOT_FAULT: Rule(timedelta(hours=1), 1),
        Code.TRANSFER_FAILED: Rule(timedelta(hours=1), 1),
    }
)
"""What a campaign does that says nothing: a person who refuses, and a number that is none, are not called again."""


def after(policy: RetryPolicy, history: Sequence[Past], callback_at: datetime | None = None) -> Again | Done:
    """What comes of a lead whose attempts were `history`, oldest first and not empty.

    `callback_at`: the time that the customer named in the last talk; it goes before every rule but not over
    `max_attempts`, of which the call-back itself may be one more.
    """
    last = history[-1]
    used = sum(past.code.uses_up_attempt for past in history)
    if callback_at is not None and used <= policy.max_attempts:
        return Again(max(callback_at, last.ended_at), "the customer named this time", callback=True)
    if last.code.layer == Layer.OURS:
        return _after_our_fault(policy, history)
    rule = policy.rules.get(last.code)
    if rule is None:
        return Done(last.code, f"{last.code} is not tried again")
    by_rule = sum(past.code == last.code for past in history) - 1
    if by_rule >= rule.maximum:
        return Done(last.code, f"{last.code} was tried again {by_rule} times, the rule's maximum is {rule.maximum}")
    if used >= policy.max_attempts:
        return Done(last.code, f"{used} attempts, the maximum is {policy.max_attempts}")
    why = f"{last.code}: again {by_rule + 1} of {rule.maximum}, attempt {used + 1} of {policy.max_attempts}"
    return Again(last.ended_at + rule.delay, why, rule.next_window)


def _after_our_fault(policy: RetryPolicy, history: Sequence[Past]) -> Again | Done:
    in_a_row = 0
    for past in reversed(history):
        if past.code.layer != Layer.OURS:
            break
        # A lead that was given back (no line, a dialer that ends) has not failed: however often, it is not lost by it.
        in_a_row += past.code != Code.CANCELLED
    last = history[-1]
    if in_a_row >= policy.ours_maximum:
        return Done(last.code, f"our side failed {in_a_row} times in a row, the maximum is {policy.ours_maximum}")
    delay = min(policy.ours_longest, policy.ours_delay * 2 ** max(0, in_a_row - 1))
    return Again(last.ended_at + delay, f"{last.code} is our side's: it does not use up an attempt")

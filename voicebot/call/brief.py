"""What a call server must know of an attempt before it can talk: looked up by the channel's UUID, nothing else.

Nothing about the person travels through the switch; it waits in the store under the UUID that we chose before dialling.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from voicebot.campaign.policy.answered import DEFAULT as USUAL_ANSWERED
from voicebot.campaign.policy.answered import AnsweredBy
from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.plan import BeforeAnswer
from voicebot.dialog.events import Event
from voicebot.dialog.script import Script


@dataclass(frozen=True)
class StoredScript:
    """A script with the row that the store keeps of exactly this text."""

    script: Script
    version_id: int


@dataclass(frozen=True)
class Brief:
    """One attempt as the call server sees it. `number` is E.164; `stored` is what the robot talks by.

    `variables` are the lead's, for the prompts.

    `longest_wait_ms`: the longest that the customer waits for an agent, whatever the script allows; None: as it says.
    `answered_by`, `before_answer`: what the campaign wants of machines and of early media. `causes`: the gateway's own
    reading of what the switch tells.

    `happened`: the events of a talk that another call server began and lost; empty for a new call.
    """

    attempt_id: str
    number: str
    stored: StoredScript
    variables: Mapping[str, str] = field(default_factory=dict)
    happened: tuple[Event, ...] = ()
    longest_wait_ms: int | None = None
    answered_by: AnsweredBy = USUAL_ANSWERED
    before_answer: BeforeAnswer = field(default_factory=BeforeAnswer)
    causes: tuple[Rule, ...] = ()


FindBrief = Callable[[str], Brief | None]
"""Attempt id to brief; None when nobody planned such a call. May block: called off the hub."""

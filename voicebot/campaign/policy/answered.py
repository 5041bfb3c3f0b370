"""What picked up, and what follows: the campaign's choice for machines, and the code of an attempt that was answered.

Pure. What was heard is judged in answering/; the talk itself is the dialog's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.retry import RetryPolicy

Then = Literal["talk_on", "hang_up", "try_later", "message"]
"""Go on by the script; hang up and be done with the lead; hang up, and call again by the retry rule of the code; leave
a message after the beep."""
THENS: tuple[Then, ...] = get_args(Then)
MACHINES: Mapping[str, Code] = {
    "voicemail": Code.VOICEMAIL,
    "assistant": Code.ASSISTANT,
    "ivr": Code.IVR,
    "fax": Code.FAX,
    "silent": Code.SILENT,
}
"""What a plan calls them."""
MACHINE_TAG = "MACHINE"
"""Tag of a talk with a machine, by which the script's rules grade it; scripts that find one out themselves set it."""
INTENTS: Mapping[str, Code] = {
    "voicemail": Code.VOICEMAIL,
    "assistant": Code.ASSISTANT,
    "ivr_menu": Code.IVR,
    "dead_number": Code.IVR,
}
"""What the intents of intents/machines.yml say of who speaks. An announcement after the answer is the network's."""


@dataclass(frozen=True)
class Follow:
    """What is done with one kind. `message`: text to leave, the lead's variables in braces; `node`: a node of the
    script in its place. `again`: the retry rule of the code holds; without it the lead is done."""

    then: Then
    message: str = ""
    node: str = ""
    again: bool = True


TALK_ON = Follow("talk_on")


@dataclass(frozen=True)
class AnsweredBy:
    """The choices of a campaign by code; what none is made for is talked to."""

    follows: Mapping[Code, Follow] = field(default_factory=dict)

    def follow(self, code: Code) -> Follow:
        """What is done when `code` picked up. The network's announcement after an answer has nobody behind it."""
        return self.follows.get(code, Follow("try_later") if code.layer is Layer.NETWORK else TALK_ON)

    def given_up(self) -> tuple[Code, ...]:
        """Codes that end the lead."""
        return tuple(code for code, follow in self.follows.items() if not follow.again)


DEFAULT = AnsweredBy(
    {
        Code.VOICEMAIL: Follow("try_later"),
        Code.ASSISTANT: Follow("try_later"),
        Code.IVR: Follow("hang_up", again=False),
        Code.FAX: Follow("hang_up", again=False),
        Code.SILENT: TALK_ON,
    }
)
"""A mailbox or an assistant has a person behind it, a switchboard and a fax do not. A silent line is talked to: people
wait for the other side to speak."""


def retries(policy: RetryPolicy, answered: AnsweredBy) -> RetryPolicy:
    """The retry policy without the rules of what the campaign gives up on."""
    given_up = answered.given_up()
    rules = {code: rule for code, rule in policy.rules.items() if code not in given_up}
    return replace(policy, rules=rules)


@dataclass(frozen=True)
class AnsweredTalk:
    """A talk that is over. `verdict`: what was heard to pick up, None if the call was too short to tell; `ending`: the
    dialog's code; `tags`: the talk's; `machine_intents`: of its turns, in order; `spoken`: something was said to us;
    `handed_off`: a human agent spoke with the customer."""

    verdict: Code | None
    ending: Code
    tags: tuple[str, ...] = ()
    machine_intents: tuple[str, ...] = ()
    spoken: bool = False
    handed_off: bool = False


def who_answered(talk: AnsweredTalk) -> Code:
    """What picked up, by ear and by the script's own findings: one answer.

    A machine that was heard is one, or the network that says after an answer why nobody comes, unless an agent talked
    with somebody after all. A script that tagged MACHINE had asked back first, so it is believed. A silent line on
    which words came later was a person who waited; a person of whom no word came until the robot gave up was a horn or
    a keyboard on a silent line.
    """
    if talk.handed_off:
        return Code.HUMAN
    if talk.verdict not in (None, Code.HUMAN, Code.SILENT):
        return talk.verdict
    if MACHINE_TAG in talk.tags:
        return INTENTS[talk.machine_intents[-1]] if talk.machine_intents else Code.VOICEMAIL
    if talk.verdict is Code.SILENT or (talk.verdict is Code.HUMAN and talk.ending is Code.SILENCE):
        return Code.HUMAN if talk.spoken else Code.SILENT
    if talk.verdict is not None:
        return talk.verdict
    # Too short for a verdict. Machines do not put the receiver down at once.
    return Code.HUMAN if talk.spoken or talk.ending is Code.CUSTOMER_HANGUP else Code.UNKNOWN


def answered_code(talk: AnsweredTalk) -> Code:
    """The result code of the attempt: what picked up where that was no person, else how the talk ended.

    Our own faults and agents who did not come stay what they are.
    """
    if talk.ending in (Code.ROBOT_FAULT, Code.TRANSFERRED, Code.TRANSFER_FAILED):
        return talk.ending
    picked_up = who_answered(talk)
    return talk.ending if picked_up in (Code.HUMAN, Code.UNKNOWN) else picked_up


def machine_intents(intents: Iterable[str | None]) -> tuple[str, ...]:
    """Those of a talk's intents that are of machines."""
    return tuple(intent for intent in intents if intent is not None and intent in INTENTS)

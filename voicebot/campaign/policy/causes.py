"""From what the switch tells of a dial attempt to one result code. A table, read from the top.

Pure: no wire format here. The behaviour that the table relies on was measured on FreeSWITCH 1.10.12.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voicebot.campaign.policy.codes import Code


@dataclass(frozen=True)
class DialOutcome:
    """How a dial attempt ended that never became a talk.

    `cause`: hang-up cause, or the word behind `-ERR` in the originate job.
    `channel_seen`: a CHANNEL_CREATE came; without one no INVITE left this machine.
    `rang`: the callee's side gave progress (180, or 183 with audio). `answered`: a CHANNEL_ANSWER came.
    `sip_status`: final SIP status of the INVITE, `q850`: its Q.850 cause; None where the switch names none.
    `hung_up_by`: who ended an answered channel, None if it never was answered.
    `bridged`: it was passed to a human. `rescued`: no call server was left, the switch apologised and hung up.
    """

    cause: str
    channel_seen: bool
    rang: bool = False
    answered: bool = False
    sip_status: int | None = None
    q850: int | None = None
    hung_up_by: Literal["customer", "switch"] | None = None
    bridged: bool = False
    rescued: bool = False


@dataclass(frozen=True)
class Rule:
    """`code` for every outcome that has all the given values; None matches anything."""

    code: Code
    cause: str | None = None
    channel_seen: bool | None = None
    rang: bool | None = None
    answered: bool | None = None
    sip_status: int | None = None
    q850: int | None = None
    hung_up_by: Literal["customer", "switch"] | None = None
    bridged: bool | None = None
    rescued: bool | None = None

    def fits(self, outcome: DialOutcome) -> bool:
        """Whether all the given values are the outcome's."""
        return (
            self.cause in (None, outcome.cause)
            and self.channel_seen in (None, outcome.channel_seen)
            and self.rang in (None, outcome.rang)
            and self.answered in (None, outcome.answered)
            and self.sip_status in (None, outcome.sip_status)
            and self.q850 in (None, outcome.q850)
            and self.hung_up_by in (None, outcome.hung_up_by)
            and self.bridged in (None, outcome.bridged)
            and self.rescued in (None, outcome.rescued)
        )


RULES: tuple[Rule, ...] = (
    # The call server died in the call: its customer was with an agent by then, or heard the switch's apology.
    Rule(Code.TRANSFERRED, bridged=True),
    Rule(Code.NODE_LOST, rescued=True),
    # Answered, and yet no robot talked: a BYE right after the ACK, the call's cap, or nobody behind the socket.
    Rule(Code.CUSTOMER_HANGUP, answered=True, hung_up_by="customer"),
    Rule(Code.MAX_TIME, cause="ALLOTTED_TIMEOUT", answered=True),
    Rule(Code.NODE_LOST, answered=True),
    # No channel was made: nothing left this machine, so nothing is known of the callee.
    Rule(Code.GATEWAY_DOWN, cause="GATEWAY_DOWN"),
    Rule(Code.GATEWAY_DOWN, cause="INVALID_GATEWAY"),
    Rule(Code.THROTTLED, cause="DESTINATION_OUT_OF_ORDER", channel_seen=False),
    Rule(Code.LINE_ERROR, channel_seen=False),
    # The SIP status where it says more than the cause that the switch made of it.
    Rule(Code.EMPTY, sip_status=604),
    Rule(Code.REJECTED, sip_status=403, rang=True),
    Rule(Code.CARRIER_BLOCK, sip_status=403),
    Rule(Code.CONGESTION, sip_status=503),
    # The callee, as the network tells of him.
    Rule(Code.BUSY, cause="USER_BUSY"),
    Rule(Code.NO_ANSWER, cause="NO_ANSWER", rang=True),
    Rule(Code.LINE_ERROR, cause="NO_ANSWER"),  # not even a 180: the trunk was silent
    Rule(Code.REJECTED, cause="CALL_REJECTED"),
    Rule(Code.EMPTY, cause="UNALLOCATED_NUMBER"),
    Rule(Code.EMPTY, cause="NUMBER_CHANGED"),
    Rule(Code.NO_ANSWER, cause="NO_USER_RESPONSE", rang=True),
    Rule(Code.UNREACHABLE, cause="NO_USER_RESPONSE"),
    Rule(Code.NO_ANSWER, cause="RECOVERY_ON_TIMER_EXPIRE", rang=True),
    Rule(Code.UNREACHABLE, cause="RECOVERY_ON_TIMER_EXPIRE"),
    Rule(Code.UNREACHABLE, cause="SUBSCRIBER_ABSENT"),
    Rule(Code.UNREACHABLE, cause="USER_NOT_REGISTERED"),
    Rule(Code.FORWARDED, cause="REDIRECTION_TO_NEW_DESTINATION"),
    Rule(Code.BARRED, cause="INCOMING_CALL_BARRED"),
    # Our side and the carrier.
    Rule(Code.CANCELLED, cause="ORIGINATOR_CANCEL"),
    Rule(Code.CANCELLED, cause="MANAGER_REQUEST"),
    Rule(Code.CARRIER_BLOCK, cause="OUTGOING_CALL_BARRED"),
    Rule(Code.CONGESTION, cause="NORMAL_CIRCUIT_CONGESTION"),
    Rule(Code.CONGESTION, cause="SWITCH_CONGESTION"),
    Rule(Code.CONGESTION, cause="REQUESTED_CHAN_UNAVAIL"),
    # Numbers are checked before dialling: a trunk that finds one malformed wants another prefix.
    Rule(Code.LINE_ERROR, cause="INVALID_NUMBER_FORMAT"),
    Rule(Code.LINE_ERROR, cause="INCOMPATIBLE_DESTINATION"),
    Rule(Code.LINE_ERROR, cause="NORMAL_TEMPORARY_FAILURE"),
    Rule(Code.LINE_ERROR, cause="NO_ROUTE_DESTINATION"),
    # A cause that this table does not name: its Q.850 number may be known.
    Rule(Code.EMPTY, q850=1),
    Rule(Code.BUSY, q850=17),
    Rule(Code.UNREACHABLE, q850=18),
    Rule(Code.NO_ANSWER, q850=19),
    Rule(Code.UNREACHABLE, q850=20),
    Rule(Code.REJECTED, q850=21),
    Rule(Code.EMPTY, q850=22),
    Rule(Code.CONGESTION, q850=34),
    Rule(Code.CONGESTION, q850=42),
    Rule(Code.LINE_ERROR),  # unknown: not counted against the callee, the evidence is kept
)


def result_code(outcome: DialOutcome, overrides: Sequence[Rule] = ()) -> Code:
    """The one code of an attempt without a talk, by what the switch tells: a gateway's `overrides`, then RULES.

    What an announcement said beside it is weighed in heard_before.py.
    """
    return next(rule.code for rule in (*overrides, *RULES) if rule.fits(outcome))

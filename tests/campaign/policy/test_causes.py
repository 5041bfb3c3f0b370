"""Each row of what FreeSWITCH 1.10.12 was measured to answer, and the code that we make of it."""

import pytest

from voicebot.campaign.policy.causes import DialOutcome, Rule, result_code
from voicebot.campaign.policy.codes import Code


def dialled(cause: str, sip: int | None = None, q850: int | None = None, *, rang: bool = False, **more) -> DialOutcome:
    return DialOutcome(cause, channel_seen=True, rang=rang, sip_status=sip, q850=q850, **more)


def refused(cause: str) -> DialOutcome:
    return DialOutcome(cause, channel_seen=False)


MEASURED = [
    ("486 busy here", dialled("USER_BUSY", 486, 17), Code.BUSY),
    ("600 busy everywhere", dialled("USER_BUSY", 600, 17), Code.BUSY),
    ("rang until our time-out", dialled("NO_ANSWER", 487, 19, rang=True), Code.NO_ANSWER),
    ("no SIP answer at all", dialled("NO_ANSWER", None, 19), Code.LINE_ERROR),
    ("603 decline", dialled("CALL_REJECTED", 603, 21), Code.REJECTED),
    ("603 after ringing", dialled("CALL_REJECTED", 603, 21, rang=True), Code.REJECTED),
    ("403 at once: the carrier", dialled("CALL_REJECTED", 403, 21), Code.CARRIER_BLOCK),
    ("403 after ringing: the callee", dialled("CALL_REJECTED", 403, 21, rang=True), Code.REJECTED),
    ("404 not found", dialled("UNALLOCATED_NUMBER", 404, 1), Code.EMPTY),
    ("604 does not exist anywhere", dialled("NO_ROUTE_DESTINATION", 604, 3), Code.EMPTY),
    ("no route of our own", dialled("NO_ROUTE_DESTINATION", None, 3), Code.LINE_ERROR),
    ("480 at once", dialled("NO_USER_RESPONSE", 480, 18), Code.UNREACHABLE),
    ("480 after ringing", dialled("NO_USER_RESPONSE", 480, 18, rang=True), Code.NO_ANSWER),
    ("410 gone", dialled("NUMBER_CHANGED", 410, 22), Code.EMPTY),
    ("484 address incomplete", dialled("INVALID_NUMBER_FORMAT", 484, 28), Code.LINE_ERROR),
    ("408 request time-out", dialled("RECOVERY_ON_TIMER_EXPIRE", 408, 102), Code.UNREACHABLE),
    ("408 after ringing", dialled("RECOVERY_ON_TIMER_EXPIRE", 408, 102, rang=True), Code.NO_ANSWER),
    ("487 unasked", dialled("ORIGINATOR_CANCEL", 487, 16), Code.CANCELLED),
    ("488 not acceptable here", dialled("INCOMPATIBLE_DESTINATION", 488, 88), Code.LINE_ERROR),
    ("500 server error", dialled("NORMAL_TEMPORARY_FAILURE", 500, 41), Code.LINE_ERROR),
    ("503 or a closed port", dialled("NORMAL_TEMPORARY_FAILURE", 503, 41), Code.CONGESTION),
    ("gateway down or not registered", refused("GATEWAY_DOWN"), Code.GATEWAY_DOWN),
    ("gateway name unknown", refused("INVALID_GATEWAY"), Code.GATEWAY_DOWN),
    ("profile unknown", refused("INVALID_PROFILE"), Code.LINE_ERROR),
    ("endpoint type unknown", refused("CHAN_NOT_IMPLEMENTED"), Code.LINE_ERROR),
    ("user not registered", refused("SUBSCRIBER_ABSENT"), Code.LINE_ERROR),
    ("sessions per second or max sessions", refused("DESTINATION_OUT_OF_ORDER"), Code.THROTTLED),
    ("malformed originate", refused("USAGE"), Code.LINE_ERROR),
    (
        "BYE right after the ACK",
        dialled("NORMAL_CLEARING", 200, 16, answered=True, hung_up_by="customer"),
        Code.CUSTOMER_HANGUP,
    ),
    (
        "answered, nobody behind the socket",
        dialled("NORMAL_CLEARING", 200, 16, answered=True, hung_up_by="switch"),
        Code.NODE_LOST,
    ),
    (
        "the call's own cap",
        dialled("ALLOTTED_TIMEOUT", 200, 16, answered=True, hung_up_by="switch"),
        Code.MAX_TIME,
    ),
    (
        "the last call server died, the customer hung up on the apology",
        dialled("NORMAL_CLEARING", 200, 16, answered=True, hung_up_by="customer", rescued=True),
        Code.NODE_LOST,
    ),
    (
        "the last call server died before the answer",
        dialled("NORMAL_TEMPORARY_FAILURE", None, 41, rang=True, rescued=True),
        Code.NODE_LOST,
    ),
    (
        "the call server died while the customer talked with an agent",
        dialled("NORMAL_CLEARING", 200, 16, answered=True, hung_up_by="customer", bridged=True),
        Code.TRANSFERRED,
    ),
]


@pytest.mark.parametrize(("outcome", "code"), [row[1:] for row in MEASURED], ids=[row[0] for row in MEASURED])
def test_measured_outcomes(outcome, code):
    assert result_code(outcome) is code


def test_nothing_that_left_no_invite_uses_up_an_attempt():
    causes = {outcome.cause for _, outcome, _ in MEASURED} | {"SOMETHING_NEW"}
    assert all(not result_code(refused(cause)).uses_up_attempt for cause in causes)


def test_an_unknown_cause_goes_by_its_q850_number_then_to_the_line():
    assert result_code(dialled("SOMETHING_NEW", None, 17)) is Code.BUSY
    assert result_code(dialled("SOMETHING_NEW", 499, 99)) is Code.LINE_ERROR


def test_a_gateway_can_override_one_row():
    carrier = (Rule(Code.CARRIER_BLOCK, cause="CALL_REJECTED", sip_status=603, rang=False),)
    assert result_code(dialled("CALL_REJECTED", 603, 21), carrier) is Code.CARRIER_BLOCK
    assert result_code(dialled("CALL_REJECTED", 603, 21, rang=True), carrier) is Code.REJECTED
    assert result_code(dialled("USER_BUSY", 486, 17), carrier) is Code.BUSY

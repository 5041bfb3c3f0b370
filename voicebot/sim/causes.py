"""SIP answers and what the switch makes of them: hang-up cause, Q.850 number. Measured on FreeSWITCH 1.10.12.
A table; who sends which answer is decided in callees.py."""

from typing import Final, NamedTuple


class Refusal(NamedTuple):
    """A final SIP answer that is not 200, as the hang-up events tell it."""

    phrase: str
    cause: str
    q850: int


REFUSALS: Final[dict[int, Refusal]] = {
    403: Refusal("Forbidden", "CALL_REJECTED", 21),
    404: Refusal("Not Found", "UNALLOCATED_NUMBER", 1),
    408: Refusal("Request Timeout", "RECOVERY_ON_TIMER_EXPIRE", 102),
    410: Refusal("Gone", "NUMBER_CHANGED", 22),
    480: Refusal("Temporarily Unavailable", "NO_USER_RESPONSE", 18),
    484: Refusal("Address Incomplete", "INVALID_NUMBER_FORMAT", 28),
    486: Refusal("Busy Here", "USER_BUSY", 17),
    487: Refusal("Request Terminated", "ORIGINATOR_CANCEL", 16),
    488: Refusal("Not Acceptable Here", "INCOMPATIBLE_DESTINATION", 88),
    500: Refusal("Server Internal Error", "NORMAL_TEMPORARY_FAILURE", 41),
    503: Refusal("Service Unavailable", "NORMAL_TEMPORARY_FAILURE", 41),
    600: Refusal("Busy Everywhere", "USER_BUSY", 17),
    603: Refusal("Decline", "CALL_REJECTED", 21),
    604: Refusal("Does Not Exist Anywhere", "NO_ROUTE_DESTINATION", 3),
}

Q850: Final[dict[str, int]] = {
    "NORMAL_CLEARING": 16,
    "NO_ANSWER": 19,
} | {refusal.cause: refusal.q850 for refusal in REFUSALS.values()}


def q850(cause: str) -> int:
    """The number beside a cause name; 16 for the switch's own causes (ALLOTTED_TIMEOUT, MANAGER_REQUEST)."""
    return Q850.get(cause, 16)

"""When `unicast` may be sent: once a park, and only with media. A table; no I/O here.

Measured on FreeSWITCH 1.10.12: without media the switch aborts with all its calls; a second one in a park leaks
sockets and threads; nothing on the event socket says that unicast stopped.
"""

from enum import Enum


class Park(Enum):
    """Where the channel stands. LEFT: running another application, bridged or gone."""

    FRESH = "parked, unicast not yet used"
    SPENT = "parked, unicast used"
    LEFT = "not parked"


# The first CHANNEL_PARK of a channel may come after the first unicast: it must not arm a second one.
_NEXT = {
    (Park.FRESH, "unicast"): Park.SPENT,
    (Park.FRESH, "CHANNEL_UNPARK"): Park.LEFT,
    (Park.SPENT, "CHANNEL_UNPARK"): Park.LEFT,
    (Park.LEFT, "CHANNEL_PARK"): Park.FRESH,
}
WITH_MEDIA = ("early", "answered")


def after(park: Park, what: str) -> Park:
    """The state after an event's name, or after "unicast"."""
    return _NEXT.get((park, what), park)


def refusal(park: Park, answer_state: str) -> str | None:
    """Why unicast must not be sent now, or None if it may."""
    if answer_state not in WITH_MEDIA:
        return f"the channel has no media yet (Answer-State {answer_state!r}); wait for CHANNEL_ANSWER or early media"
    if park is Park.SPENT:
        return "this park's unicast is used; renew_audio() parks anew"
    if park is Park.LEFT:
        return "the channel is not parked; wait for CHANNEL_PARK"
    return None

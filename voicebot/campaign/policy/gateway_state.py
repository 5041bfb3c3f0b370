"""What the switch tells of a gateway, from its event sofia::gateway_state. Pure.

By mod_sofia 1.10: `Ping-Status` is the status that originate itself asks (UP, DOWN), also for a gateway without pings;
`State` is that of the registration, which passes through UNREGED at each renewal and so decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

EVENT = "sofia::gateway_state"
TAKES_CALLS = {"UP": True, "DOWN": False}


@dataclass(frozen=True)
class GatewayNews:
    """Whether the gateway takes calls now; `why` in the switch's own words."""

    gateway: str
    up: bool
    why: str


def gateway_news(headers: Mapping[str, str]) -> GatewayNews | None:
    """What the event says; None when it names no gateway or no status that is known."""
    gateway, status = headers.get("Gateway", ""), headers.get("Ping-Status", "")
    if not gateway or status not in TAKES_CALLS:
        return None
    return GatewayNews(gateway, TAKES_CALLS[status], f"status {status}, registration {headers.get('State', '')}")

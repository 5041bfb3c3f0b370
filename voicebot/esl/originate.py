"""The originate command, built from checked parts only. Nothing of a lead's data ever stands in it.

What a person or a list says stays in our store, under the channel UUID that is chosen here, before dialling.
"""

from dataclasses import dataclass

from voicebot.esl import grammar

AGENT_PARK_S = 15  # longest wait of an answered agent for the bridge; a dead robot must not leave one parked


@dataclass(frozen=True)
class Originate:
    """One attempt: dial, and bring the channel to our outbound server at its first media.

    `attempt_id` becomes the channel's UUID. Seconds: ringing at most `ring_timeout_s` (the switch may fire 1 s early),
    `max_call_s` from the answer on, kept by the switch itself. `socket`: an address that the switch can reach.
    `caller_number` empty: the gateway's own. `place`: EXTENSION:XML:CONTEXT to run in place of `socket`, when there
    is more than one call server or something behind them. `parked`: for a call of an agent's own; no robot at all, the
    job's `+OK` means answered, and the customer waits in a park to be bridged. Raises UsageError naming the part that
    may not travel.
    """

    attempt_id: str
    dial: str
    socket: tuple[str, int]
    caller_number: str = ""
    ring_timeout_s: int = 30
    max_call_s: int = 300
    place: str = ""
    parked: bool = False

    def __post_init__(self) -> None:
        grammar.dial_string(self.dial)
        if self.place:
            grammar.dialplan_place(self.place)
        grammar.host_name(self.socket[0])
        grammar.in_range("socket port", self.socket[1], 1, 65535)
        _check_leg(self.attempt_id, self.caller_number, self.ring_timeout_s, self.max_call_s)

    @property
    def command(self) -> str:
        """The line for the event socket. Without the quotes `async full` is lost and no audio ever comes (measured)."""
        host, port = self.socket
        robot = self.place.replace(":", " ") if self.place else f"'&socket({host}:{port} async full)'"
        target = "'&park'" if self.parked else robot
        # The network's announcement is evidence of why nobody answered; without a robot nobody hears it.
        media = ("ignore_early_media=true", f"park_timeout={AGENT_PARK_S}")
        options = _options(
            self.attempt_id,
            self.caller_number,
            self.ring_timeout_s,
            self.max_call_s,
            *(media if self.parked else ("ignore_early_media=false",)),
            "hangup_after_bridge=true",  # also when the call server died in the talk with an agent
        )
        return f"bgapi originate {options}{self.dial} {target}"


@dataclass(frozen=True)
class OriginateAgent:
    """Call a human agent apart from the customer, to be bridged when answered: the job's `+OK` then means answered.

    `park_s`: longest wait of the agent for the bridge. Units and errors as in Originate.
    """

    leg_id: str
    dial: str
    caller_number: str = ""
    ring_timeout_s: int = 20
    max_call_s: int = 3600
    park_s: int = AGENT_PARK_S

    def __post_init__(self) -> None:
        grammar.dial_string(self.dial)
        grammar.in_range("longest park, seconds,", self.park_s, 2, 3600)
        _check_leg(self.leg_id, self.caller_number, self.ring_timeout_s, self.max_call_s)

    @property
    def command(self) -> str:
        """The line for the event socket."""
        options = _options(
            self.leg_id,
            self.caller_number,
            self.ring_timeout_s,
            self.max_call_s,
            "ignore_early_media=true",
            f"park_timeout={self.park_s}",
        )
        return f"bgapi originate {options}{self.dial} '&park'"


def _check_leg(uuid: str, caller_number: str, ring_timeout_s: int, max_call_s: int) -> None:
    grammar.channel_uuid(uuid)
    grammar.checked("caller number", caller_number, grammar.CALLER_NUMBER, "digits only, with or without a leading +")
    grammar.in_range("ringing limit, seconds,", ring_timeout_s, 2, 600)
    grammar.in_range("call limit, seconds,", max_call_s, 2, 86400)


def _options(uuid: str, caller_number: str, ring_timeout_s: int, max_call_s: int, *more: str) -> str:
    parts = [
        f"origination_uuid={uuid}",
        f"originate_timeout={ring_timeout_s}",
        *more,
        f"execute_on_answer='sched_hangup +{max_call_s} ALLOTTED_TIMEOUT'",
    ]
    if caller_number:
        parts.append(f"origination_caller_id_number={caller_number}")
    return "{" + ",".join(parts) + "}"

"""Every error that this product raises on purpose, on one screen.

What a message must name: the thing, its value, the remedy. Nothing but exceptions belongs here.
"""

import signal


class VoicebotError(Exception):
    """Root of all; `exit_status` is what the command line ends with when nobody handles it."""

    exit_status = 1


# --- our user's input is wrong --------------------------------------------------------------------
class UsageError(VoicebotError):
    """A command or a setting is used wrongly; the message says what would be right."""

    exit_status = 2


class InputFault(VoicebotError):
    """A file that people edit (script, intents, lead list) has a fault; the message starts file:line:column.

    `code`: the kind, which has a page in docs/check. `at`: file, line, column. `more`: the file's other faults.
    """

    def __init__(
        self,
        message: str,
        code: str = "wrong-value",
        at: tuple[str, int, int] = ("", 1, 1),
        more: "tuple[InputFault, ...]" = (),
    ) -> None:
        super().__init__(message)
        self.code, self.at, self.more = code, at, more


class MissingVariable(InputFault):
    """A prompt or a script's `needs` names a variable that the lead does not have."""


# --- an outside part is missing, down or answers nonsense -----------------------------------------
class OutsideError(VoicebotError):
    """Something that we depend on and do not control failed."""

    exit_status = 3


class SwitchUnreachable(OutsideError):
    """No event socket at that address, or it stopped answering within the deadline."""


class SwitchRefused(OutsideError):
    """The switch answered `-ERR`, refused the password, or came without what the call needs."""


class ProtocolError(OutsideError):
    """The peer's bytes are not the protocol, or are longer than we accept."""


class SpeechError(OutsideError):
    """A voice or a recogniser failed or ran past its deadline."""


class ModelMissing(OutsideError):
    """A recognition model is not on this machine or is not loadable; the message says how to get it."""


class EngineUnavailable(OutsideError):
    """An engine of understanding on a server did not answer in time or not sensibly; a few words say why."""


class StoreError(OutsideError):
    """The database or the disk under it refused; what was not written is kept for another try."""


class LimitsUnknown(OutsideError):
    """Nobody counts what the lines carry (Redis is down), so nobody may dial until somebody does."""


# --- the expected end of a call: control flow, never logged as an error ---------------------------
class ChannelGone(VoicebotError):
    """The channel has been hung up; commands to it have no addressee any more."""


class Stopped(VoicebotError):
    """Ctrl-C or SIGTERM: whoever runs us wants an end. The exit status is the shell's for that signal."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__("stopped by Ctrl-C" if number == signal.SIGINT else f"stopped by {number.name}")
        self.exit_status = 128 + number

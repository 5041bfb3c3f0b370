"""Readers for what a script says to the linter: findings that it allows itself, words that its opening must have."""

from voicebot.dialog.check_codes import ALLOWABLE
from voicebot.dialog.script import Allowance
from voicebot.understanding.yaml_reader import Reader

SEVERITIES = ("off", "warning", "error")


def allowance(reader: Reader) -> Allowance:
    """One entry of `allow`. Without a reason it is a fault: whoever reads the script next would not know."""
    if not reader.has("code"):
        reader.needs(("code",), f"{reader.what} needs 'code', the code of a finding")
    severity = reader.word("severity", SEVERITIES, "off")
    return Allowance(
        code=reader.word("code", ALLOWABLE, ""),
        because=reader.text("because"),
        place=reader.place,
        node=reader.text("node", "") or None,
        severity="error" if severity == "error" else "warning" if severity == "warning" else None,
    )


def disclose(reader: Reader | None) -> tuple[str, ...]:
    """`disclose` of `policy`, in small letters; empty when absent."""
    if reader is None:
        return ()
    found = tuple(word.lower() for word in reader.texts("disclose"))
    reader.done()
    return found

"""What the linter can find: codes with severity and meaning, and one finding. The rules are in check*.py."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from voicebot.understanding.yaml_source import Place

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """One kind of fault. `remedy`: what to do about it, in general."""

    severity: Severity
    meaning: str
    remedy: str


CODES: dict[str, Code] = {
    "unreachable-node": Code("warning", "no answer, ladder or hand-off leads to the node", "lead there, or remove it"),
    "endless-path": Code(
        "error", "from this node no exit ever ends the call", "let an answer or a ladder end the call"
    ),
    "robot-loop": Code("error", "nodes lead round in a circle without listening", "let one of them listen or hang up"),
    "ladder-without-end": Code(
        "warning", "the last step of the ladder does nothing final", "end it with go or hang_up"
    ),
    "keyword-twice": Code("error", "two answers of one node have the same keyword", "keep it in one of them"),
    "keyword-like-anywhere": Code("warning", "a keyword also stands in 'anywhere'", "keep it in one of them"),
    "keyword-sounds-alike": Code("warning", "keywords of two answers sound the same", "choose words that sound apart"),
    "intent-twice": Code("error", "two answers of one node take the same intent", "leave it to one of them"),
    "digits-twice": Code("error", "two answers take the same keys", "give each its own"),
    "unknown-intent": Code("error", "the intent has no examples in intents/", "correct the name or add examples"),
    "few-examples": Code("warning", "the intent has too few examples to be told apart", "add examples to intents/"),
    "unknown-slot": Code("error", "the slot is no entity of intents/", "add a lookup or regex of this name"),
    "prompt-too-long": Code("warning", "the prompt is long for people to listen to", "shorten it, or split the node"),
    "prompt-too-long-to-protect": Code(
        "error", "a long prompt that cannot be interrupted", "shorten or allow barge-in"
    ),
    "handoff-without-fallback": Code("error", "the hand-off has no way back when nobody answers", "add on_fail"),
    "grade-never": Code("warning", "the grading rule can never hold", "correct or remove it"),
    "no-last-grade": Code("warning", "no grading rule holds for every call", "end with a rule without 'when'"),
    "no-disclosure": Code("warning", "the opening does not say that a machine speaks", "name the assistant in 'say'"),
    "no-stop": Code("error", "'anywhere' takes no wish to be called no more", "add an answer with intent stop_calling"),
    "missing-column": Code("error", "the lead file lacks a variable of the script", "add the column, or a default"),
    "return-to-nothing": Code("warning", "the node returns, but nothing of 'anywhere' leads to it", "use go instead"),
}


@dataclass(frozen=True)
class Finding:
    """One fault of a script. `node` is None when the fault is the script's."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    node: str | None
    message: str
    remedy: str

    def __str__(self) -> str:
        node = f" node {self.node}:" if self.node else ""
        return (
            f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}:{node} {self.message}; {self.remedy}"
        )


def finding(code: str, place: Place, message: str, node: str | None = None) -> Finding:
    """A finding with the severity and remedy of its code."""
    kind = CODES[code]
    return Finding(code, kind.severity, place.file, place.line, place.column, node, message, kind.remedy)

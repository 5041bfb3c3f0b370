"""The kinds of faults that the linter tells: code, severity, meaning, remedy. Each has a page in docs/check.

The rules that find them are in check*.py; those of a file that cannot be read are the readers'.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """One kind of fault. `remedy`: what to do about it, in general."""

    severity: Severity
    meaning: str
    remedy: str


FILE: Mapping[str, Code] = {
    "unreadable-file": Code(
        "error", "the file is missing, no plain file, or not ours to read", "check path and rights"
    ),
    "outside-file": Code("error", "a part of the script is a link out of its directory", "copy the file to its place"),
    "file-too-large": Code("error", "the file is larger than a person would write it", "split it into flows"),
    "not-utf-8": Code("error", "the file has bytes that are no UTF-8", "save it as UTF-8"),
    "control-character": Code("error", "the file has a character that nobody sees", "remove the character"),
    "tab": Code("error", "the file has a tab, which YAML does not take for indentation", "write spaces"),
    "not-yaml": Code("error", "the file is not YAML", "look at quotes, brackets and indentation before this place"),
    "duplicate-key": Code("error", "a key stands twice in one mapping", "keep one of them"),
    "anchor": Code("error", "the file has anchors or aliases, which can make it explode", "write the value out"),
    "tag": Code("error", "a value has a YAML tag, which could run something", "write the plain value"),
    "too-deep": Code("error", "values are nested deeper than any script needs", "look for a bracket too many"),
    "too-long": Code("error", "a value is longer than anybody says in one breath", "shorten it"),
    "unknown-key": Code("error", "a key that does not exist here, often misspelt", "correct or remove it"),
    "missing-key": Code("error", "something that must be there is not", "add it"),
    "missing-value": Code("error", "a value is empty", "write it, or remove the key"),
    "wrong-value": Code("error", "a value is not of the kind, or not within the bounds, of its key", "correct it"),
    "unknown-name": Code("error", "a node, table, slot, hand-off or answer that does not exist", "correct the name"),
    "unknown-variable": Code("error", "a text has a variable that nobody fills", "add it to 'needs', or correct it"),
    "bad-pattern": Code("error", "a pattern is no regular expression of RE2, or takes everything", "correct it"),
    "bad-expression": Code("error", "an expression cannot be read", "correct it"),
    "bad-table": Code("error", "a table's file is no CSV with one row a key", "correct the file"),
    "flow-circle": Code("error", "flows use each other in a circle", "let one of them not use the others"),
}
"""Of files; the script is not checked further while it has one."""

CONVERSATION: Mapping[str, Code] = {
    "unreachable-node": Code("warning", "no answer, ladder or hand-off leads to the node", "lead there, or remove it"),
    "endless-path": Code(
        "error", "from this node no exit ever ends the call", "let an answer or a ladder end the call"
    ),
    "robot-loop": Code("error", "nodes lead round in a circle without listening", "let one of them listen or hang up"),
    "unbounded-loop": Code(
        "error", "nodes that were entered too often lead to each other", "let one 'too_often' lead out, or hang up"
    ),
    "long-loop": Code(
        "warning", "a node may be entered so often that a customer goes round in circles", "lower its max_visits"
    ),
    "silence-without-exit": Code(
        "warning", "the ladder for silence ends in a bare hang-up", "end it with go or hang_up"
    ),
    "no-match-without-exit": Code(
        "warning", "the ladder for what was not understood ends in a bare hang-up", "end it with go or hang_up"
    ),
    "return-to-nothing": Code("warning", "the node returns, but nothing of 'anywhere' leads to it", "use go instead"),
    "keyword-twice": Code("error", "two answers of one node have the same keyword", "keep it in one of them"),
    "keyword-like-anywhere": Code("warning", "a keyword also stands in 'anywhere'", "keep it in one of them"),
    "keyword-sounds-alike": Code("warning", "keywords of two answers sound the same", "choose words that sound apart"),
    "keyword-inside": Code(
        "warning",
        "a keyword of one answer is a part of another answer's",
        "lengthen one, or see that the longer is meant",
    ),
    "keyword-ignored": Code(
        "warning", "a keyword is a word that the barge-in policy ignores", "take it out of 'ignore', or of the answer"
    ),
    "intent-twice": Code("error", "two answers of one node take the same intent", "leave it to one of them"),
    "digits-twice": Code("error", "two answers take the same keys", "give each its own"),
    "unknown-intent": Code("error", "the intent has no examples in intents/", "correct the name or add examples"),
    "few-examples": Code("warning", "the intent has too few examples to be told apart", "add examples to intents/"),
    "unknown-slot": Code(
        "error",
        "the slot is no entity of intents/",
        "declare its type under 'slots', or add a lookup or regex of this name",
    ),
    "slot-never-filled": Code("error", "nothing fills a slot that is used", "fill it by an answer, set or lookup"),
    "slot-unused": Code("warning", "a slot is declared that no answer fills", "use it, or remove it"),
    "variable-unused": Code("warning", "a variable of 'needs' that nothing uses", "use it, or remove it"),
    "missing-column": Code("error", "the lead file lacks a variable of the script", "add the column, or a default"),
    "table-unused": Code("warning", "no node looks anything up in the table", "use it, or remove it"),
    "part-unused": Code("warning", "no script uses the flow or knowledge file", "use it, or remove it"),
    "service-unused": Code("warning", "no node asks the service", "use it, or remove it"),
    "service-host": Code(
        "error", "the installation does not allow the service's host", "add it to VOICEBOT_LOOKUP_HOSTS, or correct it"
    ),
    "handoff-unused": Code("warning", "no exit takes the way to an agent", "use it, or remove it"),
    "condition-constant": Code("warning", "a condition holds always or never", "correct or remove it"),
    "prompt-too-long": Code("warning", "the prompt is long for people to listen to", "shorten it, or split the node"),
    "prompt-too-long-to-protect": Code(
        "error", "a long prompt that cannot be interrupted", "shorten it, or let barge-in come sooner"
    ),
    "prompt-not-rendered": Code(
        "warning", "the prompt has no rendered audio in the cache", "run `voicebot prompts render`"
    ),
    "recording-missing": Code("error", "a prompt's recording is not there or no WAV", "put a 16-bit PCM WAV there"),
    "handoff-without-fallback": Code("error", "the hand-off has no way back when nobody answers", "add on_fail"),
    "grade-never": Code("warning", "the grading rule can never hold", "correct or remove it"),
    "grade-shadowed": Code(
        "warning", "an earlier grading rule holds whenever this one does", "move it before the other, or remove it"
    ),
    "no-last-grade": Code("warning", "no grading rule holds for every call", "end with a rule without 'when'"),
    "no-disclosure": Code("error", "the opening does not say that a machine speaks", "name the assistant in 'say'"),
    "no-stop": Code("error", "'anywhere' takes no wish to be called no more", "add an answer with intent stop_calling"),
    "allow-unused": Code("warning", "an entry of 'allow' that no finding needs", "remove it"),
}
"""Of the conversation in a script that can be read."""

CODES: Mapping[str, Code] = {**FILE, **CONVERSATION}
DUTIES = ("no-disclosure", "no-stop")
"""Kept for the customer and the law; a script cannot allow itself to break them."""
ALLOWABLE = tuple(code for code in CONVERSATION if code not in (*DUTIES, "allow-unused"))
"""What a script may allow itself, with a reason."""

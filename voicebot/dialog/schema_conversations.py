"""The JSON Schema of conversation tests, so that editors complete and check while one types.

The keys are held against what the loader of conversations really reads by a test.
"""

from collections.abc import Mapping

from voicebot.dialog.conversation import ACTIONS, AGENT, KEYS, MAX_AT_MS, MAX_TIMES, PARTIES, SERVICE
from voicebot.dialog.load_grading import ENDINGS, GRADES
from voicebot.dialog.load_parts import DIGITS
from voicebot.dialog.schema_terms import (
    DRAFT,
    FLAG,
    TEXT,
    TEXTS,
    Schema,
    closed,
    many,
    named,
    one_or_more,
    part,
    whole,
    word,
)
from voicebot.dialog.script import TASK_TYPES

TRUE: Schema = {"const": True}
PARTS: Mapping[str, Mapping[str, tuple[Schema, str]]] = {
    "file": {
        "script": (TEXT, "the script's name, or its path from this file"),
        "variables": (named(TEXT), "of the leads; else the script's examples"),
        "now": (TEXT, "the customers' wall clock, such as 2026-11-23T10:00"),
        "conversations": ({**many(part("conversation")), "minItems": 1}, "one after the other, each a call"),
    },
    "conversation": {
        "name": (TEXT, "what it shows"),
        "variables": (named(TEXT), "of this lead"),
        "now": (TEXT, "this customer's wall clock"),
        "steps": (many(part("step")), "what happens"),
        "expect": (part("expect"), "what must hold at its end"),
    },
    "step": {
        "says": (TEXT, "the customer says this"),
        "noise": (TRUE, "a sound without words"),
        "digits": ({"type": ["string", "integer"], "pattern": f"^{DIGITS.pattern}$"}, "keys are pressed"),
        "silence": (whole(1, MAX_TIMES), "nobody does anything until the robot has acted so often"),
        "hangs_up": (TRUE, "the customer leaves"),
        "agent": (word(AGENT), "what comes of ringing the agent"),
        "service": (
            named({"anyOf": [word(SERVICE), named(TEXT)]}),
            "what services answer from now on: fields, missing, fails",
        ),
        "at_ms": (whole(0, MAX_AT_MS), "so long after the robot began to speak"),
        "heard_as": (TEXT, "what a recogniser makes of it"),
        "audio": (word(("on", "off")), "off: not spoken where conversations are held with audio"),
        "takes_ms": (whole(0, MAX_AT_MS), "how long the services take"),
        "expect": (part("expect"), "what must hold after it"),
    },
    "expect": {
        "node": (TEXT, "the talk is in this node"),
        "path": (TEXTS, "these nodes were visited so far, no others"),
        "prompt": (TEXTS, "the robot says this"),
        "no_prompt": (TEXTS, "the robot does not say this"),
        "answer": (TEXT, "the last words were taken for this answer: its id, anywhere/ID, none"),
        "slot": (named(TEXT), "slots have these values"),
        "tag": (TEXTS, "tags that are there"),
        "no_tag": (TEXTS, "tags that are not"),
        "score": (whole(-10_000, 10_000), "the score so far"),
        "grade": (word(GRADES), "the grade so far"),
        "rule": (TEXT, "the name of the rule that gives it"),
        "ending": (word(ENDINGS), "the result code"),
        "hung_up_by": (word(PARTIES), "who ended the call"),
        "follow_up": (one_or_more({"anyOf": [word(TASK_TYPES), part("task")]}), "tasks that were left so far"),
        "stop_requested": (FLAG, "whether the customer wants no more calls"),
    },
    "task": {
        "type": (word(TASK_TYPES), "what is to be done"),
        "text": (TEXT, "with this text"),
        "at": (TEXT, "not before this day and time"),
        "in_minutes": (TEXT, "not before so long from now"),
    },
}
"""Every kind of mapping with its keys: what they hold, and what editors say about them."""
ONLY_WITH = {
    "at_ms": ("says", "noise", "digits", "hangs_up"),
    "heard_as": ("says",),
    "audio": ("says",),
    "takes_ms": ("service",),
}
"""Keys of a step that belong to some doings only."""
_RULES: Mapping[str, Schema] = {
    "file": {"required": ["script", "conversations"]},
    "conversation": {"required": ["name"]},
    "step": {
        "oneOf": [
            *({"required": [action]} for action in ACTIONS),
            {"required": ["expect"], "not": {"anyOf": [{"required": [action]} for action in ACTIONS]}},
        ],
        "dependentSchemas": {
            key: {"anyOf": [{"required": [action]} for action in actions]} for key, actions in ONLY_WITH.items()
        },
    },
    "expect": {"anyOf": [{"required": [key]} for key in KEYS]},
}


def conversations_schema() -> Schema:
    """The schema of a file of conversations. Whether script and nodes exist is not in it."""
    parts = {name: closed(keys, _RULES.get(name, {})) for name, keys in PARTS.items()}
    return {"$schema": DRAFT, "title": "Conversation tests of voicebot", "$ref": "#/$defs/file", "$defs": parts}

"""The JSON Schema of scripts, so that editors complete and check while one types.

One table names the keys of each kind of mapping; a test holds it against what the loader really reads.
"""

from collections.abc import Mapping

from voicebot.dialog.check_codes import ALLOWABLE
from voicebot.dialog.expression import MEASURES
from voicebot.dialog.flows import MAX_NODES
from voicebot.dialog.load_grading import ENDINGS, GRADES, HANDED_OFF
from voicebot.dialog.load_lookups import MAX_DEADLINE_MS
from voicebot.dialog.load_parts import ACTIONS, DIGITS
from voicebot.dialog.load_policy import SEVERITIES
from voicebot.dialog.load_slots import ONLY_FOR, REGION, SLOT_TYPES
from voicebot.dialog.load_tasks import MAX_MINUTES
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
from voicebot.dialog.script import END_REASONS, TASK_TYPES

ALWAYS: Schema = {"not": {"type": "object", "anyOf": [{"required": ["when"]}, {"required": ["if"]}]}}
PROMPTS: Schema = {"anyOf": [{"allOf": [part("prompt"), ALWAYS]}, {**many(part("prompt")), "contains": ALWAYS}]}
"""One wording or variants, of which one must be for every lead."""
ACTION: Mapping[str, tuple[Schema, str]] = {
    "go": (TEXT, "the node to go on with"),
    "return": (word(("ask", "say", "listen")), "back: the question's short form, the whole prompt, or only listen"),
    "hang_up": (word(END_REASONS), "end the call with this result code"),
    "hand_off": (TEXT, "to a human agent, by the plan of this name"),
    "choose": ({**many(part("branch")), "minItems": 1}, "the first branch whose 'if' holds; the last has none"),
    "exit": (TEXT, "in a flow: out of it by this exit"),
}
EXIT: Mapping[str, tuple[Schema, str]] = {
    **ACTION,
    "set": (named(TEXT), "slots to be filled with texts, variables allowed, or with '= an expression'"),
    "score": (whole(-100, 100), "points to be added"),
    "tag": (TEXTS, "tags to be added"),
    "follow_up": (one_or_more(part("task")), "what is to be done after the talk, and by when"),
    "stop_request": (FLAG, "true: the number is not called any more"),
    "complaint": (TEXT, "what the customer complains of; the number is not called any more"),
}
IF: Mapping[str, tuple[Schema, str]] = {"if": (TEXT, "an expression: only while it holds")}
LADDER: Mapping[str, tuple[Schema, str]] = {
    "no_input": (many(part("rung")), "what is done at silence, step by step"),
    "no_match": (many(part("rung")), "what is done at words that fit nothing, step by step"),
}
POLICIES: Mapping[str, tuple[Schema, str]] = {
    **LADDER,
    "barge_in": (part("barge_in"), "when the customer may interrupt"),
    "listen": (part("listen"), "how long is listened, in milliseconds"),
    "max_visits": (whole(1, 50), "how often the node may be entered"),
    "too_often": (part("exit"), "where to go when it was entered so often"),
}
BOUNDS = {"min": (whole(-1000, 100_000), "at least"), "max": (whole(-1000, 100_000), "at most")}

NODES: Schema = {
    **named({"if": {"type": "object", "required": ["flow"]}, "then": part("use"), "else": part("node")}),
    "minProperties": 1,
    "maxProperties": MAX_NODES,
}

PARTS: Mapping[str, Mapping[str, tuple[Schema, str]]] = {
    "script": {
        "script": (TEXT, "the script's name"),
        "version": (TEXT, "of the script, for people"),
        "title": (TEXT, "what people call it"),
        "language": (word(("zh", "en")), "of the talk"),
        "voice": (TEXT, "key of a voice"),
        "needs": (named(part("need")), "variables of the lead"),
        "slots": (named(part("slot")), "values of a type that customers say or key in"),
        "start": (TEXT, "the first node"),
        "limits": (part("limits"), "of the whole call"),
        "defaults": (part("defaults"), "what nodes have that do not say otherwise"),
        "tables": (named(part("table")), "for look-ups"),
        "services": (named(part("service")), "outside programs that look-ups ask"),
        "nodes": (NODES, "the steps of the talk"),
        "anywhere": (many(part("answer")), "answers that work in every node"),
        "knowledge": (TEXTS, "files of knowledge/ with more of them"),
        "handoff": (named(part("plan")), "ways to a human agent"),
        "grading": (many(part("rule")), "the first rule that holds gives the grade"),
        "allow": (many(part("allowance")), "findings of the linter that are meant, each with the reason"),
        "policy": (part("policy"), "what the linter demands of this script"),
    },
    "flow": {
        "flow": (TEXT, "the flow's name, that of its file in flows/"),
        "takes": (TEXTS, "parameters, which stand as {name} in its nodes"),
        "exits": (TEXTS, "ways out of it"),
        "start": (TEXT, "the first node"),
        "nodes": (NODES, "its steps"),
    },
    "use": {
        "flow": (TEXT, "a file of flows/, whose nodes stand in place of this one"),
        "with": ({"type": "object"}, "what its parameters are"),
        "exits": (named({"anyOf": [TEXT, part("way")]}), "what follows each of its exits: a node, or an action"),
    },
    "way": ACTION,
    "knowledge": {
        "knowledge": (TEXT, "its name, that of its file in knowledge/"),
        "answers": (many(part("answer")), "answers that work in every node"),
    },
    "allowance": {
        "code": (word(ALLOWABLE), "the finding's code"),
        "node": (TEXT, "only in this node, or this use of a flow"),
        "severity": (word(SEVERITIES), "off: not told; warning, error: told as such"),
        "because": (TEXT, "why it is meant"),
    },
    "policy": {"disclose": (TEXTS, "the opening must have one of these words")},
    "limits": {"max_call_s": (whole(10, 3600), "seconds"), "max_turns": (whole(1, 200), "turns of the customer")},
    "need": {
        "about": (TEXT, "what it is"),
        "example": (TEXT, "for trying the script out"),
        "default": (TEXT, "for leads without it; without a default the lead list must have the column"),
    },
    "slot": {
        "type": (word(SLOT_TYPES), "what is said for it"),
        "about": (TEXT, "what it is"),
        "from": (TEXT, "the lookup or regex of intents/ that names come from"),
        "min": (TEXT, "least number, amount or time"),
        "max": (TEXT, "greatest number, amount or time"),
        "past": (FLAG, "a date that lies behind"),
        "region": ({**TEXT, "pattern": f"^{REGION.pattern}$"}, "country whose telephone numbers are said"),
        "invalid": (PROMPTS, "said to a value out of bounds"),
    },
    "defaults": {
        **POLICIES,
        "sound": (FLAG, "false: words that only sound like a keyword do not count as it"),
    },
    "node": {
        "role": (TEXT, "what the node is for, in reports"),
        "say": (PROMPTS, "what the robot says; a list holds variants"),
        "ask": (PROMPTS, "the question's short form"),
        "answers": ({**many(part("answer")), "minItems": 1}, "what the customer may say"),
        "then": (part("exit"), "what follows by itself after speaking"),
        **POLICIES,
        "lookup": (part("lookup"), "a row of a table, or an outside program, fills slots on entering"),
    },
    "prompt": {
        "text": (TEXT, "what is said"),
        "file": (TEXT, "a recording to be played in place of a synthetic voice"),
        "when": (named(TEXT), "only for leads with these values"),
        **IF,
    },
    "answer": {
        "id": (TEXT, "its name in reports"),
        "intent": (TEXTS, "intents that it takes"),
        "keywords": (TEXTS, "words that decide"),
        "patterns": (TEXTS, "regular expressions over the normalised text"),
        "slot": (TEXTS, "values that must have been heard, all of them"),
        "slot_any": (TEXTS, "values of which one must have been heard"),
        "digits": ({"type": ["string", "integer"], "pattern": f"^{DIGITS.pattern}$"}, "keys of the telephone"),
        "say": (PROMPTS, "a reply before the action"),
        **IF,
        **EXIT,
    },
    "exit": EXIT,
    "branch": {**IF, **EXIT},
    "rung": {"say": (PROMPTS, "what is said"), "ask": (FLAG, "whether the question follows"), **EXIT},
    "task": {
        "type": (word(TASK_TYPES), "a message, a message on WeChat, or a call"),
        "text": (TEXT, "the message or a remark, variables allowed"),
        "details": (named(TEXT), "further values for whoever does it, variables allowed"),
        "at": (TEXT, "not before this date, time or both, such as {day} {time}"),
        "in_minutes": (whole(1, MAX_MINUTES), "not before so long from now"),
    },
    "barge_in": {
        "allow": (FLAG, "false: nothing interrupts"),
        "trigger": (word(("words", "speech")), "speech: silent at the first sound"),
        "protect_ms": (whole(0, 60_000), "the first milliseconds of a prompt that nothing interrupts"),
        "min_chars": (whole(1, 50), "how much must be said"),
        "ignore": (TEXTS, "words that do not interrupt"),
        "stop": (TEXTS, "words that need no length"),
        "after": (word(("resume", "restart", "skip")), "how a prompt goes on after a false interruption"),
        "tail_ms": (whole(0, 10_000), "a short answer this close to the end counts"),
    },
    "listen": {
        "no_input_ms": (whole(500, 60_000), "silence before the no-input ladder"),
        "end_silence_ms": (whole(100, 5_000), "silence that ends an utterance"),
        "max_speech_ms": (whole(1_000, 60_000), "longest utterance"),
        "digits_ms": (whole(500, 20_000), "silence that ends a row of keys"),
    },
    "lookup": {
        "table": (TEXT, "which table"),
        "by": (TEXT, "the slot or variable that is the key"),
        "http": (TEXT, "which service"),
        "with": (named(TEXT), "its parameters, variables allowed"),
        "else": (TEXT, "the node to go to when nothing is found, or no answer comes"),
    },
    "table": {
        "key": (TEXT, "the column that is looked up"),
        "rows": ({**many(named(TEXT)), "minItems": 1}, "all with the same columns"),
        "file": (TEXT, "a CSV of the script, such as tables/stores.csv, whose first row names the columns"),
    },
    "service": {
        "url": ({**TEXT, "pattern": "^https?://"}, "scheme, host and path; parameters go into 'with'"),
        "fill": ({**named(TEXT), "minProperties": 1}, "slots, and the field of the answer that each gets"),
        "wait": (PROMPTS, "said in turn while no answer is there"),
        "wait_gap_ms": (whole(500, 10_000), "between two of them"),
        "deadline_ms": (whole(100, MAX_DEADLINE_MS), "how long an answer is waited for"),
        "cache_s": (whole(0, 86_400), "for how long an answer is used again"),
    },
    "plan": {
        "target": (TEXT, "an entry of the installation, never a number"),
        "timeout_s": (whole(3, 120), "how long the agent's phone rings"),
        "hold": (PROMPTS, "said in turn while it rings"),
        "hold_gap_ms": (whole(500, 60_000), "between two of them"),
        "on_fail": (TEXT, "the node to go on with when no agent comes"),
    },
    "rule": {
        "grade": (word(GRADES), "the grade that it gives"),
        "name": (TEXT, "what people read beside the grade"),
        "when": (part("condition"), "without it the rule always holds"),
    },
    "condition": {
        "reached": (TEXTS, "nodes"),
        "intent": (TEXTS, "intents of answers that were given"),
        "answer": (TEXTS, "ids of answers that were given"),
        "slot": ({"anyOf": [TEXT, many(TEXT), named(TEXT)]}, "slots that are filled, or have these values"),
        "tag": (TEXTS, "tags"),
        "said": (TEXTS, "keywords that were said"),
        "handed_off": (one_or_more(word(HANDED_OFF)), "what came of a hand-off"),
        "ended": (one_or_more(word(ENDINGS)), "result codes of the talk"),
        "stop_requested": (FLAG, "whether the customer wants no more calls"),
        **{name: (part("bounds"), "from min to max") for name in MEASURES},
        **IF,
        "any": (many(part("condition")), "one of these must hold"),
        "none": (many(part("condition")), "none of these may hold"),
    },
    "bounds": BOUNDS,
}
"""Every kind of mapping with its keys: what they hold, and what editors say about them."""

_ONE_ACTION: Schema = {"oneOf": [{"required": [action]} for action in ACTIONS]}
_NO_ACTION: Schema = {"not": {"anyOf": [{"required": [action]} for action in ACTIONS]}}
_RULES: Mapping[str, Schema] = {
    "script": {"required": ["script", "start", "nodes"]},
    "flow": {"required": ["flow", "start", "nodes"]},
    "use": {"required": ["flow"]},
    "way": _ONE_ACTION,
    "knowledge": {"required": ["knowledge", "answers"]},
    "node": {"required": ["say"], "oneOf": [{"required": ["answers"]}, {"required": ["then"]}]},
    "prompt": {"required": ["text"]},
    "slot": {
        "required": ["type"],
        "allOf": [
            {"if": {"required": [key]}, "then": {"properties": {"type": word(types)}}}
            for key, types in ONLY_FOR.items()
        ],
    },
    "answer": {
        "allOf": [
            _ONE_ACTION,
            {"anyOf": [{"required": [k]} for k in ("intent", "keywords", "patterns", "slot", "slot_any", "digits")]},
            {"anyOf": [{"required": [key]} for key in ("id", "intent", "slot", "slot_any")]},
            {"not": {"required": ["slot", "slot_any"]}},
        ]
    },
    "exit": _ONE_ACTION,
    "branch": _ONE_ACTION,
    "rung": {
        "oneOf": [
            *_ONE_ACTION["oneOf"],
            {**_NO_ACTION, "anyOf": [{"required": ["say"]}, {"required": ["ask"]}]},
        ]
    },
    "lookup": {
        "required": ["else"],
        "oneOf": [
            {"required": ["table", "by"], "not": {"anyOf": [{"required": ["http"]}, {"required": ["with"]}]}},
            {"required": ["http"], "not": {"anyOf": [{"required": ["table"]}, {"required": ["by"]}]}},
        ],
    },
    "service": {"required": ["url", "fill", "wait"]},
    "task": {"required": ["type"], "not": {"required": ["at", "in_minutes"]}},
    "table": {"required": ["key"], "oneOf": [{"required": ["rows"]}, {"required": ["file"]}]},
    "plan": {"required": ["target"]},
    "allowance": {"required": ["code", "because"]},
    "rule": {"required": ["grade"]},
}
"""What must stand together."""


KINDS = {"script": "A script of voicebot", "flow": "A flow of scripts", "knowledge": "Knowledge of scripts"}
"""The kinds of files that have a schema here, and what editors call them."""


def json_schema(kind: str | None = None) -> Schema:
    """The schema of one of KINDS, or of whichever of them a file is. What only the whole script shows is not in it."""
    parts = {name: _part(name) for name in PARTS}
    if kind is not None:
        return {"$schema": DRAFT, "title": KINDS[kind], "$ref": f"#/$defs/{kind}", "$defs": parts}
    others = {"if": {"required": ["answers"]}, "then": part("knowledge"), "else": part("script")}
    return {
        "$schema": DRAFT,
        "title": "A script of voicebot, or a part of one",
        "type": "object",
        "if": {"required": ["flow"]},
        "then": part("flow"),
        "else": others,
        "$defs": parts,
    }


def _part(name: str) -> Schema:
    found = closed(PARTS[name], _RULES.get(name, {}))
    return {"anyOf": [TEXT, found]} if name == "prompt" else found

"""Linter rules about what the robot says: length, barge-in, and that a machine says that it is one."""

import re
from collections.abc import Iterator

from voicebot.dialog.findings import Finding, finding
from voicebot.dialog.script import Go, Node, Prompt, Script
from voicebot.understanding.normalise import length

_VARIABLE = re.compile(r"\{[^{}]*\}")
MAX_PROMPT_CHARS = 48
"""About ten seconds of speech; variables count as three characters."""
MAX_PROTECTED_CHARS = 24
MS_A_CHAR = 200
"""Time to say a character, about."""
DISCLOSURE = (
    "智能",
    "机器人",
    "语音助手",
    "虚拟",
    "人工智能",
    "assistant",
    "robot",
    "automated",
    "automatic",
    "recorded",
)
"""Words by which a machine says that it is one."""


def check_prompts(script: Script, disclose: tuple[str, ...]) -> Iterator[Finding]:
    """Every finding of these rules. `disclose`: of these words the opening must have one, unless there are none."""
    for node in script.nodes.values():
        yield from _long_prompts(node)
    if disclose:
        yield from _disclosure(script, disclose)


def _long_prompts(node: Node) -> Iterator[Finding]:
    for prompt in node.say:
        size = length(_VARIABLE.sub("三个字", prompt.text))
        protected = size if not node.barge_in.allow else min(size, node.barge_in.protect_ms // MS_A_CHAR)
        if not node.closing and protected > MAX_PROTECTED_CHARS:
            message = f"{protected} characters that nothing interrupts, at most {MAX_PROTECTED_CHARS}"
            yield finding("prompt-too-long-to-protect", prompt.place, message, node.id)
        elif size > MAX_PROMPT_CHARS:
            message = f"{size} characters, better at most {MAX_PROMPT_CHARS}"
            yield finding("prompt-too-long", prompt.place, message, node.id)


def _disclosure(script: Script, disclose: tuple[str, ...]) -> Iterator[Finding]:
    """Every way to word the opening has one of the words, or a node that follows before the customer may speak."""
    node: Node | None = script.nodes[script.start]
    heard: list[Node] = []
    while node is not None and node not in heard:
        heard.append(node)
        if all(_says(prompt, disclose) for prompt in node.say):
            return
        following = node.then.action if node.then is not None else None
        node = script.nodes[following.node] if isinstance(following, Go) else None
    for prompt in heard[0].say:
        if not _says(prompt, disclose):
            shown = ", ".join(disclose[:3]) + (", ..." if len(disclose) > 3 else "")
            yield finding("no-disclosure", prompt.place, f"{prompt.text!r} has none of {shown}", heard[0].id)


def _says(prompt: Prompt, words: tuple[str, ...]) -> bool:
    return any(word in prompt.text.lower() for word in words)

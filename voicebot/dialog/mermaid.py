"""The plan of a script's picture as Mermaid text, which editors, wikis and code hosts draw."""

from voicebot.dialog.graph import Box, Graph, shade

_SHAPES = {
    "start": ('(["', '"])'),
    "node": ('["', '"]'),
    "closing": ('("', '")'),
    "anywhere": ('{{"', '"}}'),
    "defaults": ('{{"', '"}}'),
    "handoff": ('[["', '"]]'),
    "hang_up": ('(("', '"))'),
}
CLASSES = {
    "start": "fill:#dbe9ff,stroke:#2f6fde",
    "closing": "fill:#eef1f4,stroke:#8d99a6",
    "anywhere": "fill:#fff4dd,stroke:#e39b2d",
    "defaults": "fill:#fff4dd,stroke:#e39b2d",
    "handoff": "fill:#dff3ec,stroke:#1d9a78",
    "hang_up": "fill:#eef1f4,stroke:#8d99a6",
}


def mermaid(graph: Graph) -> str:
    """A flow chart. Names of boxes are numbered, since Mermaid's own may not be any text."""
    names = {box: f"n{number}" for number, box in enumerate(graph.boxes, 1)}
    lines = ["---", f"title: {_quoted(graph.title)}", "---", "flowchart LR"]
    lines += [f"  {names[box.id]}{_box(box)}" for box in graph.boxes.values()]
    for arrow in graph.arrows:
        lines.append(f'  {names[arrow.source]} -->|"{_text(arrow.label)}"| {names[arrow.target]}')
    for kind, style in CLASSES.items():
        members = [names[box.id] for box in graph.boxes.values() if box.kind == kind]
        if members:
            lines += [f"  classDef {kind} {style}", f"  class {','.join(members)} {kind}"]
    for box in graph.boxes.values():
        if box.hangup is not None:
            lines.append(f"  style {names[box.id]} fill:{shade(box.hangup)}")
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    begin, end = _SHAPES[box.kind]
    return begin + _text("\n".join(box.lines)) + end


def _text(text: str) -> str:
    """Inside Mermaid's quotes: no quotes, no markup."""
    for character, name in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, name)
    return text.replace("\n", "<br/>")


def _quoted(text: str) -> str:
    """A YAML text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

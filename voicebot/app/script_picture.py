"""Draws the plan of a script's picture as SVG or PNG, by the Graphviz that comes in pygraphviz's wheel.

In an SVG text stays text, set in the reader's own fonts; a PNG needs a font of this machine for every character.
"""

import functools
import warnings

import pygraphviz
from matplotlib import font_manager

from voicebot.dialog.graph import Arrow, Box, Graph, shade
from voicebot.errors import OutsideError

FORMATS = ("svg", "png")
CJK_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC"),
    *("Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC", "AR PL UMing CN"),
)
"""Fonts with Chinese characters, the first that is installed is taken."""
READERS_FONTS = "PingFang SC, Microsoft YaHei, sans-serif"
"""What an SVG asks for where the font that it was measured with is not installed."""
PNG_DPI = "110"
INK, MUTED = "#1f2933", "#66727f"
SHAPES = {
    "start": {"shape": "box", "style": "rounded,filled", "fillcolor": "#dbe9ff", "color": "#2f6fde", "penwidth": "2"},
    "node": {"shape": "box", "style": "rounded,filled", "fillcolor": "#ffffff", "color": MUTED},
    "closing": {"shape": "box", "style": "rounded,filled", "fillcolor": "#eef1f4", "color": "#8d99a6"},
    "anywhere": {"shape": "box", "style": "filled", "fillcolor": "#fff4dd", "color": "#e39b2d"},
    "defaults": {"shape": "box", "style": "filled", "fillcolor": "#fff4dd", "color": "#e39b2d"},
    "handoff": {"shape": "cds", "style": "filled", "fillcolor": "#dff3ec", "color": "#1d9a78", "margin": "0.2,0.1"},
    "hang_up": {"shape": "circle", "style": "filled", "fillcolor": "#eef1f4", "color": "#8d99a6"},
}
MIN_PEN, MAX_PEN = 0.6, 6.0
"""Widths of an arrow along which no call went, and of the one with the most."""


def picture(graph: Graph, kind: str) -> bytes:
    """The picture as a file of `kind`, one of FORMATS. Raises OutsideError when a PNG's characters have no font."""
    font = _font()
    if kind == "png" and font is None and any(ord(character) > 0x2E7F for character in _all_text(graph)):
        raise OutsideError(
            "no font with Chinese characters is installed, a PNG would show boxes in their place; install one, for "
            f"example {CJK_FONTS[0]} (fonts-noto-cjk), or take --format svg, which is set in the reader's own"
        )
    plan = _plan(graph, f"{font}, {READERS_FONTS}" if font else READERS_FONTS)
    if kind == "png":
        plan.graph_attr.update(dpi=PNG_DPI)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # Graphviz on fonts whose width it must guess
        drawn: bytes = plan.draw(format=kind, prog="dot")
    return drawn


def _plan(graph: Graph, fonts: str) -> pygraphviz.AGraph:
    plan = pygraphviz.AGraph(strict=False, directed=True)
    plan.graph_attr.update(
        rankdir="LR", label=graph.title, labelloc="t", fontname=fonts, fontsize="16", nodesep="0.25", ranksep="0.9"
    )
    plan.graph_attr.update(newrank="true", pad="0.3", bgcolor="white")
    plan.node_attr.update(fontname=fonts, fontsize="11", fontcolor=INK, margin="0.12,0.07")
    plan.edge_attr.update(fontname=fonts, fontsize="9", fontcolor=MUTED, color="#8d99a6", arrowsize="0.7")
    for box in graph.boxes.values():
        plan.add_node(box.id, label="\n".join(box.lines), **_look(box))
    most = max((arrow.traffic or 0 for arrow in graph.arrows), default=0)
    led_to = {arrow.target for arrow in graph.arrows if _own(graph, arrow)}
    for arrow in graph.arrows:
        width = 1.0 if not most else MIN_PEN + (MAX_PEN - MIN_PEN) * (arrow.traffic or 0) / most
        look = {} if _own(graph, arrow) else {"style": "dashed", "color": "#e39b2d"}
        if look and arrow.target in led_to:
            look["constraint"] = "false"  # where the box stands is its own arrows' matter
        plan.add_edge(arrow.source, arrow.target, label=arrow.label, penwidth=f"{width:.2f}", **look)
    return plan


def _own(graph: Graph, arrow: Arrow) -> bool:
    """Whether it begins at a box of the talk itself."""
    return graph.boxes[arrow.source].kind not in ("anywhere", "defaults")


def _look(box: Box) -> dict[str, str]:
    look = SHAPES[box.kind]
    return look if box.hangup is None else {**look, "fillcolor": shade(box.hangup)}


def _all_text(graph: Graph) -> str:
    boxes = (line for box in graph.boxes.values() for line in box.lines)
    return "".join((graph.title, *boxes, *(arrow.label for arrow in graph.arrows)))


@functools.cache
def _font() -> str | None:
    """The first installed font with Chinese characters."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in installed), None)

"""Shared flows, put into the scripts that use them: parameters filled in, nodes named after their host, exits led back.

After that a script is one graph; nothing behind the loader knows of flows. What a node holds is the loader's.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from voicebot.dialog.bundle import Bundle
from voicebot.dialog.load_parts import action_of, few_branches
from voicebot.dialog.rebuild import rebuilt, renamed
from voicebot.dialog.script import Exit, Go, Leave, Node
from voicebot.understanding.yaml_reader import Reader, suggestion, text_of
from voicebot.understanding.yaml_source import Fields, Items, Place, Scalar, Tree

MAX_NODES = 2000
"""Of a script, those of its flows among them."""
MAX_NESTED = 10
"""Flows within flows, one in the other."""
MAX_FILLED_CHARS = 2000
"""Longest text that parameters may make."""
SEPARATOR = "."
"""Between the host's name and the name of a flow's node."""
_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
Change = Callable[[Any], Any]


def filled(tree: Tree, given: Mapping[str, Tree]) -> Tree:
    """The tree with `{name}` of every parameter replaced. A value that is nothing else takes over lists, too.

    Places stay those of the flow's file. Raises InputFault at a text that grows too long: each flow within a flow may
    double its parameters.
    """
    match tree:
        case Items(values, place):
            return Items(tuple(filled(one, given) for one in values), place)
        case Fields(values=fields):
            return dataclasses.replace(tree, values={key: filled(one, given) for key, one in fields.items()})
    whole = _PARAMETER.fullmatch(tree.text)
    if whole and whole[1] in given:
        return dataclasses.replace(given[whole[1]], place=tree.place)

    def value(found: re.Match[str]) -> str:
        return text_of(given[found[1]], f"{found[1]!r} within a text") if found[1] in given else found[0]

    text = _PARAMETER.sub(value, tree.text) if "{" in tree.text else tree.text
    if len(text) > MAX_FILLED_CHARS and text != tree.text:
        tree.place.fault(f"a text of {len(text)} characters with its parameters, the limit is {MAX_FILLED_CHARS}")
    return dataclasses.replace(tree, text=text)


class Inliner:
    """Collects the nodes of a script: its own and those of the flows that it uses.

    `nodes`: by name. `entries`: hosts, which are no nodes any more, with the node that is entered in their place.
    `ways`: what hosts say of the exits of their flows.
    """

    def __init__(self, bundle: Bundle, read: Callable[[str, Reader], Node], inherited: Mapping[str, object]) -> None:
        """`read` makes a node of its mapping. `inherited`: fields of it that come from the script's defaults, and so
        name the script's own nodes."""
        self._bundle = bundle
        self._read = read
        self._inherited = inherited
        self.nodes: dict[str, Node] = {}
        self.entries: dict[str, str] = {}
        self.ways: list[Exit] = []

    def entered(self, name: str) -> str:
        """The node that is entered when `name` is."""
        while name in self.entries:
            name = self.entries[name]
        return name

    def put(
        self,
        readers: Mapping[str, Reader],
        before: str = "",
        change: Change = lambda one: one,
        using: tuple[str, ...] = (),
    ) -> None:
        """Take in nodes and hosts of one file. `before`: what their names begin with; `change`: of all that they hold;
        `using`: the chain of flows that led here."""
        for name, reader in readers.items():
            if len(self.nodes) >= MAX_NODES:
                reader.place.fault(f"more than {MAX_NODES} nodes, those of flows among them; split the script")
            whole = before + name
            with reader.kept():
                if SEPARATOR in name:
                    reader.place.fault(f"the node {name!r} has a dot in its name; dots are for the nodes of flows")
                if reader.has("flow"):
                    self._use(whole, reader, change, using)
                else:
                    self._take_in(self._read(whole, reader), change)
            if whole not in self.nodes and whole not in self.entries:  # broken: so that its name is not missing besides
                self.nodes[whole] = Node(whole, whole, (), reader.place)

    def _take_in(self, node: Node, change: Change) -> None:
        inherited = {field: value for field, value in self._inherited.items() if getattr(node, field) is value}
        self.nodes[node.id] = dataclasses.replace(change(node), **inherited)

    def _use(self, host: str, reader: Reader, change: Change, using: tuple[str, ...]) -> None:
        reader.what = f"the use of a flow in {host!r}"
        place, name = reader.at("flow"), reader.text("flow")
        given = _given(reader)
        exits = {end: few_branches(change(leave)) for end, leave in _exits(reader).items()}
        self.ways += exits.values()
        reader.done()
        if name in using:
            circle = (*using[using.index(name) :], name)
            place.fault(f"flows go round in a circle: {' -> '.join(circle)}", "flow-circle")
        if len(using) >= MAX_NESTED:
            place.fault(f"flows nested deeper than {MAX_NESTED}: {' -> '.join((*using, name))}")
        flow = Reader(self._bundle.tree("flows", name, place), f"flow {name!r}", reader.faults)
        same_name(flow, "flow", name)
        _all_given(set(flow.texts("takes")), set(given), reader.at("with"), f"'with' of {host!r}", "parameter", name)
        ends = set(flow.texts("exits"))
        _all_given(ends, set(exits), reader.at("exits"), f"'exits' of {host!r}", "exit", name)
        nodes = Reader(Fields({"nodes": filled(_nodes(flow), given)}, flow.place), flow.what, flow.faults).subs(
            "nodes", "node"
        )
        start = flow.text("start")
        if start not in nodes:
            flow.at("start").fault(f"'start' names the node {start!r}, which does not exist{suggestion(start, nodes)}")
        flow.done()
        self.entries[host] = f"{host}{SEPARATOR}{start}"

        def led_back(one: Any) -> Any:
            if not (isinstance(one, Exit) and isinstance(one.action, Leave)):
                return one
            if one.action.name not in exits:
                one.place.fault(f"flow {name!r} has no exit {one.action.name!r}{suggestion(one.action.name, ends)}")
            return few_branches(dataclasses.replace(one, action=exits[one.action.name].action))

        def inner(one: Any) -> Any:
            return rebuilt(renamed(one, lambda node: f"{host}{SEPARATOR}{node}"), led_back)

        self.put(nodes, host + SEPARATOR, inner, (*using, name))


def _given(reader: Reader) -> dict[str, Tree]:
    """The values of parameters: texts, or lists of them."""
    given = reader.mapping("with")
    for name, tree in given.items():
        for one in tree.values if isinstance(tree, Items) else (tree,):
            if not isinstance(one, Scalar):
                one.place.fault(f"the parameter {name!r} of {reader.what} must be a text or a list of texts")
    return given


def _exits(reader: Reader) -> dict[str, Exit]:
    """What follows each exit: a node's name, or an action without effects."""
    found: dict[str, Exit] = {}
    for name, tree in reader.mapping("exits").items():
        what = f"exit {name!r} of {reader.what}"
        if isinstance(tree, Scalar):
            found[name] = Exit(Go(text_of(tree, what)), tree.place)
        else:
            way = Reader(tree, what)
            place, action = action_of(way)
            found[name] = Exit(action, place)
            way.done()
    return found


def _nodes(flow: Reader) -> Tree:
    nodes = flow.take("nodes")
    if not isinstance(nodes, Fields) or not nodes.values:
        flow.at("nodes").fault(f"{flow.what} has no nodes; it needs at least the one that 'start' names")
    return nodes


def same_name(part: Reader, key: str, name: str) -> None:
    """Take the name that a part gives itself. Raises InputFault when it is not its file's."""
    own = part.text(key)
    if own != name:
        part.at(key).fault(f"{key!r} is {own!r}, but the file is named {name!r}; give both one name")


def _all_given(wanted: set[str], given: set[str], place: Place, what: str, kind: str, flow: str) -> None:
    for name in sorted(given - wanted):
        place.fault(f"{what}: flow {flow!r} has no {kind} {name!r}{suggestion(name, wanted)}")
    for name in sorted(wanted - given):
        place.fault(f"{what} lacks the {kind} {name!r} of flow {flow!r}")

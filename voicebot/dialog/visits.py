"""A visit of a node begins: whether it may, what its table knows, and what counts anew.

What is said then, and where the talk goes instead, is moves.py's; asking a service is asking.py's.
"""

from voicebot.dialog.commands import CancelTimer, Listen
from voicebot.dialog.script import Node
from voicebot.dialog.state import Visit
from voicebot.dialog.talk import Talk


def too_often(talk: Talk, node: Node) -> bool:
    """Closing nodes are always open: whoever enters one is on the way out."""
    return not node.closing and sum(v.node == node.id for v in talk.state.visits) >= node.max_visits


def look_up(talk: Talk, node: Node) -> bool:
    """Whether the node's table has a row; its columns fill the slots."""
    assert node.lookup is not None
    row = talk.script.tables[node.lookup.table].row(talk.state.texts.get(node.lookup.by, ""))
    if row is not None:
        talk.set(slots={**talk.state.slots, **row})
    return row is not None


def arrive(talk: Talk, node: Node) -> None:
    """Begin the visit in silence: the ladders start anew, and the customer is heard as the node says."""
    visits = talk.state.visits
    visit = Visit(len(visits) + 1, node.id, node.role, talk.at)
    talk.silence()
    talk.set(node=node.id, visits=(*visits, visit), no_input=0, no_match=0, noises=0, digits="", cut=None)
    talk.ask(CancelTimer("digits"), Listen(node.listen.end_silence_ms, node.listen.max_speech_ms))

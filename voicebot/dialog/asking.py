"""A node asks a service: the question goes out, and is over at some time.

What the answer makes of the talk is fetching.py's; where the talk goes then is moves.py's.
"""

from voicebot.dialog.commands import CancelTimer, Fetch, SetTimer
from voicebot.dialog.script import Node
from voicebot.dialog.state import FetchRecord
from voicebot.dialog.talk import FETCH_GUARD_MS, Talk
from voicebot.dialog.visits import arrive
from voicebot.dialog.wording import render


def begin_asking(talk: Talk, node: Node) -> None:
    """Begin a visit by asking its service."""
    assert node.lookup is not None
    arrive(talk, node)
    number = len(talk.state.fetches) + 1
    record = FetchRecord(number, node.lookup.service, node.id, talk.at)
    talk.set(phase="fetching", fetches=(*talk.state.fetches, record), holds=0, early=None)
    talk.ask(CancelTimer("no_input"), CancelTimer("speech"))
    ask_service(talk)


def ask_service(talk: Talk) -> None:
    """Send the question of the last fetch."""
    lookup = talk.node.lookup
    assert lookup is not None
    service = talk.script.services[lookup.service]
    values = talk.state.texts
    params = {name: render(text, values) for name, text in lookup.params.items()}
    fields = tuple(dict.fromkeys(service.fill.values()))
    number = talk.state.fetches[-1].request
    talk.ask(
        Fetch(number, service.name, service.url, params, fields, service.deadline_ms, service.cache_s),
        SetTimer("fetch", service.deadline_ms + FETCH_GUARD_MS),
    )


def fetch_over(talk: Talk) -> None:
    """No answer of a service is waited for any more."""
    if talk.state.phase == "fetching":
        talk.set(phase="speaking")
        talk.ask(CancelTimer("fetch"), CancelTimer("fetch_wait"))

"""While a service is asked: its answer, the customer's words meanwhile, and the time that passes.

How it is asked is asking.py's, what is said meanwhile talk.py's.
"""

from voicebot.dialog.asking import ask_service
from voicebot.dialog.events import Fetched, FetchOutcome, Heard
from voicebot.dialog.moves import fetch_goes_on, speak
from voicebot.dialog.state import changed
from voicebot.dialog.talk import Talk
from voicebot.dialog.turns import find, hear, note_aside


def fetched(talk: Talk, event: Fetched) -> None:
    """The answer fills the slots. What is being said is said to its end; an answer that comes too late is no more."""
    if talk.state.phase != "fetching" or talk.state.fetches[-1].request != event.request:
        return
    if talk.state.fetches[-1].outcome is None:
        if event.outcome == "found":
            fill = talk.script.services[talk.state.fetches[-1].service].fill
            filled = {slot: event.values.get(path, "") for slot, path in fill.items()}
            talk.set(slots={**talk.state.slots, **filled})
        _settle(talk, event.outcome, event.why)


def _settle(talk: Talk, outcome: FetchOutcome, why: str) -> None:
    *before, last = talk.state.fetches
    settled = changed(last, outcome=outcome, took_ms=talk.at - last.asked, why=why)
    talk.set(fetches=(*before, settled))
    if talk.state.line is None:
        fetch_goes_on(talk)


def no_answer(talk: Talk) -> None:
    """Nobody told us what came of the question, or what the customer said when the answer came."""
    if talk.state.phase != "fetching":
        return
    talk.set(customer_speaking=False)
    if talk.state.fetches[-1].outcome is None:
        _settle(talk, "failed", "nothing came back")
    elif talk.state.line is None:
        fetch_goes_on(talk)


def tell_to_wait(talk: Talk) -> None:
    """It has been silent for long enough."""
    if talk.state.phase == "fetching" and talk.state.line is None:
        speak(talk, talk.wait_line())


def heard_meanwhile(talk: Talk, event: Heard) -> None:
    """The node's question is not out yet, so only answers of everywhere count; other words are kept as said aside."""
    answer, _ = find(talk, event.match.choice)
    if answer is None:
        note_aside(talk, event)
    else:
        hear(talk, event, barge_in=talk.state.line is not None)
    state = talk.state
    if state.phase == "fetching" and state.line is None and state.fetches[-1].outcome is not None:
        fetch_goes_on(talk)


def asked_anew(talk: Talk) -> None:
    """Another call server goes on: whoever asked is gone, and the answer with him."""
    if talk.state.fetches[-1].outcome is None:
        ask_service(talk)

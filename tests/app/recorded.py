"""Talks as a call server leaves them in the store: events, and the result of the call."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.store.samples import attempt_id, ended, started
from voicebot.app.scripts import register
from voicebot.campaign.policy.codes import Code
from voicebot.dialog import events
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import to_dict
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.store.ingest import put
from voicebot.store.records import CallResult, EventRecord, Record
from voicebot.store.store import NewLead, Store

Held = Callable[[Rehearsal], None]
"""What the customer does in a talk that has begun."""


class Kept(Rehearsal):
    """A rehearsal that keeps its events as a call does."""

    def pick_up(self) -> None:
        self.events: list[events.Event] = []
        super().pick_up()

    def _step(self, event: events.Event) -> None:
        self.events.append(event)
        super()._step(event)


def record(store: Store, path: Path, held: Mapping[int, Held], variables: Mapping[str, str] | None = None) -> None:
    """Write the talks by the script at `path` into the campaign "spring", each under its number."""
    stored = register(store, path)
    script = stored.script
    for number, customer in held.items():
        talk = Kept(script, variables or {}, None)
        talk.pick_up()
        customer(talk)
        if not talk.over:
            talk.hang_up()
        state, verdict = talk.state, grade(script, talk.state)
        (lead,) = store.add_leads("spring", [NewLead(f"lead {number}", "+8613800001234", dict(variables or {}))])
        assert state.ending is not None
        key = attempt_id(number)
        result = CallResult(
            key,
            stored.version_id,
            Code(state.ending.code),
            state.ending.by or "robot",
            state.node,
            state.ending.at,
            verdict.letter,
            verdict.rule,
        )
        happened: list[Record] = [EventRecord(key, seq, to_dict(event)) for seq, event in enumerate(talk.events)]
        assert put(store.engine, [started(number, lead), *happened, result, ended(number)]) == ()

"""What else is known of lines that a diagnosis looks at: states, complaints. Nothing of it is a proof."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from voicebot.number_of import number_of
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import Complaint, Gateway, OwnNumber


def of_numbers(connection: Connection) -> Mapping[str, str]:
    """What is known against each of our numbers: its state, complaints."""
    notes: dict[str, list[str]] = defaultdict(list)
    for number, state, because in connection.execute(select(OwnNumber.number, OwnNumber.state, OwnNumber.because)):
        if state != "active":
            notes[number].append(f"{state}: {because}" if because else state)
    shown = func.coalesce(Attempt.caller_number, Complaint.caller_number)
    complained = select(shown, func.count()).select_from(Complaint)
    complained = complained.outerjoin(Attempt, Attempt.id == Complaint.attempt_id).group_by(shown)
    for number, count in connection.execute(complained):
        if number:
            notes[number].append(f"{number_of(count, 'complaint')}")
    return {number: "; ".join(parts) for number, parts in notes.items()}


def of_gateways(connection: Connection) -> Mapping[str, str]:
    """Of each gateway that is down: why."""
    rows = connection.execute(select(Gateway.name, Gateway.because).where(Gateway.up.is_(False)))
    return {name: f"down: {because}" for name, because in rows}

"""Tasks and stop wishes of a talk, written while the call goes on: a robot that dies a second later has kept them.

What was not yet written is found by counting, so a talk that was taken over writes all anew; the store keeps one each.
"""

from datetime import UTC, datetime, timedelta

from voicebot.campaign.policy.due import due_at
from voicebot.dialog.state import FollowUp, State, StopWish
from voicebot.store.records import FollowUpAsked, StopAsked
from voicebot.store.writer import Writer


class Aftermath:
    """What is written so far of one call's tasks and stop wishes. `number` is E.164 with +."""

    def __init__(self, attempt_id: str, number: str, writer: Writer) -> None:
        self._attempt_id = attempt_id
        self._number = number
        self._writer = writer
        self._follow_ups = 0
        self._stops = 0

    def keep(self, state: State, answered_at: datetime) -> None:
        """Write what is new in `state`. Raises StoreError; what was not taken is tried again at the next event."""
        for seq in range(self._follow_ups, len(state.follow_ups)):
            self._writer.follow_up(self._task(seq, state.follow_ups[seq], answered_at))
            self._follow_ups = seq + 1
        for wish in state.stops[self._stops :]:
            self._writer.stop(StopAsked(self._attempt_id, self._number, _reason(wish), datetime.now(UTC)))
            self._stops += 1

    def _task(self, seq: int, task: FollowUp, answered_at: datetime) -> FollowUpAsked:
        asked = answered_at.astimezone() + timedelta(milliseconds=task.asked)
        due = due_at(task.at, task.in_minutes, asked)
        unread = {"at": task.at} if task.at and due is None else {}
        return FollowUpAsked(
            attempt_id=self._attempt_id,
            seq=seq,
            type=task.type,
            node=task.node,
            asked_ms=task.asked,
            text=task.text,
            details={**task.details, **unread},
            due_at=due,
            created_at=datetime.now(UTC),
        )


def _reason(wish: StopWish) -> str:
    """The kind of wish, what the script says of it, and the customer's words."""
    kind = f"complaint: {wish.complaint}" if wish.complaint else "stop_request"
    return f"{kind}: {wish.words}" if wish.words else kind

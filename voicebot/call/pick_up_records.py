"""What was heard to pick up: as records, as values of the policy, and the sound of early media as a file."""

from collections.abc import Sequence
from pathlib import Path

from voicebot.answering.evidence import Evidence, Verdict
from voicebot.call.pick_up import HeardPhase
from voicebot.campaign.policy.answered import AnsweredTalk, machine_intents
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.heard_before import HeardBefore
from voicebot.campaign.policy.plan import Keep
from voicebot.dialog.state import State
from voicebot.media.pcm import wav_of
from voicebot.store.records import HeardEvidence, HeardSound, PickUpHeard

EARLY_DIRECTORY = "early"
"""Of the recordings directory: the sound before answers."""
ALIVE = frozenset({"ringback", "music", "speech"})
"""Sounds that a number makes which exists, unless the speech says that it does not."""


def phase_of(phases: Sequence[HeardPhase], name: str) -> HeardPhase | None:
    """The phase of that name, None when there was none."""
    return next((one for one in phases if one.phase == name), None)


def heard_before(phases: Sequence[HeardPhase], *, ended_it: bool) -> HeardBefore:
    """What counts of early media against the status of the switch."""
    early = phase_of(phases, "early")
    if early is None:
        return HeardBefore()
    verdict = early.verdict
    alive_ms = sum(span.ms for span in early.heard.sounds if span.sound in ALIVE)
    if verdict is None:
        return HeardBefore(alive_ms=alive_ms)
    return HeardBefore(Code(verdict.code), verdict.score, alive_ms, ended_it)


def answered_talk(phases: Sequence[HeardPhase], state: State) -> AnsweredTalk:
    """What tells who answered. A talk that was taken over has its verdict in its state."""
    answer = phase_of(phases, "answer")
    code = answer.verdict.code if answer and answer.verdict else state.picked_up
    words = any(turn.text for turn in state.turns) or bool(answer and answer.heard.text)
    return AnsweredTalk(
        verdict=Code(code) if code else None,
        ending=Code(state.ending.code) if state.ending else Code.ROBOT_FAULT,
        tags=state.tags,
        machine_intents=machine_intents(turn.intent for turn in state.turns),
        spoken=words or any(visit.no_matches for visit in state.visits),
        handed_off=any(each.reason == "answered" for each in state.handoffs),
    )


def pick_up_record(
    attempt_id: str, phase: HeardPhase, who: Code | None, saved_ms: int, path: str | None
) -> PickUpHeard:
    """One phase for the store. `who`: what picked up as the whole talk shows it, None without a talk; where the ears
    took it for something else, the verdict stays in the evidence. `saved_ms` and `path` are of early media."""
    verdict, early = phase.verdict, phase.phase == "early"
    heard = Code(verdict.code) if verdict else None
    code = heard if early else who
    told = verdict if heard is code else None
    return PickUpHeard(
        attempt_id=attempt_id,
        phase=phase.phase,
        code=None if code is Code.UNKNOWN else code,
        score=round(told.score, 3) if told else 0.0,
        decided_ms=told.at_ms if told else None,
        text=phase.heard.text,
        evidence=tuple(
            HeardEvidence(one.what, one.at_ms, round(one.value, 3), round(one.weight, 3))
            for one in (*phase.heard.evidence, *_overruled(verdict, told))
        ),
        sounds=tuple(HeardSound(span.sound, span.from_ms, span.to_ms) for span in phase.heard.sounds),
        saved_ms=saved_ms if early else 0,
        path=path if early else None,
    )


def _overruled(verdict: Verdict | None, told: Verdict | None) -> tuple[Evidence, ...]:
    """A verdict that the rest of the talk did not bear out."""
    if verdict is None or told is not None:
        return ()
    return (Evidence(f"taken for {verdict.code} at first", verdict.at_ms, verdict.score, 0.0),)


def is_kept(keep: Keep, phase: HeardPhase) -> bool:
    """Whether the campaign keeps the sound of this early media."""
    return keep == "all" or (keep == "verdicts" and phase.verdict is not None)


def write_sound(directory: Path, attempt_id: str, pcm: bytes) -> str:
    """Early media as a file under the recordings `directory`; its path from there. Blocks. Raises OSError."""
    name = Path(EARLY_DIRECTORY) / f"{attempt_id}.wav"
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_of(pcm))
    return str(name)

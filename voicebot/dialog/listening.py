"""What the customer's sound means: interrupting a prompt, answering it early, answering it, or nothing.

What an answer leads to is in turns.py; the policy's own decisions are in barge.py.
"""

from voicebot.dialog.barge import is_content, is_echo, protected_ms, rest_of
from voicebot.dialog.commands import CancelTimer, SetTimer
from voicebot.dialog.events import Heard, PartialHeard, PromptFinished, SpeechStarted
from voicebot.dialog.fetching import heard_meanwhile
from voicebot.dialog.ladders import no_match
from voicebot.dialog.moves import drained, listen, speak
from voicebot.dialog.talk import Talk
from voicebot.dialog.turns import hear, note_aside, note_only

MAX_NOISES = 3
"""Sounds without words in a row that count as one utterance that was not understood."""


def prompt_finished(talk: Talk, event: PromptFinished) -> None:
    state = talk.state
    if state.line is None or state.said[-1].say_id != event.say_id:
        return
    talk.note_heard(event.played_ms, total=event.played_ms)
    line_over(talk)


def line_over(talk: Talk) -> None:
    """The running line is at its end: the next one, an answer that came early, or what follows the last."""
    early = talk.state.early
    talk.set(line=None)
    talk.ask(CancelTimer("prompt"), CancelTimer("protect"))
    if talk.state.queue:
        speak(talk, talk.state.queue)
        talk.set(early=early)
    elif early is not None and _answers_in_time(talk, early):
        talk.set(early=None, quiet_since=talk.at)
        hear(talk, early, barge_in=True)
    else:
        if early is not None:
            note_aside(talk, early)
        talk.set(early=None)
        drained(talk)


def _answers_in_time(talk: Talk, heard: Heard) -> bool:
    """Words over a prompt answer it when they say something, or were said at its very end."""
    if heard.match.choice is None:
        return False
    policy = talk.node.barge_in
    return is_content(policy, heard.text) or heard.began >= talk.at - policy.tail_ms


def speech_started(talk: Talk, event: SpeechStarted) -> None:
    talk.set(customer_speaking=True)
    if talk.state.phase == "listening":
        talk.wait_for_words()
    elif interruptible(talk) and not _protection(talk, event.played_ms):
        policy = talk.node.barge_in
        if policy.allow and policy.trigger == "speech":
            _cut(talk, event.played_ms)


def partial_heard(talk: Talk, event: PartialHeard) -> None:
    if talk.state.phase == "listening" and not talk.state.customer_speaking:
        talk.set(customer_speaking=True)
        talk.wait_for_words()
    elif _interrupts(talk, event.text) and not _protection(talk, event.played_ms):
        _cut(talk, event.played_ms)


def interruptible(talk: Talk) -> bool:
    """Whether a prompt runs that the customer may interrupt. Farewells and prompts before them are said to the end."""
    state = talk.state
    return state.phase == "speaking" and not talk.node.closing and state.hang_up_after is None


def _interrupts(talk: Talk, text: str) -> bool:
    line, policy = talk.state.line, talk.node.barge_in
    if line is None or not interruptible(talk) or not policy.allow:
        return False
    return is_content(policy, text) and not is_echo(text, line.text)


def _protection(talk: Talk, played_ms: int | None) -> int:
    """Milliseconds for which the running line is still protected; a line that has not begun to sound is at 0."""
    assert talk.state.line is not None
    return max(0, protected_ms(talk.node.barge_in, talk.state.line) - (played_ms or 0))


def _cut(talk: Talk, played_ms: int | None) -> None:
    """Fall silent and wait for the rest of the customer's words."""
    cut = talk.silence(played_ms)
    talk.set(phase="cut", cut=cut, quiet_since=talk.at, customer_speaking=True)
    talk.wait_for_words()


def heard(talk: Talk, event: Heard) -> None:
    talk.set(customer_speaking=False)
    talk.ask(CancelTimer("speech"))
    state = talk.state
    if state.phase in ("waiting", "beep", "hanging_up") or talk.node.closing or state.hang_up_after is not None:
        note_only(talk, event)
    elif state.phase == "fetching":
        heard_meanwhile(talk, event)
    elif state.phase == "speaking":
        _heard_over_prompt(talk, event)
    elif state.phase == "cut":
        if (event.text and is_content(talk.node.barge_in, event.text)) or event.match.choice is not None:
            hear(talk, event, barge_in=True)
        else:
            note_aside(talk, event)
            go_on(talk)
    elif state.phase == "listening":
        _heard_in_quiet(talk, event)


def _heard_over_prompt(talk: Talk, event: Heard) -> None:
    """Interrupt, keep the words as a possible answer, or let them pass."""
    if is_echo(event.text, talk.state.said[-1].text):
        note_aside(talk, event)
        return
    if _interrupts(talk, event.text):
        wait_ms = _protection(talk, event.played_ms)
        if not wait_ms:
            talk.set(cut=talk.silence(event.played_ms))
            hear(talk, event, barge_in=True)
            return
        talk.ask(SetTimer("protect", wait_ms))
    if _interrupts(talk, event.text) or (event.match.choice is not None and not _content_waits(talk)):
        talk.set(early=event)
    elif event.text:
        note_aside(talk, event)


def _content_waits(talk: Talk) -> bool:
    """Whether words that say something wait for the prompt's end already; a later 嗯 does not take their place."""
    early = talk.state.early
    return early is not None and is_content(talk.node.barge_in, early.text)


def _heard_in_quiet(talk: Talk, event: Heard) -> None:
    if event.text and not _belongs_to_prompt(talk, event):
        hear(talk, event, barge_in=False)
        return
    noises = talk.state.noises + 1
    talk.set(noises=noises)
    if noises >= MAX_NOISES:
        no_match(talk)
    else:
        listen(talk)


def _belongs_to_prompt(talk: Talk, event: Heard) -> bool:
    """Words that were heard only after the prompt but said over it: its echo, or a murmur long before its end."""
    quiet_since, policy = talk.state.quiet_since, talk.node.barge_in
    if event.began < quiet_since and talk.state.said and is_echo(event.text, talk.state.said[-1].text):
        return True
    return event.ended < quiet_since - policy.tail_ms and not is_content(policy, event.text)


def go_on(talk: Talk) -> None:
    """A false interruption: the prompt goes on as the node's policy says."""
    cut = talk.state.cut
    speak(talk, rest_of(talk.node.barge_in, cut) if cut is not None else ())

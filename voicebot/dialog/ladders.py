"""Silence, words that fit nothing, and words that fit: the steps of a node's ladders, and an answer followed.

Which of them an event is, is decided in listening.py, turns.py and timers.py.
"""

from voicebot.dialog.barge import rest_of
from voicebot.dialog.moves import end_talk, leave, speak
from voicebot.dialog.script import Answer, Prompt, Rung
from voicebot.dialog.talk import Talk


def _climb(talk: Talk, ladder: tuple[Rung, ...], step: int, why: str, instead: tuple[Prompt, ...] = ()) -> None:
    """One step of a ladder; past its end the robot hangs up. A prompt that was cut is asked again in any case.

    `instead`: what is said in place of a step's own words, with the question, while the step leads nowhere.
    """
    if step >= len(ladder):
        end_talk(talk, "SILENCE" if why == "no_input" else "ROBOT_END", why)
        return
    rung = ladder[step]
    lines = talk.lines(rung.say, "rung", step)
    if rung.exit is not None:
        leave(talk, rung.exit, why, lines)
    elif instead:
        speak(talk, (*talk.lines(instead, "rung", step), *talk.question("ask")))
    else:
        again = rung.ask or talk.state.cut is not None
        speak(talk, (*lines, *(talk.question("ask") if again else ())))


def no_input(talk: Talk) -> None:
    """The customer is silent."""
    step = talk.state.no_input
    talk.set(no_input=step + 1)
    talk.set_visit(no_inputs=step + 1)
    _climb(talk, talk.node.no_input, step, "no_input")


def no_match(talk: Talk, refused: str = "") -> None:
    """What the customer said fits nothing here. A node that asks nothing just goes on.

    `refused`: the slot for which a value out of bounds was said.
    """
    if talk.node.then is not None:
        cut = talk.state.cut
        speak(talk, rest_of(talk.node.barge_in, cut) if cut is not None else ())
        return
    step = talk.state.no_match
    talk.set(no_match=step + 1, noises=0)
    talk.set_visit(no_matches=step + 1)
    instead = talk.script.slots[refused].invalid if refused in talk.script.slots else ()
    _climb(talk, talk.node.no_match, step, "no_match", instead)


def take(talk: Talk, answer: Answer, uses: int, *, everywhere: bool) -> None:
    """Follow an answer; `uses`: how often it was given before, for its variants."""
    lead = talk.lines(answer.say, "reply", uses)
    leave(talk, answer.exit, f"answer:{answer.id}", lead, everywhere=everywhere)

"""A simulated customer without audio: carries the plan of a person out on a rehearsed talk, hundreds a second.
The same plans as customer.py's, who speaks; what words alone cannot show (noise, mishearing) is not here."""

from typing import Final

from voicebot.dialog.rehearsal import Rehearsal
from voicebot.sim.plan import Plan, Step

MOST_STEPS: Final = 80
SILENCE: Final = Step(reaction_ms=0)


def act(talk: Rehearsal, plan: Plan) -> None:
    """Answer the call and do as planned until the talk is over. The agent who is rung takes the call."""
    talk.pick_up()
    if plan.greeting:
        talk.say(plan.greeting, at_ms=plan.greeting_ms)
    for heard in range(MOST_STEPS):
        if talk.over:
            return
        if talk.state.phase == "waiting":
            talk.agent("answered")
        elif talk.state.phase == "with_agent" or heard >= len(plan.steps) + plan.patience:
            talk.hang_up()
        else:
            _step(talk, plan.steps[heard] if heard < len(plan.steps) else SILENCE)
    if not talk.over:
        talk.hang_up()


def _step(talk: Rehearsal, step: Step) -> None:
    """The answer to one utterance of the robot."""
    if step.hang_up_ms is not None:
        talk.hang_up(at_ms=step.hang_up_ms)
    elif step.barge_in_ms is not None and step.during:
        talk.say(step.during, at_ms=step.barge_in_ms)
        _answer(talk, step)
    elif step.barge_in_ms is not None:
        talk.say(step.say, at_ms=step.barge_in_ms)
    else:
        _answer(talk, step)


def _answer(talk: Rehearsal, step: Step) -> None:
    """After the robot has finished; what the step leaves out is silence."""
    if talk.over:
        return
    if step.press:
        talk.press(step.press)
    elif step.say:
        talk.say(step.say)
    elif not step.hang_up:
        talk.wait()
    if step.hang_up and not talk.over:
        talk.hang_up()

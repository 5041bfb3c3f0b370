"""What an exit notes besides where it leads: slots, score, tags, tasks; and which of its branches holds.

Going there is moves.py's.
"""

from voicebot.dialog.aftermath import with_aftermath
from voicebot.dialog.expression import Expression
from voicebot.dialog.expression_values import holds, worked_out
from voicebot.dialog.facts import TalkFacts
from voicebot.dialog.script import Choose, Effects, Exit
from voicebot.dialog.state import Chosen
from voicebot.dialog.talk import Talk
from voicebot.dialog.wording import render


def _apply(talk: Talk, effects: Effects) -> None:
    """Note slots, score and tags, tasks and wishes to be left alone."""
    slots = {**talk.state.slots}
    for name, value in effects.set.items():
        if isinstance(value, Expression):
            slots[name] = worked_out(value, TalkFacts(talk.state, slots))
        else:
            slots[name] = render(value, {**talk.state.values, **slots})
    tags = tuple(dict.fromkeys((*talk.state.tags, *effects.tags)))
    talk.set(slots=slots, score=talk.state.score + effects.score, tags=tags)
    talk.state = with_aftermath(talk.state, effects, talk.at)


def decide(talk: Talk, leave: Exit, owner: str | None = None) -> Exit:
    """Note what an exit and its branches say, down to the exit with a plain action; that one is returned.

    `owner`: the node whose exit it is, the present one unless given.
    """
    _apply(talk, leave.effects)
    leaf, number = leave, 0
    while isinstance(leaf.action, Choose):
        facts = TalkFacts(talk.state)
        for branch in leaf.action.branches:
            leaf = branch.exit
            if branch.condition is None or holds(branch.condition, facts):
                break
            number += len(leaf.leaves)
        _apply(talk, leaf.effects)
    if leaf is not leave:
        visit = talk.state.visits[-1].seq if talk.state.visits else 0
        taken = Chosen(visit, owner or talk.state.node, talk.script.local(leave.place), number)
        talk.set(chosen=(*talk.state.chosen, taken))
    return leaf

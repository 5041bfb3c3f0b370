"""Reads what a plan says of what picks up: `answered_by`, `before_answer`. What that means is answered.py's."""

import re

from voicebot.campaign.policy.answered import DEFAULT, MACHINES, THENS, AnsweredBy, Follow
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import BeforeAnswer, Keep
from voicebot.campaign.policy.plan_values import number
from voicebot.understanding.yaml_reader import Reader, suggestion, text_of
from voicebot.understanding.yaml_source import Fields, Tree

VARIABLE = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}")
WORDS = tuple(then for then in THENS if then != "message")
KEEPS: tuple[Keep, ...] = ("none", "verdicts", "all")
USUAL_BEFORE = BeforeAnswer()


def read_answered(reader: Reader) -> AnsweredBy:
    """`answered_by` of the plan: kinds that it does not name are as usual. Raises InputFault."""
    follows = dict(DEFAULT.follows)
    for kind, tree in reader.mapping("answered_by").items():
        if kind not in MACHINES:
            tree.place.fault(f"{kind!r} is nothing that picks up{suggestion(kind, MACHINES)}")
        follows[MACHINES[kind]] = _follow(kind, tree)
    return AnsweredBy(follows)


def _follow(kind: str, tree: Tree) -> Follow:
    if isinstance(tree, Fields):
        return _message(kind, Reader(tree, f"{kind!r} of 'answered_by'"))
    word = text_of(tree, f"{kind!r} of 'answered_by'")
    if word == "message":
        tree.place.fault(f"{kind}: what message? write {{message: TEXT}}, or {{node: NODE}} for a node of the script")
    then = next((one for one in WORDS if one == word), None)
    if then is None:
        tree.place.fault(f"{kind}: {word!r} is nothing to do then{suggestion(word, WORDS)}; or {{message: TEXT}}")
    return Follow(then, again=then != "hang_up")


def _message(kind: str, reader: Reader) -> Follow:
    if MACHINES[kind] is not Code.VOICEMAIL and MACHINES[kind] is not Code.ASSISTANT:
        reader.place.fault(f"{kind} takes no message; write talk_on, hang_up or try_later")
    if reader.has("message") == reader.has("node"):
        reader.place.fault(f"{kind}: give either 'message' or 'node'")
    place = reader.at("message")
    follow = Follow("message", reader.text("message", ""), reader.text("node", ""), reader.flag("again", False))
    if set("{}") & set(VARIABLE.sub("", follow.message)):
        place.fault(f"{kind}: a brace that is not of a variable in {follow.message!r}; write for example {{surname}}")
    reader.done()
    return follow


def read_before_answer(reader: Reader | None) -> BeforeAnswer:
    """`before_answer` of the plan. Raises InputFault."""
    if reader is None:
        return USUAL_BEFORE
    tree = reader.take("hear_out")
    hear_out = number(tree, "'hear_out'") if tree is not None else USUAL_BEFORE.hear_out
    word = reader.word("keep_audio", KEEPS, USUAL_BEFORE.keep_audio)
    reader.done()
    if not 0 <= hear_out <= 1:
        reader.at("hear_out").fault("'hear_out' is a share, 0 to 1; five of a hundred are 5%")
    return BeforeAnswer(hear_out, next(one for one in KEEPS if one == word))

"""The shipped phrases get their codes; tables that contradict themselves are refused."""

from pathlib import Path

import pytest

from tests.answering.conftest import SHIPPED
from voicebot.answering.early import EarlyListener
from voicebot.answering.likeness import Likeness
from voicebot.answering.said import Said
from voicebot.answering.tables import ANNOUNCEMENTS, EARLY_CODES, GREETINGS, HUMAN, MACHINES, Tables, load_tables
from voicebot.answering.thresholds import Thresholds
from voicebot.answering.words import Words
from voicebot.campaign.policy.codes import Code
from voicebot.errors import InputFault

SHIPPED_TABLES = load_tables(SHIPPED)


@pytest.mark.parametrize(
    ("code", "text"), [(one.code, test.text) for one in SHIPPED_TABLES.announcements for test in one.tests]
)
def test_every_announcement_of_the_table_gets_its_code(
    tables: Tables, thresholds: Thresholds, likeness: Likeness, code: str, text: str
) -> None:
    listener = EarlyListener(tables, thresholds, likeness)
    listener.words(text, 3000, final=True)
    verdict = listener.verdict()
    assert verdict is not None, listener.heard()
    assert (verdict.code, verdict.at_ms) == (code, 3000)


@pytest.mark.parametrize(
    ("code", "text"), [(one.code, test.text) for one in SHIPPED_TABLES.greetings for test in one.tests]
)
def test_every_greeting_of_the_table_speaks_most_for_its_answerer(
    tables: Tables, thresholds: Thresholds, code: str, text: str
) -> None:
    words, said = Words(), Said(tables, thresholds.answer)
    words.hear(text, final=True)
    said.hear(words, 3000)
    scores = {kind: sum(one.weight for one in found) for kind, found in said.of_machines(3000).items()}
    if code == HUMAN:
        assert sum(one.weight for one in said.of_a_person(3000)) < 0
        assert max(scores.values(), default=0.0) < thresholds.answer.human_most
    else:
        assert max(scores, key=lambda kind: scores[kind]) == code, scores


def test_codes_are_those_of_campaigns_and_each_has_tests(tables: Tables) -> None:
    assert {one.code for one in tables.announcements} == set(EARLY_CODES)
    assert {one.code for one in tables.greetings} == {*MACHINES, HUMAN}
    for one in (*tables.announcements, *tables.greetings):
        assert Code(one.code)
        assert one.tests


GREETING = 'version: "1"\ngreetings:\n- code: IVR\n  strong: [请按一]\n'
HEAD = 'version: "1"\nannouncements:\n'
EMPTY = "- code: EMPTY\n  keys: [是空号]\n"
BROKEN = {
    'version: "2"\n': "1:1: version '2'",
    f"{HEAD}- code: DEAD\n  keys: [是空号]\n": "3:3: code 'DEAD' is not told by words",
    f"{HEAD}- code: EMPTY\n": "needs 'keys'",
    f"{HEAD}{EMPTY}- code: BUSY\n  keys: [是空号]\n": "6:10: '是空号' of BUSY",
    f"{HEAD}{EMPTY}- code: BUSY\n  keys: [是空好]\n": "sounds as '是空号'",
    f"{HEAD}- code: EMPTY\n  keys: [是空号, 是空号]\n": "stands twice",
    f'{HEAD}- code: EMPTY\n  keys: ["?"]\n': "has no letter",
    f"{HEAD}{EMPTY}- code: EMPTY\n  keys: [不存在]\n": "has an entry already",
    f"{HEAD}- code: EMPTY\n  key: [是空号]\n": "did you mean 'keys'",
}


@pytest.mark.parametrize(("text", "fault"), BROKEN.items())
def test_a_table_that_is_broken_or_contradicts_itself_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / ANNOUNCEMENTS).write_text(text, encoding="utf-8")
    (tmp_path / GREETINGS).write_text(GREETING, encoding="utf-8")
    with pytest.raises(InputFault) as refused:
        load_tables(tmp_path)
    assert fault in str(refused.value)

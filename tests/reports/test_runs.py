"""Two runs over the same numbers in every form: the names of the campaigns, masked numbers, where the talks parted."""

import csv
import io
import json

import pytest

from voicebot.reports.compare import Change, Comparison, Difference, Outcome, TurnHeard
from voicebot.reports.declared.runs import of_runs
from voicebot.reports.forms.picture import plot_of
from voicebot.reports.forms.table import table
from voicebot.reports.forms.write import file_of
from voicebot.reports.language import Language, read_in

AFFIRM, LOST = TurnHeard("opening", "您说吧", "affirm"), TurnHeard("benefit", "那个", None)
PARTED = Difference(
    "138****0001", Outcome("ROBOT_END", "A", (AFFIRM, AFFIRM)), Outcome("ROBOT_END", "D", (AFFIRM, LOST)), 1
)
UNHEARD = Difference("138****0002", Outcome("BUSY", None, ()), Outcome("ROBOT_END", "B", (AFFIRM,)), 0)
CHANGES = (Change(27, "ROBOT_END", "A", "ROBOT_END", "D"), Change(1, "BUSY", None, "ROBOT_END", "B"))
MANY = Comparison(40, 12, 13, 28, CHANGES, (PARTED, UNHEARD))
NONE = Comparison(0, 0, 0, 0, (), ())
REPORT = of_runs("spring", "autumn")


def test_heads_name_the_campaigns_and_a_row_says_what_each_heard():
    heads = [column.english for column in REPORT.columns]
    assert ("spring:\nresult" in heads, "autumn:\nheard" in heads) == (True, True)
    text = file_of(REPORT, MANY, "csv", "").decode()
    names, first, second = csv.reader(io.StringIO(text))
    found = dict(zip(names, first, strict=True))
    assert (found["one.grade"], found["other.grade"], found["parted"]) == ("A", "D", "2")
    assert found["other.heard"] == "benefit: 那个 (no match)"
    assert dict(zip(names, second, strict=True))["one.heard"] == ""


def test_programs_read_it_whole_and_the_same_in_every_language():
    plain = json.loads(file_of(REPORT, MANY, "json", ""))
    assert (plain["numbers"], plain["same_codes"], len(plain["differences"])) == (40, 12, 2)
    with read_in(Language.CHINESE):
        chinese = file_of(REPORT, MANY, "csv", "")
    assert chinese == file_of(REPORT, MANY, "csv", "")


@pytest.mark.parametrize(
    ("language", "many", "none"),
    [
        (Language.BOTH, "40 numbers in both: 12 with the same", "no number in common"),
        (Language.CHINESE, "共同号码 40 个：结果码相同 12 个", "没有共同拨打过的号码"),
    ],
)
def test_what_is_said_of_both_together(language, many, none):
    assert REPORT.summary is not None
    with read_in(language):
        assert REPORT.summary(MANY)[0].startswith(many)
        assert "  27: ROBOT_END A → ROBOT_END D" in REPORT.summary(MANY)
        assert none in REPORT.summary(NONE)[0]
        assert many in file_of(REPORT, MANY, "html", "").decode()
        assert none in file_of(REPORT, NONE, "html", "").decode()


def test_the_picture_counts_them_and_nothing_in_common_has_none():
    assert plot_of(REPORT, MANY, MANY.differences) is not None
    assert plot_of(REPORT, NONE, ()) is None


def test_a_narrow_terminal_leaves_out_what_was_heard():
    shown = table(REPORT, MANY.differences, 60)
    assert "heard" in str(shown.caption)

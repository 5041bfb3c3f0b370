"""`voicebot qa` as it is typed: a round from the sample to the figures, blind, by terminal, options and worksheet."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.reports.counted import count_by_hand
from voicebot.cli import nlu, qa
from voicebot.errors import UsageError
from voicebot.store.store import open_store
from voicebot.store.tables import Call, Recording

HIDDEN = ("agreed", "refused", "no words", "agreed once")
"""Names of the rules that graded: what a reviewer must not see."""


@pytest.fixture
def counted(database, tmp_path, monkeypatch) -> Path:
    """The counted calls in the store of the settings; the directory of the recordings."""
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    recordings = tmp_path / "data" / "recordings"
    recordings.mkdir(parents=True)
    store = open_store(database, tmp_path / "data")
    count_by_hand(store)
    with store.writing() as connection:
        for key in connection.scalars(select(Call.attempt_id)):
            (recordings / f"{key}.wav").write_bytes(b"RIFF")
            row = {"attempt_id": key, "path": f"{key}.wav", "channels": 2, "length_ms": 1_640}
            connection.execute(Recording.__table__.insert().values(row))
    store.close()
    return recordings


def run(*arguments: str, typed: str | None = None, status: int = 0) -> Result:
    ended = CliRunner().invoke(qa.command, arguments, input=typed, catch_exceptions=False)
    assert ended.exit_code == status, ended.output
    return ended


def told(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json").stdout)


def sampled() -> None:
    run("sample", "march", "--size", "6", "--by", "li")


def test_a_round_from_the_sample_to_the_figures(counted):
    drawn = told("sample", "march", "--size", "6", "--by-strata", "grade")
    assert (drawn["drawn"], drawn["calls"], drawn["more"]) == (6, 6, 0)
    grades = {}
    for number in range(1, 7):
        call = told("show", "march", str(number))
        grades[number] = call["call"]["robot"]["talk"]["grade"]
        for reviewer in ("li", "wu"):
            run("verdict", "march", str(number), "--reviewer", reviewer, "--grade", grades[number], "--pass")
    figures = told("accuracy", "march")
    assert figures["grade_right"]["ratio"] == pytest.approx(figures["agreement"]["kappa"]) == 1.0
    assert (figures["a_intent"]["hits"], figures["a_intent"]["of"]) == (1, 1)
    shown = run("accuracy", "march").stdout
    assert "A intent accuracy  100.0% (20.7% – 100.0%), 1 of 1" in shown
    assert "kappa 1.00" in shown
    assert "passed             100.0% (61.0% – 100.0%), 6 of 6" in shown
    (row,) = json.loads(run("rounds", "--json").stdout)["rounds"]
    assert (row["verdicts"], row["wanted"]) == (12, 12)
    assert (
        run("accuracy", "march", "--format", "csv")
        .stdout.splitlines()[0]
        .startswith("grade,robot,human,both,precision.hits")
    )
    run("close", "march")
    with pytest.raises(UsageError, match="is closed"):
        run("verdict", "march", "1", "--reviewer", "sun", "--grade", "A", "--pass")


def test_the_terminal_asks_call_after_call_and_shows_no_grade(counted):
    sampled()
    answers = ["F", "a", "maybe", "yes", "", "", "", "s", "q"]
    ended = run("review", "march", "--reviewer", "li", typed="\n".join(answers) + "\n")
    assert "'F' is no grade; there are: A, B, C, D, E" in ended.output
    assert "passed is 'maybe'; write yes or no" in ended.output
    assert "1 of 6 waiting calls judged by li" in ended.output
    assert not [word for word in HIDDEN if word in ended.output]
    assert ended.output.count("recording: ") == 3
    assert ".wav  (left: customer, right: robot)" in ended.output
    revealed = run("review", "march", "--reviewer", "li", "--reveal", typed="E\nno\nmisheard\n\n\nq\n").output
    assert [word for word in HIDDEN if word in revealed]
    assert "1 of 5 waiting calls judged by li" in revealed


def test_what_is_typed_wrong_is_told_and_asked_again(counted):
    sampled()
    typed = ["D", "no", "", "", "", "no", "mishear", "", "", "no", "misheard", "99=deny", "x", "", "", "q"]
    output = run("review", "march", "--reviewer", "li", typed="\n".join(typed) + "\n").output
    assert "a call that does not pass needs a reason" in output
    assert "'mishear' is no reason; do you mean misheard?" in output
    assert "there is no turn 99" in output
    assert "correction 'x' is not TURN=INTENT" in output
    assert "1 of 6 waiting calls judged by li" in output


def test_a_third_person_settles_what_the_others_differ_in(counted):
    sampled()
    run("verdict", "march", "1", "--reviewer", "li", "--grade", "A", "--pass")
    run("verdict", "march", "1", "--reviewer", "wu", "--grade", "B", "--fail", "--reason", "misheard")
    (disputed,) = told("disputed", "march")["disputed"]
    assert [one["grade"] for one in disputed["verdicts"]] == ["A", "B"]
    assert "1 disputed call" in run("disputed", "march").stdout
    assert "disputed: 1; settle them" in run("accuracy", "march").stdout
    run("review", "march", "--reviewer", "sun", "--final", typed="B\nno\nmisheard\n\n\n")
    assert told("disputed", "march")["disputed"] == []
    assert "sun (final): B; not passed; misheard" in run("show", "march", "1").stdout


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_worksheet_goes_out_and_comes_back(counted, tmp_path, ending):
    sampled()
    path = tmp_path / f"li.{ending}"
    assert "6 calls" in run("sheet", "march", "--reviewer", "li", "--output", str(path)).stdout
    rows = _rows(path)
    assert not [word for word in HIDDEN if word in str(rows)]
    by_call = {row[3]: number for number, row in enumerate(rows)}
    handed_off = next(number for key, number in by_call.items() if key.endswith("000000000007"))
    rows[handed_off][7:] = ["a", "是", "", "1=busy=我在忙; 2=affirm", "很好"]
    others = [number for number in range(1, 7) if number != handed_off]
    rows[others[0]][7:] = ["E", "no", "misheard，slow", "", ""]
    rows[others[1]][7:] = ["X", "yes", "", "", ""]
    rows[others[2]][7:] = ["", "yes", "", "", ""]
    rows[others[3]][7:] = ["E", "yes", "", "1=nonsense", ""]
    _write(path, rows)
    ended = run("read", str(path), status=1)
    assert "2 verdicts kept, 3 faulty rows" in ended.output
    assert "'X' is no grade" in ended.output
    assert "has no grade; write A to E" in ended.output
    assert "'nonsense' is no intent" in ended.output
    given = told("show", "march", str(handed_off))["verdicts"]
    assert given[0]["corrections"] == [
        {"turn": 1, "intent": "busy", "text": "我在忙"},
        {"turn": 2, "intent": "affirm", "text": ""},
    ]
    assert (given[0]["grade"], given[0]["passed"], given[0]["note"]) == ("A", True, "很好")
    again = run("read", str(path), status=1)
    assert "0 verdicts kept, 5 faulty rows" in again.output
    assert json.loads(run("read", str(path), "--replace", "--json", status=1).stdout) == {"kept": 2, "faulty": 3}
    assert "4 calls" in run("sheet", "march", "--reviewer", "li", "--output", str(tmp_path / "rest.csv")).stdout


def _rows(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row in openpyxl.load_workbook(path).worksheets[0].values
        ]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
        return
    with path.open("w", encoding="gb18030", newline="") as file:  # as a Chinese spreadsheet saves it
        csv.writer(file).writerows(rows)


def test_what_is_no_worksheet_is_told(counted, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Exception, match="no column 'round'; make the sheet with voicebot qa sheet"):
        run("read", str(other))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK no")
    with pytest.raises(Exception, match="not a workbook"):
        run("read", str(broken))
    sampled()
    with pytest.raises(UsageError, match=r"neither \.csv nor \.xlsx"):
        run("sheet", "march", "--reviewer", "li", "--output", str(tmp_path / "li.pdf"))


def test_the_page_for_reviewers_hides_what_the_other_shows(counted, tmp_path):
    sampled()
    assert "6 calls, 6 with a recording" in run("page", "march", str(tmp_path / "listen")).stdout
    blind = (tmp_path / "listen/index.html").read_text(encoding="utf-8")
    assert not [word for word in HIDDEN if word in blind]
    assert blind.count("<audio controls") == 6
    assert len([*(tmp_path / "listen/audio").iterdir()]) == 6
    run("page", "march", str(tmp_path / "all"), "--reveal", "--call", "1", "--call", "2")
    assert (tmp_path / "all/index.html").read_text(encoding="utf-8").count("<article") == 2
    run("page", "march", str(tmp_path / "whole"), "--reveal")
    revealed = (tmp_path / "whole/index.html").read_text(encoding="utf-8")
    assert all(word in revealed for word in HIDDEN)


def test_bad_input_is_clear(counted):
    for arguments, words in [
        (("sample", "x", "--node", "opening"), "nodes are for goal hang_ups"),
        (("sample", "x", "--goal", "hang_ups", "--node", "hall"), "no call has visited hall"),
        (("sample", "x", "--size", "2", "--by-strata", "grade"), "2 calls cannot stand for 4 strata"),
        (("sample", "x", "--campaign", "nobody"), "no campaign 'nobody'"),
        (("accuracy", "april"), "no round 'april'; there are: none; draw one"),
        (("review", "april", "--reviewer", "li"), "no round 'april'"),
    ]:
        with pytest.raises(UsageError, match=words):
            run(*arguments)
    assert "no round yet; draw one" in run("accuracy").output
    assert "Invalid value for '--goal'" in run("sample", "x", "--goal", "all", status=2).output
    assert "Missing option '--reviewer'" in run("review", "march", status=2).output


def test_more_calls_and_a_dry_run(counted):
    dry = told("sample", "march", "--size", "2", "--dry-run", "--half", "0.2")
    assert (dry["kept"], dry["drawn"], dry["more"]) == (False, 2, 4)
    assert run("rounds").stdout.endswith("0 rounds\n")
    run("sample", "march", "--size", "2")
    assert told("more", "march", "3") == {"round": "march", "new": 3, "population": 6}
    assert "march: 1 more calls, drawn from 6" in run("more", "march", "9").stdout


def test_lists_of_goals_and_reasons():
    assert "hang_ups" in run("goals").stdout
    assert {row["reason"] for row in told("reasons")["reasons"]} >= {"misheard", "other"}


def test_a_wrong_turn_is_corrected_proposed_accepted_and_understood(counted, tmp_path, monkeypatch):
    """The whole way of a correction: from a reviewer's ear into the classifier."""
    intents = tmp_path / "intents"
    intents.mkdir()
    (intents / "a.yml").write_text(INTENTS, encoding="utf-8")
    monkeypatch.setenv("VOICEBOT_INTENTS_DIR", str(intents))

    def understood() -> str:
        ended = CliRunner().invoke(nlu.command, ["parse", SAID, "--json"], catch_exceptions=False)
        return json.loads(ended.stdout)["understood_as"]

    assert understood() == "price"
    sampled()
    key = next(
        str(n) for n in range(1, 7) if told("show", "march", str(n))["call"]["sample"]["attempt_id"].endswith("0007")
    )
    run("verdict", "march", key, "--reviewer", "li", "--grade", "C", "--pass", "--correct", f"1=busy={SAID}")
    run("verdict", "march", key, "--reviewer", "wu", "--grade", "C", "--pass", "--correct", f"1=busy={SAID}")
    run("verdict", "march", "1" if key != "1" else "2", "--reviewer", "li", "--grade", "E", "--pass")
    proposals = tmp_path / "proposals.yaml"
    suggested = CliRunner().invoke(nlu.command, ["suggest", "--out", str(proposals)], catch_exceptions=False)
    assert "and 1 correction\n" in suggested.output
    text = proposals.read_text(encoding="utf-8")
    assert f'- text: "{SAID}"\n  intent: busy\n  accept: false' in text
    proposals.write_text(text.replace("accept: false", "accept: true", 1), encoding="utf-8")
    accepted = CliRunner().invoke(nlu.command, ["accept", str(proposals)], catch_exceptions=False)
    assert "1 accepted, 1 new" in accepted.output
    assert SAID in (intents / "a.yml").read_text(encoding="utf-8")
    assert understood() == "busy"


SAID = "这边多少有点事"
BUSY = "我在开会 我在忙 没有空 现在不方便 我在开车 正忙着呢 等会儿再说 没时间 在上班呢 抽不开身"
PRICE = "多少钱 怎么收费 价格贵吗 要花钱吗 费用多少 收不收钱 一个月多少 有没有优惠 便宜点吗 免费的吗"
AGREE = "可以啊 好的 行 没问题 那行吧 你加吧 就这个号 可以加 好啊 愿意"
INTENTS = "nlu:\n" + "".join(
    f"- intent: {name}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts.split())
    for name, texts in (("busy", BUSY), ("price", PRICE), ("agree_wechat", AGREE))
)
"""Enough to learn from in a second."""

"""Tables in files of their own: CSV as spreadsheets save it, faults at their line, part of the script's digest."""

from pathlib import Path

import pytest

from tests.dialog.playbook import Playbook
from voicebot.dialog.load_lookups import MAX_ROWS
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.script import Script
from voicebot.dialog.wording import prompts
from voicebot.errors import InputFault

SCRIPT = """script: shops
start: ask
tables:
  stores: {key: city, file: tables/stores.csv}
nodes:
  ask:
    say: 您在哪个城市？
    answers:
      - {id: here, keywords: [苏州], set: {city: 苏州}, go: store}
      - {id: there, keywords: [拉萨], set: {city: 拉萨}, go: store}
  store:
    lookup: {table: stores, by: city, else: none}
    say: "{city}有{store}，您去吗？"
    answers:
      - {id: yes, keywords: [去], go: bye}
  none: {say: 那里没有店。, then: {go: bye}}
  bye: {say: 再见, then: {hang_up: ROBOT_END}}
"""
CSV = "city,store,note\n苏州,园区店,\n上海,徐汇店,新\n"


def load(csv: str = CSV) -> Script:
    return load_text(SCRIPT, "dialogs/shops.yaml", {"tables/stores.csv": csv})


def test_a_row_fills_the_slots() -> None:
    script = load()
    call = Playbook(script).answered().all_prompts_end().says("苏州")
    assert call.say.text == "苏州有园区店，您去吗？"
    assert call.state.slots["note"] == ""
    assert "上海有徐汇店，您去吗？" in [prompt.text for prompt in prompts(script, {})]


def test_without_a_row_the_talk_goes_elsewhere() -> None:
    assert Playbook(load()).answered().all_prompts_end().says("拉萨").path == ["ask", "none"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_as_spreadsheets_save_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "stores.csv").write_bytes(CSV.replace("\n", "\r\n").encode(encoding))
    path = tmp_path / "shops.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    script = load_script(path)
    row = script.tables["stores"].row("上海")
    assert row is not None
    assert row["store"] == "徐汇店"
    again = load_text(SCRIPT, "shops.yaml", script.parts)
    assert again.digest == script.digest
    assert load_text(SCRIPT, "shops.yaml", {"tables/stores.csv": CSV + "西安,高新店,\n"}).digest != script.digest


BROKEN = {
    "empty": ("", "stores.csv:1:1: the file of table 'stores' is empty"),
    "no rows": ("city,store,note\n", "table 'stores' has no rows"),
    "no key": ("town,store,note\nx,y,z\n", "stores.csv:1:1: table 'stores' lacks the column of its key 'city'"),
    "no name": ("city,门店\nx,y\n", "stores.csv:1:1: the column '门店' of table 'stores' is no name"),
    "two of a name": ("city,store,store\nx,y,z\n", "stores.csv:1:1: table 'stores' has two columns of one name"),
    "twice": ("city,store\nx,y\nz,y\nx,y\n", "stores.csv:4:1: table 'stores' has two rows 'x'"),
    "too few": ("city,store\nx,y\nz\n", "stores.csv:3:1: 1 values, but table 'stores' has 2 columns"),
    "empty key": ("city,store\n,y\n", "stores.csv:2:1: this row of table 'stores' lacks its key 'city'"),
    "too many": ("city\n" + "".join(f"{n}\n" for n in range(MAX_ROWS + 1)), f"more than {MAX_ROWS + 1} rows"),
}


@pytest.mark.parametrize(("csv", "told"), BROKEN.values(), ids=BROKEN)
def test_faults_stand_at_their_line(csv: str, told: str) -> None:
    with pytest.raises(InputFault) as raised:
        load(csv)
    assert told in str(raised.value)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputFault, match=r"shops.yaml:4:.*there is no file dialogs/tables/stores.csv"):
        load_text(SCRIPT, "dialogs/shops.yaml")


def test_of_a_long_table_nothing_is_rendered_ahead() -> None:
    rows = "".join(f"城市{number},店{number},\n" for number in range(600))
    texts = [prompt.text for prompt in prompts(load("city,store,note\n" + rows), {})]
    assert not any("店3" in text for text in texts)

"""`voicebot nlu` as it is typed: on small intents, and on a store with calls."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voicebot.cli import nlu
from voicebot.errors import InputFault
from voicebot.settings import REPOSITORY

INTENTS = """version: "3.1"
nlu:
- intent: affirm
  examples: |
    - 可以啊没问题
    - 好的你说
    - 行我同意
    - 愿意参加
- intent: deny
  examples: |
    - 不行不可以
    - 不同意这个
    - 没有这回事
    - 我不愿意
- intent: price
  examples: |
    - 多少钱啊
    - 怎么收费呢
    - 价格贵不贵
    - 收多少钱
- lookup: city
  examples: |
    - 苏州
"""
SENTENCES = "text,label\n可以,yes\n不可以,no\n收多少钱,cost\n多少钱呢,cost\n下雨了,-\n天气,other\n"
MAP = 'labels: {"yes": affirm, "no": deny, cost: price, "-": out_of_scope}\nleft_out: [other]\n'


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "intents").mkdir()
    (tmp_path / "intents" / "a.yml").write_text(INTENTS, encoding="utf-8")
    (tmp_path / "s.csv").write_text(SENTENCES, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    monkeypatch.setenv("VOICEBOT_INTENTS_DIR", str(tmp_path / "intents"))
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(nlu.command, arguments, catch_exceptions=False)


def test_train_keeps_a_model_and_tells_what_folds_said(at: Path) -> None:
    found = json.loads(run("train", "--json").stdout)
    assert (found["examples"], found["intents"]) == (12, 3)
    assert Path(found["model"]).is_file()
    assert set(found["cross_validated"]["per_intent"]) == {"affirm", "deny", "price"}
    assert "cross-validated" in run("train").stdout


def test_train_on_sentences_of_ones_own_measures_on_the_last_fifth(at: Path) -> None:
    rows = "".join(f"我要第{n}个,order\n我不要第{n}个,refuse\n" for n in range(60))
    (at / "own.csv").write_text("text,label\n" + rows, encoding="utf-8")
    found = json.loads(run("train", "--file", "own.csv", "--json").stdout)
    assert found["examples"] + found["last_fifth"]["sentences"] == 120
    assert found["last_fifth"]["accuracy"] > 0.9
    assert "last fifth" in run("train", "--file", "own.csv").stdout


def test_train_on_one_label_is_refused(at: Path) -> None:
    (at / "own.csv").write_text("text,label\n好,x\n行,x\n", encoding="utf-8")
    with pytest.raises(InputFault, match=r"own\.csv: 1 intents; a classifier needs at least two"):
        run("train", "--file", "own.csv")


def test_test_tells_every_figure(at: Path) -> None:
    found = json.loads(run("test", "--file", "s.csv", "--map", "m.yaml", "--json").stdout)
    assert found["sentences"] == 5
    assert {"accuracy", "macro_f1", "noisy_accuracy", "out_of_scope_rejected", "us_per_sentence"} <= set(found)
    assert set(found["per_intent"]["price"]) == {"precision", "recall", "f1", "count", "told"}
    table = run("test", "--file", "s.csv", "--map", "m.yaml", "--part", "0-100", "--picture", "r.png").stdout
    assert "out of scope rejected" in table
    assert (at / "r.png").read_bytes().startswith(b"\x89PNG")


def test_parse_tells_ranking_values_and_doubt(at: Path) -> None:
    found = json.loads(run("parse", "可以", "--json").stdout)
    assert (found["understood_as"], found["by"], found["engine"]) == ("affirm", "keyword", "embedded")
    assert json.loads(run("parse", "我在苏州", "--json").stdout)["entities"] == {"city": "苏州"}
    assert json.loads(run("parse", "可以啊没问题吗", "--json").stdout)["doubt"] == "asked: 吗"
    assert "affirm" in run("parse", "可以", "--engine", "keywords").stdout


def test_confusions_are_a_table_a_picture_and_disagreements(at: Path) -> None:
    found = json.loads(run("confusions", "--file", "s.csv", "--map", "m.yaml", "--json").stdout)
    assert (at / "confusions.png").read_bytes().startswith(b"\x89PNG")
    apart = {one["text"]: (one["embedded"], one["keywords"]) for one in found["disagreements"]}
    assert apart["收多少钱"] == ("price", "out_of_scope")
    assert "they disagree on" in run("confusions", "--file", "s.csv", "--map", "m.yaml").stdout


def test_unmatched_words_of_calls_become_examples(at: Path) -> None:
    run("suggest")  # makes the database
    (at / "fixed.csv").write_text("text,intent\n要花几个钱,price\n", encoding="utf-8")
    assert "1 proposal from 0 texts of calls and 1 correction" in run("suggest", "--corrections", "fixed.csv").stdout
    proposals = (at / "proposals.yaml").read_text(encoding="utf-8")
    (at / "proposals.yaml").write_text(proposals.replace("accept: false", "accept: true"), encoding="utf-8")
    assert "1 accepted, 1 new" in run("accept", "proposals.yaml").stdout
    assert "    - 收多少钱\n    - 要花几个钱\n" in (at / "intents" / "a.yml").read_text(encoding="utf-8")


def test_a_correction_without_columns_is_told(at: Path) -> None:
    (at / "fixed.csv").write_text("said,meant\n要花几个钱,price\n", encoding="utf-8")
    with pytest.raises(InputFault, match=r"fixed\.csv:2:1: a correction needs the columns text and intent"):
        run("suggest", "--corrections", "fixed.csv")


def test_the_shipped_map_names_our_intents_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from voicebot.nlu.sentences import read_map
    from voicebot.understanding.nlu_yaml import load_training, training_files

    intents = load_training(training_files(REPOSITORY / "intents")).intents
    maps = sorted((REPOSITORY / "tools" / "label_maps").glob("*.yaml"))
    assert maps
    assert all(read_map(path, intents) for path in maps)

"""`voicebot answer`: figures of clips as tables and as JSON, what is heard in one recording."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tools.answer_corpus import corpus
from tools.answer_corpus.clips import MANDARIN, plans
from tools.answer_corpus.settings import HELD_OUT
from tools.answer_corpus.texts import wordings
from voicebot.cli.answer import command


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ring-back tone and a fax: no words, so quickly listened to."""
    directory = tmp_path_factory.mktemp("clips")
    chosen = {plan.kind: plan for plan in plans(wordings(), HELD_OUT) if plan.kind in ("ringback", "fax answer")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "plans", lambda _wordings, _part: list(chosen.values()))
        corpus.write(directory, (HELD_OUT,), (MANDARIN,))
    return directory


def test_figures_as_tables_and_json(clips: Path) -> None:
    shown = CliRunner().invoke(command, ["test", str(clips), "--wrong"])
    assert shown.exit_code == 0, shown.output
    assert "after the answer, by what is true" in shown.output
    told = CliRunner().invoke(command, ["test", str(clips), "--json"])
    found = json.loads(told.stdout)
    assert found["confusion"] == {
        "early": [{"label": "NONE", "told": "NONE", "clips": 1}],
        "answer": [{"label": "FAX", "told": "FAX", "clips": 1}],
    }
    assert found["rates"]["answer: machine found"]["share"] == 1.0


def test_one_recording(clips: Path) -> None:
    fax = next(clips.glob("*answer*.wav"))
    shown = CliRunner().invoke(command, ["hear", str(fax), "--phase", "answer"])
    assert shown.exit_code == 0, shown.output
    assert "fax 2" in shown.output
    assert "FAX, score 1.00" in shown.output
    ringing = json.loads(CliRunner().invoke(command, ["hear", str(next(clips.glob("*early*.wav"))), "--json"]).stdout)
    assert ringing["verdict"] is None
    assert "ringback" in {span["sound"] for span in ringing["sounds"]}


def test_a_directory_without_clips_says_how_to_make_them(tmp_path: Path) -> None:
    refused = CliRunner().invoke(command, ["test", str(tmp_path)])
    assert refused.exit_code == 1
    assert "python -m tools.answer_corpus" in str(refused.exception)

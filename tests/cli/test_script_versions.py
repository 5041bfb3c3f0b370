"""`voicebot script versions | diff | publish | rollback` as they are typed."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.typed import voicebot
from voicebot.settings import REPOSITORY

SCRIPT = REPOSITORY / "dialogs" / "wecom_invite.yaml"


@pytest.fixture
def typed(monkeypatch, capsys, tmp_path, database):
    def run(*arguments):
        return voicebot(monkeypatch, capsys, "script", *arguments, database_url=database, data_dir=tmp_path / "data")

    return run


@pytest.fixture
def changed(tmp_path) -> Path:
    for part in ("flows", "knowledge", "tables"):
        if (SCRIPT.parent / part).is_dir():
            shutil.copytree(SCRIPT.parent / part, tmp_path / part)
    path = tmp_path / "wecom_invite.yaml"
    path.write_text(SCRIPT.read_text(encoding="utf-8").replace("老客户加我们", "老朋友加我们"), encoding="utf-8")
    return path


def test_publish_again_and_back(typed, changed):
    assert typed("publish", "wecom_invite", "--no-render", "--by", "小王", "--note", "first").status == 0
    published = typed("publish", str(changed), "--no-render")
    assert published.out.startswith("published wecom_invite@")
    told = json.loads(typed("versions", "wecom_invite", "--json").out)
    assert [each["in_force"] for each in told["versions"]] == [True, False]
    assert [(each["action"], each["released_by"], each["note"]) for each in told["history"]] == [
        ("publish", "", ""),
        ("publish", "小王", "first"),
    ]
    differing = typed("diff", "wecom_invite", "wecom_invite@published")
    assert differing.status == 1, differing.err
    assert "+ say: 老朋友加我们" in differing.out
    back = typed("rollback", "wecom_invite")
    assert back.out.startswith("back to wecom_invite@")
    assert typed("diff", "wecom_invite", "wecom_invite@published").status == 0
    digest = told["versions"][0]["digest"]
    assert typed("rollback", "wecom_invite", "--to", digest[:9]).status == 0
    parts = json.loads(typed("diff", str(changed), f"wecom_invite@{digest[:9]}", "--json").out)["parts"]
    assert parts == []
    assert "published" in typed("versions", "wecom_invite").out


def test_a_script_with_errors_is_not_published(typed, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "script: broken\nstart: a\nnodes:\n  a: {say: 您好。, answers: [{id: x, keywords: [好], go: a}]}\n",
        encoding="utf-8",
    )
    refused = typed("publish", str(broken), "--no-render")
    assert refused.status == 1
    assert "was not published" in refused.err
    assert "no-stop" in refused.err
    assert json.loads(typed("versions", "broken", "--json").out)["history"] == []


def test_wrong_use_is_named(typed):
    assert "no version of script 'nope' is kept" in typed("versions", "nope").complaint
    assert "no version before the present" in typed("rollback", "nope").complaint
    assert "no script 'nope'" in typed("publish", "nope").complaint
    assert "is published; run: voicebot script publish" in typed("diff", "nope@published", "wecom_invite").complaint

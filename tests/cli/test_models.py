import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from voicebot.cli.models import command
from voicebot.errors import ModelMissing, UsageError
from voicebot.speech.models import PUBLISHED, Pulled


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path))
    return tmp_path


def run(*args: str, **kwargs: object) -> str:
    result = CliRunner().invoke(command, args, catch_exceptions=False, **kwargs)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_list_names_what_can_be_pulled() -> None:
    listed = json.loads(run("list", "--json"))
    assert [model["name"] for model in listed["published"]] == list(PUBLISHED)
    assert listed["in_force"] == {"zh": "demo-zh", "en": "demo-en"}
    assert all(name in run("list") for name in PUBLISHED)


def test_pull_says_what_was_checked_and_how_to_use_it(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    asked: list[object] = []

    def pull(name: str, directory: Path, base_url: str, sha256: str | None, progress: object) -> Pulled:
        asked.extend([name, directory, base_url, sha256])
        return Pulled(name, directory / name, "ab" * 32, verified=False, fresh=True)

    monkeypatch.setattr("voicebot.cli.models.pull", pull)
    told = run("pull", "vosk-model-cn-0.22", "--base-url", "http://mirror/x", "--sha256", "cd")
    assert asked == ["vosk-model-cn-0.22", data / "models", "http://mirror/x", "cd"]
    assert "abab" in told
    assert "no checksum was known" in told
    assert "VOICEBOT_MODEL=vosk-model-cn-0.22" in told
    assert json.loads(run("pull", "vosk-model-cn-0.22", "--json"))["verified"] is False
    assert "VOICEBOT_MODEL_EN=vosk-model-small-en-us-0.15" in run("pull", "vosk-model-small-en-us-0.15")


def test_an_unknown_model_is_refused_before_any_progress_bar() -> None:
    with pytest.raises(UsageError, match="vosk-model-small-cn"):
        run("pull", "small-cn")


def test_a_source_that_is_down_is_an_outside_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    with pytest.raises(ModelMissing, match=r"127\.0\.0\.1:1"):
        run("pull", "vosk-model-small-cn-0.22", "--base-url", "http://127.0.0.1:1/x")

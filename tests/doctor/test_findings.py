"""The doctor: what each finding means for the exit status, and how all of them are told."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from voicebot.cli import doctor as cli
from voicebot.doctor import CHECKS, examine
from voicebot.doctor.findings import Finding, Severity, exit_status, our_fault, outside_fault, warning, well
from voicebot.settings import Settings


@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ((), 0),
        ((well("a", ""), warning("b", "", "c")), 0),
        ((well("a", ""), outside_fault("b", "", "c")), 3),
        ((our_fault("a", "", "b"), warning("b", "", "c")), 1),
        ((outside_fault("a", "", "b"), our_fault("b", "", "c")), 1),
    ],
)
def test_exit_status(findings: tuple[Finding, ...], status: int) -> None:
    assert exit_status(findings) == status


def test_every_fault_and_warning_has_a_remedy(settings: Settings) -> None:
    found = list(examine(replace(settings, switch_port=1, model="none", redis_url="redis://127.0.0.1:1")))
    assert len(found) >= len(CHECKS)
    assert [item for item in found if item.severity is not Severity.OK and not item.remedy] == []


def test_json_and_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cli, "examine", lambda settings: iter([well("a", "b"), outside_fault("gateway", "DOWN", "call")])
    )
    result = CliRunner().invoke(cli.command, ["--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (said["ok"], said["warn"], said["fault"]) == (1, 0, 1)
    assert said["findings"][1] == {
        "severity": "fault",
        "what": "gateway",
        "why": "DOWN",
        "remedy": "call",
        "outside": True,
    }


def test_the_table_shows_brackets_and_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "examine", lambda settings: iter([our_fault("port", "[Errno 98] in use", "end it")]))
    result = CliRunner().invoke(cli.command, [])
    assert result.exit_code == 1
    assert "[Errno 98] in use" in result.stdout
    assert "→ end it" in result.stdout

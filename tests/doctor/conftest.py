"""What the tests of the doctor share."""

from pathlib import Path

import pytest

from voicebot.doctor.findings import Finding
from voicebot.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url="")


def the(findings: Finding | tuple[Finding, ...]) -> Finding:
    """The only finding."""
    if isinstance(findings, Finding):
        return findings
    assert len(findings) == 1, findings
    return findings[0]

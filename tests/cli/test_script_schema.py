"""`voicebot script schema` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from voicebot.cli.script import command
from voicebot.cli.script_schema import CONVERSATIONS
from voicebot.dialog.schema import KINDS, json_schema


def test_it_is_printed_or_written(tmp_path: Path) -> None:
    printed = CliRunner().invoke(command, ["schema"], catch_exceptions=False)
    assert json.loads(printed.stdout) == json_schema()
    file = tmp_path / "script.schema.json"
    written = CliRunner().invoke(command, ["schema", "--out", str(file)], catch_exceptions=False)
    assert (written.exit_code, written.stdout) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("kind", [*KINDS, CONVERSATIONS])
def test_one_kind_of_files(kind: str) -> None:
    printed = CliRunner().invoke(command, ["schema", "--for", kind], catch_exceptions=False)
    assert json.loads(printed.stdout)["$ref"] in (f"#/$defs/{kind}", "#/$defs/file")

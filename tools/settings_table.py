"""`python -m tools.settings_table`: the table of settings in docs/operator.md, made from the one list."""

import dataclasses
from pathlib import Path

from voicebot.settings import ENV_PREFIX, REPOSITORY, Settings

HEAD = "| variable | default | meaning |\n|---|---|---|\n"


def table() -> str:
    """Markdown, one row a setting; paths of this machine are written as what they stand for."""
    rows = []
    for item in dataclasses.fields(Settings):
        secret = " Secret." if item.metadata["secret"] else ""
        meaning = item.metadata["help"][0].upper() + item.metadata["help"][1:]
        rows.append(f"| `{ENV_PREFIX}{item.name.upper()}` | {_default(item)} | {meaning}.{secret} |\n")
    return HEAD + "".join(rows)


def _default(item: dataclasses.Field) -> str:  # type: ignore[type-arg]
    if item.name == "data_dir":
        return "your user data directory"
    if isinstance(item.default, Path):
        return f"`{item.default.relative_to(REPOSITORY)}/` of the installation"
    if isinstance(item.default, bool):
        return "yes" if item.default else "no"
    return f"`{item.default}`" if item.default != "" else "empty"


if __name__ == "__main__":
    print(table(), end="")

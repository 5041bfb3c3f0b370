"""The direction of imports: a package imports only from lower levels; loud libraries stay in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "voicebot"

LEVELS = {
    "errors": -1,
    "number_of": -1,
    "settings": 0,
    "understanding": 1,
    "media": 1,
    "answering": 2,  # hears by media, reads by understanding
    "dialog": 2,  # knows the types of understanding: an answer is a match
    "campaign.policy": 2,
    "speech": 3,
    "rasa": 3,  # an engine on a server: HTTP and a thread, which understanding may not have
    "esl": 3,
    "store": 3,
    "call": 4,
    "campaign": 4,
    "reports": 4,
    "qa": 5,  # figures of rounds are figures: it asks reports
    "sim": 5,
    "nlu": 5,
    "console": 5,
    "app": 6,
    "doctor": 6,
    "cli": 7,
}
ROOMS = {
    "gevent": {"esl", "call", "campaign", "sim", "app", "cli"},
    "greenswitch": {"esl"},
    "sqlalchemy": {"store", "reports", "qa"},
    "alembic": {"store"},
    "redis": {"store", "doctor"},
    "limits": {"store"},
    "pyarrow": {"store"},
    "vosk": {"speech"},
    "edge_tts": {"speech"},
    "espeakng_loader": {"speech"},
    "click": {"cli", "sim"},
    "rich": {"cli", "reports", "app"},
}
PURE = {"understanding", "media", "answering", "dialog", "campaign.policy"}
IMPURE_MODULES = {"socket", "threading", "subprocess", "time", "asyncio", "random", "gevent", "redis", "httpx"}


def package_of(parts: tuple[str, ...]) -> str | None:
    """The level's name of a module path inside voicebot, or None for the package itself."""
    for size in (2, 1):
        name = ".".join(parts[:size])
        if name in LEVELS:
            return name
    return None


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, those in functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: relative import; name the package"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


FILES = sorted(p for p in ROOT.rglob("*.py") if "migrations" not in p.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_imports_only_from_lower_levels(path: Path) -> None:
    here = package_of(path.relative_to(ROOT).with_suffix("").parts)
    for line, name in imports(path):
        parts = tuple(name.split("."))
        if parts[0] == "voicebot" and here is not None:
            there = package_of(parts[1:])
            if there is None or there == here:
                continue
            assert LEVELS[there] < LEVELS[here], f"{path}:{line}: {here} may not import {there}"
        elif parts[0] in ROOMS and here is not None:
            rooms = ROOMS[parts[0]]
            assert here in rooms, f"{path}:{line}: {parts[0]} belongs in {sorted(rooms)}, not in {here}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_pure_packages_do_no_io_and_ask_no_clock(path: Path) -> None:
    here = package_of(path.relative_to(ROOT).with_suffix("").parts)
    if here in PURE:
        bad = [(line, name) for line, name in imports(path) if name.split(".")[0] in IMPURE_MODULES]
        assert not bad, f"{path}: a pure package imports {bad}"


def test_every_package_has_a_level() -> None:
    found = {p.name for p in ROOT.iterdir() if (p / "__init__.py").exists()} | {
        p.stem for p in ROOT.glob("*.py") if p.stem not in {"__init__", "__main__"}
    }
    assert found <= set(LEVELS), f"give {sorted(found - set(LEVELS))} a level"

"""libphonenumber's names of places and carriers by prefix, of one country: all countries' would take 100 MB.

The library keeps them in files of Python, which its own modules load together. Here each file is run by itself, and
only the country's names are kept of it. What the names mean is said in home.py.
"""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, Literal

import phonenumbers

Kind = Literal["geodata", "carrierdata"]


def names(kind: Kind, country_code: str, language: str) -> dict[str, str]:
    """The name in `language` by prefix, the prefix without the country's code. Takes a third of a second."""
    files = sorted((_library() / kind).glob("data*.py"))
    # One text for all prefixes of a place: a file has one, but a place is in many files.
    texts: dict[str, str] = {}
    found: dict[str, str] = {}
    for path in files:
        for prefix, by_language in _run(kind, path).data.items():
            if prefix.startswith(country_code) and language in by_language:
                name = by_language[language]
                found[prefix.removeprefix(country_code)] = texts.setdefault(name, name)
    return found


def country_name(region: str, language: str) -> str:
    """What the library calls a place in the country of which it knows no more."""
    by_language = _run("geodata", _library() / "geodata" / "locale.py").LOCALE_DATA[region]
    name = str(by_language[language])
    return str(by_language[name[1:]]) if name.startswith("*") else name


def _library() -> Path:
    return Path(phonenumbers.__file__).parent


def _run(kind: Kind, path: Path) -> Any:
    """The module of that file, which nobody else gets to see."""
    spec = importlib.util.spec_from_file_location(f"phonenumbers.{kind}.{path.stem}", path)
    assert isinstance(spec, ModuleSpec) and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

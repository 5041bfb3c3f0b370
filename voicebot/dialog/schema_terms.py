"""The terms in which JSON Schemas of the designers' files are written."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
TEXTS: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
FLAG: Schema = {"type": "boolean"}


def whole(least: int, most: int) -> Schema:
    """A whole number within bounds."""
    return {"type": "integer", "minimum": least, "maximum": most}


def word(allowed: Iterable[str]) -> Schema:
    """One of these words."""
    return {"enum": list(allowed)}


def many(of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def named(of: Schema) -> Schema:
    """A mapping of names that the designer gives."""
    return {"type": "object", "additionalProperties": of}


def one_or_more(of: Schema) -> Schema:
    """One, or a list of them."""
    return {"anyOf": [of, many(of)]}


def part(name: str) -> Schema:
    """A mapping of which there is a definition."""
    return {"$ref": f"#/$defs/{name}"}


def closed(keys: Mapping[str, tuple[Schema, str]], rules: Schema) -> Schema:
    """A mapping that has these keys only, each with what editors say about it; `rules`: what must stand together."""
    properties = {key: {**schema, "description": about} for key, (schema, about) in keys.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False, **rules}

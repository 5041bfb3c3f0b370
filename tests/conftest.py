"""Fixtures that tests of several packages share."""

from tests.databases import (  # noqa: F401 - pytest finds them here
    database,
    database_kind,
    empty_database,
    postgres,
    store,
    template,
)

"""Fixtures that tests of several packages share."""

from hypothesis import settings

from tests.databases import (  # noqa: F401 - pytest finds them here
    database,
    database_kind,
    empty_database,
    postgres,
    store,
    template,
)

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

"""Fixtures that tests of several packages share, and in which order and where tests run."""

from pathlib import Path

import pytest
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

REAL_TIME = Path(__file__).parent / "whole_calls"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole calls run at the pace of talk: first, and one after another on one of the workers of `make test`."""
    for item in items:
        if item.path.is_relative_to(REAL_TIME):
            item.add_marker(pytest.mark.xdist_group("whole calls"))
    items.sort(key=lambda item: not item.path.is_relative_to(REAL_TIME))

"""Fixtures that tests of several packages share, and in which order and where tests run."""

from typing import Any

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

WHOLE_CALLS = "tests/whole_calls"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole calls first: they take longest, at the pace of talk."""
    items.sort(key=lambda item: _scope(item.nodeid) != WHOLE_CALLS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole calls one after another on one of the workers of `make test`, the other files on whoever is free.

    A scheduler of our own: `--dist loadgroup` of xdist 3.8 does nothing with pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class WholeCallsApart(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _scope(nodeid)

    return WholeCallsApart(config, log)


def _scope(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    return WHOLE_CALLS if path.startswith(f"{WHOLE_CALLS}/") else path

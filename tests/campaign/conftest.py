"""Fixtures of the dialer's tests."""

import pytest

from tests.campaign.lines_of import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()

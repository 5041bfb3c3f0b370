"""Visits, hang-ups and moves of one script's calls, counted by hand."""

import pytest

from tests.reports.counted import count_by_hand
from voicebot.errors import UsageError
from voicebot.reports.only import Only
from voicebot.reports.traffic import traffic


@pytest.fixture
def counted(store):
    count_by_hand(store)
    return store


def test_what_the_calls_did(counted):
    found = traffic(counted, Only("spring", "invite"))
    assert found.visits == {"opening": 5, "benefit": 2, "closing": 1}
    assert {node: count for node, count in found.hangups.items() if count} == {"opening": 2}
    assert found.moves == {("opening", "benefit"): 2, ("opening", "closing"): 1}


def test_a_campaign_without_such_calls(counted):
    with pytest.raises(UsageError, match="campaign 'spring' has no calls with script 'clean'"):
        traffic(counted, Only("spring", "clean"))

"""What preflight and rehearsal read: missing variables, samples, lengths of past calls. On both databases."""

import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.store.test_claims import NOW, add, row, running
from voicebot.campaign.policy.forecast import ASSUMED, ENOUGH
from voicebot.store.lead_samples import first_leads, missing, sample
from voicebot.store.measured import past_lengths
from voicebot.store.tables import Attempt


def test_missing_variables_are_counted(store):
    running(store)
    add(store, row(1), row(2)._replace(variables={"surname": ""}), row(3)._replace(variables={}))
    add(store, row(4)._replace(variables={}, state="done"))
    assert missing(store, "spring", "surname") == 2
    assert missing(store, "spring", "city") == 3


def test_a_sample_is_drawn_once_each_by_the_dice(store):
    running(store)
    add(store, *(row(n, score=n / 10) for n in range(1, 8)))
    assert [lead.key for lead in first_leads(store, "spring", 2)] == ["7", "6"]
    drawn = sample(store, "spring", 4, random.Random(1))
    assert drawn == sample(store, "spring", 4, random.Random(1))
    assert len({lead.key for lead in drawn}) == 4
    assert len(sample(store, "spring", 100, random.Random(1))) == 7


def test_lengths_are_measured_when_there_are_enough_calls(store):
    running(store)
    assert past_lengths(store, simulated=False) == ASSUMED
    rows = []
    for n in range(ENOUGH):
        began = NOW + timedelta(minutes=n)
        common = {
            "id": str(uuid.UUID(int=n)),
            "campaign_id": "spring",
            "number": "+8613800000001",
            "try_number": 1 + n % 2,
        }
        answered = n % 4 == 0
        rows.append(
            common
            | {
                "started_at": began,
                "answered_at": began + timedelta(seconds=10) if answered else None,
                "ended_at": began + timedelta(seconds=50 if answered else 30),
                "code": "ROBOT_END" if answered else "NO_ANSWER",
            }
        )
    ours = [one | {"id": str(uuid.UUID(int=1000 + n)), "code": "CONGESTION"} for n, one in enumerate(rows[:7])]
    with store.writing() as connection:
        connection.execute(insert(Attempt), [*rows, *ours])
    found = past_lengths(store, simulated=False)
    assert found.answer_rate == pytest.approx(0.25)
    assert found.again == pytest.approx(0.5)
    assert (found.ring_s, found.talk_s) == (pytest.approx(25.0), pytest.approx(40.0))
    assert found.measured
    assert past_lengths(store, simulated=True) == ASSUMED
    assert past_lengths(store, simulated=False, campaign="other") == ASSUMED

"""Records survive the way through a line of JSON."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.samples import everything
from voicebot.campaign.policy.codes import Code
from voicebot.store.journal import KINDS, from_line, to_line
from voicebot.store.records import CallResult, EvidenceRecord

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
st.register_type_strategy(datetime, moments)
st.register_type_strategy(float, st.floats(allow_nan=False))
kinds = st.one_of([st.from_type(kind) for kind in KINDS.values() if kind.__name__ != "EventRecord"])


@pytest.mark.parametrize("record", everything(1, 1, 1), ids=lambda record: type(record).__name__)
def test_a_record_comes_back_equal(record):
    line = to_line(record)
    assert "\n" not in line
    assert from_line(line) == record


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kinds)
def test_any_record_comes_back_equal(record):
    assert from_line(to_line(record)) == record


def test_codes_and_parts_come_back_as_their_types():
    call = next(record for record in everything(1, 1, 1) if isinstance(record, CallResult))
    again = from_line(to_line(call))
    assert isinstance(again, CallResult)
    assert isinstance(again.ending, Code)
    assert isinstance(again.grade_evidence[0], EvidenceRecord)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '{"record": "invoice"}',
        '{"record": "event", "attempt": 1}',
        '{"attempt_id": "1"}',
    ],
)
def test_a_line_that_is_no_record_is_named(line):
    with pytest.raises(ValueError, match="not a record"):
        from_line(line)

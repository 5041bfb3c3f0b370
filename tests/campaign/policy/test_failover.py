"""When an attempt goes on by another line: only while nobody's telephone can have rung."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.failover import Onward, onward


@pytest.mark.parametrize(
    ("cause", "channel", "sip", "wanted"),
    [
        ("GATEWAY_DOWN", False, None, Onward.SAME),
        ("INVALID_GATEWAY", False, None, Onward.SAME),
        ("DESTINATION_OUT_OF_ORDER", False, None, Onward.SAME),
        ("NORMAL_TEMPORARY_FAILURE", True, 503, Onward.ANEW),
        ("NORMAL_CIRCUIT_CONGESTION", True, None, Onward.ANEW),
        ("COMMAND_REFUSED", False, None, Onward.ENDS),  # the same command would be refused again
        ("NO_ANSWER", True, None, Onward.ENDS),  # a silent trunk: whether it rang nobody knows
        ("USER_BUSY", True, 486, Onward.ENDS),
        ("CALL_REJECTED", True, 403, Onward.ENDS),
        ("UNALLOCATED_NUMBER", True, 404, Onward.ENDS),
    ],
)
def test_what_follows_from_an_answer_of_the_line(cause: str, channel: bool, sip: int | None, wanted: Onward) -> None:
    outcome = DialOutcome(cause, channel_seen=channel, sip_status=sip)
    assert onward(outcome, result_code(outcome)) is wanted


@given(st.sampled_from(list(Code)), st.booleans(), st.booleans(), st.booleans())
def test_nobody_who_may_have_heard_it_ring_is_dialled_again(code: Code, channel: bool, rang: bool, up: bool) -> None:
    outcome = DialOutcome("ANY", channel_seen=channel, rang=rang, answered=up)
    after = onward(outcome, code)
    if rang or up or code.uses_up_attempt:
        assert after is Onward.ENDS
    if after is Onward.SAME:
        assert not channel
    assert onward(replace(outcome, rang=False, answered=False), Code.CONGESTION) is not Onward.ENDS

"""What came of gateways and numbers, against a small campaign counted by hand."""

from dataclasses import replace
from datetime import timedelta

from tests.campaign.lines_of import NOW, claimed, end, running
from tests.store.samples import call
from voicebot.campaign.policy.caller_numbers import NumberState
from voicebot.campaign.policy.codes import Code
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.only import Only
from voicebot.store import own_numbers
from voicebot.store.rows import write


def test_attempts_by_gateway_and_by_number(store):
    plan = running(store)
    talked, busy, refused, short, live = claimed(store, plan, 5)
    script = store.add_script_version("wecom_invite", "1", "x", "x")
    answered = NOW + timedelta(seconds=9)
    for lead, number, gateway, code, more in (
        (talked, "1001", "north", Code.ROBOT_END, {"answered_at": answered}),
        (busy, "1001", "north", Code.BUSY, {}),
        (refused, "1002", "north", Code.REJECTED, {}),
        (short, "1002", "south", Code.CUSTOMER_HANGUP, {"answered_at": answered, "who_hung_up": "customer"}),
    ):
        own_numbers.write_line(store, lead.attempt_id, number, gateway)
        end(store, lead.attempt_id, code, NOW, **more)
    own_numbers.write_line(store, live.attempt_id, "1001", "north")
    with store.writing() as connection:
        write(connection, [replace(call(1, script), attempt_id=talked.attempt_id, talk_ms=34_000)])
    north, south = gateway_lines(store, Only())
    assert (north.line, north.attempts, north.answered.hits, north.talk_s) == ("north", 3, 1, 34.0)
    assert north.codes == {"BUSY": 1, "REJECTED": 1, "ROBOT_END": 1}
    assert (south.line, south.attempts, south.answered.ratio, south.talk_s, south.short) == ("south", 1, 1.0, None, 1.0)
    numbers = number_lines(store, Only(campaign="spring"))
    assert [(row.line, row.attempts, row.answered.ratio, row.short, row.rejected, row.days) for row in numbers] == [
        ("1001", 2, 0.5, 0.0, 0.0, 1),
        ("1002", 2, 0.5, 1.0, 0.5, 1),
    ]
    assert [row.attempts for row in number_lines(store, Only(script="wecom_invite"))] == [1]
    assert gateway_lines(store, Only(campaign="autumn")) == ()


def test_numbers_that_are_out_of_use_stand_first_then_the_busiest(store):
    plan = running(store)
    leads = claimed(store, plan, 6)
    for lead, number in zip(leads, ("1001", "1001", "1001", "1002", "1002", "1003"), strict=True):
        own_numbers.write_line(store, lead.attempt_id, number, "north")
        end(store, lead.attempt_id, Code.BUSY, NOW)
    assert [row.line for row in number_lines(store, Only())] == ["1001", "1002", "1003"]
    own_numbers.put(store, {"1001": {}, "1002": {}, "1003": {}}, new=True)
    own_numbers.set_state(store, "1002", NumberState.RESTING, "by hand")
    own_numbers.set_state(store, "1003", NumberState.QUARANTINED, "by hand")
    found = [(row.line, row.state) for row in number_lines(store, Only())]
    assert found == [("1003", "quarantined"), ("1002", "resting"), ("1001", "active")]

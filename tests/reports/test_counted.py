"""Every report of eight calls counted by hand, equal on both databases."""

import pytest

from tests.reports.counted import count_by_hand
from voicebot.errors import UsageError
from voicebot.reports.calls import call_list
from voicebot.reports.engines import engine_report
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.latency import latency_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, check
from voicebot.reports.summary import summary
from voicebot.store.versions import find_version

SPRING = Only(campaign="spring")


@pytest.fixture
def counted(store):
    count_by_hand(store)
    return store


def test_nodes(counted):
    opening, benefit, closing = node_report(counted, SPRING)
    assert (opening.script, opening.version, opening.node, opening.role) == ("invite", "2", "opening", "opening")
    assert (opening.visits, opening.hangups_playing, opening.hangups_listening) == (5, 1, 1)
    assert opening.hangups.ratio == pytest.approx(0.4)
    assert (opening.hangups.low, opening.hangups.high) == (
        pytest.approx(0.1176, abs=1e-4),
        pytest.approx(0.7693, abs=1e-4),
    )
    assert opening.offsets_playing == ((0, 0), (1_000, 0), (2_000, 1))
    assert opening.offsets_listening == ((0, 0), (1_000, 1))
    assert (opening.no_inputs, opening.no_matches, opening.barge_ins) == (1, 1, 1)
    assert opening.next_nodes == (("benefit", 2), ("closing", 1))
    assert (benefit.node, benefit.visits, benefit.hangups.hits, benefit.next_nodes) == ("benefit", 2, 0, ())
    assert (closing.node, closing.visits, closing.offsets_playing) == ("closing", 1, ())


def test_nodes_of_one_script(counted):
    assert [(row.node, row.visits) for row in node_report(counted, Only(script="clean"))] == [
        ("opening", 1),
        ("benefit", 1),
    ]
    assert node_report(counted, Only("spring", "clean")) == ()


def test_grades(counted):
    (row,) = grade_report(counted, SPRING)
    assert (row.script, row.version, row.calls) == ("invite", "2", 5)
    assert row.grades == {"A": 1, "B": 1, "C": 0, "D": 1, "E": 2}
    assert (row.intent.hits, row.intent.of) == (2, 5)
    assert [(row.script, row.calls) for row in grade_report(counted, Only())] == [("clean", 1), ("invite", 5)]


def test_one_version_of_a_script(counted):
    both = [row.script for row in grade_report(counted, Only())]
    assert both == ["clean", "invite"]
    version = find_version(counted, "clean", "1")
    only = Only(script="clean", version_id=version.id)
    assert [(row.script, row.calls) for row in grade_report(counted, only)] == [("clean", 1)]
    assert {row.script for row in node_report(counted, only)} == {"clean"}
    assert [row.attempts for row in result_report(counted, only)] == [1]
    other = find_version(counted, "invite", "2").id
    assert node_report(counted, Only(script="clean", version_id=other)) == ()
    assert result_report(counted, Only(script="clean", version_id=other)) == ()


def test_results(counted):
    rows = result_report(counted, SPRING)
    assert [(row.code, row.attempts, row.uses_up_attempt) for row in rows] == [
        ("NO_ANSWER", 1, True),
        ("BUSY", 1, True),
        ("GATEWAY_DOWN", 1, False),
        ("CUSTOMER_HANGUP", 2, True),
        ("ROBOT_END", 2, True),
        ("TRANSFERRED", 1, True),
    ]
    assert [row.share for row in rows] == [0.125, 0.125, 0.125, 0.25, 0.25, 0.125]
    assert [row.code for row in result_report(counted, Only("spring", "invite"))] == [
        "CUSTOMER_HANGUP",
        "ROBOT_END",
        "TRANSFERRED",
    ]


def test_engines(counted):
    first, second = engine_report(counted, SPRING)
    assert (first.engine, first.turns, first.share) == ("embedded after rasa: timeout", 2, 0.5)
    assert (first.p50_ms, first.p95_ms) == (600, 600)
    assert (second.engine, second.turns, second.p50_ms, second.p95_ms) == ("rasa", 2, 500, 700)
    assert engine_report(counted, Only(script="clean")) == ()


def test_latencies(counted):
    found = latency_report(counted, SPRING)
    assert (found.answer.count, found.answer.p50, found.answer.p95, found.answer.longest) == (4, 600, 700, 700)
    assert dict(found.answer.bins) == {0: 0, 100: 0, 200: 0, 300: 0, 400: 0, 500: 1, 600: 2, 700: 1}
    assert (found.barge_in.count, found.barge_in.p50, found.barge_in.p95) == (1, 200, 200)


def test_funnel_counts_a_lead_once(counted):
    assert [(step.name, step.leads) for step in funnel(counted, SPRING) if step.leads] == [
        ("loaded", 9),
        ("dialled", 8),
        ("rung", 5),
        ("answered", 5),
        ("connected", 5),
        ("talked", 3),
        ("talked_3", 1),
        ("intent", 2),
        ("grade_a", 1),
        ("grade_b", 1),
        ("grade_d", 1),
        ("grade_e", 2),
        ("handed_off", 1),
    ]
    assert funnel(counted, SPRING)[4].of_dialled == pytest.approx(5 / 8)


def test_summary(counted):
    found = summary(counted, SPRING)
    assert (found.attempts, found.answered, found.transfers, found.turns) == (9, 5, 1, 5)
    assert found.results == {
        "NO_ANSWER": 1,
        "BUSY": 1,
        "GATEWAY_DOWN": 1,
        "CUSTOMER_HANGUP": 2,
        "ROBOT_END": 2,
        "TRANSFERRED": 1,
    }
    assert found.grades == {"A": 1, "B": 1, "C": 0, "D": 1, "E": 2}
    assert found.node_hangups == {"opening": 2}
    assert (found.frames_late, found.worst_gap_ms) == (2, 70)


def test_calls_with_their_transcripts(counted):
    rows = call_list(counted, SPRING)
    assert [row.number for row in rows] == [f"138****000{n}" for n in range(1, 9)]
    assert [row.talk.grade if row.talk else "" for row in rows] == ["", "", "", "E", "E", "D", "A", "B"]
    hung_up = rows[3].talk
    assert (hung_up.hang_up.node, hung_up.hang_up.phase, hung_up.hang_up.offset_ms) == ("opening", "playing", 2_300)
    assert [(line.who, line.text, line.cut) for line in hung_up.lines] == [("robot", "张先生", True)]
    handed_off = rows[6].talk
    assert [(line.who, line.at_ms) for line in handed_off.lines] == [
        ("customer", 4_500),
        ("customer", 9_500),
        ("agent", 10_500),
        ("customer", 11_000),
        ("agent", 12_000),
    ]
    assert [line.note for line in handed_off.lines if line.who == "customer"] == ["no match", "agree", "aside"]
    assert (handed_off.evidence[0].text, handed_off.evidence[0].at_ms) == ("可以啊", 9_500)
    assert len(call_list(counted, SPRING, limit=3)) == 3


def test_reports_of_nothing_are_empty(store):
    nothing = Only()
    assert (node_report(store, nothing), grade_report(store, nothing), result_report(store, nothing)) == ((), (), ())
    assert call_list(store, nothing) == ()
    assert {step.leads for step in funnel(store, nothing)} == {0}
    assert funnel(store, nothing)[3].of_dialled is None
    found = summary(store, nothing)
    assert (found.attempts, found.turns, found.latencies.answer.p50, found.frames_late) == (0, 0, None, 0)


def test_an_unknown_campaign_or_script_is_named_with_those_that_exist(counted):
    check(counted, Only("spring", "invite"))
    with pytest.raises(UsageError, match=r"no campaign 'sprint'.*spring"):
        check(counted, Only(campaign="sprint"))
    with pytest.raises(UsageError, match=r"no script 'invit'.*clean, invite"):
        check(counted, Only(script="invit"))

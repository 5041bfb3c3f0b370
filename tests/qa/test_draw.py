"""Rounds drawn from a store: the right calls, the same ones every time, more of them, and how it was drawn is kept."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.reports.sample_campaign import BEGAN, fill
from voicebot.errors import UsageError
from voicebot.qa.asked import Asked, Goal, asked_from
from voicebot.qa.disagreement import DOUBT, SecondOpinion
from voicebot.qa.draw import draw, extend, make_round
from voicebot.qa.population import no_doubts
from voicebot.qa.rounds import close, progress, round_named
from voicebot.qa.samples import samples
from voicebot.reports.only import Only
from voicebot.reports.sums.reading import KINDS
from voicebot.reports.sums.refresh import refresh
from voicebot.store.grades import NewGrade, add_grades
from voicebot.store.store import Store
from voicebot.store.tables import Call, NodeVisit, Turn
from voicebot.store.tables_sums import DayFact
from voicebot.understanding.types import Ranked

LATER = BEGAN + timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


def asked(goal: Goal = Goal.ACCURACY, size: int = 20, **more: object) -> Asked:
    return Asked(goal, size, 7, LATER, **more)


def grades(store: Store) -> dict[str, str]:
    with store.reading() as connection:
        return dict(connection.execute(select(Call.attempt_id, Call.grade)).all())


def test_the_same_seed_draws_the_same_calls_and_another_draws_others(filled):
    first, second = draw(filled, asked(), no_doubts), draw(filled, asked(), no_doubts)
    assert first == second
    assert len(first.drawn) == 20
    other = draw(filled, replace(asked(), seed=8), no_doubts)
    assert {one.attempt_id for one in other.drawn} != {one.attempt_id for one in first.drawn}


def test_strata_are_kept_apart_and_weights_bring_the_population_back(filled):
    there = Counter(grades(filled).values())
    sample = draw(filled, asked(strata=("grade",), allocation="equal"), no_doubts)
    assert dict(sample.population) == dict(there)
    for grade, calls in there.items():
        assert sum(one.weight for one in sample.drawn if one.stratum == grade) == pytest.approx(calls)
    drawn = Counter(one.stratum for one in sample.drawn)
    assert max(drawn.values()) - min(drawn.values()) <= 1 or min(drawn.values()) == min(there.values())


def test_strata_may_be_crossed(filled):
    sample = draw(filled, asked(size=40, strata=("version", "hour", "node", "agent", "campaign")), no_doubts)
    assert all(one.stratum.startswith("wecom_invite@1 · ") for one in sample.drawn)
    assert {one.stratum.split(" · ")[1] for one in sample.drawn} == {"18h"}
    assert {one.stratum.split(" · ")[3:] == ["none", "spring"] for one in sample.drawn} == {True}


def test_only_a_calls(filled):
    sample = draw(filled, asked(grades=("A",), size=500), no_doubts)
    known = grades(filled)
    assert {one.attempt_id for one in sample.drawn} == {call for call, grade in known.items() if grade == "A"}
    assert {one.weight for one in sample.drawn} == {1.0}


def test_turns_without_intention_and_turns_without_meaning(filled):
    with filled.writing() as connection:
        connection.execute(update(Turn).where(Turn.text == "那个……我在开车").values(intent=None, choice=None))
        turns = Counter(connection.scalars(select(Turn.attempt_id).where(Turn.text != "")))
        meant = set(connection.scalars(select(Turn.attempt_id).where(Turn.intent.is_not(None))))
    known = grades(filled)
    found = {one.attempt_id for one in draw(filled, asked(Goal.NO_INTENT, size=999), no_doubts).drawn}
    assert found == {call for call, count in turns.items() if count >= 3 and known[call] not in "AB"}
    assert found
    with filled.writing() as connection:
        connection.execute(update(Turn).where(Turn.attempt_id == min(found)).values(intent=None, choice=None))
    lost = {one.attempt_id for one in draw(filled, asked(Goal.NOT_UNDERSTOOD, size=999), no_doubts).drawn}
    assert lost == {call for call, count in turns.items() if count >= 3 and call not in meant} | {min(found)}


def test_hang_ups_at_nodes_and_roles(filled):
    with filled.reading() as connection:
        query = select(NodeVisit.attempt_id).where(NodeVisit.hangup_phase.is_not(None))
        opening = set(connection.scalars(query.where(NodeVisit.node == "opening")))
        benefit = set(connection.scalars(query.where(NodeVisit.role == "benefit")))
    by_node = draw(filled, asked(Goal.HANG_UPS, size=999, nodes=("opening",)), no_doubts)
    assert {one.attempt_id for one in by_node.drawn} == opening
    assert by_node.drawn[0].why.startswith("hung up in opening, ")
    both = draw(filled, asked(Goal.HANG_UPS, size=999, roles=("opening", "benefit"), strata=("node",)), no_doubts)
    assert both.population == {"opening": len(opening), "benefit": len(benefit)}
    with pytest.raises(UsageError, match="no call has visited hall"):
        draw(filled, asked(Goal.HANG_UPS, nodes=("hall",)), no_doubts)


def test_calls_that_end_later_are_not_in_it(filled):
    early = draw(filled, replace(asked(size=999), until=BEGAN + timedelta(minutes=5)), no_doubts)
    assert 0 < len(early.drawn) < len(grades(filled))


def test_filters_of_reports_hold(filled):
    with pytest.raises(UsageError, match=r"no call of .* fits goal accuracy"):
        draw(filled, asked(only=Only(campaign="other")), no_doubts)


def denies(text: str, version: str = "1") -> Callable[[], SecondOpinion]:
    """An engine that takes this text for a refusal, and has no other opinion."""
    return lambda: SecondOpinion(lambda said: Ranked("deny", 0.95) if said == text else None, 0.9, version)


def disagreed(store: Store, second: Callable[[], SecondOpinion]) -> dict[str, str]:
    """Every call on which engines disagree, with why."""
    return {one.attempt_id: one.why for one in draw(store, asked(Goal.DISAGREEMENT, size=999), second).drawn}


def said(store: Store, text: str) -> set[str]:
    with store.reading() as connection:
        query = select(Turn.attempt_id).where(Turn.text == text, Turn.intent == "affirm")
        return set(connection.scalars(query))


def test_disagreement_takes_the_worst_first(filled):
    find, calls = denies("行"), said(filled, "行")
    regraded = min(calls)
    version = 1
    add_grades(filled, version, [NewGrade(regraded, "E", "other rule", ())])
    with filled.writing() as connection:
        connection.execute(update(Call).where(Call.attempt_id == regraded).values(grade="A", grade_rule="agreed"))
        stood_in = connection.scalars(select(Turn.attempt_id).where(Turn.attempt_id.not_in(calls))).first()
        connection.execute(
            update(Turn).where(Turn.attempt_id == stood_in, Turn.seq == 1).values(engine="embedded after rasa: timeout")
        )
    sample = draw(filled, asked(Goal.DISAGREEMENT, size=999), find)
    assert {one.attempt_id for one in sample.drawn} == {*calls, stood_in}
    assert sample.drawn[0].attempt_id == regraded
    assert sample.drawn[0].why == "graded A by agreed, E by other rule"
    why = {one.attempt_id: one.why for one in sample.drawn}
    assert {why[call] for call in calls if call != regraded} == {"'行': affirm by keyword, deny by classifier"}
    assert why[stood_in].startswith("another engine stood in for ")
    assert {one.weight for one in sample.drawn} == {1.0}
    few = draw(filled, asked(Goal.DISAGREEMENT, size=1), find)
    assert [one.attempt_id for one in few.drawn] == [regraded]


def test_a_grade_alone_is_a_disagreement(filled):
    call, grade = min(grades(filled).items())
    add_grades(filled, 1, [NewGrade(call, "E" if grade != "E" else "A", "other rule", ())])
    assert set(disagreed(filled, denies("nobody says this"))) == {call}


def test_disagreement_follows_what_is_written(filled):
    calls = said(filled, "行")
    assert set(disagreed(filled, denies("行"))) == calls
    gone, changed, forgotten = sorted(calls)[:3]
    with filled.writing() as connection:
        connection.execute(delete(Turn).where(Turn.attempt_id == gone))
        connection.execute(update(Turn).where(Turn.attempt_id == changed, Turn.text == "行").values(intent="deny"))
        connection.execute(update(Turn).where(Turn.attempt_id == forgotten).values(text="", evidence=""))
    assert set(disagreed(filled, denies("行"))) == calls - {gone, changed, forgotten}


def test_another_classifier_is_asked_anew_and_the_first_one_again(filled):
    one, other = said(filled, "行"), said(filled, "您说吧")
    assert one and other and one != other
    for text, calls in (("行", one), ("您说吧", other), ("行", one)):
        assert set(disagreed(filled, denies(text, version=text))) == calls


def test_another_count_is_counted_anew(filled):
    days = {kind: refresh(filled, kind, Only()) for kind in KINDS}
    assert all(days.values())
    for kind in KINDS:
        assert refresh(filled, replace(kind, version="another"), Only()) == days[kind]
        assert refresh(filled, kind, Only()) == days[kind], "the other one's facts have taken their place"
        assert refresh(filled, kind, Only()) == 0


def test_of_words_that_engines_disagree_on_nothing_is_kept(filled):
    disagreed(filled, denies("行"))
    with filled.reading() as connection:
        rows = connection.execute(select(DayFact.name, DayFact.texts).where(DayFact.part == DOUBT)).all()
    assert {name for name, words in rows if words} == set()
    assert {"id_high", "id_low", "signs"} <= {name for name, _ in rows}


def test_a_round_keeps_how_it_was_drawn(filled):
    wanted = asked(strata=("grade",), only=Only(campaign="spring", script="wecom_invite"))
    sample = draw(filled, wanted, no_doubts)
    made = make_round(filled, "march", wanted, sample, reviews=2, by="wang", now=LATER)
    assert made.asked == wanted
    assert made.population == sample.population
    assert asked_from(wanted.to_json()) == wanted
    assert [one.attempt_id for one in samples(filled, made)] == [one.attempt_id for one in sample.drawn]
    assert [one.number for one in samples(filled, made)] == [*range(1, 21)]
    again = draw(filled, made.asked, no_doubts)
    assert again == sample
    with pytest.raises(UsageError, match="there is a round 'march' already"):
        make_round(filled, "march", wanted, sample, reviews=2, now=LATER)
    with pytest.raises(UsageError, match="no round 'april'; there are: march"):
        round_named(filled, "april")


@pytest.mark.parametrize("allocation", ["proportional", "equal"])
def test_more_calls_are_drawn_into_a_round_and_weights_counted_anew(filled, allocation):
    wanted = asked(size=8, strata=("grade",), allocation=allocation)
    made = make_round(filled, "march", wanted, draw(filled, wanted, no_doubts), reviews=2, now=LATER)
    before = samples(filled, made)
    made, new = extend(filled, "march", 12, no_doubts)
    after = samples(filled, made)
    assert new == 12
    assert [one.attempt_id for one in after[:8]] == [one.attempt_id for one in before]
    whole = draw(filled, replace(wanted, size=20), no_doubts)
    assert {(one.attempt_id, round(one.weight, 9)) for one in after} == {
        (one.attempt_id, round(one.weight, 9)) for one in whole.drawn
    }
    everything, _ = extend(filled, "march", 10_000, no_doubts)
    assert len(samples(filled, everything)) == len(grades(filled))
    with pytest.raises(UsageError, match=r"has all .* calls of its population"):
        extend(filled, "march", 1, no_doubts)


def test_progress_and_the_end_of_a_round(filled):
    wanted = asked()
    make_round(filled, "march", wanted, draw(filled, wanted, no_doubts), reviews=2, now=LATER)
    (one,) = progress(filled)
    assert (one.name, one.calls, one.verdicts, one.wanted, one.closed) == ("march", 20, 0, 40, False)
    close(filled, "march", by="wang", now=datetime.now(UTC))
    assert progress(filled)[0].closed
    with pytest.raises(UsageError, match="was closed on"):
        close(filled, "march", by="wang", now=datetime.now(UTC))
    with pytest.raises(UsageError, match="round 'march' is closed"):
        extend(filled, "march", 1, no_doubts)

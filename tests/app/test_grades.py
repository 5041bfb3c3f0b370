"""Grades of recorded talks on both databases: explained, and given anew beside the old ones."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.recorded import record
from tests.store.samples import NOON, attempt_id
from voicebot.app.grades import Again, explain_call, grade_again, kept_rules, rules_of
from voicebot.errors import InputFault, UsageError
from voicebot.reports.grades import grade_report
from voicebot.reports.only import Only
from voicebot.settings import Settings
from voicebot.store import recorded
from voicebot.store.grades import grades_of
from voicebot.store.ingest import put
from voicebot.store.recorded import Wanted, recorded_talk, recorded_talks
from voicebot.store.records import EventRecord
from voicebot.store.store import Store

SCRIPT = """script: tiny
start: ask
needs: {city: {default: 苏州}}
nodes:
  ask:
    say: 可以吗？
    answers:
      - {id: "yes", keywords: [可以], score: 2, set: {where: "{city}"}, go: bye}
      - {id: "no", keywords: [不行], tag: REFUSED, go: bye}
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
grading:
  - {grade: A, name: yes, when: {score: {min: 2}}}
  - {grade: D, name: refused, when: {tag: REFUSED}}
  - {grade: E, name: nothing}
"""
STRICTER = SCRIPT.replace("grade: A, name: yes, when: {score: {min: 2}}", "grade: B, name: yes, when: {slot: where}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs/tiny.yaml").write_text(SCRIPT, "utf-8")
    return Settings(data_dir=tmp_path, dialogs_dir=tmp_path / "dialogs")


@pytest.fixture
def held(store: Store, settings: Settings) -> Store:
    """Talk 1 says yes, talk 2 no, talk 3 hangs up."""
    store.add_campaign("spring", "春季", simulated=True)
    said = {
        1: lambda call: (call.say("可以"), call.finish()),
        2: lambda call: (call.say("不行"), call.finish()),
        3: lambda call: call.hang_up(500),
    }
    record(store, settings.dialogs_dir / "tiny.yaml", said, {"city": "杭州"})
    return store


def again(store: Store, settings: Settings, wanted: str | None = None, *, dry_run: bool = False) -> Again:
    (found,) = grade_again(store, settings, Wanted(campaign="spring"), wanted, dry_run=dry_run)
    return found


def test_a_call_is_explained_by_the_rules_it_was_held_with(held: Store, settings: Settings) -> None:
    found = explain_call(held, settings, attempt_id(2))
    assert (found.number, found.given, found.stored.rule) == ("138****1234", found.given, "refused")
    assert [(one.rule.name, one.held, one.decides) for one in found.rules] == [
        ("yes", False, False),
        ("refused", True, True),
        ("nothing", True, False),
    ]
    assert found.rules[0].parts[0].found == "score 0"
    (evidence,) = found.given.evidence
    assert (evidence.what, evidence.text) == ("tag REFUSED", "不行")
    assert evidence.at == found.state.turns[0].began
    assert [visit.node for visit in found.state.visits] == ["ask", "bye"]


def test_a_call_is_named_by_how_its_id_begins(held: Store, settings: Settings) -> None:
    same = attempt_id(1)[:8]
    with pytest.raises(UsageError, match="may be any of"):
        explain_call(held, settings, same)
    with pytest.raises(UsageError, match="no call 'ffff' in"):
        explain_call(held, settings, "ffff")
    assert explain_call(held, settings, attempt_id(3).upper()).given.letter == "E"


def test_grading_anew_leaves_the_old_grade_and_keeps_the_new_beside_it(
    held: Store, settings: Settings, tmp_path: Path
) -> None:
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(STRICTER, "utf-8")
    found = again(held, settings, str(stricter))
    assert found.table == {("A", "B"): 1, ("D", "D"): 1, ("E", "E"): 1}
    assert [(one.attempt_id, one.old_rule, one.new_rule) for one in found.changed] == [(attempt_id(1), "yes", "yes")]
    assert (found.fresh, found.unread) == (3, ())
    assert recorded_talk(held, attempt_id(1)).grade == "A"
    ((version, letter, rule, _),) = grades_of(held, attempt_id(1))
    assert (version, letter, rule) == ("1", "B", "yes")
    assert explain_call(held, settings, attempt_id(1), str(stricter)).given.letter == "B"


def test_the_report_by_later_rules_counts_what_they_have_graded(
    held: Store, settings: Settings, tmp_path: Path
) -> None:
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(STRICTER, "utf-8")
    with pytest.raises(UsageError, match=r"no call was graded by .*stricter\.yaml; run: voicebot grade again"):
        kept_rules(held, str(stricter), None)
    assert [*grade_again(held, settings, Wanted(since=NOON + timedelta(seconds=2)), str(stricter))]
    rules = kept_rules(held, str(stricter), None)
    (row,) = grade_report(held, Only("spring"), rules.id)
    assert (row.calls, row.ungraded, row.grades) == (2, 1, {"A": 0, "B": 0, "C": 0, "D": 1, "E": 1})
    again(held, settings, str(stricter))
    (row,) = grade_report(held, Only("spring"), rules.id)
    assert (row.calls, row.ungraded, row.grades["A"], row.grades["B"]) == (3, 0, 0, 1)
    assert (row.intent.hits, row.intent.of) == (1, 3)
    (own,) = grade_report(held, Only("spring"))
    assert (own.grades["A"], own.grades["B"], own.ungraded) == (1, 0, 0)


def test_rules_are_named_by_version_where_the_script_is_clear(held: Store, settings: Settings) -> None:
    digest = explain_call(held, settings, attempt_id(1)).version.partition("@")[2]
    assert kept_rules(held, digest, None).script == "tiny"
    assert kept_rules(held, "1", "tiny").digest.startswith(digest)
    other = settings.dialogs_dir / "other.yaml"
    other.write_text(SCRIPT.replace("script: tiny", "script: other"), "utf-8")
    record(held, other, {4: lambda call: call.hang_up(500)})
    with pytest.raises(UsageError, match=r"version '1' of which script.*other, tiny"):
        kept_rules(held, "1", None)


def test_once_more_grades_nothing_and_tells_the_same(held: Store, settings: Settings, tmp_path: Path) -> None:
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(STRICTER, "utf-8")
    first, second = again(held, settings, str(stricter)), again(held, settings, str(stricter))
    assert (second.fresh, second.table, second.changed) == (0, first.table, first.changed)
    assert len(grades_of(held, attempt_id(1))) == 1


def test_an_interrupted_run_goes_on_where_it_was(
    held: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "BATCH", 1)
    done: list[int] = []

    def stop(calls: int) -> None:
        done.append(calls)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        [*grade_again(held, settings, Wanted(), None, progress=stop)]
    assert again(held, settings).fresh == 1


def test_a_dry_run_writes_nothing(held: Store, settings: Settings, tmp_path: Path) -> None:
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(STRICTER, "utf-8")
    assert len(again(held, settings, str(stricter), dry_run=True).changed) == 1
    assert grades_of(held, attempt_id(1)) == ()
    with pytest.raises(UsageError, match="no version '2'"):
        rules_of(held, settings, "tiny", "2")


def test_without_a_version_the_file_in_dialogs_has_the_rules(held: Store, settings: Settings) -> None:
    (settings.dialogs_dir / "tiny.yaml").write_text(STRICTER, "utf-8")
    assert again(held, settings).table[("A", "B")] == 1
    (settings.dialogs_dir / "tiny.yaml").unlink()
    with pytest.raises(UsageError, match=r"script 'tiny' has no file .*tiny\.yaml; name a version or a file"):
        again(held, settings)


def test_a_kept_version_by_its_digest(held: Store, settings: Settings) -> None:
    digest = explain_call(held, settings, attempt_id(1)).version.partition("@")[2]
    assert again(held, settings, digest).changed == ()


def test_only_some_calls(held: Store, settings: Settings) -> None:
    late = Wanted(since=NOON + timedelta(seconds=2))
    assert [one.attempt_id for batch in recorded_talks(held, late) for one in batch] == [attempt_id(3), attempt_id(2)]
    for nobody in (Wanted(campaign="autumn"), Wanted(script="other")):
        with pytest.raises(UsageError, match="no recorded calls fit"):
            [*grade_again(held, settings, nobody, None)]


def test_a_talk_that_cannot_be_read_is_told_and_the_others_are_graded(held: Store, settings: Settings) -> None:
    assert put(held.engine, [EventRecord(attempt_id(1), 90, {"event": "Danced"})]) == ()
    found = again(held, settings)
    assert (found.fresh, [one.attempt_id for one in found.unread]) == (2, [attempt_id(1)])
    assert "Danced" in found.unread[0].why
    with pytest.raises(InputFault, match="Danced"):
        explain_call(held, settings, attempt_id(1))

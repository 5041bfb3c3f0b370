"""`voicebot campaign preflight, start, status, why, ...` as they are typed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.typed import Typed, Voicebot, voicebot
from voicebot import settings

PLAN = "campaign: spring\nscript: wecom_invite\nwindow: {ranges: [8:00-19:00]}\nlines: {concurrency: 500}\n"
LIST = "手机号,surname,title,channel,shop,benefit\n" + "".join(
    f"1380{1000000 + n * 7},王,女士,天猫,旗舰店,优惠券\n" for n in range(20)
)
ONE = "13801000007"


@pytest.fixture
def type_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, template: Callable[..., str]
) -> Voicebot:
    database = template("sqlite", tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, **more: object) -> Typed:
        return voicebot(monkeypatch, capsys, *arguments, database_url=database, data_dir=tmp_path, **more)

    (tmp_path / "spring.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    assert run("campaign", "create", str(tmp_path / "spring.yaml")).status == 0
    return run


@pytest.fixture
def loaded(type_in: Voicebot, tmp_path: Path) -> Voicebot:
    assert type_in("campaign", "import", "spring", str(tmp_path / "list.csv")).status == 0
    assert type_in("stop-list", "add", ONE, "--reason", "by letter").status == 0
    return type_in


def state(type_in: Voicebot) -> str:
    return str(json.loads(type_in("campaign", "status", "spring", "--json").out)["state"])


def test_without_leads_there_is_no_start(type_in: Voicebot) -> None:
    checked = type_in("campaign", "preflight", "spring", "--json")
    found = json.loads(checked.out)
    assert (checked.status, found["ok"]) == (1, False)
    assert "no-leads" in {remark["code"] for remark in found["remarks"] if remark["error"]}
    assert type_in("campaign", "start", "spring").status == 1
    assert state(type_in) == "draft"


def test_a_message_for_mailboxes_has_to_fit_the_script(loaded: Voicebot, tmp_path: Path) -> None:
    plan = tmp_path / "spring.yaml"
    for choice, told in (
        ("{message: '{surnmae}您好'}", "did you mean 'surname'?"),
        ("{node: openning}", "did you mean 'opening'?"),
        ("{message: '{surname}您好，请回电'}", ""),
    ):
        plan.write_text(f"{PLAN}answered_by: {{voicemail: {choice}}}\n", encoding="utf-8")
        assert loaded("campaign", "update", "spring", str(plan)).status == 0
        remarks = json.loads(loaded("campaign", "preflight", "spring", "--json").out)["remarks"]
        found = [remark["text"] for remark in remarks if remark["code"] == "message"]
        assert (told in found[0] and "answered_by: voicemail" in found[0]) if told else not found


def test_a_preflight_says_who_is_called_and_what_is_missing(loaded: Voicebot) -> None:
    checked = loaded("campaign", "preflight", "spring")
    assert checked.status == 0
    assert checked.out.startswith("19 of 20 will be dialled; 1 stop list (停呼名单)\nfinish by ")
    remarks = json.loads(loaded("campaign", "preflight", "spring", "--json").out)["remarks"]
    codes = {remark["code"] for remark in remarks}
    assert {"recognition", "prompts", "numbers"} <= codes
    assert not any(remark["error"] for remark in remarks)
    assert state(loaded) == "ready"


def test_a_plan_wider_than_the_outer_window_is_refused_with_the_remedy(type_in: Voicebot, tmp_path: Path) -> None:
    wide = tmp_path / "wide.yaml"
    wide.write_text(PLAN.replace("spring", "wide").replace("8:00-19:00", "7:00-22:00"), encoding="utf-8")
    refused = type_in("campaign", "create", str(wide))
    assert refused.status == 1
    assert "window: 7:00-12:00, 14:00-22:00 lies outside of the outer window (8:00-21:00;" in refused.err
    assert type_in("campaign", "create", str(wide), outer_hours="7:00-22:00").status == 0
    changed = type_in("campaign", "update", "wide", str(wide), outer_hours="8:00-21:00")
    assert (changed.status, "narrow" in changed.err) == (1, True)


def test_an_outer_window_that_was_narrowed_since_keeps_a_plan_from_starting(loaded: Voicebot) -> None:
    found = loaded("campaign", "preflight", "spring", outer_hours="9:00-17:00", outer_days="workday")
    assert found.status == 1
    assert "error outer-window: 8:00-12:00, 14:00-19:00, days: weekend lies outside" in found.out
    assert loaded("campaign", "preflight", "spring", outer_days="someday").status == 2


def test_a_script_that_is_missing_or_wants_more_is_an_error(loaded: Voicebot, tmp_path: Path) -> None:
    plan = tmp_path / "spring.yaml"
    plan.write_text(PLAN.replace("wecom_invite", "nothing_such"), encoding="utf-8")
    assert loaded("campaign", "update", "spring", str(plan)).status == 0
    found = loaded("campaign", "preflight", "spring")
    assert found.status == 1
    assert "error script: arm only: no script 'nothing_such'" in found.out


def test_a_script_that_wants_more_than_the_list_has_is_an_error(loaded: Voicebot, tmp_path: Path) -> None:
    dialogs = shutil.copytree(settings.load().dialogs_dir, tmp_path / "dialogs")
    script = dialogs / "wecom_invite.yaml"
    text = script.read_text(encoding="utf-8")
    script.write_text(
        text.replace("  surname: {", "  salesman: {about: 业务员, example: 李}\n  surname: {"), encoding="utf-8"
    )
    found = loaded("campaign", "preflight", "spring", dialogs_dir=dialogs)
    assert found.status == 1
    assert "20 leads have no 'salesman', which script wecom_invite needs" in found.out


def test_gateways_and_numbers_that_the_plan_names_must_be_there(loaded: Voicebot, tmp_path: Path) -> None:
    plan = tmp_path / "spring.yaml"
    text = PLAN.replace("{concurrency: 500}", "{gateways: [west], pool: red}")
    plan.write_text(text, encoding="utf-8")
    assert loaded("campaign", "update", "spring", str(plan)).status == 0
    out = loaded("campaign", "preflight", "spring").out
    assert "error gateway: there is no gateway 'west'; there are: none" in out
    assert "error numbers: the pool 'red' has no active number" in out


def test_from_start_to_stop_with_who_and_why(loaded: Voicebot) -> None:
    started = loaded("campaign", "start", "spring", "--by", "li", "--why", "the list is good")
    assert (started.status, "campaign spring is running" in started.out) == (0, True)
    shown = loaded("campaign", "status", "spring").out
    assert "due now 20" in shown
    assert "connect rate -: 0 of 0 leads dialled" in shown
    assert loaded("campaign", "pause", "spring").out == "campaign spring is paused\n"
    assert loaded("campaign", "resume", "spring").out == "campaign spring is running\n"
    assert loaded("campaign", "stop", "spring", "--why", "enough").out == "campaign spring is done\n"
    assert "has ended" in loaded("campaign", "start", "spring").complaint
    changes = json.loads(loaded("campaign", "audit", "spring", "--json").out)["changes"]
    assert [(one["who"], one["action"], one["why"]) for one in changes if one["why"]][-1] == (
        "li",
        "campaign.running",
        "the list is good",
    )
    assert loaded("campaign", "status", "spring", "--watch").status == 0, "what has ended is shown once"


def test_a_start_is_scheduled_and_called_off(loaded: Voicebot) -> None:
    assert "is past" in loaded("campaign", "schedule", "spring", "--at", "2020-01-01 09:00").complaint
    assert "is no time" in loaded("campaign", "schedule", "spring", "--at", "tomorrow").complaint
    done = loaded("campaign", "schedule", "spring", "--at", "2099-01-01 09:00")
    assert done.out.endswith("campaign spring starts at 2099-01-01 09:00 +0800\n")
    assert state(loaded) == "scheduled"
    assert loaded("campaign", "stop", "spring").out == "campaign spring is ready\n"
    assert loaded("campaign", "cancel", "spring").out == "campaign spring is cancelled\n"


def test_why_by_number_masked(loaded: Voicebot) -> None:
    found = loaded("campaign", "why", "spring", ONE)
    assert found.status == 1
    assert ONE not in found.out
    assert "138****0007" in found.out
    assert "on the stop list: by letter" in found.out
    rows = json.loads(loaded("campaign", "why", "spring", "13801000014", "--json").out)["leads"]
    assert [check["name"] for check in rows[0]["checks"]][:3] == ["campaign", "lead", "due"]
    assert "has no lead 'x'" in loaded("campaign", "why", "spring", "x").complaint


@pytest.mark.parametrize("mode", ["progressive", "predictive"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_campaign_that_goes_by_agents_is_warned_of_while_none_is_at_work(
    kind: str,
    mode: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    template: Callable[..., str],
) -> None:
    database = template(kind, tmp_path)

    def run(*arguments: str) -> Typed:
        return voicebot(monkeypatch, capsys, *arguments, database_url=database, data_dir=tmp_path)

    def told() -> list[tuple[bool, str]]:
        remarks = json.loads(run("campaign", "preflight", "spring", "--json").out)["remarks"]
        return [(remark["error"], remark["text"]) for remark in remarks if remark["code"] == "agents"]

    (tmp_path / "spring.yaml").write_text(PLAN.replace("500}", f"500, mode: {mode}}}"), encoding="utf-8")
    assert run("campaign", "create", str(tmp_path / "spring.yaml")).status == 0
    (warned,) = told()
    assert warned[0] is False
    assert f"{mode} pacing calls nobody while no agent of agents is at work" in warned[1]
    for name, team in (("chen", "agents"), ("li", "elsewhere")):
        assert run("agent", "add", name, "--dial", f"user/{name}", "--team", team).status == 0
    run("agent", "idle", "li")
    assert told() == [warned]
    run("agent", "idle", "chen")
    assert told() == []
    run("agent", "pause", "chen")
    assert told() == [warned]

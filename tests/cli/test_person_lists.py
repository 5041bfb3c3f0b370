"""`voicebot complaint`, `consent` and `exclusion` as they are typed, and what a campaign makes of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.cli.typed import Voicebot
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.store.refusals import refusals
from voicebot.store.store import open_store

NUMBER, OTHER = "13800001234", "13800001235"
PLAN = "campaign: spring\nscript: x\npurpose: wecom\nconsent: required\nlist: {excludes: [loan]}\n"


def refused(tmp_path: Path) -> dict[str, str]:
    """Who a campaign that asks for consent does not call, and why."""
    store = open_store(f"sqlite:///{next(tmp_path.glob('*.db'))}", tmp_path)
    with store.reading() as connection:
        found = refusals(connection, [f"+86{NUMBER}", f"+86{OTHER}"], read_plan(PLAN, "plan"), datetime.now(UTC))
    store.close()
    return {number.removeprefix("+86"): refusal.why for number, refusal in found.items()}


def test_a_complaint_holds_for_months(type_in: Voicebot, tmp_path: Path) -> None:
    type_in("consent", "add", NUMBER, OTHER, "--purpose", "wecom", "--proof", "form 7")
    assert refused(tmp_path) == {}
    done = type_in("complaint", "add", NUMBER, "--words", "too often", "--caller-number", "051212345678", "--by", "li")
    assert done.out == "1 added, 0 were known\n"
    assert "less than 3 months ago" in refused(tmp_path)[NUMBER]
    (row,) = json.loads(type_in("complaint", "list", "--json").out)["complaints"]
    assert (row["number"], row["words"], row["caller_number"]) == ("138****1234", "too often", "+8651212345678")
    assert type_in("complaint", "add", OTHER, "--at", "2020-01-05").status == 0
    assert set(refused(tmp_path)) == {NUMBER}


def test_consent_is_withdrawn_and_the_newest_word_holds(type_in: Voicebot, tmp_path: Path) -> None:
    assert "gave no consent for 'wecom'" in refused(tmp_path)[NUMBER]
    type_in("consent", "add", NUMBER, OTHER, "--purpose", "*", "--at", "2026-01-01")
    assert refused(tmp_path) == {}
    assert type_in("consent", "withdraw", NUMBER, "--purpose", "wecom", "--at", "2026-02-01").status == 0
    assert "refused on 2026-0" in refused(tmp_path)[NUMBER]
    type_in("consent", "add", OTHER, "--purpose", "wecom", "--at", "2026-03-01", "--until", "2026-04-01")
    assert "the consent ended on" in refused(tmp_path)[OTHER]
    rows = json.loads(type_in("consent", "list", "--json").out)["consents"]
    assert [row["given"] for row in rows] == [True, False, True, True]


def test_files_are_taken_as_often_as_one_likes(type_in: Voicebot, tmp_path: Path) -> None:
    file = tmp_path / "consent.csv"
    rows = (f"{NUMBER},2026-01-01,wecom,是", f"{OTHER},2026-01-02,wecom,否", f"{OTHER},gestern,wecom,是", "12,,,")
    text = "\n".join(["手机号,同意时间,用途,同意", *rows])
    file.write_bytes(text.encode("gb18030"))
    first = type_in("consent", "import", str(file))
    assert (first.status, first.out) == (1, "2 added, 0 were known, 2 faulty rows\n")
    assert f"{file}:4:1: 'gestern' is no date" in first.err
    assert type_in("consent", "import", str(file)).out == "0 added, 2 were known, 2 faulty rows\n"
    told = json.loads(type_in("consent", "import", str(file), "--json").out)
    assert (told["added"], told["known"], len(told["faults"])) == (0, 2, 2)
    assert set(refused(tmp_path)) == {OTHER}
    complaints = tmp_path / "complaints.csv"
    complaints.write_text(f"number,date,words\n{NUMBER},2026-11-20 10:00,骚扰\n", encoding="utf-8")
    assert type_in("complaint", "import", str(complaints)).out == "1 added, 0 were known, 0 faulty rows\n"
    assert json.loads(type_in("complaint", "list", "--json").out)["complaints"][0]["words"] == "骚扰"


def test_an_exclusion_takes_its_new_end(type_in: Voicebot, tmp_path: Path) -> None:
    type_in("consent", "add", NUMBER, OTHER, "--purpose", "wecom")
    assert type_in("exclusion", "add", NUMBER, "--product", "loan").out == "1 excluded from loan\n"
    assert "has 'loan'" in refused(tmp_path)[NUMBER]
    assert type_in("exclusion", "add", NUMBER, "--product", "loan", "--until", "2020-01-01").status == 0
    assert refused(tmp_path) == {}
    file = tmp_path / "holders.csv"
    file.write_text(f"phone,product\n{OTHER},loan\n{NUMBER},\n", encoding="utf-8")
    done = type_in("exclusion", "import", str(file))
    assert (done.status, done.out) == (1, "1 excluded, 1 faulty row\n")
    assert set(refused(tmp_path)) == {OTHER}
    assert len(json.loads(type_in("exclusion", "list", "--json").out)["exclusions"]) == 2


def test_an_import_of_consents_needs_a_purpose(type_in: Voicebot, tmp_path: Path) -> None:
    file = tmp_path / "consent.csv"
    file.write_text(f"{NUMBER}\n", encoding="utf-8")
    assert "no purpose" in type_in("consent", "import", str(file)).err
    assert type_in("consent", "import", str(file), "--purpose", "wecom").status == 0

"""A person with a row in every table that can hold one, and another like him."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update

from tests.store.samples import NOON, attempt_id, call, ended, everything
from voicebot.store.campaigns import note
from voicebot.store.grades import NewGrade, add_grades
from voicebot.store.ingest import put
from voicebot.store.records import AttemptStarted, EvidenceRecord
from voicebot.store.store import NewLead, Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion, WebhookDelivery
from voicebot.store.tables_quality import Outcome, PickUp, QaCorrection, QaRound, QaSample, QaVerdict
from voicebot.store.webhooks import add as add_webhook

SECRETS = (
    "可以啊",
    "苏州",
    "点开就能加",
    "别再打了",
    "张先生",
    "名叫张三",
    "说得太快",
    "听见喂",
    "投诉原话",
    "合同七",
    "抽到他",
)
"""Words of or about the person."""


def number_of(person: int) -> str:
    """The same number for the same person."""
    return f"+861390000{person:04}"


def fill(store: Store, recordings: Path, *persons: int) -> None:
    """A campaign with these persons, each called once, with everything that a call, people and systems leave."""
    store.add_campaign("spring", "春季邀约", simulated=True)
    script = store.add_script_version("wecom_invite", "3", "加企业微信", "script: wecom_invite\n")
    numbers = {person: number_of(person) for person in persons}
    leads = store.add_leads(
        "spring", [NewLead(number, number, {"surname": "张", "名": "名叫张三"}) for number in numbers.values()]
    )
    hook = add_webhook(store, "https://crm.example.com/hook", (), "crm", by="test")
    recordings.mkdir(parents=True, exist_ok=True)
    with store.writing() as connection:
        connection.execute(
            insert(QaRound).values(
                name="march", goal="accuracy", made_at=NOON, made_by="li", selection={}, population={}, reviews=2
            )
        )
    for person, lead in zip(persons, leads, strict=True):
        _one(store, recordings, person, lead, script, hook)


def _one(store: Store, recordings: Path, person: int, lead: int, script: int, hook: int) -> None:
    key, number = attempt_id(person), number_of(person)
    start = AttemptStarted(key, "spring", lead, number, "demo", NOON + timedelta(seconds=person), "051288880000")
    records = [start, *everything(person, lead, script)[1:]]
    records = [each for each in records if type(each).__name__ != "StopAsked"]
    assert put(store.engine, [*records, call(person, script), ended(person)]) == ()
    (recordings / f"{key}.wav").write_bytes(b"RIFF")
    (recordings / f"{key}-early.wav").write_bytes(b"RIFF")
    add_grades(store, script, [NewGrade(key, "B", "rule", (EvidenceRecord("turn", 1, "可以啊"),))])
    with store.writing() as connection:
        connection.execute(update(Attempt).where(Attempt.id == key).values(early_media_text="听见喂"))
        connection.execute(update(Lead).where(Lead.id == lead).values(why="名叫张三 wants a call", state="done"))
        connection.execute(
            insert(PickUp).values(
                attempt_id=key,
                phase="early",
                score=0.5,
                text="听见喂",
                evidence=[{"what": "听见喂"}],
                sounds=[],
                path=f"{key}-early.wav",
            )
        )
        sample = insert(QaSample).values(
            round_id=1, attempt_id=key, stratum="all", weight=1.0, reason="抽到他", rank=person
        )
        sample_id = connection.execute(sample.returning(QaSample.id)).scalar_one()
        verdict = insert(QaVerdict).values(
            sample_id=sample_id, reviewer="li", at=NOON, grade="A", passed=True, reasons=[], note="说得太快"
        )
        verdict_id = connection.execute(verdict.returning(QaVerdict.id)).scalar_one()
        connection.execute(insert(QaCorrection).values(verdict_id=verdict_id, turn_seq=0, intent="deny", text="可以啊"))
        connection.execute(
            insert(Outcome).values(
                key=f"order of {number}",
                campaign_id="spring",
                lead_id=lead,
                attempt_id=key,
                number=number,
                type="order",
                at=NOON,
                amount=99.0,
                source="import",
            )
        )
        connection.execute(
            insert(Complaint).values(number=number, made_at=NOON, words="投诉原话", source="person", attempt_id=key)
        )
        connection.execute(
            insert(Consent).values(
                number=number, purpose="invite", given=True, at=NOON, proof="合同七", source="import"
            )
        )
        connection.execute(insert(Exclusion).values(number=number, product="card", added_at=NOON))
        for seq, subject in enumerate((f"lead:{lead}", f"attempt:{key}", f"number:{number}"), 900):
            connection.execute(
                insert(WebhookDelivery).values(
                    webhook_id=hook,
                    subject=subject,
                    seq=seq,
                    event="attempt.ended",
                    body={"number": number, "text": "可以啊"},
                    created_at=NOON,
                    due_at=NOON,
                    delivered_at=NOON if seq == 900 else None,
                )
            )
        note(connection, "li", "lead.ask", f"lead:{number}", {"number": number}, {}, f"asked about {number}")

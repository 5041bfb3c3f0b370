"""The star as Parquet: read back it is what the store holds, of persons only what was asked for, in bounded memory."""

import builtins
import json
import tracemalloc
from datetime import datetime

import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert, select

from tests.store.persons import SECRETS, fill, number_of
from tests.store.samples import NOON, attempt_id
from voicebot.campaign.policy.masking import masked
from voicebot.errors import OutsideError, UsageError
from voicebot.store import export as exporting
from voicebot.store import stop_list
from voicebot.store.catalogue import Base
from voicebot.store.export import EXPORTED, Policy
from voicebot.store.parquet import export
from voicebot.store.stop_list import Entry
from voicebot.store.tables import Attempt

WHOLE = Policy("whole", texts=True)


@pytest.fixture
def filled(store, tmp_path):
    fill(store, tmp_path / "recordings", 1, 2)
    stop_list.add(store, [Entry(number_of(1), "*", "stop_request: 别再打了", "call", NOON, attempt_id(1))])
    return store


def everything(directory) -> str:
    return json.dumps(
        [pq.read_table(path).to_pylist() for path in sorted(directory.iterdir())], ensure_ascii=False, default=str
    )


def test_read_back_it_is_what_the_store_holds(filled, tmp_path):
    written = list(export(filled, tmp_path / "star", WHOLE))
    assert [one.path.stem for one in written] == [*EXPORTED]
    for one in written:
        table = Base.metadata.tables[one.path.stem]
        key = [column.name for column in table.primary_key]
        read = sorted(pq.read_table(one.path).to_pylist(), key=lambda row: [str(row[name]) for name in key])
        names = [name for name in table.columns.keys() if name not in exporting.OMITTED.get(table.name, ())]  # noqa: SIM118
        with filled.reading() as connection:
            asked = select(*(table.c[name] for name in names)).order_by(*table.primary_key)
            there = [dict(row) for row in connection.execute(asked).mappings()]
        plain = [
            {
                name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
                for name, value in row.items()
            }
            for row in there
        ]
        assert read == sorted(plain, key=lambda row: [str(row[name]) for name in key])
        assert one.rows == len(there)


def test_columns_are_typed_and_described(filled, tmp_path):
    list(export(filled, tmp_path, Policy(), ["attempt"]))
    schema = pq.read_schema(tmp_path / "attempt.parquet")
    assert str(schema.field("started_at").type) == "timestamp[us, tz=UTC]"
    assert str(schema.field("try_number").type) == "int64"
    assert schema.field("code").metadata[b"description"] == b"result code; empty while the attempt lives"
    (row,) = pq.read_table(tmp_path / "attempt.parquet", filters=[("id", "=", attempt_id(1))]).to_pylist()
    assert isinstance(row["started_at"], datetime)
    assert row["number"] == masked(number_of(1))


def test_without_asking_no_number_and_no_word_leaves(filled, tmp_path):
    list(export(filled, tmp_path / "star", Policy()))
    text = everything(tmp_path / "star")
    assert [secret for secret in (number_of(1), number_of(1)[3:], *SECRETS) if secret in text] == []
    assert masked(number_of(1)) in text


def test_hashed_numbers_join_and_need_a_key(filled, tmp_path):
    with pytest.raises(UsageError, match="VOICEBOT_EXPORT_KEY"):
        Policy("hashed")
    list(export(filled, tmp_path / "star", Policy("hashed", "secret")))
    of = {
        name: {row["number"] for row in pq.read_table(tmp_path / "star" / f"{name}.parquet").to_pylist()}
        for name in ("attempt", "lead", "outcome")
    }
    assert of["attempt"] == of["lead"] == of["outcome"]
    assert len(of["lead"]) == 2
    assert number_of(1)[3:] not in everything(tmp_path / "star")
    list(export(filled, tmp_path / "other", Policy("hashed", "another"), ["lead"]))
    others = {row["number"] for row in pq.read_table(tmp_path / "other" / "lead.parquet").to_pylist()}
    assert not others & of["lead"]


def test_memory_is_bounded_whatever_the_rows(store, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 500)
    with store.writing() as connection:
        connection.execute(insert(Attempt), [{"id": attempt_id(n), "number": number_of(n)} for n in range(1, 10_001)])
    list(export(store, tmp_path, Policy(), ["gateway"]))  # what is loaded once is not counted
    tracemalloc.start()
    (one,) = export(store, tmp_path, Policy(), ["attempt"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert one.rows == 10_000
    assert pq.ParquetFile(one.path).num_row_groups == 20
    assert peak < 4_000_000  # all rows at once as Python values take ten times this


def test_without_the_library_the_remedy_is_named(filled, tmp_path, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(OutsideError, match=r"pip install 'voicebot\[parquet\]'"):
        list(export(filled, tmp_path, Policy()))

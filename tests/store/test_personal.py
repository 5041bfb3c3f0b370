"""Every table and column of the catalogue says whether it holds something of a person who is called."""

import pytest

from voicebot.store.catalogue import Base
from voicebot.store.personal import NOBODY, PERSONAL, SPECIAL

TEXTS = {"Text", "JSON"}
TABLES = {table.name: table for table in Base.metadata.sorted_tables}


def test_every_table_is_treated_once():
    treated = [each.name for each in PERSONAL] + [*SPECIAL, *NOBODY]
    assert sorted(treated) == sorted(TABLES), (
        "a table is missing in voicebot/store/personal.py (or no table any more): say there whether it holds numbers, "
        "words or files of people who are called, so that deletion and retention reach it"
    )


@pytest.mark.parametrize("each", PERSONAL, ids=lambda each: each.name)
def test_every_column_of_text_is_treated_once(each):
    columns = sorted(column.name for column in TABLES[each.name].columns if type(column.type).__name__ in TEXTS)
    treated = sorted([*each.numbers, *each.words, *each.files, *each.plain])
    assert treated == columns, (
        f"say in voicebot/store/personal.py what the columns of {each.name} are: number, words, file of a person, plain"
    )


@pytest.mark.parametrize("name", NOBODY)
def test_tables_of_nobody_have_no_number_of_a_person(name):
    columns = {column.name for column in TABLES[name].columns}
    own = {"caller_number"}  # the key of this table is our own number
    assert name in own or not columns & {"number", "text", "words"}
    assert "lead_id" not in columns
    assert "attempt_id" not in columns or name in {"agent", "agent_wait"}  # of this moment


@pytest.mark.parametrize("each", PERSONAL, ids=lambda each: each.name)
def test_the_empty_values_fit_their_columns(each):
    for name, empty in {**each.numbers, **each.words, **each.files}.items():
        column = TABLES[each.name].columns[name]
        assert column.nullable if empty is None else isinstance(empty, column.type.python_type | list)

"""Views for BI tools show everything but whole numbers, on both databases, and live through migrations."""

from alembic import command
from sqlalchemy import Text, cast, inspect, literal, select, text

from tests.reports.hand_counted import count_by_hand
from voicebot.campaign.policy.masking import masked
from voicebot.store import migrate
from voicebot.store.store import Store, write_transaction
from voicebot.store.views import VIEWS, _masked, make_views


def rows(store: Store, view: str) -> list[dict[str, object]]:
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]


def test_every_attempt_call_visit_and_lead_is_there_without_its_number(store: Store) -> None:
    count_by_hand(store)
    with store.writing() as connection:
        make_views(connection)
    found = {view: rows(store, view) for view in VIEWS}
    assert {view: len(each) for view, each in found.items()} == {
        "bi_attempt": 30,
        "bi_call": 16,
        "bi_node": 35,
        "bi_lead": 22,
    }
    assert "8613" not in str(found)
    call = next(
        row for row in found["bi_call"] if row["attempt_id"] and row["grade"] == "B" and row["script"] == "invite"
    )
    assert (call["talk_seconds"], call["ended_node"], call["campaign"]) == (30.0, "closing", "spring")
    assert {row["number_masked"] for row in found["bi_lead"]} >= {"138****0001", "139****0009"}
    assert next(row["hung_up_after_seconds"] for row in found["bi_node"] if row["hung_up_while"] == "playing") == 2.3


def test_numbers_are_masked_as_everywhere(store: Store) -> None:
    numbers = ("+8613800001234", "+4930123456", "+86123", "12345678")
    with store.reading() as connection:
        for number in numbers:
            assert connection.scalar(select(_masked(cast(literal(number), Text)))) == masked(number)


def test_a_migration_makes_them_anew_where_they_are(store: Store) -> None:
    with write_transaction(store.engine) as connection:
        make_views(connection)
        migrate.drop_views(connection)
        command.downgrade(migrate.alembic_config(connection), "-1")
        migrate.upgrade(connection)
        assert not [name for name in inspect(connection).get_view_names() if name in VIEWS]
        make_views(connection)
    assert rows(store, "bi_attempt") == []

"""Targets of a campaign: saved beside those of its plan, and kept when the plan changes."""

import pytest
from sqlalchemy import select

from voicebot.errors import UsageError
from voicebot.store.campaigns import change_plan, create
from voicebot.store.store import Store
from voicebot.store.tables_dialling import Audit
from voicebot.store.targets import save_targets, targets_of

PLAN = "campaign: spring\nscript: invite\n"


def test_saved_targets_stand_beside_the_plans(store: Store) -> None:
    create(store, PLAN + "targets: {connect_rate: 65%}\n", "spring.yaml")
    save_targets(store, "spring", {"adds": 70_000, "add_rate": 7 / 39}, by="li")
    assert targets_of(store, "spring") == {"connect_rate": 0.65, "adds": 70_000, "add_rate": 7 / 39}
    with store.reading() as connection:
        line = connection.execute(select(Audit.__table__).where(Audit.action == "campaign.targets")).mappings().one()
    assert (line["who"], line["object"], line["before"]) == ("li", "campaign:spring", {"connect_rate": 0.65})


def test_a_changed_plan_changes_its_own_targets_only(store: Store) -> None:
    create(store, PLAN + "targets: {connect_rate: 65%, intent_rate: 40%}\n", "spring.yaml")
    save_targets(store, "spring", {"adds": 70_000})
    change_plan(store, "spring", PLAN + "targets: {connect_rate: 60%}\n", "spring.yaml")
    assert targets_of(store, "spring") == {"connect_rate": 0.6, "adds": 70_000}


def test_what_cannot_be_saved_is_told(store: Store) -> None:
    create(store, PLAN, "spring.yaml")
    with pytest.raises(UsageError, match="there is no campaign 'autumn'; there are: spring"):
        save_targets(store, "autumn", {"adds": 1})
    with pytest.raises(UsageError, match="there is no campaign 'autumn'"):
        targets_of(store, "autumn")
    with pytest.raises(UsageError, match="no figure to save"):
        save_targets(store, "spring", {})

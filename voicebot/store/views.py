"""Views for BI tools: attempts, calls, node visits and leads, each flat, with names for people and numbers masked.

They are made by `voicebot db views`, and made anew with every migration once they are there.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, inspect, select

from voicebot.store.tables import Attempt, Call, Campaign, Lead, NodeVisit, ScriptVersion

HEAD, TAIL, ABROAD, HIDDEN = 3, 4, "+86", "****"
"""Of a masked number: as policy/masking.py masks it."""


def _masked(number: Any) -> ColumnElement[str]:
    home = func.length(ABROAD)
    plain = case((number.like(ABROAD + "%"), func.substr(number, home + 1)), else_=number)
    size = func.length(plain)
    shown = func.substr(plain, 1, HEAD) + HIDDEN + func.substr(plain, size - TAIL + 1)
    return case((size <= HEAD + TAIL, func.substr("*******", 1, size)), else_=shown)


def _seconds(milliseconds: Any) -> Any:
    return cast(milliseconds, Float) / 1000


_SCRIPT = (
    ScriptVersion.script.label("script"),
    ScriptVersion.version.label("version"),
)
VIEWS: Mapping[str, Any] = {
    "bi_attempt": select(
        Attempt.id.label("attempt_id"),
        Attempt.campaign_id.label("campaign"),
        Attempt.lead_id.label("lead_id"),
        _masked(Attempt.number).label("number_masked"),
        Attempt.caller_number.label("number_shown"),
        Attempt.gateway.label("gateway"),
        Attempt.try_number.label("try_number"),
        Attempt.started_at.label("dialled_at_utc"),
        Attempt.rang_at.label("rang_at_utc"),
        Attempt.answered_at.label("answered_at_utc"),
        Attempt.ended_at.label("ended_at_utc"),
        Attempt.code.label("result"),
        Attempt.layer.label("result_layer"),
        Attempt.who_hung_up.label("who_hung_up"),
        Attempt.cause.label("switch_cause"),
        Attempt.sip_status.label("sip_status"),
        Campaign.zone.label("campaign_zone"),
        Campaign.simulated.label("simulated"),
    ).join_from(Attempt, Campaign, isouter=True),
    "bi_call": select(
        Call.attempt_id.label("attempt_id"),
        Attempt.campaign_id.label("campaign"),
        Attempt.lead_id.label("lead_id"),
        *_SCRIPT,
        Attempt.answered_at.label("answered_at_utc"),
        Call.answered_by.label("answered_by"),
        Call.ending.label("ending"),
        Call.ended_by.label("ended_by"),
        Call.ended_node.label("ended_node"),
        _seconds(Call.talk_ms).label("talk_seconds"),
        Call.grade.label("grade"),
        Call.grade_rule.label("grade_rule"),
        Call.score.label("score"),
    )
    .join_from(Call, Attempt)
    .join(ScriptVersion, ScriptVersion.id == Call.script_version_id),
    "bi_node": select(
        NodeVisit.attempt_id.label("attempt_id"),
        Attempt.campaign_id.label("campaign"),
        *_SCRIPT,
        NodeVisit.seq.label("position"),
        NodeVisit.node.label("node"),
        NodeVisit.role.label("role"),
        _seconds(NodeVisit.entered_ms).label("entered_seconds"),
        _seconds(NodeVisit.left_ms).label("left_seconds"),
        NodeVisit.ended_by.label("ended_by"),
        NodeVisit.hangup_phase.label("hung_up_while"),
        _seconds(NodeVisit.offset_ms).label("hung_up_after_seconds"),
        NodeVisit.no_inputs.label("no_inputs"),
        NodeVisit.no_matches.label("no_matches"),
    )
    .join_from(NodeVisit, Attempt, Attempt.id == NodeVisit.attempt_id)
    .join(Call, Call.attempt_id == NodeVisit.attempt_id)
    .join(ScriptVersion, ScriptVersion.id == Call.script_version_id),
    "bi_lead": select(
        Lead.id.label("lead_id"),
        Lead.campaign_id.label("campaign"),
        _masked(Lead.number).label("number_masked"),
        Lead.source.label("source"),
        Lead.persona.label("persona"),
        Lead.area.label("area"),
        Lead.carrier.label("carrier"),
        Lead.arm.label("arm"),
        Lead.score.label("expected_response"),
        Lead.created_at.label("loaded_at_utc"),
        Lead.state.label("state"),
        Lead.attempts.label("attempts"),
        Lead.code.label("result"),
    ),
}
"""Each view with its select; the columns say their unit."""


def make_views(connection: Connection) -> None:
    """Make all views, in place of those that are there. Raises SQLAlchemy's errors."""
    drop_views(connection)
    for name, query in VIEWS.items():
        sql = query.compile(connection, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {sql}")


def drop_views(connection: Connection) -> bool:
    """Take them away, so that tables can change; whether there were any. Raises SQLAlchemy's errors."""
    there = [name for name in inspect(connection).get_view_names() if name in VIEWS]
    for name in there:
        connection.exec_driver_sql(f"DROP VIEW {name}")
    return bool(there)

"""The first tables."""

import sqlalchemy as sa
from alembic import op

from voicebot.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", types.MOMENT, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("targets", types.JSON_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_table(
        "script_version",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_used_at", types.MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_script_version"),
        sa.UniqueConstraint("script", "version", "digest", name="uq_script_version_script_version_digest"),
    )
    op.create_table(
        "lead",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("variables", types.JSON_TEXT, nullable=False),
        sa.Column("created_at", types.MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_lead_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
        sa.UniqueConstraint("campaign_id", "key", name="uq_lead_campaign_id_key"),
    )
    op.create_index("ix_lead_number", "lead", ["number"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", types.CHANNEL_UUID, nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("lead_id", types.ROW_ID, nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("try_number", sa.Integer(), nullable=True),
        sa.Column("started_at", types.MOMENT, nullable=True),
        sa.Column("rang_at", types.MOMENT, nullable=True),
        sa.Column("answered_at", types.MOMENT, nullable=True),
        sa.Column("ended_at", types.MOMENT, nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("who_hung_up", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("q850", sa.Integer(), nullable=True),
        sa.Column("sip_status", sa.Integer(), nullable=True),
        sa.Column("early_media_text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_attempt_campaign_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_attempt_lead_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_campaign_id_code", "attempt", ["campaign_id", "code"], unique=False)
    op.create_index("ix_attempt_lead_id", "attempt", ["lead_id"], unique=False)
    op.create_index("ix_attempt_number", "attempt", ["number"], unique=False)
    op.create_index("ix_attempt_started_at", "attempt", ["started_at"], unique=False)
    op.create_table(
        "call",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("script_version_id", types.ROW_ID, nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_node", sa.Text(), nullable=True),
        sa.Column("talk_ms", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("grade_rule", sa.Text(), nullable=False),
        sa.Column("grade_evidence", types.JSON_TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("tags", types.JSON_TEXT, nullable=False),
        sa.Column("slots", types.JSON_TEXT, nullable=False),
        sa.Column("frames_in", sa.Integer(), nullable=False),
        sa.Column("frames_late", sa.Integer(), nullable=False),
        sa.Column("worst_gap_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_call_attempt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["script_version_id"], ["script_version.id"], name="fk_call_script_version_id"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_call"),
    )
    op.create_index("ix_call_script_version_id", "call", ["script_version_id"], unique=False)
    op.create_table(
        "call_event",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", types.JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_call_event_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name="pk_call_event"),
    )
    op.create_table(
        "handoff",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("requested_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("waited_ms", sa.Integer(), nullable=False),
        sa.Column("talked_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_handoff_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name="pk_handoff"),
    )
    op.create_table(
        "node_visit",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("entered_ms", sa.Integer(), nullable=False),
        sa.Column("left_ms", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("prompt_ms", sa.Integer(), nullable=False),
        sa.Column("heard_ms", sa.Integer(), nullable=False),
        sa.Column("hangup_phase", sa.Text(), nullable=True),
        sa.Column("offset_ms", sa.Integer(), nullable=True),
        sa.Column("no_inputs", sa.Integer(), nullable=False),
        sa.Column("no_matches", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_node_visit_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name="pk_node_visit"),
    )
    op.create_index("ix_node_visit_node", "node_visit", ["node"], unique=False)
    op.create_table(
        "recording",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("length_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_recording_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_recording"),
    )
    op.create_table(
        "said",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("say_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heard_text", sa.Text(), nullable=False),
        sa.Column("heard_ms", sa.Integer(), nullable=False),
        sa.Column("total_ms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_said_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "say_id", name="pk_said"),
    )
    op.create_table(
        "turn",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("began_ms", sa.Integer(), nullable=False),
        sa.Column("ended_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("matched_by", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("barge_in", sa.Boolean(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("barge_in_ms", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_turn_attempt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name="pk_turn"),
    )


def downgrade() -> None:
    op.drop_table("turn")
    op.drop_table("said")
    op.drop_table("recording")
    op.drop_index("ix_node_visit_node", table_name="node_visit")
    op.drop_table("node_visit")
    op.drop_table("handoff")
    op.drop_table("call_event")
    op.drop_index("ix_call_script_version_id", table_name="call")
    op.drop_table("call")
    op.drop_index("ix_attempt_started_at", table_name="attempt")
    op.drop_index("ix_attempt_number", table_name="attempt")
    op.drop_index("ix_attempt_lead_id", table_name="attempt")
    op.drop_index("ix_attempt_campaign_id_code", table_name="attempt")
    op.drop_table("attempt")
    op.drop_index("ix_lead_number", table_name="lead")
    op.drop_table("lead")
    op.drop_table("script_version")
    op.drop_table("campaign")

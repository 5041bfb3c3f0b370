"""Parts and releases of scripts, arms of campaigns, grades given anew, follow-up tasks, the stop list."""

import sqlalchemy as sa
from alembic import op

from voicebot.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stop_list",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=True),
        sa.Column("added_at", types.MOMENT, nullable=False),
        sa.Column("removed_at", types.MOMENT, nullable=True),
        sa.Column("removed_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_list")),
        sa.UniqueConstraint("number", "scope", name=op.f("uq_stop_list_number_scope")),
    )
    op.create_table(
        "campaign_arm",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("script_version_id", types.ROW_ID, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("created_at", types.MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_arm_campaign_id")),
        sa.ForeignKeyConstraint(
            ["script_version_id"], ["script_version.id"], name=op.f("fk_campaign_arm_script_version_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "arm", name=op.f("pk_campaign_arm")),
    )
    op.create_table(
        "script_release",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("script_version_id", types.ROW_ID, nullable=False),
        sa.Column("released_at", types.MOMENT, nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["script_version_id"], ["script_version.id"], name=op.f("fk_script_release_script_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_release")),
    )
    op.create_index(op.f("ix_script_release_script"), "script_release", ["script"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("asked_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", types.JSON_TEXT, nullable=False),
        sa.Column("due_at", types.MOMENT, nullable=True),
        sa.Column("created_at", types.MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", types.MOMENT, nullable=True),
        sa.Column("closed_at", types.MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_follow_up_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_status_due_at"), "follow_up", ["status", "due_at"], unique=False)
    op.create_table(
        "call_grade",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("script_version_id", types.ROW_ID, nullable=False),
        sa.Column("graded_at", types.MOMENT, nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("evidence", types.JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["call.attempt_id"], name=op.f("fk_call_grade_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["script_version_id"], ["script_version.id"], name=op.f("fk_call_grade_script_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_grade")),
        sa.UniqueConstraint("attempt_id", "script_version_id", name=op.f("uq_call_grade_attempt_id_script_version_id")),
    )
    op.create_index(op.f("ix_call_grade_script_version_id"), "call_grade", ["script_version_id"], unique=False)
    op.add_column("lead", sa.Column("arm", sa.Text(), nullable=True))
    op.add_column("script_version", sa.Column("parts", types.JSON_TEXT, server_default="{}", nullable=False))
    op.add_column("turn", sa.Column("engine", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("turn", "engine")
    op.drop_column("script_version", "parts")
    op.drop_column("lead", "arm")
    op.drop_index(op.f("ix_call_grade_script_version_id"), table_name="call_grade")
    op.drop_table("call_grade")
    op.drop_index(op.f("ix_follow_up_status_due_at"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_script_release_script"), table_name="script_release")
    op.drop_table("script_release")
    op.drop_table("campaign_arm")
    op.drop_table("stop_list")

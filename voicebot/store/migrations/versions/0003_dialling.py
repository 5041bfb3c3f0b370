"""Plans and states of campaigns, leads under lease, what must not be called, lines, webhooks."""

import sqlalchemy as sa
from alembic import op

from voicebot.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("at", types.MOMENT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("before", types.JSON_TEXT, nullable=False),
        sa.Column("after", types.JSON_TEXT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_object_at"), "audit", ["object", "at"], unique=False)
    op.create_table(
        "caller_number",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("pool", sa.Text(), server_default="", nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("hourly_cap", sa.Integer(), nullable=True),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("gap_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_calls", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("since", types.MOMENT, nullable=False),
        sa.Column("rest_until", types.MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_caller_number")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("made_at", types.MOMENT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_number_made_at"), "complaint", ["number", "made_at"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", types.MOMENT, nullable=False),
        sa.Column("until", types.MOMENT, nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_number_purpose_at"), "consent", ["number", "purpose", "at"], unique=False)
    op.create_table(
        "exclusion",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("until", types.MOMENT, nullable=True),
        sa.Column("added_at", types.MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
        sa.UniqueConstraint("number", "product", name=op.f("uq_exclusion_number_product")),
    )
    op.create_table(
        "gateway",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), server_default="", nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_calls", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Double(), nullable=False),
        sa.Column("causes", types.JSON_TEXT, server_default="[]", nullable=False),
        sa.Column("up", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("since", types.MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateway")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", types.JSON_TEXT, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("url", name=op.f("uq_webhook_url")),
    )
    op.create_table(
        "lead_batch",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("loaded_at", types.MOMENT, nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("refused", types.JSON_TEXT, nullable=False),
        sa.Column("undone_at", types.MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_batch_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_batch")),
    )
    op.create_index(op.f("ix_lead_batch_campaign_id"), "lead_batch", ["campaign_id"], unique=False)
    op.create_table(
        "webhook_delivery",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("webhook_id", types.ROW_ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", types.JSON_TEXT, nullable=False),
        sa.Column("created_at", types.MOMENT, nullable=False),
        sa.Column("due_at", types.MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("delivered_at", types.MOMENT, nullable=True),
        sa.Column("given_up", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("webhook_id", "subject", "seq", name=op.f("uq_webhook_delivery_webhook_id_subject_seq")),
    )
    op.create_index(
        op.f("ix_webhook_delivery_delivered_at_due_at"), "webhook_delivery", ["delivered_at", "due_at"], unique=False
    )
    op.drop_index(op.f("ix_attempt_number"), table_name="attempt")
    op.create_index(
        op.f("ix_attempt_caller_number_started_at"), "attempt", ["caller_number", "started_at"], unique=False
    )
    op.create_index(op.f("ix_attempt_number_started_at"), "attempt", ["number", "started_at"], unique=False)
    op.add_column("campaign", sa.Column("purpose", sa.Text(), server_default="", nullable=False))
    op.add_column("campaign", sa.Column("state", sa.Text(), server_default="draft", nullable=False))
    op.add_column("campaign", sa.Column("state_since", types.MOMENT, nullable=True))
    op.add_column("campaign", sa.Column("starts_at", types.MOMENT, nullable=True))
    op.add_column("campaign", sa.Column("plan", types.JSON_TEXT, server_default="{}", nullable=False))
    op.add_column("campaign", sa.Column("request_key", sa.Text(), nullable=True))
    op.create_index(op.f("ix_campaign_request_key"), "campaign", ["request_key"], unique=True)
    op.add_column("lead", sa.Column("batch_id", types.ROW_ID, nullable=True))
    op.add_column("lead", sa.Column("source", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("persona", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("need", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("lead", sa.Column("score", sa.Double(), server_default="0", nullable=False))
    op.add_column("lead", sa.Column("zone", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("area", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("carrier", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("flags", types.JSON_TEXT, server_default="[]", nullable=False))
    op.add_column("lead", sa.Column("state", sa.Text(), server_default="waiting", nullable=False))
    op.add_column("lead", sa.Column("lane", sa.Integer(), server_default="2", nullable=False))
    op.add_column("lead", sa.Column("due_at", types.MOMENT, nullable=True))
    op.add_column("lead", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("lead", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("lead", sa.Column("code", sa.Text(), nullable=True))
    op.add_column("lead", sa.Column("why", sa.Text(), server_default="", nullable=False))
    op.add_column("lead", sa.Column("attempt_id", types.CHANNEL_UUID, nullable=True))
    op.add_column("lead", sa.Column("lease_owner", sa.Text(), nullable=True))
    op.add_column("lead", sa.Column("lease_until", types.MOMENT, nullable=True))
    op.add_column("lead", sa.Column("shown_number", sa.Text(), nullable=True))
    op.create_index(op.f("ix_lead_batch_id"), "lead", ["batch_id"], unique=False)
    op.create_index(
        "ix_lead_order", "lead", ["campaign_id", "state", "lane", sa.text("score DESC"), "due_at", "id"], unique=False
    )
    held = sa.text("lease_until IS NOT NULL")
    op.create_index(
        op.f("ix_lead_lease_until"), "lead", ["lease_until"], unique=False, postgresql_where=held, sqlite_where=held
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_lead_lease_until"), table_name="lead")
    op.drop_index("ix_lead_order", table_name="lead")
    op.drop_index(op.f("ix_lead_batch_id"), table_name="lead")
    op.drop_column("lead", "shown_number")
    op.drop_column("lead", "lease_until")
    op.drop_column("lead", "lease_owner")
    op.drop_column("lead", "attempt_id")
    op.drop_column("lead", "why")
    op.drop_column("lead", "code")
    op.drop_column("lead", "attempts")
    op.drop_column("lead", "tries")
    op.drop_column("lead", "due_at")
    op.drop_column("lead", "lane")
    op.drop_column("lead", "state")
    op.drop_column("lead", "flags")
    op.drop_column("lead", "carrier")
    op.drop_column("lead", "area")
    op.drop_column("lead", "zone")
    op.drop_column("lead", "score")
    op.drop_column("lead", "need")
    op.drop_column("lead", "persona")
    op.drop_column("lead", "source")
    op.drop_column("lead", "batch_id")
    op.drop_index(op.f("ix_campaign_request_key"), table_name="campaign")
    op.drop_column("campaign", "request_key")
    op.drop_column("campaign", "plan")
    op.drop_column("campaign", "starts_at")
    op.drop_column("campaign", "state_since")
    op.drop_column("campaign", "state")
    op.drop_column("campaign", "purpose")
    op.drop_index(op.f("ix_attempt_number_started_at"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_caller_number_started_at"), table_name="attempt")
    op.create_index(op.f("ix_attempt_number"), "attempt", ["number"], unique=False)
    op.drop_index(op.f("ix_webhook_delivery_delivered_at_due_at"), table_name="webhook_delivery")
    op.drop_table("webhook_delivery")
    op.drop_index(op.f("ix_lead_batch_campaign_id"), table_name="lead_batch")
    op.drop_table("lead_batch")
    op.drop_table("webhook")
    op.drop_table("gateway")
    op.drop_table("exclusion")
    op.drop_index(op.f("ix_consent_number_purpose_at"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_complaint_number_made_at"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_table("caller_number")
    op.drop_index(op.f("ix_audit_object_at"), table_name="audit")
    op.drop_table("audit")

"""What picked up, agents, what came of it, quality as people judged it; prices of lines."""

import sqlalchemy as sa
import yaml
from alembic import op

from voicebot.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("dial", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", types.MOMENT, nullable=False),
        sa.Column("wrap_up_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=True),
        sa.Column("lease_until", types.MOMENT, nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("leg_id", types.CHANNEL_UUID, nullable=True),
        sa.Column("free_at", types.MOMENT, nullable=True),
        sa.Column("missed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("after_call", sa.Text(), server_default="", nullable=False),
        sa.Column("after_why", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", types.MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agent")),
    )
    op.create_table(
        "agent_wait",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("since", types.MOMENT, nullable=False),
        sa.Column("lease_until", types.MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_agent_wait_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_agent_wait_campaign_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_agent_wait")),
    )
    op.create_table(
        "qa_round",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("made_at", types.MOMENT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("selection", types.JSON_TEXT, nullable=False),
        sa.Column("population", types.JSON_TEXT, nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("closed_at", types.MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_round")),
        sa.UniqueConstraint("name", name=op.f("uq_qa_round_name")),
    )
    op.create_table(
        "agent_spell",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", types.MOMENT, nullable=False),
        sa.Column("ended_at", types.MOMENT, nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["agent.name"], name=op.f("fk_agent_spell_agent"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_spell")),
    )
    op.create_index(op.f("ix_agent_spell_agent_began_at"), "agent_spell", ["agent", "began_at"], unique=False)
    op.create_index(op.f("ix_agent_spell_state_began_at"), "agent_spell", ["state", "began_at"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("lead_id", types.ROW_ID, nullable=True),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", types.MOMENT, nullable=False),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_outcome_attempt_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_outcome_campaign_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_outcome_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("key", name=op.f("uq_outcome_key")),
    )
    op.create_index(op.f("ix_outcome_campaign_id_type_at"), "outcome", ["campaign_id", "type", "at"], unique=False)
    op.create_index(op.f("ix_outcome_lead_id"), "outcome", ["lead_id"], unique=False)
    op.create_index(op.f("ix_outcome_number"), "outcome", ["number"], unique=False)
    op.create_table(
        "pick_up",
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("decided_ms", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", types.JSON_TEXT, nullable=False),
        sa.Column("sounds", types.JSON_TEXT, nullable=False),
        sa.Column("saved_ms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_pick_up_attempt_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attempt_id", "phase", name=op.f("pk_pick_up")),
    )
    op.create_table(
        "qa_sample",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("round_id", types.ROW_ID, nullable=False),
        sa.Column("attempt_id", types.CHANNEL_UUID, nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["call.attempt_id"], name=op.f("fk_qa_sample_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["qa_round.id"], name=op.f("fk_qa_sample_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_sample")),
        sa.UniqueConstraint("round_id", "attempt_id", name=op.f("uq_qa_sample_round_id_attempt_id")),
    )
    op.create_index(op.f("ix_qa_sample_attempt_id"), "qa_sample", ["attempt_id"], unique=False)
    op.create_table(
        "qa_verdict",
        sa.Column("id", types.ROW_ID, nullable=False),
        sa.Column("sample_id", types.ROW_ID, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", types.MOMENT, nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reasons", types.JSON_TEXT, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("final", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["qa_sample.id"], name=op.f("fk_qa_verdict_sample_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_verdict")),
        sa.UniqueConstraint("sample_id", "reviewer", name=op.f("uq_qa_verdict_sample_id_reviewer")),
    )
    op.create_table(
        "qa_correction",
        sa.Column("verdict_id", types.ROW_ID, nullable=False),
        sa.Column("turn_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["qa_verdict.id"], name=op.f("fk_qa_correction_verdict_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("verdict_id", "turn_seq", name=op.f("pk_qa_correction")),
    )
    op.add_column("lead", sa.Column("dated", sa.Date(), nullable=True))
    op.create_index(
        op.f("ix_attempt_campaign_id_started_at"), "attempt", ["campaign_id", "started_at"], unique=False
    )
    op.add_column("gateway", sa.Column("price_minute", sa.Double(), nullable=True))
    op.add_column("gateway", sa.Column("bill_s", sa.Integer(), server_default="60", nullable=False))
    op.add_column("caller_number", sa.Column("calls_per_second", sa.Double(), nullable=True))
    op.add_column("handoff", sa.Column("agent", sa.Text(), nullable=True))
    op.add_column("handoff", sa.Column("ring_ms", sa.Integer(), server_default="0", nullable=False))
    op.add_column("handoff", sa.Column("hold_ms", sa.Integer(), server_default="0", nullable=False))
    op.add_column("campaign", sa.Column("zone", sa.Text(), server_default="Asia/Shanghai", nullable=False))
    _zones_of_plans()
    op.drop_index(op.f("ix_lead_order"), table_name="lead")
    op.create_index(
        "ix_lead_order",
        "lead",
        ["campaign_id", "state", "lane", sa.literal_column("score DESC"), "due_at", "id"],
        unique=False,
    )


def _zones_of_plans() -> None:
    """Campaigns that are there already keep the zone of their plan."""
    campaign = sa.table("campaign", sa.column("id"), sa.column("zone"), sa.column("plan", types.JSON_TEXT))
    bound = op.get_bind()
    for name, plan in bound.execute(sa.select(campaign.c.id, campaign.c.plan)).all():
        zone = (yaml.safe_load(plan.get("text", "")) or {}).get("zone")
        if zone:
            bound.execute(campaign.update().where(campaign.c.id == name).values(zone=zone))


def downgrade() -> None:
    op.drop_column("campaign", "zone")
    op.drop_index("ix_lead_order", table_name="lead")
    op.create_index(
        op.f("ix_lead_order"), "lead", ["campaign_id", "state", "lane", "score", "due_at", "id"], unique=False
    )
    op.drop_column("handoff", "hold_ms")
    op.drop_column("handoff", "ring_ms")
    op.drop_column("handoff", "agent")
    op.drop_column("caller_number", "calls_per_second")
    op.drop_column("gateway", "bill_s")
    op.drop_column("gateway", "price_minute")
    op.drop_index(op.f("ix_attempt_campaign_id_started_at"), table_name="attempt")
    op.drop_column("lead", "dated")
    op.drop_table("qa_correction")
    op.drop_table("qa_verdict")
    op.drop_index(op.f("ix_qa_sample_attempt_id"), table_name="qa_sample")
    op.drop_table("qa_sample")
    op.drop_table("pick_up")
    op.drop_index(op.f("ix_outcome_number"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_lead_id"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_campaign_id_type_at"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_agent_spell_state_began_at"), table_name="agent_spell")
    op.drop_index(op.f("ix_agent_spell_agent_began_at"), table_name="agent_spell")
    op.drop_table("agent_spell")
    op.drop_table("qa_round")
    op.drop_table("agent_wait")
    op.drop_table("agent")

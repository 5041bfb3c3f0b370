"""Facts of days as compressed columns: sums of a segment and of leads are counted from these, and kept no more."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from voicebot.store import types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BEFORE = ('source', 'persona', 'area', 'carrier', 'arm', 'variables')
OF_LEAD = ('source', 'persona', 'area', 'carrier', 'arm', 'batch_id', 'flags', 'score')
"""What facts tell of a lead: a change of these notes the days of its attempts."""
WORDS = ('code', 'grade', 'gateway', 'caller_number', 'cause', 'node', 'phase', 'after', 'kind', 'engine')
LARGE = ('talk_ms', 'length_ms', 'delay_ms', 'frames_late', 'places')
SUMS = {
    'day_result': ('hour try_number code grade', 'attempts rung answered connected talked talked_3 handed_off added ordered talk_ms frames_late worst_gap_ms'),
    'day_line': (
        'gateway caller_number code cause',
        'attempts answered connected short talks talk_ms lengths length_ms delays delay_ms intents added intents_added',
    ),
    'day_length': ('gateway seconds', 'attempts'),
    'day_node': ('node', 'role visits playing listening no_inputs no_matches barge_ins places'),
    'day_hangup': ('node phase second', 'hangups'),
    'day_next': ('node after', 'steps'),
    'day_latency': ('kind engine ms', 'turns'),
}
"""Tables of sums: their keys besides campaign, day and version; their counts."""


def upgrade() -> None:
    for table in (*SUMS, 'day_lead', 'day_counted', 'segment_asked'):
        op.drop_table(table)
    _tables_of_sums([])
    _counted([])
    op.create_table('day_fact',
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('texts', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('part', 'name', 'campaign_id', 'day', name=op.f('pk_day_fact'))
    )
    _note_changes_of_leads(OF_LEAD)


def downgrade() -> None:
    op.drop_table('day_fact')
    for table in (*SUMS, 'day_counted'):
        op.drop_table(table)
    _tables_of_sums(['segment'])
    _counted(['segment'])
    op.create_table('segment_asked',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('asked_at', types.MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('segment', name=op.f('pk_segment_asked'))
    )
    counts = 'dialled rung answered connected talked talked_3 handed_off added ordered'.split()
    op.create_table('day_lead',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('grade', sa.Text(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
    sa.PrimaryKeyConstraint('campaign_id', 'lead_id', 'day', 'version_id', 'grade', name=op.f('pk_day_lead')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_day_lead_campaign_id_day'), 'day_lead', ['campaign_id', 'day'], unique=False)
    _note_changes_of_leads(BEFORE)


def _tables_of_sums(first: list[str]) -> None:
    for table, (keys, counts) in SUMS.items():
        shared: list[sa.Column[Any]] = [
            *(sa.Column(name, sa.Text(), nullable=False) for name in first),
            sa.Column('campaign_id', sa.Text(), nullable=False),
            sa.Column('day', sa.Date(), nullable=False),
            sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
        ]
        own = [_column(name) for name in keys.split()]
        key = sa.PrimaryKeyConstraint(*(column.name for column in (*shared, *own)), name=op.f(f'pk_{table}'))
        op.create_table(table, *shared, *own, *map(_column, counts.split()), key, sqlite_with_rowid=False)


def _column(name: str) -> 'sa.Column[Any]':
    if name in WORDS or name == 'role':
        return sa.Column(name, sa.Text(), nullable=False)
    return sa.Column(name, types.ROW_ID if name in LARGE else sa.Integer(), autoincrement=False, nullable=False)


def _counted(first: list[str]) -> None:
    names = [*first, 'sums', 'campaign_id']
    op.create_table('day_counted',
    *(sa.Column(name, sa.Text(), nullable=False) for name in names),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint(*names, 'day', name=op.f('pk_day_counted'))
    )


def _note_changes_of_leads(columns: tuple[str, ...]) -> None:
    """Make the trigger of migration 0005 anew, for other columns."""
    postgresql = op.get_bind().dialect.name == 'postgresql'
    op.execute('DROP TRIGGER day_lead_update' + (' ON lead' if postgresql else ''))
    unlike = 'IS DISTINCT FROM' if postgresql else 'IS NOT'
    changed = ' OR '.join(f'OLD.{name} {unlike} NEW.{name}' for name in columns)
    note = (
        'FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION note_days_of_lead()'
        if postgresql
        else 'WHEN {changed} BEGIN INSERT INTO day_changed (campaign_id, day)'
        " SELECT DISTINCT coalesce(campaign_id, ''), date(started_at) FROM attempt AS rows"
        ' WHERE rows.lead_id = NEW.id AND started_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM day_changed AS noted'
        " WHERE noted.campaign_id = coalesce(rows.campaign_id, '') AND noted.day = date(rows.started_at)); END"
    )
    op.execute(f'CREATE TRIGGER day_lead_update AFTER UPDATE OF {", ".join(columns)} ON lead {note.format(changed=changed)}')

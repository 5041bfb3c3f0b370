"""Daily sums for reports, and the triggers that note which days must be counted again."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from voicebot.store import types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaign_day',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('campaign_id', 'day', name=op.f('pk_campaign_day'))
    )
    op.create_table('day_changed',
    sa.Column('id', types.ROW_ID, nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_changed'))
    )
    op.create_index(op.f('ix_day_changed_campaign_id_day'), 'day_changed', ['campaign_id', 'day'], unique=False)
    op.create_table('day_counted',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('sums', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'sums', 'campaign_id', 'day', name=op.f('pk_day_counted'))
    )
    op.create_table('day_hangup',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('phase', sa.Text(), nullable=False),
    sa.Column('second', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hangups', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'node', 'phase', 'second', name=op.f('pk_day_hangup')),
    sqlite_with_rowid=False
    )
    op.create_table('day_latency',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('engine', sa.Text(), nullable=False),
    sa.Column('ms', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('turns', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'kind', 'engine', 'ms', name=op.f('pk_day_latency')),
    sqlite_with_rowid=False
    )
    op.create_table('day_lead',
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('lead_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('grade', sa.Text(), nullable=False),
    sa.Column('dialled', sa.Integer(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('connected', sa.Integer(), nullable=False),
    sa.Column('talked', sa.Integer(), nullable=False),
    sa.Column('talked_3', sa.Integer(), nullable=False),
    sa.Column('handed_off', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('ordered', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('campaign_id', 'lead_id', 'day', 'version_id', 'grade', name=op.f('pk_day_lead')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_day_lead_campaign_id_day'), 'day_lead', ['campaign_id', 'day'], unique=False)
    op.create_table('day_length',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('gateway', sa.Text(), nullable=False),
    sa.Column('seconds', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'gateway', 'seconds', name=op.f('pk_day_length')),
    sqlite_with_rowid=False
    )
    op.create_table('day_line',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('gateway', sa.Text(), nullable=False),
    sa.Column('caller_number', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('connected', sa.Integer(), nullable=False),
    sa.Column('short', sa.Integer(), nullable=False),
    sa.Column('talks', sa.Integer(), nullable=False),
    sa.Column('talk_ms', types.ROW_ID, nullable=False),
    sa.Column('lengths', sa.Integer(), nullable=False),
    sa.Column('length_ms', types.ROW_ID, nullable=False),
    sa.Column('delays', sa.Integer(), nullable=False),
    sa.Column('delay_ms', types.ROW_ID, nullable=False),
    sa.Column('intents', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('intents_added', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'gateway', 'caller_number', 'code', 'cause', name=op.f('pk_day_line')),
    sqlite_with_rowid=False
    )
    op.create_table('day_next',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'node', 'after', name=op.f('pk_day_next')),
    sqlite_with_rowid=False
    )
    op.create_table('day_node',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('node', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False),
    sa.Column('playing', sa.Integer(), nullable=False),
    sa.Column('listening', sa.Integer(), nullable=False),
    sa.Column('no_inputs', sa.Integer(), nullable=False),
    sa.Column('no_matches', sa.Integer(), nullable=False),
    sa.Column('barge_ins', sa.Integer(), nullable=False),
    sa.Column('places', types.ROW_ID, nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'node', name=op.f('pk_day_node')),
    sqlite_with_rowid=False
    )
    op.create_table('day_result',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('campaign_id', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', types.ROW_ID, autoincrement=False, nullable=False),
    sa.Column('hour', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('try_number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('grade', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('connected', sa.Integer(), nullable=False),
    sa.Column('talked', sa.Integer(), nullable=False),
    sa.Column('talked_3', sa.Integer(), nullable=False),
    sa.Column('handed_off', sa.Integer(), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('ordered', sa.Integer(), nullable=False),
    sa.Column('talk_ms', types.ROW_ID, nullable=False),
    sa.Column('frames_late', types.ROW_ID, nullable=False),
    sa.Column('worst_gap_ms', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('segment', 'campaign_id', 'day', 'version_id', 'hour', 'try_number', 'code', 'grade', name=op.f('pk_day_result')),
    sqlite_with_rowid=False
    )
    op.create_table('segment_asked',
    sa.Column('segment', sa.Text(), nullable=False),
    sa.Column('asked_at', types.MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('segment', name=op.f('pk_segment_asked'))
    )
    op.create_index(op.f('ix_outcome_attempt_id'), 'outcome', ['attempt_id'], unique=False)
    postgresql = op.get_bind().dialect.name == 'postgresql'
    for statement in _postgresql() if postgresql else _sqlite():
        op.execute(statement)
    first = "CAST(started_at AT TIME ZONE 'UTC' AS date)" if postgresql else 'date(started_at)'
    op.execute(
        f"INSERT INTO day_changed (campaign_id, day) SELECT DISTINCT coalesce(campaign_id, ''), {first}"
        ' FROM attempt WHERE started_at IS NOT NULL'
    )


# What is summed of an attempt; its other columns may change without a note.
SUMMED = 'campaign_id, lead_id, caller_number, gateway, try_number, started_at, rang_at, answered_at, ended_at, code, who_hung_up, cause'
PARTS = ('call', 'node_visit', 'turn', 'handoff', 'outcome', 'pick_up')
# What groups of leads are told by.
GROUPED = ('source', 'persona', 'area', 'carrier', 'arm', 'variables')


def _sqlite() -> Iterator[str]:
    """A row at a time; a day that is noted already is not noted again: writers come one after the other."""
    note = (
        "INSERT INTO day_changed (campaign_id, day) SELECT DISTINCT coalesce(campaign_id, ''), date(started_at) FROM {rows}"
        ' WHERE started_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM day_changed AS noted'
        " WHERE noted.campaign_id = coalesce(rows.campaign_id, '') AND noted.day = date(rows.started_at));"
    )

    def own(which: str) -> str:
        return note.format(rows=f'(SELECT {which}.campaign_id, {which}.started_at) AS rows')

    def of_call(which: str) -> str:
        return note.format(rows=f'attempt AS rows WHERE rows.id = {which}.attempt_id').replace('WHERE started_at', 'AND started_at')

    yield f'CREATE TRIGGER day_attempt_insert AFTER INSERT ON attempt WHEN NEW.started_at IS NOT NULL BEGIN {own("NEW")} END'
    yield f'CREATE TRIGGER day_attempt_update AFTER UPDATE OF {SUMMED} ON attempt BEGIN {own("OLD")} {own("NEW")} END'
    yield f'CREATE TRIGGER day_attempt_delete AFTER DELETE ON attempt BEGIN {own("OLD")} END'
    for part in PARTS:
        yield f'CREATE TRIGGER day_{part}_insert AFTER INSERT ON {part} BEGIN {of_call("NEW")} END'
        yield f'CREATE TRIGGER day_{part}_update AFTER UPDATE ON {part} BEGIN {of_call("OLD")} {of_call("NEW")} END'
        yield f'CREATE TRIGGER day_{part}_delete AFTER DELETE ON {part} BEGIN {of_call("OLD")} END'
    changed = ' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in GROUPED)
    of_lead = note.format(rows='attempt AS rows WHERE rows.lead_id = NEW.id').replace('WHERE started_at', 'AND started_at')
    yield f'CREATE TRIGGER day_lead_update AFTER UPDATE OF {", ".join(GROUPED)} ON lead WHEN {changed} BEGIN {of_lead} END'


def _postgresql() -> Iterator[str]:
    """A statement at a time. A writer that finds its day noted holds on to the note until it commits, so that who counts
    waits for it before the note is taken away; a note that is being taken away is passed over and written anew."""
    yield """
CREATE FUNCTION note_day(changed_campaign text, changed_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM day_changed WHERE campaign_id = changed_campaign AND day = changed_day
    LIMIT 1 FOR KEY SHARE SKIP LOCKED;
  IF NOT FOUND THEN
    INSERT INTO day_changed (campaign_id, day) VALUES (changed_campaign, changed_day);
  END IF;
END $$"""
    yield """
CREATE FUNCTION note_days_of_attempts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM note_day(campaign, day) FROM (SELECT DISTINCT coalesce(campaign_id, '') AS campaign,
      CAST(started_at AT TIME ZONE 'UTC' AS date) AS day FROM new_rows WHERE started_at IS NOT NULL) AS days;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM note_day(campaign, day) FROM (SELECT DISTINCT coalesce(campaign_id, '') AS campaign,
      CAST(started_at AT TIME ZONE 'UTC' AS date) AS day FROM old_rows WHERE started_at IS NOT NULL) AS days;
  END IF;
  RETURN NULL;
END $$"""
    yield """
CREATE FUNCTION note_days_of_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    PERFORM note_day(campaign, day) FROM (SELECT DISTINCT coalesce(attempt.campaign_id, '') AS campaign,
      CAST(attempt.started_at AT TIME ZONE 'UTC' AS date) AS day FROM (SELECT DISTINCT attempt_id FROM new_rows) AS parts
      JOIN attempt ON attempt.id = parts.attempt_id WHERE attempt.started_at IS NOT NULL) AS days;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    PERFORM note_day(campaign, day) FROM (SELECT DISTINCT coalesce(attempt.campaign_id, '') AS campaign,
      CAST(attempt.started_at AT TIME ZONE 'UTC' AS date) AS day FROM (SELECT DISTINCT attempt_id FROM old_rows) AS parts
      JOIN attempt ON attempt.id = parts.attempt_id WHERE attempt.started_at IS NOT NULL) AS days;
  END IF;
  RETURN NULL;
END $$"""
    yield """
CREATE FUNCTION note_days_of_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_day(campaign, day) FROM (SELECT DISTINCT coalesce(campaign_id, '') AS campaign,
    CAST(started_at AT TIME ZONE 'UTC' AS date) AS day FROM attempt WHERE lead_id = NEW.id AND started_at IS NOT NULL) AS days;
  RETURN NULL;
END $$"""
    rows = {
        'INSERT': 'NEW TABLE AS new_rows',
        'UPDATE': 'OLD TABLE AS old_rows NEW TABLE AS new_rows',
        'DELETE': 'OLD TABLE AS old_rows',
    }
    for table in ('attempt', *PARTS):
        for event, referencing in rows.items():
            yield (
                f'CREATE TRIGGER day_{table}_{event.lower()} AFTER {event} ON "{table}" REFERENCING {referencing}'
                f' FOR EACH STATEMENT EXECUTE FUNCTION note_days_of_{"attempts" if table == "attempt" else "parts"}()'
            )
    yield (
        f'CREATE TRIGGER day_lead_update AFTER UPDATE OF {", ".join(GROUPED)} ON lead FOR EACH ROW'
        f' WHEN ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in GROUPED)})'
        ' EXECUTE FUNCTION note_days_of_lead()'
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == 'postgresql'
    for table in ('attempt', *PARTS):
        for event in ('insert', 'update', 'delete'):
            op.execute(f'DROP TRIGGER day_{table}_{event}' + (f' ON "{table}"' if postgresql else ''))
    op.execute('DROP TRIGGER day_lead_update' + (' ON lead' if postgresql else ''))
    if postgresql:
        for function in ('note_days_of_lead()', 'note_days_of_parts()', 'note_days_of_attempts()', 'note_day(text, date)'):
            op.execute(f'DROP FUNCTION {function}')
    op.drop_index(op.f('ix_outcome_attempt_id'), table_name='outcome')
    op.drop_table('segment_asked')
    op.drop_table('day_result')
    op.drop_table('day_node')
    op.drop_table('day_next')
    op.drop_table('day_line')
    op.drop_table('day_length')
    op.drop_index(op.f('ix_day_lead_campaign_id_day'), table_name='day_lead')
    op.drop_table('day_lead')
    op.drop_table('day_latency')
    op.drop_table('day_hangup')
    op.drop_table('day_counted')
    op.drop_index(op.f('ix_day_changed_campaign_id_day'), table_name='day_changed')
    op.drop_table('day_changed')
    op.drop_table('campaign_day')

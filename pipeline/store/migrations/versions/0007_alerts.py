"""Partner alerts and what helplines answer"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step. SOS calls taken in before it are no alerts any more."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('alert',
    sa.Column('alert_id', number, nullable=False),
    sa.Column('report_id', number, nullable=True),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('called_at', number, nullable=False),
    sa.Column('drill', sa.Boolean(), nullable=False),
    sa.Column('raised_at', number, nullable=False),
    sa.Column('raised_by', number, nullable=True),
    sa.Column('ended_at', number, nullable=True),
    sa.Column('ended_by', number, nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('alert_id', name=op.f('pk_alert')),
    sa.UniqueConstraint('report_id', name=op.f('uq_alert_report_id'))
    )
    op.create_table('alert_told',
    sa.Column('alert_id', number, autoincrement=False, nullable=False),
    sa.Column('partner', sa.Text(), nullable=False),
    sa.Column('turn', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('told_at', number, nullable=False),
    sa.Column('due_at', number, nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=True),
    sa.Column('acknowledged_at', number, nullable=True),
    sa.Column('acknowledged_by', number, nullable=True),
    sa.Column('acknowledged_how', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('alert_id', 'partner', name=op.f('pk_alert_told'))
    )
    op.execute(
        "INSERT INTO meta (name, value) SELECT 'alerts_after_run', CAST(COALESCE(MAX(run_no), 0) AS TEXT) FROM run"
    )


def downgrade() -> None:
    """Take this step back."""
    op.execute("DELETE FROM meta WHERE name = 'alerts_after_run'")
    op.drop_table('alert_told')
    op.drop_table('alert')

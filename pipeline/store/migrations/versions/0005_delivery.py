"""Agencies' keys, sealed packages and supplements, police feedback, urgent calls"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('recipient_key',
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('added_at', number, nullable=False),
    sa.Column('retired_at', number, nullable=True),
    sa.PrimaryKeyConstraint('recipient', 'fingerprint', name=op.f('pk_recipient_key'))
    )
    op.create_table('police_feedback',
    sa.Column('feedback_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('their_number', sa.Text(), nullable=True),
    sa.Column('said_at', number, nullable=False),
    sa.Column('signed', sa.Boolean(), nullable=False),
    sa.Column('file_sha256', sa.Text(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('imported_at', number, nullable=False),
    sa.PrimaryKeyConstraint('feedback_id', name=op.f('pk_police_feedback')),
    sa.UniqueConstraint('recipient', 'case_id', 'state', 'said_at', name=op.f('uq_police_feedback_recipient'))
    )
    op.create_index(op.f('ix_police_feedback_case_id'), 'police_feedback', ['case_id'])
    op.create_table('urgent_call',
    sa.Column('call_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.Column('spoken_at', number, nullable=True),
    sa.Column('reached', sa.Boolean(), nullable=True),
    sa.Column('logged_by', number, nullable=True),
    sa.Column('logged_at', number, nullable=True),
    sa.Column('envelope_id', number, nullable=True),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reviewed_by', number, nullable=True),
    sa.Column('reviewed_at', number, nullable=True),
    sa.Column('review', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_urgent_call'))
    )
    op.create_index(op.f('ix_urgent_call_case_id'), 'urgent_call', ['case_id'])
    op.create_table('iccam_case',
    sa.Column('case_id', number, autoincrement=False, nullable=False),
    sa.Column('report_id', number, nullable=True),
    sa.Column('attempted', sa.Text(), nullable=False),
    sa.Column('refused', sa.Text(), nullable=True),
    sa.Column('settled', sa.Text(), nullable=True),
    sa.Column('last_at', number, nullable=False),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_iccam_case'))
    )
    op.create_table('answer_sent',
    sa.Column('report_id', number, autoincrement=False, nullable=False),
    sa.Column('template', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('report_id', 'template', name=op.f('pk_answer_sent'))
    )
    op.add_column('package', sa.Column('name', sa.Text(), nullable=True))
    op.add_column('package', sa.Column('bag_digest', sa.Text(), nullable=True))


def downgrade() -> None:
    """Take this step back."""
    op.drop_column('package', 'bag_digest')
    op.drop_column('package', 'name')
    op.drop_table('iccam_case')
    op.drop_table('answer_sent')
    op.drop_table('urgent_call')
    op.drop_table('police_feedback')
    op.drop_table('recipient_key')

"""Disclosures of a reporters contact"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('disclosure',
    sa.Column('disclosure_id', number, nullable=False),
    sa.Column('report_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', number, nullable=False),
    sa.Column('asked_at', number, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('released_by', number, nullable=True),
    sa.Column('released_at', number, nullable=True),
    sa.Column('package_id', number, nullable=True),
    sa.PrimaryKeyConstraint('disclosure_id', name=op.f('pk_disclosure'))
    )
    op.create_index(op.f('ix_disclosure_report_id'), 'disclosure', ['report_id'])
    op.create_index(op.f('ix_disclosure_case_id'), 'disclosure', ['case_id'])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('disclosure')

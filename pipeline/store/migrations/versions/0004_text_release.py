"""Releases of redacted texts"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('text_release',
    sa.Column('release_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('redactor', sa.Text(), nullable=False),
    sa.Column('texts', sa.Integer(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.PrimaryKeyConstraint('release_id', name=op.f('pk_text_release'))
    )
    op.create_index(op.f('ix_text_release_case_id'), 'text_release', ['case_id'])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('text_release')

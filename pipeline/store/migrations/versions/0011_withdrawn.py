"""Whose reporters want no contact any more"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'contact_withdrawn',
        sa.Column('report_id', number, autoincrement=False, nullable=False),
        sa.Column('person_id', number, nullable=False),
        sa.Column('made_at', number, nullable=False),
        sa.PrimaryKeyConstraint('report_id', name=op.f('pk_contact_withdrawn')),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('contact_withdrawn')

"""A number per report over what nobody ever changes in its row; reports stored before have none"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table(
        'report_imprint',
        sa.Column('first_report', number, autoincrement=False, nullable=False),
        sa.Column('last_report', number, nullable=False),
        sa.Column('imprints', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('first_report', name=op.f('pk_report_imprint')),
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('report_imprint')

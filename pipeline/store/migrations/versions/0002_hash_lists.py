"""Hash lists"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('hash_list',
    sa.Column('list_no', number, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=True),
    sa.Column('manifest_digest', sa.Text(), nullable=False),
    sa.Column('imported_by', number, nullable=False),
    sa.Column('imported_at', number, nullable=False),
    sa.PrimaryKeyConstraint('list_no', name=op.f('pk_hash_list')),
    sa.UniqueConstraint('name', name=op.f('uq_hash_list_name'))
    )
    op.create_table('hash_entry',
    sa.Column('list_no', number, autoincrement=False, nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('entry', number, nullable=False),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('person_id', number, nullable=True),
    sa.Column('said_at', number, nullable=True),
    sa.Column('quarantined_at', number, nullable=True),
    sa.ForeignKeyConstraint(['list_no'], ['hash_list.list_no'], name=op.f('fk_hash_entry_list_no')),
    sa.PrimaryKeyConstraint('list_no', 'digest', name=op.f('pk_hash_entry')),
    sqlite_with_rowid=False
    )
    op.create_table('hash_match',
    sa.Column('list_no', number, autoincrement=False, nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('day', number, autoincrement=False, nullable=False),
    sa.Column('item', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['list_no'], ['hash_list.list_no'], name=op.f('fk_hash_match_list_no')),
    sa.PrimaryKeyConstraint('list_no', 'digest', 'day', 'item', name=op.f('pk_hash_match')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('hash_match')
    op.drop_table('hash_entry')
    op.drop_table('hash_list')

"""Content items"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _number(), autoincrement=False, nullable=False)


def _place(name: str = 'position') -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Apply this step."""
    op.create_table('content_item',
    _key('report_id'), _place(),
    sa.Column('size_bytes', _number(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('report_id', 'position', name=op.f('pk_content_item')),
    sqlite_with_rowid=False
    )
    op.create_table('signal',
    _key('report_id'), _place(),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('quality', sa.SmallInteger(), nullable=True),
    sa.PrimaryKeyConstraint('report_id', 'position', 'type', 'form', name=op.f('pk_signal')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_signal_value'), 'signal', ['type', 'value'])
    op.create_table('signal_match',
    _key('report_id'), _place(),
    sa.Column('list', sa.Text(), nullable=False),
    _key('entry'),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('distance', sa.SmallInteger(), nullable=False),
    sa.Column('threshold', sa.SmallInteger(), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint(
        'report_id', 'position', 'list', 'entry', 'type', 'form', name=op.f('pk_signal_match')
    ),
    sqlite_with_rowid=False
    )
    op.create_table('picture_link',
    _key('report_id'), _place(), _key('other_report'), _place('other_position'),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('other_form', sa.Text(), nullable=False),
    sa.Column('distance', sa.SmallInteger(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint(
        'report_id', 'position', 'other_report', 'other_position', name=op.f('pk_picture_link')
    ),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_picture_link_other'), 'picture_link', ['other_report'])
    _create_texts()


def _create_texts() -> None:
    op.create_table('text_group',
    _key('first_report'),
    sa.Column('reports', _number(), nullable=False),
    sa.Column('last_run', _number(), nullable=False),
    sa.PrimaryKeyConstraint('first_report', name=op.f('pk_text_group'))
    )
    op.create_table('text_sketch',
    _key('run_no'), sa.Column('stretch', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('texts', _number(), nullable=False),
    sa.Column('reports', sa.LargeBinary(), nullable=False),
    sa.Column('offsets', sa.LargeBinary(), nullable=False),
    sa.Column('shingles', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('run_no', 'stretch', name=op.f('pk_text_sketch'))
    )
    op.create_table('text_member',
    _key('run_no'), sa.Column('stretch', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('first_report', _number(), nullable=False),
    sa.Column('last_report', _number(), nullable=False),
    sa.Column('members', sa.LargeBinary(), nullable=False),
    sa.Column('least', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('run_no', 'stretch', name=op.f('pk_text_member'))
    )


def downgrade() -> None:
    """Take this step back."""
    for name in ('text_member', 'text_sketch', 'text_group', 'picture_link', 'signal_match', 'signal', 'content_item'):
        op.drop_table(name)

"""Notices to hosts: contacts, letters and their addresses, answers, and words about the police hold"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('abuse_contact',
    sa.Column('contact_id', number, nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('mail', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('added_at', number, nullable=False),
    sa.Column('retired_at', number, nullable=True),
    sa.PrimaryKeyConstraint('contact_id', name=op.f('pk_abuse_contact'))
    )
    op.create_table('contact_host',
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('contact_id', number, nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('added_at', number, nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_contact_host'))
    )
    op.create_table('notice',
    sa.Column('notice_id', number, nullable=False),
    sa.Column('contact_id', number, nullable=False),
    sa.Column('reminder', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_notice'))
    )
    op.create_index(op.f('ix_notice_contact_id'), 'notice', ['contact_id'])
    op.create_table('notice_item',
    sa.Column('contact_id', number, autoincrement=False, nullable=False),
    sa.Column('locator_id', number, autoincrement=False, nullable=False),
    sa.Column('turn', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('notice_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('disposition_id', number, nullable=False),
    sa.PrimaryKeyConstraint('contact_id', 'locator_id', 'turn', name=op.f('pk_notice_item'))
    )
    op.create_index(op.f('ix_notice_item_notice_id'), 'notice_item', ['notice_id'])
    op.create_table('notice_answer',
    sa.Column('answer_id', number, nullable=False),
    sa.Column('contact_id', number, nullable=False),
    sa.Column('locator_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('said_at', number, nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.PrimaryKeyConstraint('answer_id', name=op.f('pk_notice_answer'))
    )
    op.create_index(op.f('ix_notice_answer_locator_id'), 'notice_answer', ['locator_id'])
    op.create_table('hold_word',
    sa.Column('word_id', number, nullable=False),
    sa.Column('case_id', number, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('escalate', sa.Integer(), nullable=False),
    sa.Column('person_id', number, nullable=False),
    sa.Column('made_at', number, nullable=False),
    sa.Column('granted_by', number, nullable=True),
    sa.Column('granted_at', number, nullable=True),
    sa.PrimaryKeyConstraint('word_id', name=op.f('pk_hold_word'))
    )
    op.create_index(op.f('ix_hold_word_case_id'), 'hold_word', ['case_id'])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table('hold_word')
    op.drop_table('notice_answer')
    op.drop_table('notice_item')
    op.drop_table('notice')
    op.drop_table('contact_host')
    op.drop_table('abuse_contact')

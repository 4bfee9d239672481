"""Which opinions and cases say that nobody here reads what was written; such cases wait among the suspects"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None
_SAYS_SO = """UPDATE verdict SET unread = true WHERE reasons LIKE '%"language@%'"""
_OF_CASES = """
UPDATE case_record SET unread = true WHERE case_id IN (
  SELECT r.case_id FROM report r JOIN verdict v ON v.verdict_id = r.verdict_id WHERE v.unread
  UNION SELECT f.case_id FROM further_link f JOIN report r ON r.report_id = f.report_id
    JOIN verdict v ON v.verdict_id = r.verdict_id WHERE v.unread
)
"""
_TO_SUSPECTS = "UPDATE case_record SET lane = 2 WHERE unread AND lane IN (5, 6, 7)"
"""From other reports, needs an address and questions, by the numbers lanes had then."""


def upgrade() -> None:
    """Apply this step."""
    for table in ('verdict', 'case_record'):
        op.add_column(table, sa.Column('unread', sa.Boolean(), server_default=sa.false(), nullable=False))
    for statement in (_SAYS_SO, _OF_CASES, _TO_SUSPECTS):
        op.execute(statement)


def downgrade() -> None:
    """Take this step back."""
    for table in ('case_record', 'verdict'):
        op.drop_column(table, 'unread')

"""Warnings: whether a page may tell them, and at which revision of the site they were known to be true

The rules are asked anew after the upgrade: until then no stored warning is trusted.

Revision: 69497dcae618
Follows: 4e40903f20f5
"""

import sqlalchemy as sa
from alembic import op

revision = '69497dcae618'
down_revision = '4e40903f20f5'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('warning_runs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('warnings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_told', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.execute("UPDATE warning_runs SET seen = ''")


def downgrade() -> None:
    with op.batch_alter_table('warnings', schema=None) as batch_op:
        batch_op.drop_column('is_told')

    with op.batch_alter_table('warning_runs', schema=None) as batch_op:
        batch_op.drop_column('revision')

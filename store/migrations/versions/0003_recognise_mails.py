"""Mails are recognised by their content; how far a mailbox was taken follows from the books themselves."""

import sqlalchemy as sa
from alembic import op

revision = '0003_recognise_mails'
down_revision = '0002_events_and_problems'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_mails_content_hash', 'mails', ['content_hash'], unique=False)
    op.drop_table('checkpoints')


def downgrade() -> None:
    op.create_table('checkpoints',
    sa.Column('account', sa.String(length=320), nullable=False),
    sa.Column('mailbox', sa.String(length=512), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'mailbox', name=op.f('pk_checkpoints'))
    )
    op.drop_index('ix_mails_content_hash', 'mails')

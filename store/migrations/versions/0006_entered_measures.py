"""Measures added in the review file."""

import sqlalchemy as sa
from alembic import op

revision = "0006_entered_measures"
down_revision = "0005_review"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entered_measures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entered_measures")),
    )


def downgrade() -> None:
    op.drop_table("entered_measures")

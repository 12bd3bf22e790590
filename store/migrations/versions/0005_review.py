"""The review file's memory."""

import sqlalchemy as sa
from alembic import op

revision = "0005_review"
down_revision = "0004_sending"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_files",
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_review_files")),
    )
    op.create_table(
        "review_notes",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "field", name=op.f("pk_review_notes")),
    )
    op.create_table(
        "entered_reports",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_entered_reports_report_id_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_entered_reports")),
    )


def downgrade() -> None:
    for table in ("entered_reports", "review_notes", "review_files"):
        op.drop_table(table)

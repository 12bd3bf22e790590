"""A sighting knows whether its report announces what is to come."""

import sqlalchemy as sa
from alembic import op

revision = "0007_announced_events"
down_revision = "0006_entered_measures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM sightings")  # they are made anew from the reports by the next run
    with op.batch_alter_table("sightings", recreate="always") as batch_op:
        batch_op.add_column(sa.Column("upcoming", sa.Boolean(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sightings") as batch_op:
        batch_op.drop_column("upcoming")

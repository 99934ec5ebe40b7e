"""Why a citizen with a telephone alone has to be told that her request for an appointment came to nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    with op.batch_alter_table("appointment") as table:
        table.add_column(sa.Column("untold", sa.String(length=10), nullable=True))

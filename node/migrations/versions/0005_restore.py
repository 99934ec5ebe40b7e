"""A register that was put back begins anew, and what comes back from the peers is to be completed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("register_state", sa.Column("shut_since", MOMENT, nullable=True))
    op.add_column("register_state", sa.Column("shut_why", sa.String(length=20), nullable=True))
    op.add_column("register_state", sa.Column("restored_at", MOMENT, nullable=True))
    op.add_column("register", sa.Column("erased", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("vacancy", sa.Column("incomplete_since", MOMENT, nullable=True))

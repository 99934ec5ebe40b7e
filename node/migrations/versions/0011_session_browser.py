"""In which browser a session was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("operator_session", sa.Column("browser", sa.String(length=40), nullable=True))

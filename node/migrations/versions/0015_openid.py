"""What an OpenID provider calls an operator, and which sessions were begun there."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("operator", sa.Column("external_name", sa.String(length=200), nullable=True))
    op.create_index("ix_operator_external_name", "operator", ["external_name"], unique=True)
    for table, column in (
        ("operator_session", "by_openid"),
        ("operator_session", "is_strong"),
        ("half_log_in", "by_openid"),
    ):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))

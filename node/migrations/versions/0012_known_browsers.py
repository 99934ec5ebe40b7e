"""Browsers in which an account was signed in before; failed log-ins are counted under several keys."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "known_browser",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_known_browser_operator_id_operator"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", "operator_id", name=op.f("pk_known_browser")),
    )
    with op.batch_alter_table("failed_log_in") as failed:
        failed.alter_column("pair_hash", new_column_name="key_hash")

"""Second factors of operators, their recovery codes, who must have one, and log-ins that still owe the code."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("sealed_secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        of_an_operator("second_factor"),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        of_an_operator("recovery_code"),
        sa.PrimaryKeyConstraint("operator_id", "mark", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "factor_demand",
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "role IN ('amministratore', 'operatore', 'coordinatore')", name=op.f("ck_factor_demand_role_known")
        ),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_factor_demand")),
    )
    op.create_table(
        "half_log_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        of_an_operator("half_log_in"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_half_log_in")),
    )
    op.create_index(op.f("ix_half_log_in_operator_id"), "half_log_in", ["operator_id"])


def of_an_operator(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["operator_id"], ["operator.id"], name=op.f(f"fk_{table}_operator_id_operator"), ondelete="CASCADE"
    )

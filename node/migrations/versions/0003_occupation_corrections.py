"""What operators have taught: the occupation that a title has at this desk."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "occupation_correction",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("occupation", sa.String(length=4), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("key <> ''", name=op.f("ck_occupation_correction_key_not_blank")),
        sa.CheckConstraint("length(occupation) = 4", name=op.f("ck_occupation_correction_occupation_is_a_unit_group")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_occupation_correction")),
    )

"""Who is to be erased on which day."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ending",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("noticed_at", MOMENT, nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("prolonged_at", MOMENT, nullable=True),
        sa.Column("prolonged_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(reason IS NULL) = (prolonged_at IS NULL)", name=op.f("ck_ending_who_puts_off_says_why")),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_ending_person_candidate")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_ending")),
    )
    op.create_index(op.f("ix_ending_erase_on"), "ending", ["erase_on"])

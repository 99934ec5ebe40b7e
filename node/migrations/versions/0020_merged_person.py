"""Which record of a person has become part of which other."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "merged_person",
        sa.Column("gone", sa.String(length=64), nullable=False),
        sa.Column("kept", sa.String(length=64), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["kept"], ["candidate.ref"], name=op.f("fk_merged_person_kept_candidate")),
        sa.PrimaryKeyConstraint("gone", name=op.f("pk_merged_person")),
    )
    op.create_index(op.f("ix_merged_person_kept"), "merged_person", ["kept"])

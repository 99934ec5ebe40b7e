"""Files of persons being taken in, and what became of every row."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person_import",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sheet", sa.String(length=80), nullable=True),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("heads_key", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('mapping', 'checked', 'done', 'cancelled')", name=op.f("ck_person_import_state_is_known")
        ),
        sa.CheckConstraint(
            "(content IS NULL) = (finished_at IS NOT NULL)", name=op.f("ck_person_import_a_finished_one_keeps_no_file")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_person_import")),
    )
    op.create_index(op.f("ix_person_import_heads_key"), "person_import", ["heads_key"])
    op.create_index(op.f("ix_person_import_created_at"), "person_import", ["created_at"])
    op.create_table(
        "person_import_row",
        sa.Column("import_ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("candidate_ref", sa.String(length=64), nullable=True),
        sa.Column("doubles", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_ref"],
            ["person_import.ref"],
            name=op.f("fk_person_import_row_import_ref_person_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_ref", "number", name=op.f("pk_person_import_row")),
    )
    op.create_index("ix_person_import_row_outcome", "person_import_row", ["import_ref", "outcome", "number"])
    op.create_index(op.f("ix_person_import_row_candidate_ref"), "person_import_row", ["candidate_ref"])

"""Vacancies that come from files: by what they are known again, and the imports that brought them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    mark_vacancies()
    create_vacancy_import()
    create_vacancy_import_row()


def mark_vacancies() -> None:
    op.add_column("vacancy", sa.Column("external_ref", sa.String(length=120), nullable=True))
    op.add_column("vacancy", sa.Column("content_key", sa.String(length=64), nullable=True))
    op.add_column("vacancy", sa.Column("import_seen", sa.Text(), nullable=True))
    op.add_column("vacancy", sa.Column("archived_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_vacancy_external_ref"), "vacancy", ["external_ref"], unique=True)
    op.create_index(op.f("ix_vacancy_content_key"), "vacancy", ["content_key"])


def create_vacancy_import() -> None:
    op.create_table(
        "vacancy_import",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sheet", sa.String(length=80), nullable=True),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("heads_key", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("rows_about", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('mapping', 'checking', 'checked', 'confirmed', 'done', 'cancelled', 'failed')",
            name=op.f("ck_vacancy_import_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_vacancy_import")),
    )
    op.create_index(op.f("ix_vacancy_import_created_at"), "vacancy_import", ["created_at"])
    op.create_index("ix_vacancy_import_heads_key", "vacancy_import", ["heads_key", "created_at"])
    op.create_index("ix_vacancy_import_state", "vacancy_import", ["state"])


def create_vacancy_import_row() -> None:
    op.create_table(
        "vacancy_import_row",
        sa.Column("import_ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("is_warned", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("vacancy_ref", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_ref"],
            ["vacancy_import.ref"],
            name=op.f("fk_vacancy_import_row_import_ref_vacancy_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_ref", "number", name=op.f("pk_vacancy_import_row")),
    )
    op.create_index("ix_vacancy_import_row_outcome", "vacancy_import_row", ["import_ref", "outcome", "number"])

"""What citizens report about vacancies."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("vacancy_ref", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_report_closed_by_somebody")),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_report_outcome_iff_closed")),
        sa.CheckConstraint("closed_at IS NULL OR email IS NULL", name=op.f("ck_report_email_only_while_open")),
        sa.ForeignKeyConstraint(["vacancy_ref"], ["vacancy.ref"], name=op.f("fk_report_vacancy_ref_vacancy")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_closed_at"), "report", ["closed_at"])
    op.create_index(op.f("ix_report_received_at"), "report", ["received_at"])
    op.create_index("ix_report_vacancy_ref_closed_at", "report", ["vacancy_ref", "closed_at"])

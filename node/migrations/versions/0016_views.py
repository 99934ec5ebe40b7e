"""Who looked at whose profile, told from desk to desk."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sent_views",
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("origin", "day", name=op.f("pk_sent_views")),
    )
    op.create_table(
        "awaited_views",
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("member", "day", name=op.f("pk_awaited_views")),
    )
    op.create_index(op.f("ix_awaited_views_day"), "awaited_views", ["day"])
    op.create_table(
        "reported_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_reported_view_an_hour_of_the_day")),
        sa.CheckConstraint("count > 0", name=op.f("ck_reported_view_somebody_looked")),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_reported_view_person_candidate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_view")),
        sa.UniqueConstraint("member", "day", "record", "role", "purpose", "hour", name=op.f("uq_reported_view_member")),
    )
    op.create_index(op.f("ix_reported_view_day"), "reported_view", ["day"])
    op.create_index(op.f("ix_reported_view_person"), "reported_view", ["person"])

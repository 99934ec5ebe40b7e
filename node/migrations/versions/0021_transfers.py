"""Persons on their way from one comune's desk to another's."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'waiting', 'accepted', 'refused', 'cancelled')", name=op.f("ck_transfer_state_is_known")
        ),
        sa.CheckConstraint(
            "channel IN ('persona', 'telefono', 'email', 'carta')", name=op.f("ck_transfer_channel_is_known")
        ),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_transfer_person_candidate")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_transfer")),
        sa.UniqueConstraint("question", name=op.f("uq_transfer_question")),
    )
    op.create_index(op.f("ix_transfer_person"), "transfer", ["person"])
    op.create_index(
        "ix_transfer_under_way",
        "transfer",
        ["person"],
        unique=True,
        sqlite_where=sa.text("state IN ('sent', 'waiting')"),
        postgresql_where=sa.text("state IN ('sent', 'waiting')"),
    )
    op.create_table(
        "arrival",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused', 'unreadable')", name=op.f("ck_arrival_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (document IS NOT NULL)", name=op.f("ck_arrival_who_is_decided_leaves_no_record")
        ),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_arrival_person_candidate")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_arrival")),
        sa.UniqueConstraint("origin", "question", name=op.f("uq_arrival_origin_question")),
    )
    op.create_index(op.f("ix_arrival_person"), "arrival", ["person"])
    op.create_index(op.f("ix_arrival_state"), "arrival", ["state"])

"""What was asked of other desks, what of theirs was handled, and who has confirmed which erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mailbox_question",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("answer_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_question")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_mailbox_question_answer_id")),
    )
    op.create_index(op.f("ix_mailbox_question_closed_at"), "mailbox_question", ["closed_at"])
    op.create_index("ix_mailbox_question_topic_recipient", "mailbox_question", ["topic", "recipient", "asked_at"])
    op.create_table(
        "mailbox_received",
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("topic", sa.String(length=32), nullable=True),
        sa.Column("answer_id", sa.String(length=64), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("origin", "id", name=op.f("pk_mailbox_received")),
    )
    op.create_index(op.f("ix_mailbox_received_until"), "mailbox_received", ["until"])
    op.create_table(
        "erasure",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_closed_at"), "erasure", ["closed_at"])
    op.create_table(
        "erasure_holder",
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["erasure.record_id"],
            name=op.f("fk_erasure_holder_record_id_erasure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "member", name=op.f("pk_erasure_holder")),
    )
    op.create_table(
        "receipt_given",
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("origin", "audience", name=op.f("pk_receipt_given")),
    )

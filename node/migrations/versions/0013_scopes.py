"""How far a person lets her profile go, under which ids it went there, and who looked at whose."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "scope_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("comuni", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("notice_version", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("scope IN ('comune', 'comuni', 'rete')", name=op.f("ck_scope_choice_scope_is_known")),
        sa.CheckConstraint(
            "channel IN ('persona', 'telefono', 'email', 'carta')", name=op.f("ck_scope_choice_channel_is_known")
        ),
        sa.CheckConstraint(
            "scope = 'comune' OR until IS NOT NULL", name=op.f("ck_scope_choice_what_others_see_has_an_end")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_scope_choice_an_end_has_its_reason")
        ),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_scope_choice_person_candidate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_choice")),
    )
    op.create_index(op.f("ix_scope_choice_person"), "scope_choice", ["person"])
    op.create_index("ix_scope_choice_ended_at_until", "scope_choice", ["ended_at", "until"])
    op.create_index(
        "ix_scope_choice_current",
        "scope_choice",
        ["person"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "published_profile",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=True),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (document IS NOT NULL)", name=op.f("ck_published_profile_withdrawn_says_nothing")
        ),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_published_profile_person_candidate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_profile")),
    )
    op.create_index(op.f("ix_published_profile_person"), "published_profile", ["person"])
    op.create_table(
        "profile_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_view")),
    )
    op.create_index(op.f("ix_profile_view_origin"), "profile_view", ["origin", "at"])

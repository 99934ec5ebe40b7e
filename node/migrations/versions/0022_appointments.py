"""The agenda of the desks: who came, who is expected, when, and what was written to them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

MOMENT = sa.DateTime(timezone=True)
TAKEN = sa.text("state NOT IN ('moved', 'cancelled')")


def upgrade() -> None:
    make_visits()
    make_hours()
    make_appointments()


def make_visits() -> None:
    op.create_table(
        "visit",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("desk_ref", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["desk_ref"], ["desk.ref"], name=op.f("fk_visit_desk_ref_desk")),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_visit_person_candidate")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_person"), "visit", ["person"])
    op.create_index("ix_visit_desk_ref_at", "visit", ["desk_ref", "at"])


def make_hours() -> None:
    op.create_table(
        "opening",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("desk_ref", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_weekday_of_a_week")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_opening_takes_some_time")),
        sa.CheckConstraint("starts < ends", name=op.f("ck_opening_starts_before_it_ends")),
        sa.ForeignKeyConstraint(["desk_ref"], ["desk.ref"], name=op.f("fk_opening_desk_ref_desk")),
        sa.ForeignKeyConstraint(["operator"], ["operator.id"], name=op.f("fk_opening_operator_operator")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_desk_ref"), "opening", ["desk_ref"])
    op.create_index("ix_opening_operator_weekday", "opening", ["operator", "weekday"])
    op.create_table(
        "closing",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("desk_ref", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closing_first_day_comes_first")),
        sa.ForeignKeyConstraint(["desk_ref"], ["desk.ref"], name=op.f("fk_closing_desk_ref_desk")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_closing")),
    )
    op.create_index(op.f("ix_closing_desk_ref"), "closing", ["desk_ref"])


def make_appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("desk_ref", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("vacancy", sa.String(length=64), nullable=True),
        sa.Column("hold_until", MOMENT, nullable=True),
        sa.Column("moved_from", sa.String(length=64), nullable=True),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("called_by", sa.String(length=64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'booked', 'kept', 'missed', 'moved', 'cancelled')",
            name=op.f("ck_appointment_state_is_known"),
        ),
        sa.CheckConstraint("person IS NOT NULL OR name IS NOT NULL", name=op.f("ck_appointment_somebody_is_expected")),
        sa.CheckConstraint(
            "(state = 'requested') = (hold_until IS NOT NULL)", name=op.f("ck_appointment_a_request_has_its_end")
        ),
        sa.CheckConstraint("(called_at IS NULL) = (called_by IS NULL)", name=op.f("ck_appointment_called_by_somebody")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_appointment_takes_some_time")),
        sa.ForeignKeyConstraint(["desk_ref"], ["desk.ref"], name=op.f("fk_appointment_desk_ref_desk")),
        sa.ForeignKeyConstraint(["operator"], ["operator.id"], name=op.f("fk_appointment_operator_operator")),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_appointment_person_candidate")),
        sa.ForeignKeyConstraint(
            ["moved_from"], ["appointment.ref"], name=op.f("fk_appointment_moved_from_appointment")
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_person"), "appointment", ["person"])
    op.create_index(op.f("ix_appointment_moved_from"), "appointment", ["moved_from"])
    op.create_index("ix_appointment_starts_at_state", "appointment", ["starts_at", "state"])
    op.create_index(
        "ix_appointment_taken",
        "appointment",
        ["operator", "starts_at"],
        unique=True,
        sqlite_where=TAKEN,
        postgresql_where=TAKEN,
    )
    op.create_table(
        "appointment_letter",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_appointment_letter_sent_or_given_up")
        ),
        sa.ForeignKeyConstraint(
            ["appointment"],
            ["appointment.ref"],
            name=op.f("fk_appointment_letter_appointment_appointment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_appointment_letter")),
        sa.UniqueConstraint("appointment", "kind", name=op.f("uq_appointment_letter_appointment")),
    )
    op.create_index("ix_appointment_letter_sent_at_due_at", "appointment_letter", ["sent_at", "due_at"])

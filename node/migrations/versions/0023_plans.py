"""What the desk and a person agree to do, and how she is later."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("led_by", sa.String(length=64), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["candidate.ref"], name=op.f("fk_plan_person_candidate")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_plan")),
    )
    op.create_index(op.f("ix_plan_person"), "plan", ["person"])
    op.create_index(op.f("ix_plan_led_by"), "plan", ["led_by"])
    op.create_index(
        "ix_plan_current",
        "plan",
        ["person"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "plan_step",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("doer", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("doer IN ('persona', 'sportello')", name=op.f("ck_plan_step_doer_is_known")),
        sa.CheckConstraint("state IN ('da-fare', 'fatto', 'lasciato')", name=op.f("ck_plan_step_state_is_known")),
        sa.CheckConstraint("(state = 'fatto') = (done_on IS NOT NULL)", name=op.f("ck_plan_step_done_has_its_day")),
        sa.ForeignKeyConstraint(["plan"], ["plan.ref"], name=op.f("fk_plan_step_plan_plan")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_plan_step")),
    )
    op.create_index(op.f("ix_plan_step_plan"), "plan_step", ["plan"])
    op.create_table(
        "follow_up",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (asked_on IS NULL)", name=op.f("ck_follow_up_an_outcome_has_its_day")),
        sa.ForeignKeyConstraint(["plan"], ["plan.ref"], name=op.f("fk_follow_up_plan_plan")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_plan"), "follow_up", ["plan"])
    op.create_index("ix_follow_up_outcome_due_on", "follow_up", ["outcome", "due_on"])

"""The first tables: register, audit, operators, desks, employers, vacancies.

There is no way back: a program older than its database refuses to start, so nobody needs one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_register()
    create_register_state()
    create_audit()
    create_operator()
    create_operator_session()
    create_failed_log_in()
    create_desk()
    create_employer()
    create_vacancy()


def create_register() -> None:
    op.create_table(
        "register",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("not_after", MOMENT, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("renew_at", MOMENT, nullable=True),
        sa.Column("is_withdrawal", sa.Boolean(), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(seq IS NULL) = (line IS NULL)", name=op.f("ck_register_signed_rows_keep_their_bytes")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_register")),
        sa.UniqueConstraint("id", name=op.f("uq_register_id")),
    )
    op.create_index("ix_register_audience", "register", ["audience", "kind", "seq", "issued_at"])
    op.create_index(
        "ix_register_dirty",
        "register",
        ["dirty"],
        sqlite_where=sa.text("dirty = 1"),
        postgresql_where=sa.text("dirty = true"),
    )
    op.create_index("ix_register_epoch_seq", "register", ["epoch", "seq"], unique=True)
    op.create_index(op.f("ix_register_expires_at"), "register", ["expires_at"])
    op.create_index(op.f("ix_register_renew_at"), "register", ["renew_at"])


def create_register_state() -> None:
    op.create_table(
        "register_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("publisher", sa.String(length=40), nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_state")),
    )


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_kind"), "audit", ["kind", "ref"])


def create_operator() -> None:
    op.create_table(
        "operator",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "role IN ('amministratore', 'operatore', 'coordinatore')", name=op.f("ck_operator_role_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("username", name=op.f("uq_operator_username")),
    )


def create_operator_session() -> None:
    op.create_table(
        "operator_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_operator_session_operator_id_operator"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_operator_session")),
    )
    op.create_index(op.f("ix_operator_session_operator_id"), "operator_session", ["operator_id"])


def create_failed_log_in() -> None:
    op.create_table(
        "failed_log_in",
        sa.Column("pair_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("pair_hash", name=op.f("pk_failed_log_in")),
    )


def create_desk() -> None:
    op.create_table(
        "desk",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("comune", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("authorisation", sa.String(length=300), nullable=True),
        sa.Column("authorised_on", sa.Date(), nullable=True),
        sa.Column("authorisation_body", sa.String(length=200), nullable=True),
        sa.Column("comuni", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(authorisation IS NULL) = (authorised_on IS NULL)", name=op.f("ck_desk_authorisation_has_its_day")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_desk_has_a_name")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_desk")),
    )


def create_employer() -> None:
    op.create_table(
        "employer",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("folded_name", sa.String(length=400), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=True),
        sa.Column("vat_number", sa.String(length=11), nullable=True),
        sa.Column("tax_code", sa.String(length=16), nullable=True),
        sa.Column("sector", sa.String(length=8), nullable=True),
        sa.Column("comune", sa.String(length=6), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("followed_by_desk", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", MOMENT, nullable=True),
        sa.Column("suspension_reason", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(suspended_at IS NULL) = (suspension_reason IS NULL)", name=op.f("ck_employer_suspension_has_its_reason")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_employer_has_a_name")),
        sa.CheckConstraint("length(vat_number) = 11", name=op.f("ck_employer_vat_number_has_11_digits")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_employer")),
    )
    op.create_index(op.f("ix_employer_folded_name"), "employer", ["folded_name"])
    op.create_index(op.f("ix_employer_vat_number"), "employer", ["vat_number"])


def create_vacancy() -> None:
    op.create_table(
        "vacancy",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("folded_title", sa.String(length=600), nullable=False),
        sa.Column("employer_ref", sa.String(length=64), nullable=True),
        sa.Column("employer_hidden", sa.Boolean(), nullable=False),
        sa.Column("desk_ref", sa.String(length=64), nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("comune", sa.String(length=6), nullable=True),
        sa.Column("contract", sa.String(length=20), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("how_to_apply", sa.Text(), nullable=True),
        sa.Column("occupation", sa.String(length=4), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tasks", sa.Text(), nullable=True),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.Column("remote", sa.String(length=10), nullable=True),
        sa.Column("hours", sa.String(length=15), nullable=True),
        sa.Column("shifts", sa.Boolean(), nullable=False),
        sa.Column("weekly_hours", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("positions", sa.Integer(), nullable=False),
        sa.Column("pay_min", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("pay_max", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("pay_period", sa.String(length=10), nullable=True),
        sa.Column("education", sa.String(length=1), nullable=True),
        sa.Column("experience", sa.String(length=20), nullable=True),
        sa.Column("licences", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("reserved", sa.String(length=10), nullable=True),
        sa.Column("sector", sa.String(length=8), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ccnl", sa.String(length=200), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("positions_filled", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("renewed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("submitted_as", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_vacancy_outcome_iff_closed")),
        sa.CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)", name=op.f("ck_vacancy_published_unless_draft")
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'expired')) = (ended_at IS NOT NULL)", name=op.f("ck_vacancy_ended_iff_over")
        ),
        sa.CheckConstraint("outcome IN ('sportello', 'altri', 'ritirata')", name=op.f("ck_vacancy_outcome_is_known")),
        sa.CheckConstraint(
            "state = 'draft' OR (title IS NOT NULL AND desk_ref IS NOT NULL AND contract IS NOT NULL AND closes_on IS NOT NULL AND how_to_apply IS NOT NULL)",
            name=op.f("ck_vacancy_complete_unless_draft"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'closed', 'expired')", name=op.f("ck_vacancy_state_is_known")
        ),
        sa.CheckConstraint(
            "(pay_min IS NULL AND pay_max IS NULL) OR pay_period IS NOT NULL",
            name=op.f("ck_vacancy_pay_has_its_period"),
        ),
        sa.CheckConstraint("pay_min <= pay_max", name=op.f("ck_vacancy_pay_min_up_to_pay_max")),
        sa.CheckConstraint("pay_min >= 0 AND pay_max >= 0", name=op.f("ck_vacancy_pay_not_negative")),
        sa.CheckConstraint("positions > 0", name=op.f("ck_vacancy_positions_above_zero")),
        sa.CheckConstraint("positions_filled >= 0", name=op.f("ck_vacancy_positions_filled_not_negative")),
        sa.CheckConstraint("weekly_hours > 0 AND weekly_hours <= 60", name=op.f("ck_vacancy_weekly_hours_of_a_week")),
        sa.ForeignKeyConstraint(["desk_ref"], ["desk.ref"], name=op.f("fk_vacancy_desk_ref_desk")),
        sa.ForeignKeyConstraint(["employer_ref"], ["employer.ref"], name=op.f("fk_vacancy_employer_ref_employer")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_vacancy")),
        sa.UniqueConstraint("submitted_as", name=op.f("uq_vacancy_submitted_as")),
    )
    op.create_index(op.f("ix_vacancy_comune"), "vacancy", ["comune"])
    op.create_index(op.f("ix_vacancy_desk_ref"), "vacancy", ["desk_ref"])
    op.create_index(op.f("ix_vacancy_employer_ref"), "vacancy", ["employer_ref"])
    op.create_index(op.f("ix_vacancy_ended_at"), "vacancy", ["ended_at"])
    op.create_index(op.f("ix_vacancy_published_at"), "vacancy", ["published_at"])
    op.create_index("ix_vacancy_state_closes_on", "vacancy", ["state", "closes_on"])

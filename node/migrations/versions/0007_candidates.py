"""The persons whom a desk accompanies."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "candidate",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("folded_name", sa.String(length=400), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("phone_digits", sa.String(length=15), nullable=True),
        sa.Column("phone_is_shared", sa.Boolean(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("reach", sa.String(length=300), nullable=True),
        sa.Column("trades", sa.JSON(), nullable=False),
        sa.Column("notice_version", sa.String(length=20), nullable=False),
        sa.Column("notice_given_at", MOMENT, nullable=False),
        sa.Column("notice_given_by", sa.String(length=64), nullable=False),
        sa.Column("tax_code", sa.String(length=16), nullable=True),
        sa.Column("tax_code_reason", sa.String(length=300), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("birthplace", sa.String(length=80), nullable=True),
        sa.Column("residence", sa.String(length=6), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("domicile", sa.String(length=6), nullable=True),
        sa.Column("domicile_address", sa.String(length=200), nullable=True),
        sa.Column("guardian_name", sa.String(length=160), nullable=True),
        sa.Column("guardian_phone", sa.String(length=40), nullable=True),
        sa.Column("permit", sa.String(length=20), nullable=True),
        sa.Column("permit_until", sa.Date(), nullable=True),
        sa.Column("situation", sa.String(length=20), nullable=True),
        sa.Column("situation_since", sa.Date(), nullable=True),
        sa.Column("benefit", sa.String(length=20), nullable=True),
        sa.Column("did_on", sa.Date(), nullable=True),
        sa.Column("did_source", sa.String(length=20), nullable=True),
        sa.Column("education", sa.String(length=1), nullable=True),
        sa.Column("education_title", sa.String(length=200), nullable=True),
        sa.Column("experiences", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("licences", sa.JSON(), nullable=False),
        sa.Column("own_transport", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.String(length=15), nullable=True),
        sa.Column("contracts", sa.JSON(), nullable=False),
        sa.Column("shifts", sa.Boolean(), nullable=False),
        sa.Column("nights", sa.Boolean(), nullable=False),
        sa.Column("weekends", sa.Boolean(), nullable=False),
        sa.Column("radius_km", sa.Integer(), nullable=True),
        sa.Column("excluded_employers", sa.JSON(), nullable=False),
        sa.Column("excluded_sectors", sa.JSON(), nullable=False),
        sa.Column("reserved", sa.String(length=10), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.Column("followed_until", MOMENT, nullable=True),
        sa.Column("submitted_as", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(trim(given_name)) > 0 AND length(trim(family_name)) > 0", name=op.f("ck_candidate_has_a_name")
        ),
        sa.CheckConstraint("sex IN ('F', 'M')", name=op.f("ck_candidate_sex_is_known")),
        sa.CheckConstraint("did_on IS NULL OR did_source IS NOT NULL", name=op.f("ck_candidate_did_has_its_source")),
        sa.CheckConstraint("radius_km > 0", name=op.f("ck_candidate_radius_above_zero")),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_candidate")),
        sa.UniqueConstraint("submitted_as", name=op.f("uq_candidate_submitted_as")),
    )
    op.create_index(op.f("ix_candidate_folded_name"), "candidate", ["folded_name"])
    op.create_index(op.f("ix_candidate_phone_digits"), "candidate", ["phone_digits"])
    op.create_index(op.f("ix_candidate_tax_code"), "candidate", ["tax_code"])
    op.create_index("ix_candidate_followed_until_folded_name", "candidate", ["followed_until", "folded_name"])

"""The lists of persons are read from an index alone: their order, and the telephone that is searched for."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.drop_index("ix_candidate_followed_until_folded_name", table_name="candidate")
    op.create_index("ix_candidate_lists", "candidate", ["followed_until", "folded_name", "ref", "phone_digits"])

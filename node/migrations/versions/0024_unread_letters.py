"""Why the recipient of a letter could not read it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("mailbox_question") as table:
        table.add_column(sa.Column("unread", sa.String(length=20), nullable=True))

"""The audit becomes a chain; what is there already is chained in the order in which it was written."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BEGINNING = "0" * 64
AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String) for name in ("actor", "verb", "kind", "ref", "before")),
    sa.column("facts", sa.JSON),
    sa.column("place", sa.BigInteger),
)


def upgrade() -> None:
    op.add_column("audit", sa.Column("place", sa.BigInteger(), nullable=True))
    op.add_column("audit", sa.Column("before", sa.String(length=64), nullable=True))
    chained = op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("anchor_place", sa.BigInteger(), nullable=False),
        sa.Column("anchor_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    connection, place, before = op.get_bind(), 0, BEGINNING
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings().all():
        place += 1
        connection.execute(sa.update(AUDIT).where(AUDIT.c.id == row["id"]).values(place=place, before=before))
        told = {name: row[name] for name in ("actor", "verb", "kind", "ref", "facts")}
        at = aware(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
        entry = told | {"at": at, "place": place, "before": before}
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256(text.encode()).hexdigest()
    beginning = {"id": 1, "place": place, "hash": before, "anchor_place": 0, "anchor_hash": BEGINNING}
    op.bulk_insert(chained, [beginning])
    op.create_index(op.f("ix_audit_place"), "audit", ["place"], unique=True)


def aware(moment: datetime) -> datetime:
    """SQLite forgets time zones."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment

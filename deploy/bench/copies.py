"""A replica filled with documents at once, as if they had all arrived: what a large network leaves on a node's disk.

Signing and verifying a hundred thousand records is the business of another benchmark. The search reads copies whose
signatures were verified on arrival, so these carry none.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import update

from federation import replica
from federation.database import Database, insert_into
from federation.head import bucket_of
from federation.replica import Copy, ReplicaState

TOGETHER = 5_000
LIFETIME = timedelta(days=60)

Record = tuple[str, str, Mapping[str, Any] | None]
"""Origin, id, and the document; None where the record is withdrawn."""


def hold(database: Database, records: Iterable[Record], now: datetime) -> None:
    """Add copies of these records, each in the place of an older one if there is any; some thousands a transaction."""
    coming = iter(records)
    while some := list(islice(coming, TOGETHER)):
        with database.writing() as session:
            last = replica.lock(session).position
            adding = insert_into(session, Copy.__table__)
            replaced = {column.name: adding.excluded[column.name] for column in Copy.__table__.c}
            session.execute(
                adding.on_conflict_do_update(index_elements=["origin", "id"], set_=replaced),
                list(rows(some, last, now)),
            )
            session.execute(update(ReplicaState).values(position=last + len(some)))
            session.commit()


def rows(records: Sequence[Record], last: int, now: datetime) -> Iterator[dict[str, Any]]:
    """The columns of a copy; `last` is the position of the one before."""
    for position, (origin, record, document) in enumerate(records, last + 1):
        line = json.dumps({"payload": json.dumps({"body": document}, ensure_ascii=False)}).encode()
        yield {
            "origin": origin,
            "id": record,
            "kind": "vacancy",
            "audience": "public",
            "bucket": bucket_of(record),
            "epoch": 1,
            "seq": position,
            "issued_at": now,
            "not_after": now + LIFETIME,
            "position": position,
            "withdrawn": document is None,
            "problem": None,
            "received_at": now,
            "source": origin,
            "kid": "",
            "digest": hashlib.sha256(line).hexdigest(),
            "size": len(line),
            "line": line,
        }

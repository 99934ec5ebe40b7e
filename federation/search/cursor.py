"""How far an index has read which replica: noted in the index itself, in the commit of what was read."""

import json
from datetime import date
from typing import NamedTuple

import tantivy

from federation.search import documents
from federation.search.snapshot import Snapshot


class Cursor(NamedTuple):
    """`begun_on`: the day from which this index counts how fresh a vacancy is."""

    feed: str
    position: int
    begun_on: date


def bearing(cursor: Cursor) -> tantivy.Document:
    """The cursor's document. Its time has run out for ever, so no search finds it."""
    told = json.dumps([cursor.feed, cursor.position, cursor.begun_on.isoformat()])
    document = tantivy.Document(key=documents.CURSOR_TERM, until=0)
    document.add_bytes("card", documents.card("", [told]))
    return document


def borne(snapshot: Snapshot) -> Cursor | None:
    """The cursor of an index; None for one that nobody has written to."""
    if snapshot.cursor is None:
        return None
    feed, position, begun_on = json.loads(snapshot.cursor)
    return Cursor(feed, position, date.fromisoformat(begun_on))

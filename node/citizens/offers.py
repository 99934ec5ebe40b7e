"""A vacancy as citizens read it: the document of its origin, how far it is, and how fresh the promise is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from federation import replica
from federation.members import Roster
from federation.search import text
from federation.search.query import Hit, Results
from node.health.queries import GREY, HIDDEN

NEW_FOR = timedelta(days=2)
TEXTS = ("description", "tasks", "requirements", "offer")


@dataclass(frozen=True)
class Offer:
    """One vacancy. `source` is who published it; `title` and `snippet` are pieces (text, whether it was searched)."""

    origin: str
    id: str
    document: Mapping[str, Any]
    source: str
    confirmed_at: datetime | None
    distance_km: float | None = None
    stems: Collection[str] = frozenset()

    @property
    def title(self) -> text.Segments:
        return text.highlight(self.document["title"], self.stems)

    @property
    def snippet(self) -> text.Segments:
        """Where the text has what was searched; nothing without words, because a list must stay short on a phone."""
        if not self.stems:
            return []
        told = " ".join(self.document[name] for name in TEXTS if self.document.get(name))
        return text.snippet(told, self.stems, 180) if told else []

    def is_new(self, today: date) -> bool:
        return today - date.fromisoformat(self.document["published_on"]) < NEW_FOR

    def is_grey(self, now: datetime) -> bool:
        """Whether its comune has not confirmed it for three days."""
        return self.confirmed_at is None or now - self.confirmed_at > GREY


class Shelf:
    """The copies of this node during one request, with who is who and how fresh everybody is."""

    def __init__(self, session: Session, roster: Roster, now: datetime):
        self.session, self.roster, self.now = session, roster, now
        self.confirmed = replica.confirmed_at(session)

    @property
    def stale(self) -> frozenset[str]:
        """Origins that have confirmed nothing for three weeks: out of the usual results."""
        return frozenset(origin for origin, when in self.confirmed.items() if self.now - when > HIDDEN)

    @property
    def updated_at(self) -> datetime | None:
        """When the network last said anything."""
        return max(self.confirmed.values(), default=None)

    def name_of(self, origin: str) -> str:
        member = self.roster.members.get(origin)
        return member.name if member else origin

    def offers(self, results: Results) -> list[Offer]:
        """The vacancies of a page of results, in its order; one that has just left the replica is left out."""
        copies = replica.many(self.session, [(hit.origin, hit.id) for hit in results.hits])
        return [
            self.offer(copies[hit.origin, hit.id], hit, results.stems)
            for hit in results.hits
            if self.is_held(copies, hit)
        ]

    def is_held(self, copies: Mapping[tuple[str, str], replica.Copy], hit: Hit) -> bool:
        copy = copies.get((hit.origin, hit.id))
        return copy is not None and copy.used and copy.not_after > self.now

    def offer(self, copy: replica.Copy, hit: Hit | None = None, stems: Collection[str] = frozenset()) -> Offer:
        return Offer(
            copy.origin,
            copy.id,
            copy.body,
            self.name_of(copy.origin),
            self.confirmed.get(copy.origin),
            hit.distance_km if hit else None,
            stems,
        )

    def vacancy(self, origin: str, id: str) -> replica.Copy | None:
        """The copy of a vacancy that is open now."""
        copy = replica.get(self.session, origin, id)
        is_open = copy is not None and copy.kind == "vacancy" and copy.audience == "public" and copy.used
        return copy if copy is not None and is_open and copy.not_after > self.now else None

    def was_known(self, origin: str, id: str) -> bool:
        """Whether there was such a record once: withdrawn, expired or dropped."""
        copy = self.session.get(replica.Copy, (origin, id))
        return copy is not None and copy.kind == "vacancy" and copy.audience == "public"

    def desk(self, origin: str, id: str) -> Mapping[str, Any] | None:
        copy = replica.get(self.session, origin, id)
        return copy.body if copy is not None and copy.kind == "desk" and copy.used else None

    def desks(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every desk of the network with the name of who published it, by comune."""
        found = [
            (self.name_of(copy.origin), copy.body)
            for copy in replica.live(self.session, "desk")
            if copy.audience == "public"
        ]
        return sorted(found, key=lambda desk: (desk[1]["comune"]["name"], desk[1]["name"]))

    def desks_of(self, origin: str) -> Iterable[Mapping[str, Any]]:
        return [copy.body for copy in replica.live(self.session, "desk", origin) if copy.audience == "public"]

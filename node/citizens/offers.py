"""A vacancy as citizens read it: the document of its origin, how far it is, and how fresh the promise is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from federation import replica
from federation.members import Roster
from federation.search import text
from federation.search.query import Hit, Results
from node.core.rooms import rooms

NEW_FOR = timedelta(days=2)
TEXTS = ("description", "tasks", "requirements", "offer")
SNIPPET_LENGTH = 180
BEGINNING = 4
"""Letters that all forms of a word share: "saldatrice" has the stem "saldator"."""


@dataclass(frozen=True)
class Offer:
    """One vacancy. `source` is who published it; `title` and `snippet` are pieces (text, whether it was searched).

    `also`: the same vacancy as others posted it, or in other places.
    """

    origin: str
    id: str
    document: Mapping[str, Any]
    source: str
    confirmed_at: datetime | None
    distance_km: float | None = None
    stems: Collection[str] = frozenset()
    also: tuple["Offer", ...] = ()

    @property
    def title(self) -> text.Segments:
        return text.highlight(self.document["title"], self.stems)

    @property
    def snippet(self) -> text.Segments:
        """Where the text has what was searched; nothing without words, because a list must stay short on a phone."""
        texts = [self.document[name] for name in TEXTS if self.document.get(name)] if self.stems else []
        if not texts:
            return []
        telling = next((each for each in texts if self.may_say(each)), None)
        return text.snippet(telling or texts[0], self.stems if telling else (), SNIPPET_LENGTH)

    def may_say(self, told: str) -> bool:
        """Whether a text may have a searched word, by its beginning: cheaper than cutting every text into words."""
        lowered = told.lower()
        return any(stem[:BEGINNING] in lowered for stem in self.stems)

    def is_new(self, today: date) -> bool:
        return today - date.fromisoformat(self.document["published_on"]) < NEW_FOR

    def is_grey(self, now: datetime) -> bool:
        """Whether its comune has not confirmed it for so long that it may be gone."""
        return self.confirmed_at is None or now - self.confirmed_at > rooms().config.grey_after


class Shelf:
    """The copies of this node during one request, with who is who and how fresh everybody is."""

    def __init__(self, session: Session, roster: Roster, now: datetime):
        self.session, self.roster, self.now = session, roster, now
        self.confirmed = replica.confirmed_at(session)

    @property
    def stale(self) -> frozenset[str]:
        """Origins that have confirmed nothing for three weeks: out of the usual results."""
        return replica.silent_origins(self.confirmed, self.now)

    @property
    def updated_at(self) -> datetime | None:
        """When the network last said anything."""
        return max(self.confirmed.values(), default=None)

    def name_of(self, origin: str) -> str:
        member = self.roster.members.get(origin)
        return member.name if member else origin

    def offers(self, results: Results) -> list[Offer]:
        """The vacancies of a page of results, in its order; one that has just left the replica is left out."""
        return self.of_hits(results.hits, results.stems)

    def close(self, results: Results) -> list[Offer]:
        """Those that have less of what is wanted, behind a short list."""
        return self.of_hits(results.close, results.stems)

    def of_hits(self, hits: Sequence[Hit], stems: Collection[str] = frozenset()) -> list[Offer]:
        """The same for whatever the index has found, each with those that are the same."""
        asked = [(hit.origin, hit.id) for group in hits for hit in (group, *group.also)]
        open_ones = self.open_ones(asked)
        offers = []
        for group in hits:
            held = [hit for hit in (group, *group.also) if (hit.origin, hit.id) in open_ones]
            same = [self.offer(open_ones[hit.origin, hit.id], hit, stems) for hit in held]
            offers += [replace(same[0], also=tuple(same[1:]))] if len(same) > 1 else same
        return offers

    def open_ones(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], replica.Document]:
        """Those of the vacancies (origin, id) that this version can show, now."""
        return replica.documents(self.session, "vacancy", "public", names, self.now)

    def is_open(self, copy: replica.Copy | None) -> bool:
        """Whether this version can show it, now."""
        is_vacancy = copy is not None and copy.kind == "vacancy" and copy.audience == "public"
        return copy is not None and is_vacancy and copy.used and copy.not_after > self.now

    def offer(
        self, copy: replica.Copy | replica.Document, hit: Hit | None = None, stems: Collection[str] = frozenset()
    ) -> Offer:
        return Offer(
            copy.origin,
            copy.id,
            copy.body,
            self.name_of(copy.origin),
            self.confirmed.get(copy.origin),
            hit.distance_km if hit else None,
            stems,
        )

    def kept(self, names: Sequence[tuple[str, str]]) -> list[Offer]:
        """Those of the vacancies (origin, id) that are still open, in their order."""
        open_ones = self.open_ones(names)
        return [self.offer(open_ones[name]) for name in names if name in open_ones]

    def vacancy(self, origin: str, id: str) -> replica.Copy | None:
        """The copy of a vacancy that is open now."""
        copy = replica.get(self.session, origin, id)
        return copy if self.is_open(copy) else None

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

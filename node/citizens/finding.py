"""One search from question to page: the index answers, the replica shows."""

from dataclasses import dataclass, replace
from functools import partial

from federation.search import similar as alike
from federation.search.query import Results, count, search
from node.citizens.offers import Offer, Shelf
from node.citizens.otherwise import Otherwise, instead_of
from node.citizens.question import Asked
from node.core import clock
from node.core.rooms import rooms


@dataclass(frozen=True)
class Found:
    """A page of offers; `otherwise`: where nothing was found, what does find something.

    `close`: behind a short list, those that have less of what was asked for.
    """

    results: Results
    offers: list[Offer]
    close: list[Offer]
    shelf: Shelf
    otherwise: Otherwise


def find(question: Asked) -> Found:
    """The page of offers that answers a question."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        results = answer(question, shelf)
        if results.total:
            return Found(results, shelf.offers(results), shelf.close(results), shelf, Otherwise())
        otherwise = instead_of(question, partial(answer, shelf=shelf), partial(total, shelf=shelf))
        return Found(results, [], [], shelf, otherwise)


def answer(question: Asked, shelf: Shelf) -> Results:
    return search(rooms().index, question.request(shelf.now, shelf.stale))


def total(question: Asked, shelf: Shelf) -> int:
    return count(rooms().index, question.request(shelf.now, shelf.stale))


def similar(shelf: Shelf, offer: Offer, wanted: int) -> list[Offer]:
    """Other open vacancies for whoever reads this one."""
    own = (offer.origin, offer.id)
    return shelf.of_hits(alike.similar(rooms().index, offer.document, shelf.now, shelf.stale, own, wanted))


def newest(shelf: Shelf, wanted: int, origin: str | None = None) -> list[Offer]:
    """The latest vacancies of the network, or of one node."""
    request = Asked(page_size=wanted, sort="recent").request(shelf.now, shelf.stale)
    return shelf.offers(search(rooms().index, replace(request, origin=(origin,) if origin else ())))

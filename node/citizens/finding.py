"""One search from question to page: the index answers, the replica shows."""

from dataclasses import dataclass

from federation.search.query import Results, search
from node.citizens.asked import Asked
from node.citizens.offers import Offer, Shelf
from node.core import clock
from node.core.rooms import rooms

WIDER_KM = (10, 25, 50, 100)


@dataclass(frozen=True)
class Found:
    """`wider`: where a search near a place found nothing, the radii that do, with how many."""

    results: Results
    offers: list[Offer]
    shelf: Shelf
    wider: list[tuple[int, int]]


def find(question: Asked) -> Found:
    """The page of offers that answers a question."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        results = search(rooms().index, question.request(shelf.now, shelf.stale))
        return Found(results, shelf.offers(results), shelf, [] if results.total else wider(question, shelf))


def wider(question: Asked, shelf: Shelf) -> list[tuple[int, int]]:
    """The larger radii in which there is something, each with its count; each counted once."""
    if question.near is None:
        return []
    found: list[tuple[int, int]] = []
    for radius_km in WIDER_KM:
        if radius_km > (question.radius_km or 0):
            total = search(rooms().index, question.within(radius_km).request(shelf.now, shelf.stale)).total
            if total and (not found or total > found[-1][1]):
                found.append((radius_km, total))
    return found


def similar(shelf: Shelf, offer: Offer, count: int) -> list[Offer]:
    """Other open vacancies with words of the same title, the best first."""
    question = Asked(text=offer.document["title"], page_size=count + 1)
    results = search(rooms().index, question.request(shelf.now, shelf.stale))
    return [each for each in shelf.offers(results) if (each.origin, each.id) != (offer.origin, offer.id)][:count]


def newest(shelf: Shelf, count: int) -> list[Offer]:
    results = search(rooms().index, Asked(page_size=count, sort="recent").request(shelf.now, shelf.stale))
    return shelf.offers(results)

"""One search from question to page: the index answers, the replica shows."""

from dataclasses import dataclass, replace

from federation.search import places
from federation.search.query import Results, search
from federation.search.request import SearchRequest
from node.citizens.asked import Asked
from node.citizens.offers import Offer, Shelf
from node.core import clock
from node.core.rooms import rooms

WIDER_KM = (10, 25, 50, 100)


@dataclass(frozen=True)
class Found:
    """`wider`, `looser`: where nothing was found, the radii and the searches with a part less that do, with how many."""

    results: Results
    offers: list[Offer]
    shelf: Shelf
    wider: list[tuple[int, int]]
    looser: list[tuple[str, str, int]]


def find(question: Asked) -> Found:
    """The page of offers that answers a question."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        results = search(rooms().index, question.request(shelf.now, shelf.stale))
        if results.total:
            return Found(results, shelf.offers(results), shelf, [], [])
        return Found(results, [], shelf, wider(question, shelf), looser(question, shelf))


def wider(question: Asked, shelf: Shelf) -> list[tuple[int, int]]:
    """The larger radii in which there is something, each with its count; each counted once."""
    if question.near is None:
        return []
    found: list[tuple[int, int]] = []
    for radius_km in WIDER_KM:
        if radius_km > (question.radius_km or 0):
            total = count(question.within(radius_km), shelf)
            if total and (not found or total > found[-1][1]):
                found.append((radius_km, total))
    return found


def looser(question: Asked, shelf: Shelf) -> list[tuple[str, str, int]]:
    """Each part (parameter, value) without which there is something, with how many."""
    parts = question.parts()
    counted = [(name, value, count(question.without(name, value), shelf)) for name, value in parts if len(parts) > 1]
    return [each for each in counted if each[2]]


def count(question: Asked, shelf: Shelf) -> int:
    return search(rooms().index, question.request(shelf.now, shelf.stale)).total


def similar(shelf: Shelf, offer: Offer, wanted: int) -> list[Offer]:
    """Other open vacancies for whoever reads this one: the same trade, the nearest first, then words of its title."""
    document, found = offer.document, {}
    centre = places.code_of(document["places"][0])
    near = centre if places.point(centre) else None
    common = SearchRequest(now=shelf.now, stale_origins=shelf.stale, near=near, page_size=wanted + 1)
    searches = [replace(common, text=document["title"])]
    if trade := document.get("occupation"):
        searches.insert(0, replace(common, occupation=(trade,), sort="distance" if near else "recent"))
    for request in searches:
        found |= {(each.origin, each.id): each for each in shelf.offers(search(rooms().index, request))}
    found.pop((offer.origin, offer.id), None)
    return list(found.values())[:wanted]


def newest(shelf: Shelf, wanted: int, origin: str | None = None) -> list[Offer]:
    """The latest vacancies of the network, or of one node."""
    request = Asked(page_size=wanted, sort="recent").request(shelf.now, shelf.stale)
    return shelf.offers(search(rooms().index, replace(request, origin=(origin,) if origin else ())))

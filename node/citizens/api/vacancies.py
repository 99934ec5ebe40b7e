"""The vacancies of the network for programs: the search as the page does it, and one vacancy whole."""

from typing import Any, NoReturn

from flask import abort
from werkzeug.datastructures import MultiDict

from federation.search.places import code_of
from federation.search.understanding import Exclusion, Part
from node.citizens import asked, finding
from node.citizens.addresses import of_vacancy
from node.citizens.filters import label_of
from node.citizens.offers import Offer, Shelf
from node.citizens.question import filter_of
from node.citizens.reach import nearest_km
from node.citizens.vacancy_page import is_over
from node.core import clock
from node.core.i18n import km
from node.core.rooms import rooms
from schemas.lookups import VacancyQuery
from schemas.messages import Message

VACANCY = VacancyQuery()
PARAMETERS = {"near": "comune", "place": "comune"}
"""What the search by form calls otherwise."""


def vacancies(sent: MultiDict[str, str]) -> dict[str, Any]:
    """The page of vacancies that answers a question, with counts over all. Raises BadQuestion."""
    question = asked.from_query(sent)
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        results = finding.answer(question, shelf)
        offers = shelf.offers(results)
    return {
        "total": results.total,
        "groups": results.groups,
        "facets": results.facets,
        "understood": [understood(part) for part in question.parts],
        "excluded": [excluded(each) for each in question.excluded],
        "meant": results.meant,
        "items": [in_list(offer) for offer in offers],
        "page": results.page,
        "page_size": results.page_size,
        "took_ms": round(results.took_ms, 2),
    }


def vacancy(sent: MultiDict[str, str], origin: str, id: str) -> dict[str, Any]:
    """One open vacancy. 410 when it is over, 404 when nobody has heard of it. Raises BadQuestion."""
    near = asked.load(VACANCY, sent)["comune"]
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        copy = shelf.vacancy(origin, id)
        if copy is None or is_over(copy, shelf):
            leave(shelf, origin, id)
        offer = shelf.offer(copy)
        return {
            **named(offer),
            "distance_km": rounded(nearest_km(offer.document, code_of(near)) if near else None),
            "is_confirmed": not offer.is_grey(shelf.now),
            "valid_until": copy.not_after,
            "document": offer.document,
            "desk": shelf.desk(origin, offer.document["desk"]),
        }


def understood(part: Part) -> dict[str, Any]:
    """What a part of the words says, as the parameter of this API that says the same."""
    name, value = filter_of(part), str(part.value)
    return {
        "name": PARAMETERS.get(name, name),
        "value": value,
        "label": label(name, value, part.words),
        "words": part.words,
        "ambiguous": part.ambiguous,
    }


def label(name: str, value: str, words: str) -> str:
    """What people call it; an employer as it was typed, since its value is folded."""
    match name:
        case "near":
            return label_of("place", value)
        case "radius_km":
            return km(int(value))
        case "employer":
            return words
        case _:
            return label_of(name, value)


def excluded(told: Exclusion) -> dict[str, Any]:
    return {"words": told.words, "filters": told.filters}


def leave(shelf: Shelf, origin: str, id: str) -> NoReturn:
    """410 for what was there once, 404 for what never was."""
    if shelf.was_known(origin, id):
        abort(410, Message("L’offerta {id} di {origin} è stata chiusa o è scaduta.", id=id, origin=origin))
    abort(404, Message("Non conosciamo l’offerta {id} di {origin}.", id=id[:64], origin=origin[:40]))


def in_list(offer: Offer) -> dict[str, Any]:
    document = offer.document
    return {
        **document,
        **named(offer),
        **where(offer),
        "places": [place | {"code": code_of(place)} for place in document["places"]],
        "distance_km": rounded(offer.distance_km),
        "also": [named(each) | where(each) for each in offer.also],
    }


def named(offer: Offer) -> dict[str, Any]:
    """Which vacancy this is, who published it, and when that was last confirmed."""
    return {
        "origin": offer.origin,
        "id": offer.id,
        "source": offer.source,
        "confirmed_at": offer.confirmed_at,
        "url": rooms().config.url + of_vacancy(offer.origin, offer.id),
    }


def where(offer: Offer) -> dict[str, Any]:
    first = offer.document["places"][0]
    return {"comune": first.get("name") or first["locality"], "istat": first.get("istat")}


def rounded(km: float | None) -> float | None:
    return None if km is None else round(km, 1)

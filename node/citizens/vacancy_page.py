"""One vacancy, with all that a person needs to decide; and an honest answer when it is over.

What is over has left every node, title included, so its page cannot say what it was. It offers what is open of the same
work where that is still known, else what is new around the place.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for

from federation import replica
from federation.search import places
from federation.search.employers import folded
from federation.search.query import search
from federation.search.request import SearchRequest
from node.citizens.booking_page import booking_address
from node.citizens.finding import newest, similar
from node.citizens.jobposting import job_posting
from node.citizens.offers import Offer, Shelf
from node.citizens.reach import Home, home_of, nearest_km, spots_of
from node.citizens.report_page import report_address
from node.citizens.surroundings import surroundings
from node.core import clock
from node.core.rooms import rooms
from schemas.days import LAST_DAY, closing_instant

SIMILAR = 6
AROUND_KM = (5.0, 15.0, 40.0)
LOOKED_THROUGH = 20
"""Vacancies with this title among which the one that is shown is found with those that are the same."""


def vacancy(origin: str, id: str):
    """The page at /lavoro/<origin>/<id>; `comune` in its address says from where to count the distance."""
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        copy = shelf.vacancy(origin, id)
        if copy is None or is_over(copy, shelf):
            return gone(shelf, origin, id)
        return render_template("citizens/vacancy.html", **shown(shelf, shelf.offer(copy)))


def shown(shelf: Shelf, offer: Offer) -> dict[str, Any]:
    """What the template of an open vacancy needs."""
    document = offer.document
    desk = shelf.desk(offer.origin, document["desk"])
    home = reader()
    spots = spots_of(document, home)
    address = address_of(offer)
    return {
        "offer": offer,
        "document": document,
        "desk": desk,
        "home": home,
        "spots": spots,
        "map": surroundings(tuple(spot.code for spot in spots), home.code),
        "elsewhere": same_elsewhere(shelf, offer),
        "similar": [counted_from(each, home.code or spots[0].code) for each in similar(shelf, offer, SIMILAR)],
        "near": home.name or places.name(spots[0].code),
        "may_ask_pay": clock.today() >= rooms().config.pay_warning_from,
        "days_left": (date.fromisoformat(document["closes_on"]) - clock.today()).days,
        "address": address,
        "posting": job_posting(document, f"{offer.origin}/{offer.id}", address, offer.source, desk),
        "booking_url": booking_address(offer.origin, document["desk"], offer.id),
        "report_url": report_address(offer.origin, offer.id),
        "is_ours": offer.origin == rooms().config.id,
    }


def is_over(copy: replica.Copy, shelf: Shelf) -> bool:
    """Whether its closing day has passed; an origin may let its record live longer."""
    closes_on = min(date.fromisoformat(copy.body["closes_on"]), LAST_DAY)
    return closing_instant(closes_on) <= shelf.now


def address_of(offer: Offer) -> str:
    """The one page of the network that speaks for this vacancy: its origin's, ours for an origin without an address."""
    member = rooms().roster.current().members.get(offer.origin)
    site = member.url if member and member.url and offer.origin != rooms().config.id else rooms().config.url
    return site + url_for("citizens.vacancy", origin=offer.origin, id=offer.id)


def same_elsewhere(shelf: Shelf, offer: Offer) -> list[Offer]:
    """The same work as other desks, or for other places, have posted it."""
    document = offer.document
    asked = SearchRequest(
        now=shelf.now,
        text=document["title"],
        contract=(document["contract"],),
        employer=(folded(document["employer"]["name"]),) if document.get("employer") else (),
        stale_origins=shelf.stale,
        page_size=LOOKED_THROUGH,
    )
    own = (offer.origin, offer.id)
    for hit in search(rooms().index, asked).hits:
        group = {(each.origin, each.id): each for each in (hit, *hit.also)}
        if group.pop(own, None):
            return shelf.of_hits([replace(each, also=()) for each in group.values()])
    return []


def reader() -> Home:
    """Where the reader is, as the address says."""
    return home_of(request.args.get("comune", ""))


def counted_from(offer: Offer, code: str) -> Offer:
    """With its distance from a place: where the reader is, else the work that she looks at."""
    return replace(offer, distance_km=nearest_km(offer.document, code))


def gone(shelf: Shelf, origin: str, id: str):
    """410 with a way on; 404 for what never was."""
    if not shelf.was_known(origin, id):
        abort(404)
    copy = replica.get(shelf.session, origin, id)
    home = reader()
    centre = home.code or seat_of(origin)
    offers = similar(shelf, shelf.offer(copy), SIMILAR) if copy is not None and copy.used else []
    is_alike = bool(offers)
    offers = offers or near_to(shelf, centre) or newest(shelf, SIMILAR)
    return render_template(
        "citizens/gone.html",
        offers=offers,
        is_alike=is_alike,
        near=places.name(centre) if centre else None,
        home=home.code,
        desks=shelf.desks_of(origin),
        values={"comune": home.name or ""},
    ), 410


def seat_of(origin: str) -> str | None:
    """The code of the comune that published."""
    member = rooms().roster.current().members.get(origin)
    return member.comuni[0] if member and places.point(member.comuni[0]) else None


def near_to(shelf: Shelf, centre: str | None) -> list[Offer]:
    """What is new around a place: as near as there is enough of it."""
    offers: list[Offer] = []
    for radius_km in AROUND_KM if centre else ():
        asked = SearchRequest(
            now=shelf.now, near=centre, radius_km=radius_km, stale_origins=shelf.stale, sort="recent", page_size=SIMILAR
        )
        offers = shelf.offers(search(rooms().index, asked))
        if len(offers) == SIMILAR:
            break
    return offers

"""The citizen's pages: the table of their addresses, and those that only tell how things are.

All of them read the replica, the index and the roster, and nothing that belongs to a desk.
"""

from urllib.parse import urlsplit, urlunsplit

from flask import abort, make_response, redirect, render_template, request, url_for

from node.citizens import filters
from node.citizens.addresses import RESULTS
from node.citizens.api.page import api_page
from node.citizens.booking_page import bookable_desks
from node.citizens.cards import Card, Cards, place_of
from node.citizens.faces import face
from node.citizens.favourites import favourites
from node.citizens.home import home
from node.citizens.map import rows_of
from node.citizens.network import names_nearby
from node.citizens.offers import Offer, Shelf
from node.citizens.results import results
from node.citizens.vacancy_page import vacancy
from node.core import clock, doors
from node.core.i18n import COOKIE, LANGUAGES
from node.core.rooms import rooms
from node.vacancies.choices import CODES

citizens = doors.public("citizens")
citizens.add_url_rule("/", view_func=home)
citizens.add_url_rule(RESULTS, view_func=results)
citizens.add_url_rule("/lavoro/<origin>/<id>", view_func=vacancy)
citizens.add_url_rule("/preferiti", view_func=favourites)
citizens.add_url_rule("/api", view_func=api_page)

LANGUAGE_COOKIE_S = 365 * 24 * 3600


@citizens.context_processor
def common():
    """What cards and forms need on every page."""
    return {
        "codes": CODES,
        "now": clock.now(),
        "radii": filters.radii(),
        "network_comuni": names_nearby(),
        "place_of": place_of,
        "card_of": card_of,
        "face": face,
        "rows_of": rows_of,
    }


def card_of(offer: Offer, near: str | None = None, home: str | None = None) -> Card:
    """One card by itself; a page of them makes its own `Cards`."""
    return Cards(near, home).card(offer)


@citizens.get("/sportelli")
def desks():
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        bookable = bookable_desks(session)
        return render_template("citizens/desks.html", desks=shelf.desks(), own=rooms().config.name, bookable=bookable)


@citizens.get("/come-funziona")
def how():
    return render_template("citizens/how.html", members=rooms().roster.current().members.values())


@citizens.get("/privacy")
def privacy():
    return render_template("citizens/privacy.html", cookie=COOKIE)


@citizens.get("/note-legali")
def legal():
    return render_template("citizens/legal.html")


@citizens.get("/accessibilita")
def accessibility():
    return render_template("citizens/accessibility.html")


@citizens.get("/lingua/<code>")
def language(code):
    """Remember the language on this device, and go back to where the switch was pressed."""
    if code not in LANGUAGES:
        abort(404)
    response = make_response(redirect(pressed_on(), 303))
    response.set_cookie(
        COOKIE, code, max_age=LANGUAGE_COOKIE_S, samesite="Lax", httponly=True, secure=rooms().config.is_https
    )
    return response


def pressed_on():
    """The page from which the browser says it comes, else the one that the link names; never another site's."""
    here = urlsplit(request.referrer or "")
    came_from = urlunsplit(("", "", here.path or "/", here.query, "")) if here.netloc == request.host else ""
    return doors.own_page(came_from) or doors.own_page(request.args.get("next", "")) or url_for(".home")

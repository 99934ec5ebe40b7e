"""The first page: one question, a number that is true, what is new, where the work is, whom to call."""

from typing import NamedTuple

from flask import render_template

from federation.search.query import Results
from node.citizens.addresses import address, can_be_sent
from node.citizens.cards import Cards
from node.citizens.filters import label_of
from node.citizens.finding import answer, newest
from node.citizens.network import own_comune
from node.citizens.offers import Shelf
from node.citizens.question import Asked, place_name
from node.citizens.results import picture
from node.core import clock
from node.core.i18n import gettext as _
from node.core.i18n import number
from node.core.rooms import rooms
from schemas.codes import comuni

NEWEST = 6
COMUNI_LISTED = 60
NEAR_KM = 10


def home():
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        everything, offers, cards = answer(Asked(page_size=1), shelf), newest(shelf, NEWEST), Cards()
        return render_template(
            "citizens/home.html",
            total=everything.total,
            desks=len(everything.facets["origin"]),
            map=picture(Asked(), everything),
            by_comune=by_comune(everything),
            updated_at=shelf.updated_at,
            cards=[cards.card(offer) for offer in offers],
            are_of_today=bool(offers) and offers[-1].document["published_on"] == clock.today().isoformat(),
            own_desks=shelf.desks_of(rooms().config.id),
            own_comune=comuni.comune(own_comune()),
            ready=ready_searches(),
            values={},
        )


class Row(NamedTuple):
    """A comune with how many offers it has, written for people."""

    name: str
    url: str
    number: str


def by_comune(everything: Results) -> list[Row]:
    """The comuni with most offers."""
    return [
        Row(label_of("place", code), address(Asked(chosen={"place": (code,)})), number(count))
        for code, count in everything.facets["comune"][:COMUNI_LISTED]
        if can_be_sent("place", code)
    ]


def ready_searches() -> list[tuple[str, str]]:
    """(label, address) of what many people look for."""
    here = own_comune()
    near = Asked(near=here, radius_km=NEAR_KM)
    return [
        (_("Part time"), address(Asked(chosen={"hours": ("part-time",)}))),
        (_("Senza esperienza"), address(Asked(chosen={"experience": ("nessuna",)}))),
        (_("Entro %(km)s km da %(place)s", km=NEAR_KM, place=place_name(here)), address(near)),
        (_("Categorie protette"), address(Asked(chosen={"reserved": ("art-1", "art-18")}))),
    ]

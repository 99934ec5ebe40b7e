"""The offers that somebody wants to find again: kept on the device, shown by their names in the address.

The node learns them only while it shows them, and keeps nothing: there is no account, and a list that is nobody's can be
sent to a friend or opened at the desk.
"""

import re

from flask import abort, render_template, request

from node.citizens.cards import Cards
from node.citizens.offers import Shelf
from node.core import clock
from node.core.rooms import rooms
from schemas import shapes
from schemas.messages import Message

PARAMETER = "offerta"
MOST = 100
NAME = re.compile(rf"({shapes.NODE_ID.pattern})/({shapes.RECORD_ID.pattern})")


def favourites():
    """The offers named in the address; without any, the page on which the device fills in its own."""
    names = asked_names()
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        offers, cards = shelf.kept(names), Cards()
        return render_template(
            "citizens/favourites.html",
            cards=[cards.card(offer) for offer in offers],
            asked=len(names),
            gone=["/".join(name) for name in names if name not in {(each.origin, each.id) for each in offers}],
            most=MOST,
            parameter=PARAMETER,
        )


def asked_names() -> list[tuple[str, str]]:
    """(origin, id) of each offer asked for, once; 400 for what is no name of an offer."""
    told = dict.fromkeys(request.args.getlist(PARAMETER))
    if len(told) > MOST:
        abort(400, Message("Le offerte sono troppe: al massimo {max}.", max=MOST))
    names = []
    for each in told:
        name = NAME.fullmatch(each)
        if name is None:
            abort(400, Message("«{value}» non è il nome di un’offerta.", value=each[:60]))
        names.append((name[1], name[2]))
    return names

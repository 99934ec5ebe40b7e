"""The small questions: what somebody may be typing, which comune a name means, which occupation a title, which desks."""

from typing import Any

from werkzeug.datastructures import MultiDict

from federation import replica
from federation.search import suggesting, trades
from federation.search.trade_names import known_in
from node.citizens import asked
from node.citizens.offers import Shelf
from node.core import clock
from node.core.i18n import language, translate
from node.core.rooms import rooms
from schemas.codes import comuni as register
from schemas.codes import occupations as classification
from schemas.lookups import ComuniQuery, DesksQuery, OccupationsQuery, SuggestionsQuery

SUGGESTIONS, COMUNI, OCCUPATIONS, DESKS = SuggestionsQuery(), ComuniQuery(), OccupationsQuery(), DesksQuery()

Sent = MultiDict[str, str]


def suggestions(sent: Sent) -> dict[str, Any]:
    """What to offer while somebody types. Raises BadQuestion, like all of these."""
    read = asked.load(SUGGESTIONS, sent)
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
    found = suggesting.suggest(rooms().index, read["q"], shelf.now, shelf.stale, read["limit"])
    return {"items": found}


def comuni(sent: Sent) -> dict[str, Any]:
    """The comuni that a name means, then those that begin like it."""
    read = asked.load(COMUNI, sent)
    meant = register.find(read["q"])
    items = [
        {
            "istat": each.istat, "name": each.name, "full_name": each.full_name, "province": each.sigla,
            "region": each.region, "population": each.population, "lat": each.lat, "lon": each.lon,
            "is_meant": each in meant,
        }
        for each in register.suggest(read["q"], read["limit"])
    ]  # fmt: skip
    return {"ambiguous": len(meant) > 1, "items": items}


def occupations(sent: Sent) -> dict[str, Any]:
    """The unit groups for a title, in the language of the asker; what the desk has corrected stays at the desk."""
    read = asked.load(OCCUPATIONS, sent)
    found = trades.suggest(read["title"], limit=read["limit"], vocabulary=known_in(rooms().config.codes))
    items = [
        {
            "code": each.code,
            "title": classification.label(each.code, language()),
            "score": each.score,
            "reason": translate(each.reason),
        }
        for each in found
    ]
    return {"items": items}


def desks(sent: Sent) -> dict[str, Any]:
    """The desks of the network by comune, a page of them."""
    read = asked.load(DESKS, sent)
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        found = [
            copy.body | {"origin": copy.origin, "id": copy.id, "source": shelf.name_of(copy.origin)}
            for copy in replica.live(session, "desk")
            if copy.audience == "public"
        ]
    found.sort(key=lambda desk: (desk["comune"]["name"], desk["name"], desk["origin"], desk["id"]))
    first = (read["page"] - 1) * read["page_size"]
    return {"total": len(found), "items": found[first : first + read["page_size"]], **read}

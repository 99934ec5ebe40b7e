"""The search for programs, under /api/v1: the same question, the same answer, as JSON."""

import hashlib
from typing import Any

from flask import json, jsonify, request, url_for

from federation.search.places import code_of
from node.citizens import asked
from node.citizens.asked import BadQuestion
from node.citizens.finding import find
from node.citizens.offers import Offer
from node.core import doors, limits
from node.core.errors import problem
from node.core.i18n import gettext as _
from node.core.i18n import translate
from node.core.rooms import rooms
from schemas.search import OneOf

api = doors.public("api", "/api/v1", limits.api)

SHOWN = (
    "title", "employer", "contract", "hours", "shifts", "weekly_hours", "positions", "pay", "occupation", "sector",
    "reserved", "remote", "published_on", "closes_on",
)  # fmt: skip


@api.get("/vacancies")
def vacancies():
    """The vacancies that answer a question, a page of them, with counts over all."""
    try:
        question = asked.from_query(request.args)
    except BadQuestion as bad:
        return refused(bad)
    found = find(question)
    told = {
        "total": found.results.total,
        "facets": {
            name: [{"code": code, "count": count} for code, count in pairs]
            for name, pairs in found.results.facets.items()
        },
        "items": [as_json(offer) for offer in found.offers],
        "page": found.results.page,
        "page_size": found.results.page_size,
    }
    response = jsonify(told | {"took_ms": round(found.results.took_ms, 2)})
    response.set_etag(hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32])
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


def as_json(offer: Offer) -> dict[str, Any]:
    """A vacancy in a list; the document's members that a list needs, and where and how fresh it is."""
    document = offer.document
    first = document["places"][0]
    return {
        "origin": offer.origin,
        "id": offer.id,
        **{name: document[name] for name in SHOWN if name in document},
        "comune": first.get("name"),
        "istat": first.get("istat"),
        "places": [place | {"code": code_of(place)} for place in document["places"]],
        "distance_km": None if offer.distance_km is None else round(offer.distance_km, 1),
        "source": offer.source,
        "confirmed_at": offer.confirmed_at.isoformat() if offer.confirmed_at else None,
        "url": rooms().config.url + url_for("citizens.vacancy", origin=offer.origin, id=offer.id),
    }


def refused(bad: BadQuestion):
    """400 with, per parameter, what was wrong and the values that are allowed."""
    told = {name: [translate(message) for message in messages] for name, messages in bad.errors.items()}
    detail = " ".join(message for messages in told.values() for message in messages)
    return problem(400, _("La richiesta non è chiara"), detail, errors=told, allowed=allowed(bad))


def allowed(bad: BadQuestion) -> dict[str, list[str]]:
    """The lists behind the parameters that were refused."""
    kinds = {name: getattr(kind, "inner", kind) for name, kind in asked.QUERY.load_fields.items()}
    return {name: list(kinds[name].allowed) for name in bad.errors if isinstance(kinds.get(name), OneOf)}

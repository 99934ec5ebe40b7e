"""The citizen's pages. They read the replica, the index and the roster, and nothing that belongs to a desk."""

from urllib.parse import urlsplit, urlunsplit

from flask import abort, make_response, redirect, render_template, request, url_for

from federation.search.query import search
from node.citizens import asked, filters
from node.citizens.asked import Asked, BadQuestion
from node.citizens.finding import find, newest, similar
from node.citizens.offers import Offer, Shelf
from node.core import clock, doors
from node.core.i18n import COOKIE, LANGUAGES
from node.core.i18n import gettext as _
from node.core.rooms import rooms
from node.vacancies.choices import CODES
from schemas.codes import comuni

citizens = doors.public("citizens")

SIMILAR = 4
NEWEST = 6
LANGUAGE_COOKIE_S = 365 * 24 * 3600


@citizens.context_processor
def common():
    """What cards and forms need on every page."""
    roster = rooms().roster.current()
    return {
        "codes": CODES,
        "now": clock.now(),
        "radii": filters.RADII_KM,
        "network_comuni": sorted(
            {comuni.comune(code).name for member in roster.members.values() for code in member.comuni}
        ),
        "source_of": source_of,
        "place_of": place_of,
    }


@citizens.get("/")
def home():
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        everything = search(rooms().index, Asked(page_size=1).request(shelf.now, shelf.stale))
        return render_template(
            "citizens/home.html",
            total=everything.total,
            desks=len(everything.facets["origin"]),
            by_comune=[
                (code, filters.label_of("place", code), count)
                for code, count in everything.facets["comune"]
                if filters.can_be_sent("place", code)
            ],
            sent_as=filters.sent_as,
            updated_at=shelf.updated_at,
            offers=newest(shelf, NEWEST),
            own_desks=shelf.desks_of(rooms().config.id),
            own_comune=comuni.comune(rooms().config.comuni[0]),
            values={},
        )


@citizens.get("/lavoro")
def results():
    try:
        question = asked.from_form(request.args)
    except BadQuestion as bad:
        return render_template(
            "citizens/question.html",
            errors=bad.errors,
            values=request.args,
            choices=filters.meant(request.args["comune"], bad.errors) if "comune" in bad.errors else [],
            kept=filters.kept(bad.errors),
        ), 400
    found = find(question)
    pages = max(1, -(-found.results.total // question.page_size))
    if question.page > pages:
        return render_template(
            "citizens/question.html",
            errors={"page": [_("I risultati finiscono a pagina %(last)s.", last=pages)]},
            values=request.args,
            choices=[],
            kept=filters.kept({}),
        ), 400
    return render_template(
        "citizens/results.html",
        question=question,
        found=found,
        results=found.results,
        offers=found.offers,
        groups=filters.groups(question, found.results),
        chips=filters.chips(question),
        looser=[filters.chip(question, *each) for each in found.looser],
        link=filters.link,
        sorts=[(sort, label) for sort, label in filters.SORT_LABELS.items() if sort != "distance" or question.near],
        pages=pages,
        values=filters.as_typed(question),
        near=filters.place_name(question.near) if question.near else None,
    )


@citizens.get("/lavoro/<origin>/<id>")
def vacancy(origin, id):
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        copy = shelf.vacancy(origin, id)
        if copy is None:
            if not shelf.was_known(origin, id):
                abort(404)
            offers = newest(shelf, SIMILAR, origin) or newest(shelf, SIMILAR)
            return render_template("citizens/gone.html", offers=offers, values={}), 410
        offer = shelf.offer(copy)
        return render_template(
            "citizens/vacancy.html",
            offer=offer,
            document=offer.document,
            desk=shelf.desk(origin, offer.document["desk"]),
            similar=similar(shelf, offer, SIMILAR),
            near=filters.place_name(offer.document["places"][0]),
        )


@citizens.get("/sportelli")
def desks():
    with rooms().replica.reading() as session:
        shelf = Shelf(session, rooms().roster.current(), clock.now())
        return render_template("citizens/desks.html", desks=shelf.desks(), own=rooms().config.name)


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


def source_of(offer: Offer) -> str:
    """`dal Comune di Vergiate`."""
    if offer.source.startswith("Comuni "):
        return _("dai %(name)s", name=offer.source)
    if offer.source.startswith("Comune "):
        return _("dal %(name)s", name=offer.source)
    return _("da %(name)s", name=offer.source)


def place_of(offer: Offer) -> str:
    """The first place and how many more there are."""
    first, *others = offer.document["places"]
    name = first.get("name") or f"{first['locality']} ({first['country']})"
    return (
        _("%(place)s e altri %(count)s luoghi", place=name, count=len(others))
        if len(others) > 1
        else ", ".join([name, *(filters.place_name(each) for each in others)])
    )

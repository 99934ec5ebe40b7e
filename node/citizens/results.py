"""The results of a search: one address, one page, whether it was typed, clicked together, shared or gone back to."""

from flask import redirect, render_template, request, url_for

from federation.search.query import Results
from node.citizens import addresses, asked, filters, sentences
from node.citizens.addresses import address, pages_of
from node.citizens.asked import UNDERSTOOD, BadQuestion
from node.citizens.asked_again import remembered
from node.citizens.cards import Cards
from node.citizens.finding import find
from node.citizens.map import Links, Picture, draw
from node.citizens.network import member_comuni, own_comune
from node.citizens.question import Asked, place_name
from node.core.i18n import gettext as _

SLOT = "000000"
"""Stands for a comune in the address that all comuni of a map share."""


def results():
    try:
        if UNDERSTOOD in request.args:
            question = asked.from_form(request.args)
            return redirect(address(question.settled(request.args.getlist(UNDERSTOOD))), 303)
        return remembered(page)
    except BadQuestion as bad:
        return repair(bad.errors)


def page() -> str:
    """Raises BadQuestion for what cannot be searched, and for a page beyond the last."""
    question = asked.from_form(request.args)
    found = find(question)
    pages = found.results.pages
    if question.page > pages:
        raise BadQuestion({"page": [_("I risultati finiscono a pagina %(last)s.", last=pages)]})
    near = place_name(question.centre) if question.centre else None
    cards = Cards(near, question.centre)
    return render_template(
        "citizens/results.html",
        question=question,
        results=found.results,
        where=sentences.where(question),
        cards=[cards.card(offer) for offer in found.offers],
        close=[cards.card(offer) for offer in found.close],
        groups=filters.groups(question, found.results),
        chips=sentences.chips(question),
        hints=list(sentences.hints(question, found.results)),
        ways_out=sentences.ways_out(question, found.otherwise),
        map=picture(question, found.results) if found.results.total else None,
        page_link=pages_of(question),
        sorts=filters.sorts(question),
        pages=pages,
        values=filters.as_typed(question),
        radii=filters.radii(question.radius_km),
    )


def repair(errors: dict[str, list[str]]):
    """400: what is wrong with a search, what would be right, and the form with everything typed."""
    sent = request.args
    return render_template(
        "citizens/question.html",
        errors=errors,
        values=sent,
        choices=[
            (name, addresses.repaired(sent, errors, comune=name))
            for name in (filters.meant(sent["comune"]) if "comune" in errors else [])
        ],
        kept=[each for each in sent.items(multi=True) if each[0] in filters.GROUPS and each[0] not in errors],
    ), 400


def picture(question: Asked, found: Results) -> Picture | None:
    """The map of what was found; a click on a comune takes it in, or out again."""
    ticked = question.chosen.get("place", ())

    added = address(question.changed("place", [*ticked, SLOT]))

    def toggled(code: str) -> str:
        if code not in ticked:
            return added.replace(SLOT, code)
        return address(question.changed("place", [each for each in ticked if each != code]))

    links = Links(toggled, lambda sigla: url_for("static", filename=f"borders/{sigla}.svg"))
    return draw(member_comuni(), question.centre or own_comune(), dict(found.facets["comune"]), ticked, links)

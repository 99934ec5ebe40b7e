"""Work for a person, and persons for a vacancy: two lists that say why, and what is missing where little is missing.

Both are proposals: nobody is referred by being on a list, and nobody is ruled out by being on none.
"""

from itertools import groupby

from flask import abort, g, render_template, url_for
from markupsafe import Markup

from node.candidates.actions import note_view
from node.candidates.parts import page_part as part_of_a_person
from node.candidates.queries import candidate_with
from node.core import clock, doors
from node.core.db import transaction
from node.core.i18n import gettext as _
from node.core.parameters import asked_page
from node.core.rooms import rooms
from node.matching import queries
from node.matching.profile import profile_of
from node.matching.words import gaps_of, reasons_of
from node.vacancies.parts import page_part as part_of_a_vacancy
from node.vacancies.queries import vacancy_with
from schemas.codes import comuni

matching = doors.desk("matching", "/desk")


@matching.get("/persone/<ref>/offerte")
def offers(ref):
    candidate = candidate_with(g.session, ref) or abort(404)
    page = asked_page()
    with transaction(rooms().desk) as session:
        note_view(session, g.operator, candidate)
    with rooms().replica.reading() as copies:
        found = queries.offers_for(
            g.session, copies, rooms().index, rooms().config.id, profile_of(candidate), clock.now(), page
        )
    return render_template(
        "matching/offers.html",
        candidate=candidate,
        source_of=source_of,
        **shown(found, page),
        link=lambda number: url_for(".offers", ref=ref, pagina=number),
    )


@matching.get("/offerte/<ref>/persone")
def persons(ref):
    vacancy = vacancy_with(g.session, ref) or abort(404)
    page = asked_page()
    found = queries.persons_for(g.session, vacancy, page)
    return render_template(
        "matching/persons.html",
        vacancy=vacancy,
        comune=comuni.comune,
        **shown(found, page),
        link=lambda number: url_for(".persons", ref=ref, pagina=number),
    )


@part_of_a_person(order=10)
def link_to_offers(_session, candidate):
    """The way from a person to the work for her, as long as she is followed."""
    if not candidate.is_followed or not candidate.worked_or_sought:
        return None
    return button(_("Offerte per lei"), url_for("matching.offers", ref=candidate.ref))


@part_of_a_vacancy
def link_to_persons(_session, vacancy):
    """The way from an open vacancy to the persons whom it may suit."""
    return button(_("Persone adatte"), url_for("matching.persons", ref=vacancy.ref)) if vacancy.is_live else None


def button(label, url):
    return Markup('<p><a class="btn btn-outline-primary" href="{}">{}</a></p>').format(url, label)


def shown(found, page):
    """What both templates need of a `queries.Found`."""
    return {
        "found": found,
        "groups": [(gaps, list(pairs)) for gaps, pairs in groupby(found.pairs, lambda pair: len(pair.match.gaps))],
        "page": page,
        "reasons_of": reasons_of,
        "gaps_of": gaps_of,
    }


def source_of(origin):
    """Which comune of the network a vacancy comes from, by its name."""
    member = rooms().roster.current().members.get(origin)
    return member.name if member else origin

"""A person's CV as a file: in Italian or English, with her name or without. It is made when it is asked for, and not kept."""

from flask import abort, g, render_template, url_for
from markupsafe import Markup

from node.candidates.pages import wanted
from node.candidates.parts import side_part
from node.candidates.words import tell_in_history
from node.core import doors
from node.core.audit import note
from node.core.db import transaction
from node.core.i18n import gettext as _
from node.core.i18n import in_language, lazy
from node.core.pdf import MIMETYPE, pdf_of
from node.core.rooms import rooms
from node.core.spreadsheets import download
from node.cvs.writing import blind_cv, named_cv

cvs = doors.desk("cvs", "/desk/persone")
tell_in_history({"cv.made": lazy("Curriculum preparato"), "cv.made-blind": lazy("Curriculum senza nome preparato")})

KINDS = {
    "it": ("it", False, lazy("Italiano")),
    "en": ("en", False, lazy("Inglese")),
    "senza-nome-it": ("it", True, lazy("Senza nome, italiano")),
    "senza-nome-en": ("en", True, lazy("Senza nome, inglese")),
}
"""address -> (language, whether it is blind, label)."""


@side_part(order=30)
def box(_session, candidate):
    kinds = [(label, url_for("cvs.show", ref=candidate.ref, kind=kind)) for kind, (_lang, _b, label) in KINDS.items()]
    is_thin = not candidate.experiences and not candidate.education
    drawn = render_template("cvs/box.html", candidate=candidate, kinds=kinds, is_thin=is_thin)
    return Markup(drawn)  # noqa: S704 - our own template


@cvs.get("/<ref>/cv/<kind>")
def show(ref, kind):
    """Who made it and which is noted; the name of a blind one's file says nothing either."""
    lang, is_blind, _label = KINDS.get(kind) or abort(404)
    candidate = wanted(ref)
    with in_language(lang):
        cv = blind_cv(candidate, lang) if is_blind else named_cv(candidate, lang)
        page = render_template("cvs/cv.html", cv=cv, title=cv.name or _("Curriculum senza nome"))
    made = pdf_of(page)
    with transaction(rooms().desk) as session:
        note(session, g.operator, "cv.made-blind" if is_blind else "cv.made", candidate, language=lang)
    return download(made, f"cv-{kind}.pdf", MIMETYPE)

"""What a colleague is handed who takes over an operator's persons, or the whole desk: a PDF to read and a CSV to sort.

It tells who they are, how they are reached and what comes next; not their notes, and nothing of L. 68/99.
"""

import io
import zipfile

from flask import abort, g, render_template, request

from node.candidates.parts import handover_columns, list_of_persons
from node.candidates.words import tell_in_history
from node.core import clock, doors
from node.core.audit import note
from node.core.db import transaction
from node.core.errors import Refused
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.pdf import pdf_of
from node.core.rooms import rooms
from node.core.spreadsheets import csv_bytes, download
from node.handovers import queries
from node.operators.queries import operator, operators
from schemas.codes import comuni
from schemas.messages import Message

handovers = doors.desk("handovers", "/desk/persone/consegne")
list_of_persons(lazy("Passaggio di consegne"), "handovers.index")
tell_in_history({"handover.made": lazy("Nel passaggio di consegne a un collega")})

PERSONS_MAX = 500
ALL = "tutte"
ZIP = "application/zip"


@handovers.get("")
def index():
    counts = queries.counts_by_operator(g.session)
    people = [(each, counts[each.id]) for each in operators(g.session) if counts[each.id]]
    return render_template("handovers/index.html", people=people, total=counts.total(), all=ALL)


@handovers.get("/pacco")
def pack():
    """`?di=` is an operator's id, or all of the desk; that each person was in it is noted in her history."""
    whose = request.args.get("di", "")
    who = None if whose == ALL else operator(g.session, whose) or abort(404)
    found = queries.followed_by(g.session, who and who.id)
    if not found:
        raise Refused(Message("Non c'è nessuna persona da passare."))
    if len(found) > PERSONS_MAX:
        raise Refused(Message("Sono più di {max} persone: scegli un collega alla volta.", max=PERSONS_MAX))
    title = _("Persone seguite da %(name)s", name=who.display_name) if who else _("Persone seguite dallo sportello")
    columns, names = drawn(found), {each.id: each.display_name for each in operators(g.session)}
    page = render_template(
        "handovers/pack.html", title=title, found=found, columns=columns, names=names, comune=comuni.comune
    )
    content = zipped(
        {"consegne.pdf": pdf_of(page), "consegne.csv": csv_bytes(heads(columns), rows(found, columns, names))}
    )
    with transaction(rooms().desk) as session:
        for candidate, _leader in found:
            note(session, g.operator, "handover.made", candidate)
    return download(content, f"consegne-{clock.today().isoformat()}.zip", ZIP)


def drawn(found):
    """[(label, {ref: [text]})] of the columns that the slices bring."""
    refs = [candidate.ref for candidate, _leader in found]
    return [(str(label), column(g.session, refs)) for label, column in handover_columns()]


def heads(columns):
    known = (
        _("Cognome"),
        _("Nome"),
        _("Telefono"),
        _("E-mail"),
        _("Come si raggiunge"),
        _("Comune"),
        _("Che lavoro cerca"),
    )
    return [*known, _("Chi la segue"), *(label for label, _texts in columns)]


def rows(found, columns, names):
    for each, leader in found:
        home = comuni.comune(each.lives_in) if each.lives_in else None
        trades = ", ".join(trade["title"] for trade in each.trades)
        known = [each.family_name, each.given_name, each.phone, each.email, each.reach, home and home.full_name, trades]
        yield [*known, names.get(leader), *("; ".join(texts.get(each.ref, ())) for _label, texts in columns)]


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return content.getvalue()

"""The import of persons at the desk: the file, its columns, a look at every row, done."""

from contextlib import closing
from itertools import islice

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.candidates import queries as candidates
from node.candidates.importing import actions, queries
from node.candidates.importing.columns import HEADS, LABELS
from node.candidates.importing.models import OUTCOMES
from node.candidates.importing.queries import PAGE_SIZE
from node.candidates.parts import list_of_persons
from node.core import clock, doors
from node.core.i18n import gettext as _
from node.core.i18n import lazy, translate
from node.core.parameters import asked_one_of, asked_page
from node.core.rooms import rooms
from node.core.spreadsheets import XLSX, csv_response, download, xlsx_bytes
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.messages import unpacked
from node.vacancies.importing.rows import Unreadable
from node.vacancies.importing.tables import open_table
from schemas import plain_text
from schemas.codes import comuni
from schemas.messages import Message

person_import = doors.desk("person_import", "/desk/persone/importa")
list_of_persons(lazy("Importa da un foglio"), "person_import.index")

FILE_MAX_BYTES = 4_000_000
FORM_BESIDE_FILE_BYTES = 100_000
SAMPLES, SAMPLES_FROM = 3, 40
ROW_DIGITS = 7

STEPS = (lazy("File"), lazy("Colonne"), lazy("Controllo"), lazy("Fatto"))
STATES = {
    "mapping": lazy("Da continuare: colonne"),
    "checked": lazy("Da confermare"),
    "done": lazy("Finita"),
    "cancelled": lazy("Annullata"),
}
PLANNED = {
    "imported": lazy("Da prendere in carico"),
    "updated": lazy("Da aggiornare"),
    "unchanged": lazy("Già presente, uguale"),
    "double": lazy("Forse c’è già: decidi tu"),
    "refused": lazy("Rifiutata"),
}
DONE = PLANNED | {"imported": lazy("Presa in carico"), "updated": lazy("Aggiornata")}
TONES = {"imported": "success", "updated": "primary", "double": "warning", "refused": "danger"}


@person_import.url_value_preprocessor
def allow_a_file(_endpoint, _values):
    """Only who is signed in may send more than a form; it is decided before anything of the request is read."""
    if request.method == "POST" and doors.recognised():
        request.max_content_length = FILE_MAX_BYTES + FORM_BESIDE_FILE_BYTES


@person_import.errorhandler(413)
def too_large(_error):
    flash(_("Il file è troppo grande: si importano file fino a %(max)s MB. Dividilo in più file. Non è stato importato nulla.", max=FILE_MAX_BYTES // 1_000_000), "danger")  # fmt: skip
    return redirect(url_for(".index"), 303)


@person_import.get("")
def index():
    return first_page({})


def first_page(errors):
    return render_template(
        "candidates/import.html",
        imports=queries.recent_imports(g.session),
        steps=STEPS,
        states=STATES,
        file_max=FILE_MAX_BYTES,
        rows_max=actions.ROWS_MAX,
        values={},
        errors=errors,
    )


@person_import.get("/modello.xlsx")
def model():
    """An empty table with our own heads, for who begins anew."""
    return download(xlsx_bytes(_("Persone"), [translate(label) for label in LABELS.values()], []), "persone.xlsx", XLSX)


@person_import.post("")
def begin():
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return first_page({"file": [Message("Scegli un file.")]}), 422
    with closing(sent):
        name, content = sent.filename, sent.read()
    try:
        begun = actions.begin_import(g.session, g.operator, name, content)
    except Unreadable as fault:
        return first_page({"file": [fault.message]}), 422
    return redirect(url_for(".show", ref=begun.ref), 303)


@person_import.get("/<ref>")
def show(ref):
    """The step at which the import is."""
    begun = wanted(ref)
    return columns_page(begun, begun.mapping) if begun.state == "mapping" else report_page(begun)


def columns_page(begun, mapping, problem=None):
    table = open_table(begun.content, begun.sheet, HEADS)
    rows = [row.cells for row in islice(table.rows(), SAMPLES_FROM) if row.problem is None]
    samples = [list(dict.fromkeys(plain_text.one_line(row[at]) for row in rows if row[at].strip())) for at in range(len(table.heads))]  # fmt: skip
    return render_template(
        "candidates/import_columns.html",
        begun=begun,
        steps=STEPS,
        kind=table.kind,
        columns=[
            {"head": head, "field": field, "samples": cells[:SAMPLES]}
            for head, field, cells in zip(begun.heads, mapping, samples, strict=True)
        ],
        fields=list(LABELS.items()),
        problem=problem,
    )


@person_import.post("/<ref>/colonne")
def choose_columns(ref):
    begun = wanted_to_change(ref)
    mapping = [request.form.get(f"column-{at}", IGNORED) for at in range(len(begun.heads))]
    mapping = [field if field in LABELS else IGNORED for field in mapping]
    problem = actions.mapping_problem(mapping)
    if problem is not None and begun.state == "mapping":
        return columns_page(begun, mapping, problem), 422
    try:
        actions.choose_columns(g.session, begun, mapping)
    except Unreadable as fault:
        return columns_page(begun, mapping, fault.message), 422
    return redirect(url_for(".show", ref=ref), 303)


@person_import.post("/<ref>/indietro")
def choose_again(ref):
    actions.choose_again(g.session, wanted_to_change(ref))
    return redirect(url_for(".show", ref=ref), 303)


@person_import.post("/<ref>/conferma")
def confirm(ref):
    actions.confirm_import(g.session, g.operator, wanted_to_change(ref), rooms().config.codes)
    return redirect(url_for(".show", ref=ref), 303)


@person_import.post("/<ref>/righe/<number>")
def decide(ref, number):
    """`same_as` is the person that the row is; without it, somebody new."""
    begun = wanted_to_change(ref)
    if begun.state != "done" or not number.isdecimal() or len(number) > ROW_DIGITS:
        abort(404)
    row = queries.row_to_decide(g.session, ref, int(number)) or abort(404)
    actions.decide(g.session, g.operator, begun, row, request.form.get("same_as") or None, rooms().config.codes)
    flash(_("Riga %(number)s: deciso.", number=number), "success")
    return redirect(url_for(".show", ref=ref, esito="double" if begun.counts.get("double") else None), 303)


@person_import.post("/<ref>/annulla")
def cancel(ref):
    actions.cancel_import(g.session, g.operator, wanted_to_change(ref))
    flash(_("Importazione annullata: nessuna persona è stata toccata."), "success")
    return redirect(url_for(".index"), 303)


def report_page(begun):
    outcome, page = asked_outcome(), asked_page()
    rows, total = queries.rows_of(g.session, begun.ref, outcome, page)
    people = {
        ref: person for row in rows for ref in row.doubles if (person := candidates.candidate_with(g.session, ref))
    }
    return render_template(
        "candidates/import_report.html",
        begun=begun,
        steps=STEPS,
        outcomes=DONE if begun.state == "done" else PLANNED,
        tones=TONES,
        chosen=outcome,
        rows=rows,
        people=people,
        comune=comuni.comune,
        notes_of=notes_of,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        link=lambda **changes: url_for(".show", ref=begun.ref, **{"esito": outcome} | changes),
        is_kept=bool(total) or not begun.rows_read,
    )


@person_import.get("/<ref>/rapporto.csv")
def report(ref):
    """The report with the cells of the file beside it: refused rows can be mended there and imported again."""
    begun, outcome = wanted(ref), asked_outcome()
    words = DONE if begun.state == "done" else PLANNED
    rows = (
        [row.number, str(words[row.outcome]), " ".join(notes_of(row)), *row.cells]
        for row in queries.all_rows_of(g.session, ref)
        if outcome in (None, row.outcome)
    )
    heads = [_("Riga"), _("Esito dell’importazione"), _("Perché"), *begun.heads]
    return csv_response(f"importazione-persone-{clock.today():%Y-%m-%d}", heads, rows)


def asked_outcome():
    return asked_one_of("esito", ("", *OUTCOMES)) or None


def notes_of(row):
    return [translate(unpacked(text)) for text in row.notes]


def wanted(ref):
    return queries.import_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.import_to_change(g.session, ref) or abort(404)

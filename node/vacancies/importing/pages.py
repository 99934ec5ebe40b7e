"""The import at the desk, four steps for somebody who has never imported anything: file, columns, a look, done.

Each step is a page of its own that can be left and found again; the worker does what takes time, and the page says how
far it is. Until the last button is pressed no vacancy is touched.
"""

import re
from contextlib import closing
from itertools import islice

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.core import clock, doors
from node.core.brake import Braked
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy, translate
from node.core.parameters import asked_one_of, asked_page
from node.core.spreadsheets import XLSX, csv_response, download, xlsx_bytes
from node.desks.queries import all_desks
from node.vacancies import queries as vacancies
from node.vacancies.importing import actions, markup, queries
from node.vacancies.importing.columns import LABELS
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.messages import unpacked
from node.vacancies.importing.models import OUTCOMES
from node.vacancies.importing.queries import PAGE_SIZE, WARNED
from node.vacancies.importing.rows import FILE_MAX_BYTES, ROWS_MAX, Unreadable
from node.vacancies.importing.tables import open_table
from node.vacancies.typed import USUAL_WAY_TO_APPLY
from schemas import plain_text
from schemas.codes import CONTRACTS
from schemas.messages import Message

importing = doors.desk("vacancy_import", "/desk/offerte/importa")

FORM_BESIDE_FILE_BYTES = 100_000
PASTED_MAX_BYTES = 4_000_000
SAMPLES, SAMPLES_FROM = 3, 40
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

STEPS = (lazy("File"), lazy("Colonne"), lazy("Controllo"), lazy("Fatto"))
STATES = {
    "mapping": lazy("Da continuare: colonne"),
    "checking": lazy("In lettura"),
    "checked": lazy("Da confermare"),
    "confirmed": lazy("In scrittura"),
    "done": lazy("Finita"),
    "cancelled": lazy("Annullata"),
    "failed": lazy("Non riuscita"),
}
PLANNED = {
    "imported": lazy("Da pubblicare"),
    "updated": lazy("Da aggiornare"),
    "unchanged": lazy("Già presente, uguale"),
    "draft": lazy("In bozza, da rivedere"),
    "expired": lazy("Finita: in archivio"),
    "refused": lazy("Rifiutata"),
    WARNED: lazy("Con avvisi"),
}
DONE = PLANNED | {"imported": lazy("Pubblicata"), "updated": lazy("Aggiornata")}
COUNTED = PLANNED | {
    "unchanged": lazy("Già presenti, uguali"),
    "expired": lazy("Finite: in archivio"),
    "refused": lazy("Rifiutate"),
}
COUNTED_DONE = COUNTED | {"imported": lazy("Pubblicate"), "updated": lazy("Aggiornate")}
"""The same of several rows."""
TONES = {"imported": "success", "updated": "primary", "draft": "warning", "refused": "danger"}


@importing.url_value_preprocessor
def allow_a_file(_endpoint, _values):
    """Only who is signed in may send more than a form; it is decided before anything of the request is read."""
    if request.method == "POST" and doors.recognised():
        request.max_content_length = FILE_MAX_BYTES + FORM_BESIDE_FILE_BYTES
        request.max_form_memory_size = PASTED_MAX_BYTES


@importing.errorhandler(413)
def too_large(_error):
    told = _("Il file è troppo grande: si importano file fino a %(max)s MB. Dividilo in più file. Non è stato importato nulla.", max=FILE_MAX_BYTES // 1_000_000)  # fmt: skip
    flash(told, "danger")
    return redirect(url_for(".index"), 303)


@importing.get("")
def index():
    return first_page({})


def first_page(errors):
    return render_template(
        "vacancies/import.html",
        imports=queries.recent_imports(g.session),
        steps=STEPS,
        states=STATES,
        has_desk=bool(all_desks(g.session)),
        file_max=FILE_MAX_BYTES,
        rows_max=ROWS_MAX,
        values=request.form,
        errors=errors,
    )


@importing.get("/modello.xlsx")
def model():
    """An empty table with our own heads, for who begins anew."""
    return download(xlsx_bytes(_("Offerte"), [str(label) for label in LABELS.values()], []), "offerte.xlsx", XLSX)


@importing.post("")
def begin():
    """The file is read before the desk's database is asked for anything: nobody waits for somebody's upload."""
    sent = request.files.get("file")
    pasted = request.form.get("pasted", "")
    if sent is not None and sent.filename:
        with closing(sent):
            name, content = sent.filename, sent.read()
    elif pasted.strip():
        name, content = _("righe incollate"), pasted.encode("utf-8", "replace")
    else:
        return first_page({"file": [Message("Scegli un file, oppure incolla qui sotto le righe.")]}), 422
    try:
        table = open_table(content)
    except Unreadable as fault:
        return first_page({"file" if sent and sent.filename else "pasted": [fault.message]}), 422
    begun = actions.begin_import(g.session, g.operator, name, content, table)
    return redirect(url_for(".show", ref=begun.ref), 303)


@importing.get("/<ref>")
def show(ref):
    """The step at which the import is."""
    begun = wanted(ref)
    if begun.state == "mapping":
        return columns_page(begun, begun.mapping, usual_defaults(begun), {})
    if begun.is_busy:
        return render_template("vacancies/import_progress.html", begun=begun, steps=STEPS, **how_far(begun))
    if begun.state in ("cancelled", "failed"):
        problem = unpacked(begun.problem) if begun.problem else None
        return render_template("vacancies/import_stopped.html", begun=begun, steps=STEPS, problem=problem)
    return report_page(begun)


@importing.get("/<ref>/avanzamento")
def progress(ref):
    """How far the worker is, for the page that asks every second; a finished step leads to the next page."""
    begun = wanted(ref)
    if not begun.is_busy:
        return "", 200, {"HX-Redirect": url_for(".show", ref=ref)}
    return render_template("vacancies/import_bar.html", begun=begun, **how_far(begun))


def how_far(begun):
    return {"done": begun.rows_read, "about": max(begun.rows_about or 0, begun.rows_read)}


def columns_page(begun, mapping, values, errors, problem=None):
    table = open_table(begun.content, begun.sheet)
    return render_template(
        "vacancies/import_columns.html",
        begun=begun,
        steps=STEPS,
        kind=table.kind,
        sheets=table.sheets,
        columns=[
            {"head": head, "field": field, "samples": samples}
            for head, field, samples in zip(begun.heads, mapping, samples_of(table), strict=True)
        ],
        fields=list(LABELS.items()),
        desks=[(desk.ref, desk.name) for desk in all_desks(g.session)],
        contracts=CONTRACTS.choices(language()),
        values=values,
        errors=errors,
        problem=problem,
    )


def samples_of(table):
    """The first cells of each column that say something."""
    rows = [row.cells for row in islice(table.rows(), SAMPLES_FROM) if row.problem is None]
    said = ([shown(row[at]) for row in rows if row[at].strip()] for at in range(len(table.heads)))
    return [list(dict.fromkeys(cells))[:SAMPLES] for cells in said]


def shown(cell):
    """A cell on one line, without tags; a day of a workbook as people write it."""
    day = ISO_DAY.fullmatch(cell)
    return "/".join(reversed(day.groups())) if day else plain_text.one_line(markup.plain(cell))


def usual_defaults(begun):
    """What holds for all rows: as the last time for such a table, else as for a new vacancy."""
    usual = vacancies.usual_desk(g.session, g.operator)
    return {"how_to_apply": USUAL_WAY_TO_APPLY} | ({"desk": usual.ref} if usual else {}) | begun.defaults


@importing.post("/<ref>/foglio")
def choose_sheet(ref):
    begun = wanted_to_change(ref)
    try:
        table = open_table(begun.content or b"", request.form.get("sheet"))
    except Unreadable as fault:
        flash(translate(fault.message), "danger")
    else:
        actions.choose_sheet(g.session, begun, table)
    return redirect(url_for(".show", ref=ref), 303)


@importing.post("/<ref>/colonne")
def choose_columns(ref):
    begun = wanted_to_change(ref)
    mapping = [request.form.get(f"column-{at}", IGNORED) for at in range(len(begun.heads))]
    mapping = [field if field in LABELS else IGNORED for field in mapping]
    typed = {name: request.form.get(name, "").strip() for name in actions.MAY_BE_ASSUMED}
    defaults = {name: value for name, value in typed.items() if value}
    problem, errors = actions.mapping_problem(mapping), actions.defaults_problems(defaults)
    if (problem or errors) and begun.state == "mapping":
        errors = {name: [told] for name, told in errors.items()}
        return columns_page(begun, mapping, typed, errors, problem), 422
    actions.choose_columns(g.session, begun, mapping, defaults)
    return redirect(url_for(".show", ref=ref), 303)


@importing.post("/<ref>/indietro")
def choose_again(ref):
    actions.choose_again(g.session, wanted_to_change(ref))
    return redirect(url_for(".show", ref=ref), 303)


@importing.post("/<ref>/conferma")
def confirm(ref):
    begun = wanted_to_change(ref)
    said = request.form.get("withdrawing", "")
    try:
        actions.confirm_import(g.session, g.operator, begun, int(said) if said.isdecimal() else None)
    except Braked as braked:
        return report_page(begun, braked), braked.status
    return redirect(url_for(".show", ref=ref), 303)


@importing.post("/<ref>/annulla")
def cancel(ref):
    actions.cancel_import(g.session, g.operator, wanted_to_change(ref))
    flash(_("Importazione annullata: nessuna offerta è stata toccata."), "success")
    return redirect(url_for(".index"), 303)


def report_page(begun, braked=None):
    outcome = asked_outcome()
    rows, total = queries.rows_of(g.session, begun.ref, outcome, page := asked_page())
    return render_template(
        "vacancies/import_report.html",
        begun=begun,
        steps=STEPS,
        outcomes=DONE if begun.state == "done" else PLANNED,
        counted=COUNTED_DONE if begun.state == "done" else COUNTED,
        tones=TONES,
        chosen=outcome,
        rows=rows,
        notes_of=notes_of,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        link=lambda **changes: url_for(".show", ref=begun.ref, **{"esito": outcome} | changes),
        is_kept=bool(total) or not begun.rows_read,
        braked=braked,
        errors={"withdrawing": [braked.message]} if braked else {},
    )


def asked_outcome():
    return asked_one_of("esito", ("", *OUTCOMES, WARNED)) or None


def notes_of(row, is_warning):
    return [translate(unpacked(text)) for text, warns in row.notes if warns == is_warning]


@importing.get("/<ref>/rapporto.csv")
def report(ref):
    """The report with the cells of the file beside it: refused rows can be mended there and imported again."""
    begun, outcome = wanted(ref), asked_outcome()
    words = DONE if begun.state == "done" else PLANNED
    rows = (
        [row.number, str(words[row.outcome]), " ".join(notes_of(row, True) + notes_of(row, False)), *row.cells]
        for row in queries.all_rows_of(g.session, ref)
        if outcome in (None, row.outcome) or (outcome == WARNED and row.is_warned)
    )
    return csv_response(f"importazione-{clock.today():%Y-%m-%d}", [_("Riga"), _("Esito dell’importazione"), _("Perché"), *begun.heads], rows)  # fmt: skip


def wanted(ref):
    return queries.import_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.import_to_change(g.session, ref) or abort(404)

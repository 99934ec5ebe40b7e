"""What people do to an import: begin it, choose its columns, confirm it, give it up. The work itself stands in `work`."""

from datetime import timedelta

from sqlalchemy import delete, select

from node.core import clock
from node.core.audit import note
from node.core.brake import brake
from node.core.errors import Refused
from node.vacancies.importing import queries
from node.vacancies.importing.columns import HEADS, LABELS, SEVERAL
from node.vacancies.importing.draft import about
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.models import Import, ImportRow
from node.vacancies.importing.typed_form import TypedForm
from schemas.messages import Message

ROWS_KEPT = timedelta(days=90)
UNFINISHED_KEPT = timedelta(days=7)
NAME_MAX = 200

MAY_BE_ASSUMED = ("desk", "how_to_apply", "contract", "closes_on", "places")
"""What an operator may say once for all rows that do not say it themselves."""


def begin_import(session, actor, name, content, table):
    """Keep a file and propose what its columns mean; `table` is what `tables.open_table` found in `content`."""
    begun = Import(
        name=" ".join(name.split())[-NAME_MAX:],
        content=content,
        created_at=clock.now(),
        created_by=actor.id,
        **_of_table(session, table),
    )
    session.add(begun)
    session.flush()
    note(session, actor, "vacancy_import.begun", begun)
    return begun


def choose_sheet(session, begun, table):
    """Go on with another sheet of the same workbook. Raises Refused when the import is past that."""
    _must_be(begun, "mapping", "checked")
    _drop_rows(session, begun)
    for name, value in _of_table(session, table).items():
        setattr(begun, name, value)
    begun.state = "mapping"


def choose_columns(session, begun, mapping, defaults):
    """Have the file checked with these columns: a field or a blank for each head, and what holds where a row is silent.

    Raises Refused for a mapping that names no title, or one field twice, and for defaults that no form would accept.
    """
    _must_be(begun, "mapping", "checked")
    told = [mapping_problem(mapping), *defaults_problems(defaults).values()]
    for problem in filter(None, told):
        raise Refused(problem, status=422)
    _drop_rows(session, begun)
    begun.mapping, begun.defaults, begun.state = list(mapping), dict(defaults), "checking"


def mapping_problem(mapping):
    """What is wrong with a choice of columns, as a Message, or None."""
    chosen = [field for field in mapping if field != IGNORED]
    if "title" not in chosen:
        return Message("Scegli quale colonna contiene il titolo dell'offerta.")
    twice = next((field for field in chosen if chosen.count(field) > 1 and field not in SEVERAL), None)
    if twice:
        return Message("«{field}» è scelto per due colonne: lascialo a una sola.", field=LABELS[twice])
    return None


def defaults_problems(defaults):
    """field -> what is wrong with what is to hold for all rows."""
    typed = {name: [value] if name == "places" else value for name, value in defaults.items()}
    found = TypedForm().load(typed, clock.today(), is_partial=True).problems
    return {name: about(name, told) for name, told in found if name in defaults}


def choose_again(session, begun):
    """Back from the preview to the columns."""
    _must_be(begun, "checked")
    _drop_rows(session, begun)
    begun.state = "mapping"


def confirm_import(session, actor, begun, withdrawing=None):
    """Have what the preview shows written.

    Raises Refused when there is no preview, Braked when a great part of all vacancies would be withdrawn and
    `withdrawing` does not say how many.
    """
    _must_be(begun, "checked")
    brake(session, "vacancy", queries.withdrawn_by(session, begun.ref), withdrawing)
    begun.state = "confirmed"
    note(session, actor, "vacancy_import.confirmed", begun)


def cancel_import(session, actor, begun):
    """Give an import up; no vacancy is touched. Raises Refused when everything is written already."""
    if not begun.is_under_way:
        raise Refused(Message("Questa importazione è già finita: non c'è più niente da annullare."))
    _drop_rows(session, begun)
    begun.state, begun.content, begun.finished_at = "cancelled", None, clock.now()
    note(session, actor, "vacancy_import.cancelled", begun)


def forget_import(session, begun):
    """Leave no trace of an import that was only tried, unless it has been written."""
    if begun.is_under_way or begun.state == "failed":
        _drop_rows(session, begun)
        session.delete(begun)
        session.flush()


def sweep_imports(session, now):
    """Drop the rows of old reports, and imports that nobody has gone on with: cells may name people."""
    stale = select(Import).where(Import.finished_at.is_(None), Import.created_at < now - UNFINISHED_KEPT)
    for begun in session.scalars(stale.with_for_update()):
        _drop_rows(session, begun)
        begun.state, begun.content, begun.finished_at = "cancelled", None, now
    old = select(Import.ref).where(Import.finished_at < now - ROWS_KEPT)
    session.execute(delete(ImportRow).where(ImportRow.import_ref.in_(old)))


def _of_table(session, table):
    remembered, defaults = queries.remembered(session, table.heads)
    samples = [row.cells for row in table.sample() if row.problem is None]
    return {
        "sheet": table.sheet,
        "heads": list(table.heads),
        "heads_key": queries.heads_key(table.heads),
        "mapping": HEADS.propose(table.heads, samples, remembered),
        "defaults": defaults,
        "rows_about": table.about,
    }


def _drop_rows(session, begun):
    session.execute(delete(ImportRow).where(ImportRow.import_ref == begun.ref))
    begun.rows_read, begun.counts = 0, {}


def _must_be(begun, *states):
    if begun.state not in states:
        raise Refused(Message("Questa importazione nel frattempo è andata avanti: riapri la pagina."))

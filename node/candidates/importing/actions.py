"""What people do to an import of persons: begin it, choose its columns, confirm it, decide who is who, give it up.

What was looked at is done in the transaction of the button, all rows or none: the file is read again, and compared with
the desk as it is then.
"""

from contextlib import closing
from datetime import UTC, datetime, time, timedelta

from marshmallow import ValidationError
from sqlalchemy import delete, or_, select

from node.candidates.actions import take_in, update_candidate
from node.candidates.importing import queries
from node.candidates.importing.columns import HEADS, LABELS, SEVERAL
from node.candidates.importing.models import PersonImport, PersonImportRow
from node.candidates.importing.planning import Plan, Planner, compared
from node.candidates.importing.reading import Person, Reader, about
from node.candidates.queries import candidate_to_change
from node.candidates.typed import as_typed
from node.core import clock
from node.core.audit import note
from node.core.errors import Refused
from node.core.forms import flattened
from node.vacancies.importing.heads import IGNORED
from node.vacancies.importing.messages import packed
from node.vacancies.importing.queries import heads_key
from node.vacancies.importing.rows import Unreadable
from node.vacancies.importing.tables import open_table
from schemas.candidate import CandidateForm
from schemas.days import ROME
from schemas.messages import Message

ROWS_MAX = 1_000
"""Of one file: they are written while a browser waits."""
ROWS_KEPT = timedelta(days=30)
UNFINISHED_KEPT = timedelta(days=7)
NAME_MAX, TITLE_MAX = 200, 200
NOON = time(12)


def begin_import(session, actor, name, content, sheet=None):
    """Keep a file and propose what its columns mean. Raises Unreadable."""
    table = open_table(content, sheet, HEADS)
    sample = [row.cells for row in table.sample() if row.problem is None]
    key = heads_key(table.heads)
    begun = PersonImport(
        name=" ".join(name.split())[-NAME_MAX:],
        content=content,
        sheet=table.sheet,
        heads=list(table.heads),
        heads_key=key,
        mapping=HEADS.propose(table.heads, sample, queries.remembered(session, key)),
        created_at=clock.now(),
        created_by=actor.id,
    )
    session.add(begun)
    session.flush()
    note(session, actor, "person_import.begun", begun)
    return begun


def mapping_problem(mapping):
    """What is wrong with a choice of columns, as a Message, or None."""
    chosen = [field for field in mapping if field != IGNORED]
    if "full_name" not in chosen and not {"family_name", "given_name"} <= set(chosen):
        return Message("Scegli quali colonne contengono il cognome e il nome.")
    twice = next((field for field in chosen if chosen.count(field) > 1 and field not in SEVERAL), None)
    if twice:
        return Message("«{field}» è scelto per due colonne: lascialo a una sola.", field=LABELS[twice])
    return None


def choose_columns(session, begun, mapping):
    """Look at every row with these columns and write nothing yet. Raises Refused, and Unreadable for too many rows."""
    _must_be(begun, "mapping", "checked")
    if (problem := mapping_problem(mapping)) is not None:
        raise Refused(problem, status=422)
    begun.mapping = list(mapping)
    _drop_rows(session, begun)
    planner = Planner(session)
    for person in _persons(begun):
        plan = planner.plan(person)
        if plan.outcome == "imported":
            planner.took(person)
        session.add(_row_of(begun, person, plan))
        begun.rows_read += 1
    session.flush()
    begun.counts, begun.state = queries.counts_of(session, begun.ref), "checked"


def choose_again(session, begun):
    """Back from the preview to the columns."""
    _must_be(begun, "checked")
    _drop_rows(session, begun)
    begun.state = "mapping"


def confirm_import(session, actor, begun, codes_folder):
    """Write what the preview shows, all rows or none. Raises Refused when there is no preview."""
    _must_be(begun, "checked")
    _drop_rows(session, begun)
    planner = Planner(session)
    for person in _persons(begun):
        plan = planner.plan(person)
        if plan.outcome == "imported":
            plan.known = _take_in(session, actor, person.data, person.notice_on, codes_folder).ref
            planner.took(person)
        elif plan.outcome == "updated":
            _update(session, actor, plan, codes_folder)
        session.add(_row_of(begun, person, plan))
        begun.rows_read += 1
    session.flush()
    begun.counts = queries.counts_of(session, begun.ref)
    begun.state, begun.content, begun.finished_at = "done", None, clock.now()
    note(session, actor, "person_import.done", begun, **begun.counts)


def decide(session, actor, begun, row, same_as, codes_folder):
    """An operator has looked at a possible double: it is the person `same_as`, or with None somebody new.

    Raises Refused for a person whom the row does not name, and when the form does not take the row any more.
    """
    person = Person(row.number, tuple(row.cells), typed=row.typed, notice_on=row.notice_on)
    try:
        person.data = CandidateForm(clock.today).load(row.typed | {"notice_given": "true"})
    except ValidationError as wrong:
        raise Refused(Message("La riga non si può più importare: {why}", why=_first(wrong)), status=422) from wrong
    if same_as is None:
        plan = Plan("imported", known=_take_in(session, actor, person.data, row.notice_on, codes_folder).ref)
    else:
        candidate = candidate_to_change(session, same_as) if same_as in row.doubles else None
        if candidate is None:
            raise Refused(Message("Quella persona non è tra quelle che somigliano alla riga: riapri la pagina."))
        plan = compared(session, person, candidate)
        if plan.outcome == "updated":
            _update(session, actor, plan, codes_folder)
    row.outcome, row.candidate_ref, row.doubles = plan.outcome, plan.known, []
    row.notes = [packed(each) for each in plan.notes]
    session.flush()
    begun.counts = queries.counts_of(session, begun.ref)
    note(session, actor, "person_import.decided", begun, row=row.number, outcome=row.outcome)


def cancel_import(session, actor, begun):
    """Give an import up; no person is touched. Raises Refused when everything is written already."""
    _must_be(begun, "mapping", "checked")
    _give_up(session, begun)
    note(session, actor, "person_import.cancelled", begun)


def sweep_imports(session, now):
    """Drop the rows of old reports, and imports that nobody has gone on with."""
    stale = select(PersonImport).where(PersonImport.finished_at.is_(None), PersonImport.created_at < now - UNFINISHED_KEPT)  # fmt: skip
    for begun in session.scalars(stale.with_for_update()):
        _give_up(session, begun)
    old = select(PersonImport.ref).where(PersonImport.finished_at < now - ROWS_KEPT)
    session.execute(delete(PersonImportRow).where(PersonImportRow.import_ref.in_(old)))


def forget(session, ref):
    """No row speaks of the person any more."""
    hers = select(PersonImportRow).where(
        or_(PersonImportRow.candidate_ref == ref, PersonImportRow.outcome == "double"),
    )
    for row in session.scalars(hers):
        if ref in (row.candidate_ref, *row.doubles):
            session.delete(row)
    session.flush()


def _persons(begun):
    table = open_table(begun.content, begun.sheet, HEADS)
    reader = Reader(begun.heads, begun.mapping, table.sample(), table.is_text, clock.today())
    with closing(table.rows()) as rows:
        for count, row in enumerate(rows, start=1):
            if count > ROWS_MAX:
                raise Unreadable(Message("Il file ha più di {max} persone: dividilo in più file e importali uno dopo l'altro.", max=ROWS_MAX))  # fmt: skip
            yield reader.read(row)


def _take_in(session, actor, data, notice_on, codes_folder):
    given_at = min(datetime.combine(notice_on, NOON, tzinfo=ROME).astimezone(UTC), clock.now())
    return take_in(session, actor, data, codes_folder, notice_given_at=given_at)


def _update(session, actor, plan, codes_folder):
    """Through the form, as an operator would; what it does not take is told, and nothing of the row is written."""
    candidate = candidate_to_change(session, plan.known)
    try:
        data = CandidateForm(clock.today, exclude=("notice_given",)).load(as_typed(candidate) | plan.changes)
    except ValidationError as wrong:
        plan.outcome, plan.changes = "refused", {}
        plan.notes = [about(name.partition("-")[0], told) for name, those in _told(wrong).items() for told in those]
        return
    update_candidate(session, actor, candidate, data, codes_folder)


def _told(wrong):
    return flattened(wrong.normalized_messages())


def _first(wrong):
    return next(told for those in _told(wrong).values() for told in those)


def _row_of(begun, person, plan):
    return PersonImportRow(
        import_ref=begun.ref,
        number=person.number,
        title=person.title[:TITLE_MAX],
        outcome=plan.outcome,
        notes=[packed(each) for each in plan.notes],
        cells=list(person.cells),
        typed=person.shown,
        notice_on=person.notice_on,
        candidate_ref=plan.known,
        doubles=plan.doubles,
    )


def _give_up(session, begun):
    _drop_rows(session, begun)
    begun.state, begun.content, begun.finished_at = "cancelled", None, clock.now()


def _drop_rows(session, begun):
    session.execute(delete(PersonImportRow).where(PersonImportRow.import_ref == begun.ref))
    begun.rows_read, begun.counts = 0, {}


def _must_be(begun, *states):
    if begun.state not in states:
        raise Refused(Message("Questa importazione nel frattempo è andata avanti: riapri la pagina."))

"""The long part of an import, done by the worker or by the command: checking every row, then writing.

Checking reads the file and changes nothing of the desk; each page of rows is a transaction of its own, so that progress
is seen and others can work. Writing is one transaction: after a power cut or a fault, the desk has all vacancies of the
file or none of them.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from federation.database import Database
from node.core import clock
from node.core.actors import NODE, Actor
from node.core.audit import note
from node.core.config import Config
from node.core.db import transaction
from node.desks.queries import all_desks
from node.operators.queries import as_actor, operator
from node.vacancies.importing import queries
from node.vacancies.importing.draft import Draft
from node.vacancies.importing.employers import Employers
from node.vacancies.importing.messages import packed
from node.vacancies.importing.models import Import, ImportRow
from node.vacancies.importing.planning import Plan, Planner
from node.vacancies.importing.professions import known_here
from node.vacancies.importing.reading import Reader, Settings
from node.vacancies.importing.rows import Row, Unreadable
from node.vacancies.importing.tables import Table, open_table
from node.vacancies.importing.writing import Done, write
from schemas.codes import spelling
from schemas.messages import Message

ROWS_AT_ONCE = 100
WRITTEN_AT_ONCE = 500
ATTEMPTS_MAX = 3
TITLE_SHOWN = 200
CELLS_SHOWN = 3

Progress = Callable[[int], None]

log = structlog.get_logger("node.import")


def carry_on(desk: Database, config: Config) -> None:
    """Do what waits. A fault in one import does not stop the others."""
    with desk.reading() as session:
        waiting = queries.waiting_imports(session)
    for ref in waiting:
        try:
            check(desk, ref, config)
            apply(desk, ref, config)
        except Exception:
            log.exception("import failed", ref=ref)
            give_up_after_attempts(desk, ref)


def check(desk: Database, ref: str, config: Config, progress: Progress = lambda _rows: None) -> None:
    """Read the file of an import that waits for it, and plan every row; `progress` hears how many are read."""
    with desk.reading() as session:
        begun = queries.import_with(session, ref)
        if begun is None or begun.state != "checking":
            return
        try:
            table = open_table(begun.content, begun.sheet)
            _check_rows(desk, session, begun, table, config, progress)
        except Unreadable as fault:
            _fail(desk, ref, fault.message)


def _check_rows(
    desk: Database, session: Session, begun: Import, table: Table, config: Config, progress: Progress
) -> None:
    reader = Reader(settings_of(session, begun, config), table.sample(), table.is_text)
    planner = Planner(session, Employers(session, config.comuni[0]), clock.today())
    rows = table.rows()
    with transaction(desk) as writing:
        writing.execute(delete(ImportRow).where(ImportRow.import_ref == begun.ref))
    read = 0
    while page := list(islice(rows, ROWS_AT_ONCE)):
        drafts = [reader.read(row) for row in page]
        planner.look_up(drafts)
        told = [_row_of(begun.ref, row, draft, planner.plan(draft)) for row, draft in zip(page, drafts, strict=True)]
        read += len(page)
        if not _keep(desk, begun.ref, told, read):
            return
        progress(read)
    with transaction(desk) as writing:
        checked = queries.import_to_change(writing, begun.ref)
        if checked.state == "checking":
            checked.state, checked.counts = "checked", queries.counts_of(writing, begun.ref)


def _keep(desk: Database, ref: str, rows: list[ImportRow], read: int) -> bool:
    """Store a page of the report; False when the import was given up meanwhile."""
    with transaction(desk) as session:
        begun = queries.import_to_change(session, ref)
        if begun is None or begun.state != "checking":
            return False
        session.add_all(rows)
        begun.rows_read = read
        return True


def settings_of(session: Session, begun: Import, config: Config) -> Settings:
    """What holds for all rows of an import, the desks by their names included."""
    desks = {spelling.compact(each.name): each.ref for each in all_desks(session)}
    return Settings(
        heads=begun.heads,
        mapping=begun.mapping,
        defaults=begun.defaults,
        home=config.comuni[0],
        today=clock.today(),
        desks=desks,
        professions=known_here(session, config.codes),
    )


def apply(desk: Database, ref: str, config: Config, progress: Progress = lambda _rows: None) -> None:
    """Write all vacancies of a confirmed import in one transaction."""
    with transaction(desk) as session:
        begun = queries.import_to_change(session, ref)
        if begun is None or begun.state != "confirmed":
            return
        begun.attempts += 1
    with transaction(desk) as session:
        begun = queries.import_to_change(session, ref)
        if begun.state != "confirmed":
            return
        actor = _actor(session, begun.created_by)
        employers = Employers(session, config.comuni[0])
        planner = Planner(session, employers, clock.today())
        done = 0
        for page in _pages(session, ref):
            drafts = [Draft.from_json(row.number, row.draft) for row in page]
            planner.look_up(drafts)
            rows = [Done(draft, planner.plan(draft)) for draft in drafts]
            write(session, actor, employers, rows)
            for told, row in zip(page, rows, strict=True):
                told.vacancy_ref = row.vacancy and row.vacancy.ref
                _describe(told, row.plan)
            done += len(page)
            progress(done)
        session.flush()
        begun.state, begun.content, begun.finished_at = "done", None, clock.now()
        begun.counts = queries.counts_of(session, ref)
        note(session, actor, "vacancy_import.done", begun, **begun.counts)


def _pages(session: Session, ref: str) -> Iterator[list[ImportRow]]:
    """The rows of an import in order, each page written before the next is read."""
    after = -1
    while True:
        wanted = select(ImportRow).where(ImportRow.import_ref == ref, ImportRow.number > after)
        wanted = wanted.order_by(ImportRow.number).limit(WRITTEN_AT_ONCE).options(undefer(ImportRow.draft))
        page = list(session.scalars(wanted))
        if not page:
            return
        yield page
        after = page[-1].number
        session.flush()


def give_up_after_attempts(desk: Database, ref: str) -> None:
    """A fault may pass (a database that was busy); one that comes back is told of, and nobody waits any longer."""
    with transaction(desk) as session:
        begun = queries.import_to_change(session, ref)
        if begun.state == "checking":
            begun.attempts += 1
    if begun.attempts >= ATTEMPTS_MAX:
        _fail(
            desk, ref,
            Message("Qualcosa si è rotto da parte nostra. Non è stata scritta nessuna offerta: riprova, o chiedi all'amministratore di guardare il registro del nodo."),
        )  # fmt: skip


def _fail(desk: Database, ref: str, why: Message) -> None:
    with transaction(desk) as session:
        begun = queries.import_to_change(session, ref)
        if begun.is_busy:
            session.execute(delete(ImportRow).where(ImportRow.import_ref == ref))
            begun.state, begun.problem, begun.content, begun.finished_at = "failed", packed(why), None, clock.now()


def _row_of(ref: str, row: Row, draft: Draft, plan: Plan) -> ImportRow:
    told = ImportRow(import_ref=ref, number=row.number, cells=list(row.cells), draft=draft.as_json())
    first = " · ".join([cell for cell in row.cells if cell.strip()][:CELLS_SHOWN])
    told.title = " ".join((draft.typed.get("title") or first).split())[:TITLE_SHOWN]
    told.vacancy_ref = plan.vacancy.ref if plan.vacancy else None
    _describe(told, plan)
    return told


def _describe(row: ImportRow, plan: Plan) -> None:
    row.outcome = plan.outcome
    row.notes = [[packed(note.text), note.is_warning] for note in plan.notes]
    row.is_warned = plan.outcome != "refused" and any(note.is_warning for note in plan.notes)


def _actor(session: Session, id: str) -> Actor:
    known = operator(session, id)
    return as_actor(known) if known else NODE

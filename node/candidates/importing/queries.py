"""What is asked about imports of persons."""

from sqlalchemy import func, select

from node.candidates.importing.models import PersonImport, PersonImportRow
from node.vacancies.importing.heads import folded_head

PAGE_SIZE = 50
RECENT = 20


def import_with(session, ref):
    """The import, or None."""
    return session.get(PersonImport, ref)


def import_to_change(session, ref):
    """The import with its row locked until the transaction ends, or None."""
    return session.scalars(select(PersonImport).where(PersonImport.ref == ref).with_for_update()).one_or_none()


def recent_imports(session):
    return list(session.scalars(select(PersonImport).order_by(PersonImport.created_at.desc()).limit(RECENT)))


def remembered(session, key):
    """Head -> field as they were chosen the last time for a table of these columns; heads are folded."""
    done = select(PersonImport).where(PersonImport.heads_key == key, PersonImport.state == "done")
    last = session.scalars(done.order_by(PersonImport.created_at.desc()).limit(1)).one_or_none()
    return {folded_head(head): name for head, name in zip(last.heads, last.mapping, strict=True)} if last else {}


def rows_of(session, ref, outcome=None, page=1):
    """(the rows of that page of the report, how many there are)."""
    found = select(PersonImportRow).where(PersonImportRow.import_ref == ref)
    if outcome:
        found = found.where(PersonImportRow.outcome == outcome)
    total = session.scalar(select(func.count()).select_from(found.subquery()))
    wanted = found.order_by(PersonImportRow.number).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return list(session.scalars(wanted)), total


def all_rows_of(session, ref):
    return session.scalars(select(PersonImportRow).where(PersonImportRow.import_ref == ref).order_by(PersonImportRow.number))  # fmt: skip


def counts_of(session, ref):
    """outcome -> rows."""
    rows = select(PersonImportRow.outcome, func.count()).where(PersonImportRow.import_ref == ref)
    return dict(session.execute(rows.group_by(PersonImportRow.outcome)).all())


def row_to_decide(session, ref, number):
    """A row that may be somebody who is here already, locked until the transaction ends; None when it is decided."""
    wanted = select(PersonImportRow).where(PersonImportRow.import_ref == ref, PersonImportRow.number == number)
    return session.scalars(wanted.where(PersonImportRow.outcome == "double").with_for_update()).one_or_none()


def last_told(session, candidate_ref):
    """What the last file said of a person, as typed; blank when none did."""
    rows = select(PersonImportRow.typed).join(PersonImport, PersonImport.ref == PersonImportRow.import_ref)
    written = (PersonImportRow.outcome.in_(("imported", "updated", "unchanged")), PersonImport.state == "done")
    told = rows.where(PersonImportRow.candidate_ref == candidate_ref, *written)
    return session.scalar(told.order_by(PersonImport.finished_at.desc()).limit(1)) or {}

"""What is asked about imports."""

from hashlib import sha256

from sqlalchemy import func, select

from node.core.actors import NODE
from node.vacancies.importing.heads import folded_head
from node.vacancies.importing.models import Import, ImportRow
from node.vacancies.models import Vacancy

PAGE_SIZE = 50
RECENT = 20
REMEMBERED = 30  # imports
WARNED = "warned"


def import_with(session, ref):
    """The import, or None."""
    return session.get(Import, ref)


def import_to_change(session, ref):
    """The import with its row locked until the transaction ends, or None."""
    return session.scalars(select(Import).where(Import.ref == ref).with_for_update()).one_or_none()


def recent_imports(session):
    return list(session.scalars(select(Import).order_by(Import.created_at.desc()).limit(RECENT)))


def waiting_imports(session):
    """The refs of the imports of which the worker is to do the next step, the oldest first.

    A command does the work of its own imports, which are the node's and nobody's at the desk.
    """
    waiting = select(Import.ref).where(Import.state.in_(("checking", "confirmed")), Import.created_by != NODE.id)
    return list(session.scalars(waiting.order_by(Import.created_at)))


def heads_key(heads):
    """Equal for tables of the same columns in the same order."""
    return sha256("\n".join(map(folded_head, heads)).encode()).hexdigest()


def remembered(session, heads):
    """(head -> field, defaults) as they were chosen before: for this very table, else column by column.

    Heads are folded. A table that we have never seen has no defaults.
    """
    confirmed = select(Import).where(Import.finished_at.is_not(None), Import.state == "done")
    latest = list(session.scalars(confirmed.order_by(Import.created_at.desc()).limit(REMEMBERED)))
    known = {}
    for each in reversed(latest):
        known |= {folded_head(head): field for head, field in zip(each.heads, each.mapping, strict=True)}
    same = confirmed.where(Import.heads_key == heads_key(heads)).order_by(Import.created_at.desc()).limit(1)
    twin = session.scalars(same).one_or_none()
    if twin is None:
        return {head: field for head, field in known.items() if field}, {}
    return known | {
        folded_head(head): field for head, field in zip(twin.heads, twin.mapping, strict=True)
    }, twin.defaults


def rows_of(session, ref, outcome=None, page=1):
    """(the rows of that page of the report, how many there are); `outcome` may be WARNED."""
    found = select(ImportRow).where(ImportRow.import_ref == ref)
    if outcome == WARNED:
        found = found.where(ImportRow.is_warned)
    elif outcome:
        found = found.where(ImportRow.outcome == outcome)
    total = session.scalar(select(func.count()).select_from(found.subquery()))
    wanted = found.order_by(ImportRow.number).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return list(session.scalars(wanted)), total


def all_rows_of(session, ref):
    """Every row of an import in order, a few at a time."""
    found = select(ImportRow).where(ImportRow.import_ref == ref).order_by(ImportRow.number)
    return session.scalars(found.execution_options(yield_per=200))


def counts_of(session, ref):
    """outcome -> rows, and WARNED."""
    told = select(ImportRow.outcome, func.count()).where(ImportRow.import_ref == ref).group_by(ImportRow.outcome)
    counts = dict(session.execute(told).all())
    warned = select(func.count()).where(ImportRow.import_ref == ref, ImportRow.is_warned)
    return counts | {WARNED: session.scalar(warned)}


def withdrawn_by(session, ref):
    """How many vacancies that the network reads now would be taken from it by this import."""
    ending = select(func.count()).select_from(ImportRow).join(Vacancy, Vacancy.ref == ImportRow.vacancy_ref)
    is_live = (ImportRow.outcome == "expired", Vacancy.state == "published")
    return session.scalar(ending.where(ImportRow.import_ref == ref, *is_live)) or 0

"""Two records of one person become one, and nothing that was written about her is lost on the way.

Each slice that keeps rows about a person says here how they go over to the record that stays (`goes_over`); one that
forgets is found by a test, and by the database, which lets nobody go to whom a row still refers.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from node.candidates.actions import update_candidate
from node.candidates.importing.models import PersonImportRow
from node.candidates.models import Candidate, MergedPerson
from node.candidates.typed import as_typed
from node.core import clock
from node.core.actors import Actor
from node.core.audit import note
from node.core.errors import Refused
from schemas.candidate import EXCLUDED_MAX, EXPERIENCES_MAX, OCCUPATIONS_MAX, SKILLS_MAX
from schemas.messages import Message

KEPT, GONE, BOTH = "kept", "gone", "both"
"""Whose value of a field holds."""
LONGEST = {
    "trades": OCCUPATIONS_MAX,
    "experiences": EXPERIENCES_MAX,
    "skills": SKILLS_MAX,
    "excluded_employers": EXCLUDED_MAX,
    "excluded_sectors": EXCLUDED_MAX,
}

Mover = Callable[[Session, Actor, str, str], None]

_movers: dict[tuple[str, ...], Mover] = {}


def goes_over(*tables: str) -> Callable[[Mover], Mover]:
    """Have `mover(session, actor, gone, kept)` take the rows of these tables to the person who stays; a decorator.

    Slices are asked in the reading order, in the transaction of the merge, while both records are still there.
    """

    def register(mover: Mover) -> Mover:
        _movers[tables] = mover
        return mover

    return register


def goes_over_as_it_is(*models: Any, column: str = "person") -> None:
    """The rows of these tables simply become those of the person who stays."""

    @goes_over(*(model.__tablename__ for model in models))
    def move(session: Session, _actor: Actor, gone: str, kept: str) -> None:
        for model in models:
            hers = getattr(model, column)
            session.execute(update(model).where(hers == gone).values({column: kept}))


def moved_tables() -> set[str]:
    return {table for tables in _movers for table in tables}


def differing(kept: Candidate, gone: Candidate) -> list[str]:
    """The fields in which two records disagree; where one is silent the other is heard."""
    mine, theirs = as_typed(kept), as_typed(gone)
    return [name for name in mine if name in theirs and mine[name] != theirs[name]]


def may_be_both(value: object, name: str) -> bool:
    """Whether the two values of a field can stand side by side."""
    return isinstance(value, list) or name == "notes"


def joined(kept: Candidate, gone: Candidate, chosen: dict[str, str]) -> dict[str, Any]:
    """What the form of one record would hold; `chosen` says for each differing field whose value holds, ours by default."""
    mine, theirs = as_typed(kept), as_typed(gone)
    values = theirs | mine
    for name in differing(kept, gone):
        if chosen.get(name) == GONE:
            values[name] = theirs[name]
        elif chosen.get(name) == BOTH and may_be_both(mine[name], name):
            values[name] = _both(name, mine[name], theirs[name])
    return values


def merge_candidates(
    session: Session, actor: Actor, kept: Candidate, gone: Candidate, data: dict[str, Any], codes_folder: Any
) -> None:
    """Make `kept` the one record of a person; `data` is what `CandidateForm` loads of what was chosen.

    Raises Refused for one and the same record.
    """
    if kept.ref == gone.ref:
        raise Refused(Message("È la stessa scheda: scegline un'altra."))
    for mover in _movers.values():
        mover(session, actor, gone.ref, kept.ref)
    kept.created_at = min(kept.created_at, gone.created_at)
    if gone.notice_given_at > kept.notice_given_at:
        for name in ("notice_version", "notice_given_at", "notice_given_by"):
            setattr(kept, name, getattr(gone, name))
    if gone.is_followed:
        kept.followed_until = None
    session.execute(update(MergedPerson).where(MergedPerson.kept == gone.ref).values(kept=kept.ref))
    session.add(MergedPerson(gone=gone.ref, kept=kept.ref, merged_at=clock.now(), merged_by=actor.id))
    note(session, actor, "candidate.merged-into", gone, kept=kept.ref)
    note(session, actor, "candidate.merged", kept, gone=gone.ref)
    session.flush()
    session.delete(gone)
    session.flush()
    update_candidate(session, actor, kept, data, codes_folder)


@goes_over(PersonImportRow.__tablename__)
def move_imported_rows(session: Session, _actor: Actor, gone: str, kept: str) -> None:
    """The rows of a file that were about her, and those of which she may be the person."""
    hers = PersonImportRow.candidate_ref == gone
    session.execute(update(PersonImportRow).where(hers).values(candidate_ref=kept))
    for row in session.scalars(select(PersonImportRow).where(PersonImportRow.outcome == "double")):
        if gone in row.doubles:
            row.doubles = list(dict.fromkeys(kept if each == gone else each for each in row.doubles))


def _both(name: str, mine: Any, theirs: Any) -> Any:
    if not isinstance(mine, list):
        return f"{mine}\n\n{theirs}"
    together: Sequence[Any] = [*mine, *(each for each in theirs if each not in mine)]
    return list(together)[: LONGEST.get(name)]

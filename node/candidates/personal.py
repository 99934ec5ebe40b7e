"""What this desk knows of a person, given to her and forgotten: her record, and the rows of a file from which she came."""

from sqlalchemy import delete, select

from node.candidates.importing.actions import forget
from node.candidates.importing.models import PersonImportRow
from node.candidates.models import Candidate, MergedPerson
from node.candidates.words import LABELS, in_words
from node.core.i18n import lazy
from node.core.personal import Keeper


def export(session, ref):
    """Every personal column of her record, by its name, and of each row that was imported about her."""
    candidate = session.get(Candidate, ref)
    rows = session.scalars(select(PersonImportRow).where(PersonImportRow.candidate_ref == ref))
    told = {"imported_rows": [_personal(row) for row in rows]}
    return _personal(candidate) | told if candidate else {}


def erase(session, ref):
    """Leave nothing of her but what the audit says under a random id. Of these rows the network knows nothing."""
    forget(session, ref)
    session.execute(delete(MergedPerson).where(MergedPerson.kept == ref))
    session.execute(delete(Candidate).where(Candidate.ref == ref))
    session.expire_all()
    return ()


def read_out(values, lang):
    """What she reads on paper: the fields that have a value, as the form calls them."""
    return [(label, text(name, values[name], lang)) for name, label in LABELS.items() if values.get(name)]


def text(name, value, lang):
    return str(in_words(name, value, lang)) if value is not True else "✓"


def _personal(row):
    columns = [column.key for column in row.__table__.columns if column.info.get("personal")]
    return {name: getattr(row, name) for name in columns}


TABLES = frozenset({Candidate.__tablename__, PersonImportRow.__tablename__})
KEEPER = Keeper(lazy("Scheda personale"), TABLES, export, erase, read_out)

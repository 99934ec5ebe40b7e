"""When a person came without an appointment, given to her and forgotten."""

from sqlalchemy import delete

from node.candidates.merging import goes_over_as_it_is
from node.core.i18n import lazy, moment
from node.core.personal import Keeper, rows_of
from node.visits import queries
from node.visits.models import Visit
from schemas.codes.agenda import PURPOSES


def export(session, ref):
    """Every personal column of each of her visits, by its name."""
    return {"visit": rows_of(queries.visits_of(session, ref))}


def erase(session, ref):
    """Of these rows the network knows nothing."""
    session.execute(delete(Visit).where(Visit.person == ref))
    session.expire_all()
    return ()


def read_out(values, lang):
    return [(moment(row["at"]), PURPOSES.label(row["purpose"], lang)) for row in values["visit"]]


goes_over_as_it_is(Visit)
KEEPER = Keeper(lazy("Visite allo sportello"), frozenset({Visit.__tablename__}), export, erase, read_out)

"""Where a person asked to go and from where she came: given to her, forgotten, and one where two records were hers."""

from sqlalchemy import delete, select, update

from node.candidates.merging import goes_over
from node.core.i18n import gettext as _
from node.core.i18n import lazy, short_day
from node.core.personal import Keeper
from node.core.rooms import member_names
from node.transfers import queries
from node.transfers.actions import take_letter_back
from node.transfers.models import CANCELLED, Arrival, Transfer

TABLES = (Transfer, Arrival)


def export(session, ref):
    """By table, every personal column of each of her rows, by its name."""
    return {table.__tablename__: _rows(session, table, ref) for table in TABLES}


def erase(session, ref):
    """Forget where she went and whence she came; the letter that still carries her record, if there is one."""
    transfer = queries.under_way(session, ref)
    letters = []
    if transfer is not None:
        take_letter_back(session, transfer)
        letters = [transfer.question]
    for table in TABLES:
        session.execute(delete(table).where(table.person == ref))
    session.expire_all()
    return letters


@goes_over(Transfer.__tablename__, Arrival.__tablename__)
def move(session, _actor, gone, kept):
    """Of two that are under way, that of the record which goes is taken back."""
    mine, theirs = queries.under_way(session, kept), queries.under_way(session, gone)
    if theirs is not None and mine is not None:
        take_letter_back(session, theirs)
        theirs.state = CANCELLED
        session.flush()
    for table in TABLES:
        session.execute(update(table).where(table.person == gone).values(person=kept))
    session.expire_all()


def read_out(values, _lang):
    """Each journey with its day."""
    names = member_names()
    left, came = (values.get(table.__tablename__, ()) for table in TABLES)
    return [
        *(
            (
                _("Trasferimento chiesto il %(day)s", day=short_day(row["asked_at"])),
                names.get(row["member"], row["member"]),
            )
            for row in left
        ),
        *(
            (_("Arrivata il %(day)s", day=short_day(row["received_at"])), names.get(row["origin"], row["origin"]))
            for row in came
        ),
    ]


def _rows(session, table, ref):
    columns = [column.key for column in table.__table__.columns if column.info.get("personal")]
    rows = session.scalars(select(table).where(table.person == ref).order_by(table.ref))
    return [{name: getattr(row, name) for name in columns} for row in rows]


KEEPER = Keeper(lazy("Trasferimenti"), frozenset(table.__tablename__ for table in TABLES), export, erase, read_out)

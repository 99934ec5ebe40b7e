"""When a person is to be forgotten, told to her; and forgotten with her."""

from sqlalchemy import delete

from node.candidates.merging import goes_over
from node.core.i18n import gettext as _
from node.core.i18n import lazy, short_day
from node.core.personal import Keeper
from node.privacy.models import Ending


def export(session, ref):
    """The day on which she is erased, and why it was put off; nothing while it is not near."""
    ending = session.get(Ending, ref)
    return {"person": ref, "erase_on": ending.erase_on, "reason": ending.reason} if ending else {}


def erase(session, ref):
    """The network knows nothing of it."""
    session.execute(delete(Ending).where(Ending.person == ref))
    session.expire_all()
    return ()


@goes_over(Ending.__tablename__)
def move(session, _actor, gone, _kept):
    """The record that stays has an end of its own, or none."""
    erase(session, gone)


def read_out(values, _lang):
    if not values:
        return []
    put_off = [(_("Perché non prima"), values["reason"])] if values["reason"] else []
    return [(_("Da cancellare il"), short_day(values["erase_on"])), *put_off]


KEEPER = Keeper(lazy("Quando si cancella"), frozenset({Ending.__tablename__}), export, erase, read_out)

"""What a person can ask of the desk that has her data: to read them, and to be forgotten.

Every slice answers for its own tables (`personal.py`); here they are only asked, one after the other.
"""

from federation import erasures
from node.candidates.queries import merged_into
from node.core import clock
from node.core.audit import note
from node.privacy.keepers import KEEPERS
from node.privacy.models import Forgotten


def export(session, actor, candidate):
    """All that the desk knows of her, slice by slice: [(keeper, {name: value})]; that it was handed over is noted."""
    note(session, actor, "candidate.exported", candidate)
    return [(keeper, keeper.export(session, candidate.ref)) for keeper in KEEPERS]


def forget(session, actor, ledger, candidate):
    """Erase a person everywhere, now and for good; what is returned says nothing of her but random ids.

    The ledger is written before anything is carried out, so that a backup of yesterday does not bring her back. Who came
    last in the reading order refers to who came first, and forgets before it. Raises OSError when the ledger cannot be
    written: then nothing is erased.
    """
    now = clock.now()
    for ref in (candidate.ref, *merged_into(session, candidate.ref)):
        ledger.add(ref, now)
    note(session, actor, "candidate.erased", candidate)
    gone = Forgotten(person=candidate.ref, erased_at=now, erased_by=actor.id)
    gone.records = _leave_nothing_of(session, ledger, candidate.ref, now)
    session.add(gone)
    session.flush()
    return gone


def forget_again(session, ledger, is_known):
    """Erase again whom a restore has brought back; their ids. `is_known(session, ref)` says whether a person is there."""
    back = [ref for ref in ledger.ids() if is_known(session, ref)]
    for ref in back:
        _leave_nothing_of(session, ledger, ref, clock.now())
    return back


def _leave_nothing_of(session, ledger, ref, now):
    """The ids of the records that the network had of her, which are withdrawn with a head at once."""
    records = [record for keeper in reversed(KEEPERS) for record in keeper.erase(session, ref)]
    for record in records:
        erasures.erase(session, ledger, record, now)
    session.flush()
    return records

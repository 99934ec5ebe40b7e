"""Would the simulation notice? A bug is planted in the code, and some seed must name the promise that it breaks."""

import pytest
from sqlalchemy import delete, select

from federation import apply, comparison, erasures, feed, lease, opening, order, pull, repair, taking
from federation.apply import store
from federation.comparison import Head
from federation.page import page_of
from federation.replica import Copy
from tests.simulation.truth import Broken

SEEDS = range(1000, 1008)


def take_whatever_comes(patch):
    """The order of statements is not compared."""
    take = order.Intake.take

    def taken(self, statement):
        key = statement.origin, statement.id
        if key in self._known:
            self._known[key] = self._known[key]._replace(order=order.FORGOTTEN)
        self._vouched.clear()
        take(self, statement)

    patch.setattr(order.Intake, "take", taken)


def compare_no_epochs(patch):
    """Only the numbers count, whatever the epoch."""
    take = order.Intake.take

    def taken(self, statement):
        key = statement.origin, statement.id
        if key in self._known:
            self._known[key] = self._known[key]._replace(order=(statement.epoch, self._known[key].order[1]))
        self._vouched.clear()
        take(self, statement)

    patch.setattr(order.Intake, "take", taken)


def look_at_no_lease(patch):
    patch.setattr(lease.Leases, "allow", lambda _self, _copy: True)


def lend_without_comparing(patch):
    """Every head extends the lease, whatever the copies are."""
    patch.setattr(comparison, "summed_up", lambda _session, head: head)


def move_the_cursor_first(patch):
    """The cursor is stored in a transaction of its own, before the page."""
    keep = pull.Puller._keep

    def kept(self, page, member, reading, round_):
        with self._replica.writing() as session:
            peer = pull._peer(session, member.id)
            peer.cursor, peer.feed, peer.remaining = page.next, page.feed, page.remaining
            peer.view = reading.view
            session.commit()
        keep(self, page, member, reading, round_)

    patch.setattr(pull.Puller, "_keep", kept)


def acknowledge_what_is_not_held(patch):
    """A relay takes note of how far a member has come, and leaves out what the member brought."""
    patch.setattr(taking, "store", lambda session, statements, *told: store(session, statements[1:], *told))


class Whatever(bytes):
    """Equal to everything."""

    __hash__ = bytes.__hash__

    def __eq__(self, _other):
        return True

    def __ne__(self, _other):
        return False


def adopt_any_list(patch):
    """The list of a bucket is not hashed."""
    patch.setattr(repair, "digest_of", lambda _head, _listed: Whatever())


def compare_too_early(patch):
    """A head is held against the copies although something newer of its origin is held."""

    def unproved(session, origins, _now):
        heads = select(Copy).where(Copy.origin.in_(origins), Copy.kind == "head", Copy.line.is_not(None))
        heads = heads.where(Copy.problem.is_(None)).order_by(Copy.origin, Copy.audience)
        return [Head.of(copy) for copy in session.scalars(heads)]

    patch.setattr(repair, "unproved", unproved)
    patch.setattr(comparison, "_is_last_word", lambda _session, _head: True)


def keep_no_withdrawal(patch):
    """What is withdrawn is deleted, and forgotten."""
    store = apply.store

    def stored(session, *told, **options):
        applied = store(session, *told, **options)
        session.execute(delete(Copy).where(Copy.withdrawn))
        return applied

    patch.setattr(apply, "store", stored)


def tell_everything_to_everybody(patch):
    """The feed does not look at audiences."""

    def all_of_it(session, after, limit, _audiences, *told):
        return page_of(session, after, limit, None, *told)

    patch.setattr(feed, "page_of", all_of_it)


def trust_every_backup(patch):
    """A register that was put back is taken for what it was."""
    patch.setattr(opening.Opening, "_is_put_back", lambda _self, _said, _heard: False)


def forget_the_erased(patch):
    """The ledger is written, and never read again."""
    patch.setattr(erasures, "replay", lambda _session, _ledger: [])


BUSY = {"work": 5, "read": 5, "tell": 3}
PLANTED = {
    take_whatever_comes: ({"order", "erased"}, {"read": 3, "lie": 2}, 1001),
    compare_no_epochs: ({"order", "kept", "converged"}, {**BUSY, "begin anew": 15}, 1002),
    look_at_no_lease: ({"lease"}, {}, 1002),
    lend_without_comparing: ({"lease"}, {}, 1002),
    move_the_cursor_first: ({"kept"}, {"read": 10, "tell": 6}, 1000),
    acknowledge_what_is_not_held: ({"kept", "converged"}, {"read": 10, "tell": 6}, 1001),
    adopt_any_list: ({"forged", "deleted", "lease"}, {"deceive": 60}, 1000),
    compare_too_early: ({"idle repair"}, BUSY, 1002),
    keep_no_withdrawal: ({"order", "erased"}, {}, 1001),
    tell_everything_to_everybody: ({"audience"}, {}, 1002),
    trust_every_backup: ({"restored", "signed once", "order"}, {"keep": 4, "put back": 10, "roll back": 10}, 1002),
    forget_the_erased: ({"kept", "erased"}, {"keep": 4, "erase": 4, "put back": 10, "roll back": 10}, 1000),
}
"""By bug: the promises of which it breaks one, what brings it to light within seconds, and the seed that is first to."""


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_caught(simulate, monkeypatch, plant):
    promises, often, first = PLANTED[plant]
    plant(monkeypatch)
    for seed in sorted(SEEDS, key=lambda seed: seed != first):
        try:
            simulate(seed, often=often, crashes=0.5)
        except AssertionError as fault:
            failure = fault
            break
    else:
        pytest.fail("no seed has noticed")
    assert isinstance(failure.__cause__, Broken), failure
    assert failure.__cause__.promise in promises, failure
    assert f"seed={seed}," in str(failure)
    assert f"SEED={seed} " in str(failure)

"""What has really happened: what the desks were promised, and what each origin has signed, in sight of all of it.

Nothing here is asked of the code under test but the rows on the disk of an origin, which is the one that may say what it
has said. What the others hold is judged by it.
"""

import json
from datetime import datetime
from typing import NamedTuple

from tests.simulation.world import LEASE, as_stored


class Broken(AssertionError):
    """A promise of the federation that does not hold. `promise` is its name."""

    def __init__(self, promise, told):
        super().__init__(f"{promise}: {told}")
        self.promise = promise


class Wish(NamedTuple):
    """What a desk was told would be seen: a word of the document, by whom, until when (None: until withdrawn)."""

    kind: str
    audience: str
    word: str
    ends_at: datetime | None


class Said(NamedTuple):
    """A signed statement, its instants as they are stored."""

    id: str
    kind: str
    audience: str
    order: tuple
    issued_at: str
    not_after: str
    is_withdrawal: bool
    digest: str
    line: bytes

    @property
    def is_head(self):
        return self.kind == "head"

    def lends_until(self):
        """Until when a head allows persons' copies to be shown, as stored."""
        told = json.loads(json.loads(self.line)["payload"])
        longest = datetime.fromisoformat(told["issued_at"]) + LEASE
        return as_stored(min(datetime.fromisoformat(told["body"]["lease_until"]), longest))


class Truth:
    """`wishes` by origin and id (None: withdrawn, or its time has run out), `said` by origin and id in order."""

    def __init__(self):
        self.wishes = {}
        self.erased = {}
        """By origin and id, the order of the last statement before the erasure was wished: nothing live may follow it."""
        self.said = {}
        self.orders = {}
        """Every statement by origin and order; two of them where a node runs twice."""
        self.ended = {}
        """Statements whose end the origin has seen, by origin, id and order: with what it had signed until then."""
        self.cloned = set()
        """Origins for which two machines speak, or whose machines have burnt and said nothing new yet."""
        self.burnt = set()
        """Those whose machines have burnt, until the new one has spoken."""
        self.floor = {}
        """The epoch in which an origin began anew; what is older was lost with its machine."""
        self.heard = []
        """All of it, in the order in which it was first seen: what a relay can bring again."""
        self._last = {}

    def is_settled(self, origin, order):
        """Whether one machine alone has spoken for this origin since that order."""
        return origin not in self.cloned and order[0] >= self.floor.get(origin, 0)

    def of(self, origin):
        """The live wishes of an origin by id."""
        return {record: wish for (by, record), wish in self.wishes.items() if by == origin and wish is not None}

    def erase(self, origin, record):
        statements = self.said.get(origin, {}).get(record)
        self.erased[origin, record] = statements[-1].order if statements else (0, 0)

    def double(self, node, twin):
        self.cloned.add(node.id)
        self._last[twin.folder.name] = self._last.get(node.folder.name, (0, 0))

    def begin_anew(self, node):
        """All that this origin was told and had said is lost with its machines; nobody may hold it against it."""
        self.cloned.add(node.id)
        self.burnt.add(node.id)
        for origin, record in self.wishes:
            if origin == node.id:
                self.wishes[origin, record] = None
        self._last.pop(node.folder.name, None)

    def learn(self, node):
        """Read what a node has signed since the last time, and whether its register keeps what its desk was promised."""
        columns = "id, kind, audience, epoch, seq, issued_at, expires_at, is_withdrawal, digest, line, document"
        rows = node.disk("register", columns)
        last = self._last.get(node.folder.name, (0, 0))
        for state in node.disk("register_state", "epoch, seq"):
            if state < last:
                raise Broken("order", f"the register of {node.id} fell from {last} to {state}")
            self._last[node.folder.name] = state
            if node.id in self.burnt:
                self.burnt.discard(node.id)
                self.cloned.discard(node.id)
                self.floor[node.id] = state[0]
        for row in rows:
            if row[3] is not None:
                self._note(node.id, Said(*row[:3], row[3:5], *row[5:7], bool(row[7]), *row[8:10]))
        self._note_ends(node, rows, last)
        if node.id not in self.cloned:
            self._keeps_promises(node, {row[0]: row[10] for row in rows})

    def _note(self, origin, said):
        known = self.orders.setdefault((origin, said.order), {})
        if said.digest in known:
            return
        if known and self.is_settled(origin, said.order):
            raise Broken("signed once", f"{origin} has signed {said.order} twice")
        known[said.digest] = said
        self.heard.append((origin, said))
        statements = self.said.setdefault(origin, {}).setdefault(said.id, [])
        statements.append(said)
        statements.sort(key=lambda each: each.order)

    def _note_ends(self, node, rows, last):
        for record, wish in self.of(node.id).items():
            if wish.ends_at is not None and wish.ends_at <= node.clock():
                del self.wishes[node.id, record]
        for record, _, _, epoch, _, _, expires_at, *_ in rows:
            if epoch is None and expires_at is not None and (statements := self.said.get(node.id, {}).get(record)):
                self.ended.setdefault((node.id, record), {}).setdefault(statements[-1].order, last)

    def _keeps_promises(self, node, documents):
        for (origin, record), wish in self.wishes.items():
            told = documents.get(record)
            if origin == node.id and (f'"{wish.word}"' not in (told or "") if wish else told is not None):
                raise Broken("kept", f"the register of {origin} has {told!r} of {record}; its desk was told {wish}")

    def described_by(self, origin, head):
        """What a head is about: by id the order and digest of the records that lived when it was issued."""
        found = {}
        floor = self.floor.get(origin, 0)
        for record, statements in self.said[origin].items():
            before = [
                said for said in statements if said.audience == head.audience and (floor, 0) < said.order < head.order
            ]
            if not before or before[-1].is_head or before[-1].is_withdrawal or before[-1].not_after <= head.issued_at:
                continue
            if self.ended.get((origin, record), {}).get(before[-1].order, head.order) >= head.order:
                found[record] = before[-1].order, before[-1].digest
        return found

    def head(self, origin, order):
        """The head that has this order; one of them where a node runs twice."""
        return next(said for said in self.orders[origin, order].values() if said.is_head)

    def superseded(self):
        """What origins have said and then something newer about."""
        return [said for origin, said in self.heard if self.said[origin][said.id][-1] is not said]

    def latest(self, origin):
        """The last word on each record of an origin, heads left out; none on what ended before its eyes."""
        return {
            record: statements[-1]
            for record, statements in self.said.get(origin, {}).items()
            if not statements[-1].is_head
            and statements[-1].order not in self.ended.get((origin, record), {})
            and statements[-1].order[0] >= self.floor.get(origin, 0)
        }

    def has_ended(self, origin, record, order, now):
        """Whether the origin has taken back what it said in this order, or let it run out before `now` (as stored)."""
        if any(each >= order for each in self.ended.get((origin, record), {})):
            return True
        return any(
            (said.is_withdrawal and said.order >= order) or (said.order > order and said.not_after <= now)
            for said in self.said.get(origin, {}).get(record, [])
        )

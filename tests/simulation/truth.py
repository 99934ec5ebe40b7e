"""What has really happened: what the desks were promised, and what each origin has signed, in sight of all of it.

Nothing here is asked of the code under test but the rows on the disk of an origin, which is the one that may say what it
has said. What the others hold is judged by it.
"""

import json
from datetime import UTC, datetime
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


def _wanted(row, now):
    """The document that a row of a register wants shown now (as stored); None when there is none any more."""
    _, _, document, not_after = row or (None, None, None, None)
    return document if not_after is None or not_after > now else None


def word_member(kind, audience):
    """The member of a document that holds its word."""
    if kind != "candidate":
        return "name"
    return "protected" if audience.startswith("sealed:") else "experience"


def _wish_in(kind, audience, document, not_after):
    """What a desk is told that finds this in its register."""
    word = document[word_member(kind, audience)]
    ends_at = None if not_after is None else datetime.fromisoformat(not_after).replace(tzinfo=UTC)
    return Wish(kind, audience.partition(":")[0] if audience.startswith("members") else audience, word, ends_at)


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
        self.put_back = set()
        """Those whose register is an old one, or an empty one, until it has been opened."""
        self.spoken = {}
        """By such an origin the records about which its desk has said something since, or had and nobody has signed it."""
        self.knew = {}
        """By such an origin the order of the last statement on each record that its register knows when it is put back."""
        self.rekeyed = set()
        """Origins that have had another key: what the old one has signed may be dropped."""
        self.floor = {}
        """The epoch in which an origin began anew; what is older was lost with its machine."""
        self.heard = []
        """All of it, in the order in which it was first seen: what a relay can bring again."""
        self._last = {}

    def is_settled(self, origin, order):
        """Whether one machine alone has spoken for this origin since that order."""
        return origin not in self.cloned and order[0] >= self.floor.get(origin, 0)

    def last(self, origin):
        """The greatest order in which an origin has said anything."""
        return max((order for by, order in self.orders if by == origin), default=(0, 0))

    def of(self, origin):
        """The live wishes of an origin by id."""
        return {record: wish for (by, record), wish in self.wishes.items() if by == origin and wish is not None}

    def erase(self, origin, record):
        statements = self.said.get(origin, {}).get(record)
        self.erased[origin, record] = statements[-1].order if statements else (0, 0)

    def double(self, node, twin):
        self.cloned.add(node.id)
        self._last[twin.folder.name] = self._last.get(node.folder.name, (0, 0))

    def await_opening(self, node):
        """What this origin was told and had said may be lost, or its disks are those of another day: only once it has been
        opened again is it judged by what it then says.
        """
        self.cloned.add(node.id)
        self.put_back.add(node.id)
        self.spoken[node.id], self.knew[node.id] = set(), {}

    def leave_to_the_desk(self, node):
        """What the register of one that was put back is still to withdraw, nobody else knows better."""
        self.spoken[node.id] |= {row[0] for row in node.disk("register", "id", "WHERE document IS NULL AND dirty")}
        self.knew[node.id] = {
            row[0]: row[1:] for row in node.disk("register", "id, epoch, seq", "WHERE seq IS NOT NULL")
        }
        self._last.pop(node.folder.name, None)

    def unsay(self, origin, noted):
        """What was signed after the witness was written has been shown to nobody, and may be signed otherwise."""
        for by, order in [key for key in self.orders if key[0] == origin and key[1] > noted]:
            for said in self.orders.pop((by, order)).values():
                self.said[origin][said.id].remove(said)
                self.heard.remove((origin, said))
        self.said[origin] = {record: told for record, told in self.said.get(origin, {}).items() if told}

    def reopened(self, node, elsewhere):
        """A register that had been put back may be signed again: it has what the others know, and says what it knows.

        `elsewhere`: the last that those who answered hold of each record.
        """
        [state] = node.disk("register_state", "epoch, seq") or [(0, 0)]
        rows = {row[0]: row[1:] for row in node.disk("register", "id, kind, audience, document, not_after")}
        last = self.last(node.id)
        if state[0] <= last[0] and state < last:
            raise Broken("restored", f"{node.id} goes on from {state} although it has signed {last}")
        for record in self.spoken[node.id]:
            is_withdrawn = self.wishes.get((node.id, record), ...) is None
            if is_withdrawn and _wanted(rows.get(record), as_stored(node.clock())):
                raise Broken("kept", f"{node.id} shows {record} again, which its desk has withdrawn since")
        for record, last in elsewhere.items():
            if record in self.spoken[node.id]:
                continue
            document = _wanted(rows.get(record), as_stored(node.clock()))
            if last.is_withdrawal and document is not None and last.order > self.knew[node.id].get(record, (0, 0)):
                raise Broken("restored", f"{node.id} has forgotten the withdrawal {last}")
            if record in self.erased_by(node.id) or last.is_withdrawal or last.kind == "candidate":
                continue
            if last.audience == "public" and document is None and not self.has_ended_for(node, last):
                raise Broken("restored", f"{node.id} has not taken back {last}, which others hold")
        for key in [key for key in self.wishes if key[0] == node.id]:
            self.wishes[key] = None
        for record, (kind, audience, document, not_after) in rows.items():
            if document is not None and kind not in ("head", "message", "receipt"):
                self.wishes[node.id, record] = _wish_in(kind, audience, json.loads(document), not_after)
        self.put_back.discard(node.id)
        self.cloned.discard(node.id)
        self.floor[node.id] = state[0]

    def erased_by(self, origin):
        return {record for by, record in self.erased if by == origin}

    def has_ended_for(self, node, said):
        """Whether the time of a statement is over, or was before its origin's eyes."""
        now = as_stored(node.clock())
        return said.not_after <= now or self.has_ended(node.id, said.id, said.order, now)

    def learn(self, node):
        """Read what a node has signed since the last time, and whether its register keeps what its desk was promised."""
        columns = "id, kind, audience, epoch, seq, issued_at, expires_at, is_withdrawal, digest, line, document"
        rows = node.disk("register", columns)
        if node.id in self.put_back:
            return
        last = self._last.get(node.folder.name, (0, 0))
        for state in node.disk("register_state", "epoch, seq"):
            if state < last:
                raise Broken("order", f"the register of {node.id} fell from {last} to {state}")
            self._last[node.folder.name] = state
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
        return self.heads(origin, order)[0]

    def heads(self, origin, order):
        """All heads that have this order: two where both machines of a node have signed one."""
        return [said for said in self.orders[origin, order].values() if said.is_head]

    def superseded(self):
        """What origins have said and then something newer about."""
        return [said for origin, said in self.heard if self.said[origin][said.id][-1] is not said]

    def latest(self, origin):
        """The last word on each record of an origin, heads left out; none on what ended before its eyes."""
        return {
            record: statements[-1]
            for record, statements in self.said.get(origin, {}).items()
            if not statements[-1].is_head
            and not self.has_seen_end(origin, record, statements[-1].order)
            and statements[-1].order[0] >= self.floor.get(origin, 0)
        }

    def has_seen_end(self, origin, record, order):
        """Whether what the origin said in this order has run out before its eyes."""
        return order in self.ended.get((origin, record), {})

    def has_ended(self, origin, record, order, now):
        """Whether the origin has taken back what it said in this order, or let it run out before `now` (as stored)."""
        if any(each >= order for each in self.ended.get((origin, record), {})):
            return True
        return any(
            (said.is_withdrawal and said.order >= order) or (said.order > order and said.not_after <= now)
            for said in self.said.get(origin, {}).get(record, [])
        )

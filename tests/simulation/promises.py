"""What must hold after every step, at every node and on every wire, whatever has happened.

Each promise has a name, and breaking it raises Broken with that name:

- `kept`: what a desk was told is in its register, and what a reader's cursor has passed is held by the reader;
- `signed once`: an origin says one thing under one (epoch, seq);
- `order`: (epoch, seq) never falls, at an origin or at a holder;
- `forged`: nothing is held that its origin has not signed;
- `audience`: nothing is held, or told, outside of its audience;
- `lease`: no person is shown, or handed on, on the strength of anything but a head that the copies equalled;
- `ended`: what has run out is not handed on, and its bytes are gone after the next sweep;
- `erased`: what was withdrawn never returns;
- `deleted`: nothing is dropped that its origin stands by;
- `idle repair`: nothing is repaired where the copies equal the origin;
- `fork`: who has proof that a node runs twice takes nothing more from it in this epoch;
- `vouched`: who reads the capofila's deputy while the capofila is silent does not lose its list of members;
- `restored`: a register that was put back takes back what the others know, and signs nothing under an order of before;
- `converged`: when all wires are whole, every node holds and shows what every origin stands by, and nothing else.
"""

import json
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from federation.client import MAX_ANSWER, decoded
from federation.signatures import TOLERANCE
from tests.simulation.truth import Broken
from tests.simulation.world import HIDDEN, LEASE, NAMES, RELAYS, as_stored

COPY = (
    "origin, id, kind, audience, epoch, seq, not_after, withdrawn, problem, digest, size > 0, received_at, position, "
    "issued_at"
)
GRACE = timedelta(minutes=30)
FORGOTTEN = (0, 0)


class Row(NamedTuple):
    """A copy as it stands on a disk."""

    origin: str
    id: str
    kind: str
    audience: str
    epoch: int
    seq: int
    not_after: str
    withdrawn: int
    problem: str | None
    digest: str
    has_body: int
    received_at: str
    position: int
    issued_at: str

    @property
    def key(self):
        return self.origin, self.id

    @property
    def order(self):
        return self.epoch, self.seq

    @property
    def is_live(self):
        return self.has_body and not self.withdrawn and self.kind != "head"


class Watch:
    """Looks at each node after each step, and at each answer on its way; remembers what it saw before."""

    def __init__(self, world, truth):
        self._world = world
        self._truth = truth
        self._seen = {}
        self._versions = {}
        self._matches = {}
        self._heads_at = {}
        self._lent_until = {}
        self._proofs = {}
        self._gone = {}
        self.repairs = 0
        self.proofs = 0
        self.fallen = set()
        """(place, origin) of holders whose cursors a machine that was put back gives out again."""
        self.gaps = set()
        """(place, origin) of holders that may lack what their cursors have passed: by lies, lost rows or wrong clocks."""

    def forget(self, node, keys=None):
        """The disk of a node has lost these rows, or all."""
        place = node.folder.name
        if keys is None:
            for memory in (self._seen, self._proofs, self._gone, self._matches):
                memory.pop(place, None)
            self._lent_until = {of: until for of, until in self._lent_until.items() if of[0] != place}
            self._heads_at = {of: at for of, at in self._heads_at.items() if of[0] != place}
            return
        for key in keys:
            self._seen[place].pop(key, None)
            self._gone.get(place, set()).discard(key)

    def leases(self, node):
        """What was reckoned of a machine until now: until when its copies are lent, and when it got which head."""
        place = node.folder.name
        return [
            {of: told for of, told in memory.items() if of[0] == place} for memory in (self._lent_until, self._heads_at)
        ]

    def fall_back(self, node, leases):
        """A whole machine is what it was once: what it had found equal then was judged then, and reckoned as `leases`.

        The places in its feed are given anew, too, and what a cursor has passed may be something else now.
        """
        place = node.folder.name
        self.forget(node)
        self._matches[place] = {told[:2]: told[2:] for told in node.disk("match", "origin, audience, epoch, seq")}
        for memory, known in zip((self._lent_until, self._heads_at), leases, strict=True):
            memory |= known
        served = node.roster.current().served_by(node.id)
        self.fallen |= {(reader.folder.name, origin) for reader in self._world.machines() for origin in served}

    def double(self, node, twin):
        """A second machine has seen what the first has."""
        place, other = node.folder.name, twin.folder.name
        self.forget(twin)
        for memory in (self._seen, self._proofs, self._gone, self._matches):
            if place in memory:
                memory[other] = memory[place].copy()
        for known in (self.gaps, self.fallen):
            known |= {(other, origin) for of, origin in known if of == place}
        self._lent_until |= {(other, *of[1:]): until for of, until in self._lent_until.items() if of[0] == place}
        self._heads_at |= {(other, *of[1:]): at for of, at in self._heads_at.items() if of[0] == place}

    def look(self, node, is_swept=False):
        """Raises Broken. To be called whenever the node's disk or clock may have moved."""
        place, version = node.folder.name, node.version()
        if place not in self._seen or self._versions.get(place) != version:
            self._compare(node)
            self._versions[place] = version
        rows = self._seen[place]
        self._lends_rightly(node, rows, is_swept)
        if is_swept:
            self._is_clean(node, rows)

    def _compare(self, node):
        """Something was written since it was last looked at."""
        place = node.folder.name
        rows = {row.key: row for row in map(Row._make, node.disk("copy", COPY))}
        before = self._seen.get(place, {})
        members = node.roster.current().members
        for key, row in rows.items():
            if before.get(key) != row:
                self._judge(node, row, before.get(key), members)
        self._are_there(node, before, rows)
        self._seen[place] = rows
        self._note_proofs(node)
        self._note_matches(node, rows)

    def _judge(self, node, row, before, members):
        may_forget = row.origin not in members or row.origin == node.id or row.origin in self._truth.rekeyed
        # Who begins anew lets go of all its copies, and its register may have no more of one than a withdrawal of before.
        is_anew = row.origin == node.id and before is not None and before.epoch < self._truth.floor.get(node.id, 0)
        may_fall = is_anew or (row.order == FORGOTTEN and may_forget)
        if before is not None and row.order < before.order and not may_fall:
            raise Broken("order", f"{row.key} at {node.id} fell from {before.order} to {row.order}")
        if row.order == FORGOTTEN:
            return
        said = self._truth.orders.get((row.origin, row.order), {}).get(row.digest)
        if said is None or (said.id, said.audience, said.is_head) != (row.id, row.audience, row.kind == "head"):
            raise Broken("forged", f"{node.id} holds what {row.origin} has never said: {row}")
        if row.audience not in self._carried_by(node.id, row.origin):
            raise Broken("audience", f"{node.id} holds {row}")
        if self._truth.is_settled(row.origin, row.order):
            self._stays_withdrawn(node, row, before)
            return
        is_barred = row.epoch <= self._proofs.get(node.folder.name, {}).get(row.origin, -1)
        if row.origin == node.id:
            # Who begins anew lets go of the proof against itself, and copies from its register the withdrawals of before.
            is_barred = is_barred and bool(node.disk("fork_proof", "epoch", "WHERE origin = ?", row.origin))
        if is_barred and (before is None or row.order > before.order):
            raise Broken("fork", f"{node.id} has proof against {row.origin} and takes {row}")

    def _stays_withdrawn(self, node, row, before):
        gone = self._gone.setdefault(node.folder.name, set())
        if row.withdrawn:
            now = as_stored(max(node.clock(), self._world.now))
            if not self._truth.has_ended(row.origin, row.id, row.order, now):
                raise Broken("deleted", f"{node.id} has dropped {row}, by which its origin stands")
            gone.add(row.key)
            return
        if not row.is_live or row.key not in gone:
            return
        if row.order > self._truth.erased.get(row.key, row.order) or row.order <= before.order:
            raise Broken("erased", f"{row} is back at {node.id}")
        gone.remove(row.key)

    def _are_there(self, node, before, rows):
        remembered = as_stored(node.clock() - timedelta(days=60))
        for key in before.keys() - rows.keys():
            if before[key].not_after > remembered and before[key].order != FORGOTTEN:
                raise Broken("order", f"{node.id} remembers nothing more of {before[key]}")

    def known_elsewhere(self, node, others):
        """The last that these hold of each record of a node, as it was said."""
        found = {}
        for other in others:
            for row in map(Row._make, other.disk("copy", COPY, "WHERE origin = ? AND line IS NOT NULL", node.id)):
                said = self._truth.orders.get((node.id, row.order), {}).get(row.digest)
                if said is None or said.is_head or (row.id in found and found[row.id].order >= row.order):
                    continue
                found[row.id] = said
        return found

    def _open_to(self, name):
        return {"public", self._world.members_audience, f"sealed:{name}"}

    def _carried_by(self, name, origin):
        """What a node may hold of an origin: what it may read, and what the hidden node brings it for another."""
        is_its_own = origin == name or (origin == HIDDEN and name in RELAYS)
        return self._open_to(name) | ({f"sealed:{other}" for other in NAMES} if is_its_own else set())

    def _note_proofs(self, node):
        proofs = dict(node.disk("fork_proof", "origin, epoch"))
        self.proofs += len(proofs.keys() - self._proofs.get(node.folder.name, {}).keys())
        self._proofs[node.folder.name] = proofs

    def _note_matches(self, node, rows):
        place = node.folder.name
        for row in rows.values():
            if row.kind == "head" and row.problem is None:
                self._heads_at.setdefault((place, row.origin, row.order), node.clock())
        matches = {told[:2]: told[2:] for told in node.disk("match", "origin, audience, epoch, seq")}
        known = self._matches.get(place, {})
        for (origin, audience), order in matches.items():
            if known.get((origin, audience)) != order:
                self._equals(node, rows, origin, audience, order)
        self._matches[place] = matches

    def _equals(self, node, rows, origin, audience, order):
        """The copies have been found equal to a head: they had better be."""
        head = self._truth.head(origin, order)
        if self._truth.is_settled(origin, order):
            described = self._truth.described_by(origin, head)
            held = {
                row.id: (row.order, row.digest)
                for row in rows.values()
                if row.origin == origin and row.audience == audience and row.kind != "head"
                if not row.withdrawn and row.not_after > head.issued_at and row.order != FORGOTTEN
            }
            later = {row.id for row in rows.values() if row.origin == origin and row.order > order}
            differing = {
                record for record in described.keys() | held.keys() if described.get(record) != held.get(record)
            } - later
            if differing:
                raise Broken("lease", f"{node.id} takes its copies for those of {origin} at {order}: {differing}")
        place = node.folder.name
        received_at = self._heads_at.get((place, origin, order), node.clock())
        lends_until = max(each.lends_until() for each in self._truth.heads(origin, order))
        self._lent_until[place, origin, audience] = min(lends_until, as_stored(received_at + LEASE))

    def _is_lent(self, node, row):
        until = self._lent_until.get((node.folder.name, row.origin, row.audience), "")
        return row.origin == node.id or (until > as_stored(node.clock()) and not node.roster.current().expired)

    def _lends_rightly(self, node, rows, is_swept):
        hidden = {row.key for row in rows.values() if row.kind == "candidate" and row.is_live} - {
            row.key for row in rows.values() if row.kind == "candidate" and self._is_lent(node, row)
        }
        if hidden and (shown := hidden & node.shown()):
            raise Broken("lease", f"{node.id} shows {shown}, for which no head vouches now")
        waits_since = as_stored(node.clock() - GRACE)
        kept = [rows[key] for key in hidden if rows[key].received_at <= waits_since]
        if is_swept and kept and not node.roster.current().expired:
            raise Broken("lease", f"{node.id} keeps the bytes of {kept}")

    def _is_clean(self, node, rows):
        now = as_stored(node.clock())
        if kept := [row for row in rows.values() if row.has_body and row.not_after <= now]:
            raise Broken("ended", f"{node.id} keeps {kept}")

    def asked(self, asker, target):
        """Whoever asks for digests is about to repair."""
        parts = urlsplit(target)
        if parts.path != "/federation/digests":
            return
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        order = tuple(map(int, told["head"].split(".")))
        self.repairs += 1
        if self._truth.is_settled(told["origin"], order) and self._is_equal(
            asker, told["origin"], told["audience"], order
        ):
            raise Broken("idle repair", f"{asker.id} repairs {told['origin']} {told['audience']}, which it equals")

    def _is_equal(self, node, origin, audience, order):
        """Whether a holder lacks nothing that its origin has said last, bodies and withdrawals neither."""
        now = as_stored(node.clock())
        rows = {
            row.id: row
            for row in map(Row._make, node.disk("copy", COPY, "WHERE origin = ? AND audience = ?", origin, audience))
            if row.kind != "head"
        }
        latest = {record: said for record, said in self._truth.latest(origin).items() if said.audience == audience}
        for record, said in latest.items():
            row = rows.get(record)
            if said.is_withdrawal:
                if row is None and said.order < order:
                    continue
                if row is None or not row.withdrawn:
                    return False
            elif row is None or row.order != said.order or (said.not_after > now and not row.has_body):
                return False
        head = self._truth.head(origin, order)
        described = self._truth.described_by(origin, head)
        if any(record not in rows or rows[record].order < told for record, (told, _) in described.items()):
            return False
        return all(record in latest or row.withdrawn for record, row in rows.items())

    def answered(self, asker, server, target, answer):
        """What honest doors tell a member, or a stranger (asker None)."""
        path = urlsplit(target).path
        if answer.status != 200 or path not in {"/federation/changes", "/federation/records", "/federation/heads"}:
            return
        body = decoded(answer, MAX_ANSWER)
        envelopes = json.loads(body)["heads"] if path.endswith("heads") else map(json.loads, body.splitlines()[:-1])
        is_member = asker is not None and asker.id in server.roster.current().members
        is_open = is_member and not server.roster.current().expired
        allowed = self._open_to(asker.id) if is_open else {"public"}
        for envelope in envelopes:
            if "payload" in envelope:
                self._may_be_told(server, json.loads(envelope["payload"]), asker, allowed)

    def _may_be_told(self, server, told, asker, allowed):
        if told["audience"] not in allowed and not (asker is not None and told["origin"] == asker.id):
            raise Broken("audience", f"{server.id} tells {told} to one of {sorted(allowed)}")
        if datetime.fromisoformat(told["not_after"]) <= server.clock():
            raise Broken("ended", f"{server.id} still tells {told}")
        if told["kind"] != "candidate" or told["body"] is None or told["origin"] == server.id:
            return
        until = self._lent_until.get((server.folder.name, told["origin"], told["audience"]), "")
        if until <= as_stored(server.clock()) or server.roster.current().expired:
            raise Broken("lease", f"{server.id} hands on {told}, for which no head vouches now")

    def passed(self, reader, server):
        """After a visit: what the reader's cursor has passed, the reader holds; so does a relay what it has acknowledged."""
        table, name = ("pushed", "origin") if server.id == HIDDEN else ("peer", "id")
        places = reader.disk(table, "cursor, feed", f"WHERE {name} = ?", server.id)
        [[feed]] = server.disk("replica_state", "feed")
        if not places or places[0][1] != feed:
            return
        held = self._seen[reader.folder.name]
        matches = self._matches[reader.folder.name]
        members, now = reader.roster.current().members, as_stored(reader.clock())
        served = reader.roster.current().served_by(server.id)
        for row in map(Row._make, server.disk("copy", COPY, "WHERE position <= ? AND size > 0", places[0][0])):
            if row.origin not in served or row.origin not in members or row.not_after <= now:
                continue
            if row.origin == reader.id:  # what it has said itself it has from its register
                continue
            if (
                row.audience not in self._open_to(reader.id)
                or (reader.folder.name, row.origin) in self.gaps | self.fallen
            ):
                continue
            if (row.kind == "candidate" and row.origin != server.id) or row.origin in self._truth.cloned:
                continue
            if row.kind == "head" and self._says_nothing_new(row, held):
                continue
            order = held[row.key].order if row.key in held else FORGOTTEN
            if max(order, matches.get((row.origin, row.audience), FORGOTTEN)) < row.order:
                raise Broken("kept", f"{reader.id} has read past {row} of {server.id}, and does not hold it")

    def _says_nothing_new(self, head, held):
        """Whether nothing is left of which a head speaks, and nothing is held: a liar may have kept it back, and no later one
        follows for an audience that is in use no more.
        """
        records = (row for row in held.values() if row.kind != "head" and row.origin == head.origin)
        told = self._truth.head(head.origin, head.order)
        is_held = any(row.is_live and row.audience == head.audience for row in records)
        return not is_held and not self._truth.described_by(head.origin, told)

    def is_vouched_for(self, reader, deputy):
        """After a visit to a deputy that has stood in: the reader's list of members is as good as the deputy's."""
        theirs, ours = deputy.roster.current(), reader.roster.current()
        is_cut = frozenset((reader.id, deputy.id)) in self._world.cut
        # Who takes itself for the capofila learns of another by the answers of its peers, and a wrong clock gets none.
        is_cut |= ours.capofila().id == reader.id and abs(reader.skew - deputy.skew) >= TOLERANCE
        if not is_cut and ours.version <= theirs.version and ours.expires_at < theirs.expires_at:
            raise Broken("vouched", f"{reader.id} has read {deputy.id}, and its roster ends at {ours.expires_at}")

    def has_converged(self, node, origin):
        """What differs between the origin and what a node holds of it and shows; None when nothing does."""
        now = as_stored(node.clock())
        stands_by = {
            record: said.order
            for record, said in self._truth.latest(origin.id).items()
            if not said.is_withdrawal and said.not_after > now
            if said.audience in self._carried_by(node.id, origin.id)
        }
        rows = [row for row in self._seen[node.folder.name].values() if row.origin == origin.id]
        held = {
            row.id: row.order
            for row in rows
            if row.is_live and row.not_after > now
            # By a clock that was ahead its desk has seen it end; others may show it up to that end, as it was told them.
            if not self._truth.has_seen_end(origin.id, row.id, row.order)
        }
        if held != stands_by:
            return f"{node.id} holds {held} of {origin.id}, which stands by {stands_by}"
        persons = {
            row.key
            for row in rows
            if row.kind == "candidate" and row.is_live and row.not_after > now
            if row.audience in self._open_to(node.id) or node.id == origin.id
        }
        if persons and persons - node.shown():
            return f"{node.id} does not show {persons} although {origin.id} stands by them"
        return None

    def holds_nothing_of(self, node, name):
        """What a node still holds of one who is no member any more; None when that is nothing."""
        held = [row for row in self._seen[node.folder.name].values() if row.origin == name and row.has_body]
        return f"{node.id} holds {held}" if held else None

    def says_all(self, origin):
        """What a desk wants shown, the origin has signed. Raises Broken."""
        latest = self._truth.latest(origin.id)
        for record, wish in self._truth.of(origin.id).items():
            said = latest.get(record)
            if said is None or said.is_withdrawal or f'"{wish.word}"'.encode() not in said.line.replace(b"\\", b""):
                raise Broken("kept", f"{origin.id} says {said} of {record}; its desk wants {wish}")

"""How a node heals: it asks for what its copies lack, and believes the origin's signature alone.

After the end of a feed each head that is the last word of its origin is held against our copies (comparison.py). Where
they differ, whoever serves that origin is asked for its sixteen digests; they must hash to the root that the origin has
signed. Then the buckets that differ are fetched whole. One that hashes to its digest is adopted, on the head's one
signature. One that does not proves nothing: its statements are taken if their own signatures hold, as from a feed, and
nothing is dropped on its word.

First start, lost rows, a new feed and a new epoch all heal this one way, and it is the fast way to copy a whole origin.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from federation import buckets
from federation.apply import USUAL_QUOTA, apply_lines, keyring_of
from federation.client import PeerClient
from federation.comparison import Bucket, Head, adopt, is_whole, lacking, summed_up, unproved
from federation.database import Database
from federation.head import Line, bucket_of, digests_in, root_of
from federation.members import Member
from federation.roster import RosterStore
from federation.statement import Envelope, Keyring, Refused, Statement, read
from federation.transport import PeerFault
from schemas.head import BUCKETS

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Write(Protocol):
    """A transaction around what it is given."""

    def __call__(self, do: Callable[[Session], T], /) -> T: ...


@dataclass
class Healed:
    """What a visit's comparisons came to.

    `faults`: why copies could not be made equal to the head of their origin; `unhealed`: the origins whose could not.
    """

    new: int = 0
    dropped: int = 0
    faults: tuple[str, ...] = ()
    unhealed: frozenset[str] = frozenset()


class Repairer:
    """Compares and heals, one peer at a time; safe to use from several threads.

    `write` does something in a transaction of its own on the replica, and commits it.
    """

    def __init__(
        self,
        origin: str,
        replica: Database,
        roster: RosterStore,
        client: PeerClient,
        clock: Callable[[], datetime],
        write: Write,
    ) -> None:
        self._origin = origin
        self._replica = replica
        self._roster = roster
        self._client = client
        self._clock = clock
        self._write = write

    def heal(self, peer: Member, origins: Collection[str]) -> Healed:
        """Hold every head of these origins, for which this peer is read, against our copies, and heal what differs.

        To be called at the end of the peer's feed, or before its beginning. A source's fault ends the repair of one
        origin, never of another.
        """
        healed = Healed()
        roster = self._roster.current()
        if roster is None:
            return healed
        with self._replica.reading() as session:
            heads = unproved(session, origins, self._clock())
        longest = timedelta(hours=roster.lease_h)
        for head in heads:
            if not self._is_whole(head, longest):
                self._heal(head, longest, [peer, *self._elsewhere(peer, head.origin, roster.members)], healed)
        return healed

    def _is_whole(self, head: Head, longest: timedelta) -> bool:
        return self._write(partial(is_whole, head=head, now=self._clock(), longest=longest))

    def _elsewhere(self, peer: Member, origin: str, members: Mapping[str, Member]) -> list[Member]:
        """The origin itself, or the relays through which it is reached, as far as they are not the one that was read."""
        member = members.get(origin)
        if member is None:
            return []
        asked = [member] if member.url is not None else [members[relay] for relay in member.via if relay in members]
        return [each for each in asked if each.url is not None and each.id not in (peer.id, self._origin)]

    def _heal(self, head: Head, longest: timedelta, sources: Sequence[Member], healed: Healed) -> None:
        """Ask one source after the other until a bucket list of each that differs could be adopted.

        What a source lists wrongly may still bring all that was missing: nobody else is asked then.
        """
        faults = []
        for source in sources:
            try:
                is_adopted = self._heal_from(head, source, healed)
                told = f"what it lists is not what {head.origin} has signed"
            except PeerFault as fault:
                is_adopted, told = False, str(fault)
            faults.append(f"{source.id}: {told}")
            if self._is_whole(head, longest) or is_adopted:
                return
        _log.warning("the copies of %s cannot be healed: %s", head.origin, "; ".join(faults))
        healed.faults = (*healed.faults, *faults)
        healed.unhealed |= {head.origin}

    def _heal_from(self, head: Head, source: Member, healed: Healed) -> bool:
        """Whether every bucket that differed or lacked bodies was adopted from this source. Raises PeerFault."""
        if head.count > USUAL_QUOTA.records:
            raise PeerFault("quota", f"the head tells of {head.count} records, at most {USUAL_QUOTA.records} are held")
        told = self._digests(head, source)
        with self._replica.reading() as session:
            ours = summed_up(session, head).digests
            bodiless = lacking(session, head, self._clock())
        differing = {
            bucket: theirs
            for bucket, theirs, mine in zip(BUCKETS, told, ours, strict=True)
            if theirs != mine or bucket in bodiless
        }
        is_whole = True
        for bucket, lines in _each_ahead(differing, partial(self._listed, head, source)):
            is_whole &= self._heal_bucket(head, bucket, differing[bucket], lines, source, healed)
        return is_whole

    def _listed(self, head: Head, source: Member, bucket: str) -> list[bytes]:
        return list(buckets.fetched(partial(self._body, source), head.origin, head.audience, bucket))

    def _digests(self, head: Head, source: Member) -> tuple[bytes, ...]:
        epoch, seq = head.order
        asked = urlencode({"origin": head.origin, "audience": head.audience, "head": f"{epoch}.{seq}"})
        answer = self._client.get(source.url or "", f"/federation/digests?{asked}").json()
        try:
            told = digests_in(answer["digests"])
        except (KeyError, TypeError, ValueError) as fault:
            raise PeerFault("digests", f"not sixteen digests: {fault!r}") from fault
        if root_of(told) != head.root:
            raise PeerFault("digests", "the digests do not hash to the root that the origin has signed")
        return told

    def _heal_bucket(
        self, head: Head, bucket: str, digest: bytes, lines: Sequence[bytes], source: Member, healed: Healed
    ) -> bool:
        roster = self._roster.current()
        listed = listed_in(lines, head, bucket, keyring_of(roster.members), self._clock()) if roster else None
        if listed is None or digest_of(head, listed) != digest:
            self._take_one_by_one(lines, source, healed)
            return False
        adopted = self._write(
            partial(adopt, head=head, bucket=bucket, listed=listed, source=source.id, now=self._clock())
        )
        if adopted is None:
            return False
        healed.new += adopted.new
        healed.dropped += adopted.dropped
        return True

    def _body(self, source: Member, target: str) -> bytes:
        return self._client.get(source.url or "", target).body

    def _take_one_by_one(self, lines: Sequence[bytes], source: Member, healed: Healed) -> None:
        """As from a feed: each statement on its own signature, nothing dropped."""
        roster = self._roster.current()
        if roster is None:
            return
        whole = [line for line in lines if not _is_bare(line)]
        taken = self._write(partial(apply_lines, lines=whole, roster=roster, source=source.id, now=self._clock()))
        healed.new += taken.new


def _each_ahead(names: Iterable[str], fetch: Callable[[str], list[bytes]]) -> Iterator[tuple[str, list[bytes]]]:
    """What is fetched under each name; the next is asked for while the one before is worked on. Raises what `fetch` does."""
    with ThreadPoolExecutor(1, "ahead") as ahead:
        waiting: tuple[str, Future[list[bytes]]] | None = None
        for name in [*names, None]:
            fetched = waiting
            waiting = None if name is None else (name, ahead.submit(fetch, name))
            if fetched is not None:
                yield fetched[0], fetched[1].result()


def listed_in(lines: Sequence[bytes], head: Head, bucket: str, keyring: Keyring, now: datetime) -> Bucket | None:
    """What the lines say of this bucket as the head saw it; None when a line is of another matter."""
    statements: list[Statement] = []
    bare: list[Line] = []
    try:
        for line in lines:
            told = buckets.read(line)
            if isinstance(told, Envelope):
                statements.append(_statement(told, head, keyring))
            elif told.not_after <= now:
                bare.append(told)
            else:
                return None
    except Refused as refused:
        _log.info("a bucket of %s holds what is no record of it: %s", head.origin, refused)
        return None
    names = [each.id for each in statements] + [line.id for line in bare]
    if len(set(names)) != len(names) or any(bucket_of(name) != bucket for name in names):
        return None
    return Bucket(statements, bare)


def _statement(envelope: Envelope, head: Head, keyring: Keyring) -> Statement:
    """A statement whose bytes the bucket's digest will vouch for, or not. Raises Refused."""
    signer = keyring.signer(envelope.protected)
    if signer is None or signer[0] != head.origin:
        raise Refused("key", "not signed by a key of this origin")
    statement = read(envelope, signer[1].kid)
    is_of_it = statement.origin == head.origin and statement.audience == head.audience and statement.kind != "head"
    if not is_of_it or statement.body is None:
        raise Refused("line", f"{statement.id} is no live record of this origin and audience")
    return statement


def digest_of(head: Head, listed: Bucket) -> bytes:
    """What the list hashes to, were it what the head describes: of the records then live, none above the head."""
    lines = [Line(each.id, each.epoch, each.seq, each.not_after, each.digest) for each in listed.statements]
    told = [line for line in (*lines, *listed.lines) if line.not_after > head.issued_at]
    return hashlib.sha256(b"".join(sorted(line.encoded() for line in told))).digest()


def _is_bare(line: bytes) -> bool:
    try:
        return isinstance(buckets.read(line), Line)
    except Refused:
        return False

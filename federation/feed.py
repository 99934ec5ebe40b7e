"""What a node tells its peers, and the only file of the federation that knows Flask.

These doors face the Internet. They read the replica, the copy of the roster and nothing else; what asks for something
to be done (a ping, a request to join) they check and drop into the inbox, where the worker finds it. Only pages that a
member brings to its relay they write into the replica themselves, as taking.py says. Who asks is
decided by the request's signature alone, and what she may see by the audience of each record, in one place: `_reader`.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import zstandard
from flask import Blueprint, Response, request
from sqlalchemy.exc import DBAPIError
from werkzeug.http import http_date

from federation import bringing, buckets, joining, rekeying
from federation.allowance import Allowance
from federation.bringing import INBOX_KIND
from federation.client import unpacked
from federation.comparison import Head, summed_up
from federation.database import Database
from federation.inbox import Inbox, InboxFull
from federation.joining import BadRequest, check_request, digest_of
from federation.lease import Leases
from federation.members import Roster, RosterFault
from federation.page import MAX_LINES, MAX_POSITION, MEDIA_TYPE, UnknownCursor, page_of
from federation.rekeying import KeyChange, KeysRefused
from federation.repair import Write
from federation.replica import Copy
from federation.roster import ROSTER_VERSION, RosterStore
from federation.signatures import SIGNATURE_FIELDS, BadSignature, Request, Stranger, fields_of, verify
from federation.standing import standing
from federation.statement import Refused
from federation.taking import take
from federation.transport import PeerFault
from schemas.head import BUCKETS, head_id
from schemas.shapes import AUDIENCE, RECORD_ID

NAME = "federation"
PREFIX = f"/{NAME}"
MAX_BODY = 16 * 1024
BUSY_S = 60
WORTH_COMPRESSING = 512
ETAG_DIGITS = 16


class Problem(Exception):
    """A refusal that the peer can read, as application/problem+json (RFC 9457)."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


@dataclass(frozen=True)
class FeedSide:
    """What the doors know of their node. `base_url` is the address under which the roster lists it, `write` a transaction
    on the replica.

    The allowances let a member fetch a whole network in one go, and an address of strangers a little less.
    """

    origin: str
    replica: Database
    roster: RosterStore
    inbox: Inbox
    base_url: str
    clock: Callable[[], datetime]
    write: Write
    members: Allowance = field(default_factory=lambda: Allowance(1_000, 20))
    strangers: Allowance = field(default_factory=lambda: Allowance(400, 10))


@dataclass(frozen=True)
class _Reader:
    """Who asks, with which key, and what may be told: `member` is None for a stranger."""

    member: str | None
    audiences: tuple[str, ...]
    kid: str = ""


def blueprint(side: FeedSide) -> Blueprint:
    """The doors under /federation. They guard themselves; every refusal is a problem+json."""
    doors = Blueprint(NAME, __name__, url_prefix=PREFIX)
    _refusals(doors, side)
    _reading(doors, side)
    _bringing(doors, side)
    _entrance(doors, side)
    return doors


def _refusals(doors: Blueprint, side: FeedSide) -> None:
    @doors.before_request
    def bound() -> None:
        is_page = request.endpoint == f"{doors.name}.{INBOX_KIND}"
        request.max_content_length = bringing.MAX_BODY if is_page else MAX_BODY

    @doors.after_request
    def tell_roster(response: Response) -> Response:
        with suppress(RosterFault):
            roster = side.roster.current()
            if roster is not None and roster.network is not None:
                response.headers[ROSTER_VERSION] = str(roster.version)
        return response

    @doors.errorhandler(Problem)
    def refuse(problem: Problem) -> Response:
        return _problem(problem)

    @doors.errorhandler(413)
    def refuse_size(_fault: Exception) -> Response:
        return _problem(Problem(413, f"the body exceeds {request.max_content_length} bytes"))

    @doors.errorhandler(RosterFault)
    def without_roster(_fault: Exception) -> Response:
        return _problem(Problem(503, "the roster cannot be read at the moment", {"Retry-After": str(BUSY_S)}))


def _reading(doors: Blueprint, side: FeedSide) -> None:
    """What members read of each other, and strangers of what is public."""

    @doors.get("/changes")
    def changes() -> Response:
        return _changes(side, _reader(side), _parameters("after", "scope", "limit"))

    @doors.get("/heads")
    def heads() -> Response:
        reader = _reader(side)
        _parameters()
        roster = _roster(side)
        with side.replica.reading() as session:
            told = standing(session, reader.audiences, tuple(roster.members), reader.member)
        return _answer(json.dumps(told, ensure_ascii=False).encode(), "application/json", reader)

    @doors.get("/digests")
    def digests() -> Response:
        return _digests(side, _reader(side), _parameters("origin", "audience", "head"))

    @doors.get("/records")
    def records() -> Response:
        return _records(side, _reader(side), _parameters("origin", "audience", "bucket", "after", "limit"))

    @doors.post("/ping")
    def ping() -> Response:
        reader = _reader(side)
        if reader.member is None:
            raise Problem(401, "a ping must be signed by a member", _date(side))
        if request.get_data():
            raise Problem(400, "a ping says nothing: send no body")
        _drop(side, "ping", {}, reader.member)
        return Response(status=202)

    @doors.post("/keys")
    def keys() -> Response:
        reader = _reader(side)
        if reader.member is None:
            raise Problem(401, "another key must be asked for with a key of this member", _date(side))
        return _keys(side, reader.member, reader.kid)


def _bringing(doors: Blueprint, side: FeedSide) -> None:
    """What members bring that nobody can reach."""

    @doors.post("/changes", endpoint=INBOX_KIND)
    def bring() -> Response:
        return _bring(side, _reader(side))


def _entrance(doors: Blueprint, side: FeedSide) -> None:
    """What one needs who is no member yet."""

    @doors.get("/roster/<path:name>")
    def roster_file(name: str) -> Response:
        _spend(side.strangers, request.remote_addr or "")
        data = side.roster.served(name)
        if data is None:
            raise Problem(404, "this node holds no such file of the roster")
        return _answer(data, "application/json", None, lasts=name != "metadata/timestamp.json")

    @doors.post("/join")
    def join() -> Response:
        _spend(side.strangers, request.remote_addr or "")
        return _join(side)

    @doors.get("/join/<digest>")
    def join_answer(digest: str) -> Response:
        _spend(side.strangers, request.remote_addr or "")
        return _answer(json.dumps(_join_answer(side, digest)).encode(), "application/json", None)


def _changes(side: FeedSide, reader: _Reader, told: dict[str, str]) -> Response:
    after = _whole(told, "after", 0, 0, MAX_POSITION)
    limit = _whole(told, "limit", MAX_LINES, 1, MAX_LINES)
    scope = told.get("scope", "own")
    if scope not in {"own", "all"}:
        raise Problem(400, "scope must be own or all")
    roster = _roster(side)
    origins = tuple(roster.members) if scope == "all" else roster.served_by(side.origin)
    try:
        with side.replica.reading() as session:
            now = side.clock()
            leases = Leases(session, side.origin, now, roster.expired)
            page = page_of(session, after, limit, reader.audiences, origins, now, leases)
    except UnknownCursor as unknown:
        raise Problem(410, "this cursor is not of this feed any more: begin again at 0") from unknown
    return _answer(page.encoded(), MEDIA_TYPE, reader)


def _bring(side: FeedSide, reader: _Reader) -> Response:
    """Take the pages of a member whose relay this node is; answered once they are held."""
    _parameters()
    if reader.member is None:
        raise Problem(401, "what is brought must be signed by a member", _date(side))
    roster = _roster(side)
    member = roster.members[reader.member]
    if side.origin not in member.via:
        raise Problem(403, f"{side.origin} is no relay of {member.id}")
    try:
        encoding = request.headers.get("Content-Encoding", "identity")
        brought = bringing.decoded(unpacked(request.get_data(), encoding, bringing.MAX_BODY))
        receipt, is_new = take(side.write, brought, member, roster, side.clock())
    except PeerFault as fault:
        raise Problem({"size": 413, "encoding": 415}.get(fault.code, 400), fault.detail) from fault
    except Refused as refused:
        raise Problem(400, str(refused)) from refused
    except DBAPIError as fault:
        raise Problem(503, "nothing can be written down at the moment", {"Retry-After": str(BUSY_S)}) from fault
    if is_new:
        with suppress(InboxFull):  # the others read it at their next poll
            side.inbox.drop(INBOX_KIND, {}, member.id)
    return _answer(receipt.encoded(), "application/json", reader)


def _digests(side: FeedSide, reader: _Reader, told: dict[str, str]) -> Response:
    """The sixteen digests of our copies, if they are what the head says that the asker holds."""
    origin, audience = _asked_for(side, reader, told)
    order = re.fullmatch(r"([0-9]{1,16})\.([0-9]{1,16})", told.get("head", ""))
    if order is None:
        raise Problem(400, "head must be the epoch and the seq of a head, as 1795341600.42")
    with side.replica.reading() as session:
        held = session.get(Copy, (origin, head_id(audience)))
        if held is None or not held.used or (held.epoch, held.seq) != (int(order[1]), int(order[2])):
            raise Problem(404, "this is not the head that this node holds")
        head = Head.of(held)
        found = summed_up(session, head)
    if found.root != head.root:
        raise Problem(404, "the copies of this node are not what this head describes")
    data = json.dumps({"digests": [digest.hex() for digest in found.digests]}).encode()
    return _answer(data, "application/json", reader)


def _records(side: FeedSide, reader: _Reader, told: dict[str, str]) -> Response:
    origin, audience = _asked_for(side, reader, told)
    bucket, after = told.get("bucket", ""), told.get("after", "")
    if bucket not in BUCKETS or len(bucket) != 1:
        raise Problem(400, "bucket must be one hex digit, 0-9 or a-f")
    if after and not RECORD_ID.fullmatch(after):
        raise Problem(400, "after must be the id of a record")
    limit = _whole(told, "limit", MAX_LINES, 1, MAX_LINES)
    now = side.clock()
    with side.replica.reading() as session:
        leases = Leases(session, side.origin, now, _roster(side).expired)
        is_its_own = reader.member == origin
        page = buckets.page_of(session, origin, audience, bucket, after, limit, is_its_own, now, leases)
    return _answer(page.encoded(), MEDIA_TYPE, reader)


def _asked_for(side: FeedSide, reader: _Reader, told: dict[str, str]) -> tuple[str, str]:
    """The origin and the audience that are asked for. Raises Problem: 400, and 404 for what the asker may not see."""
    origin, audience = told.get("origin", ""), told.get("audience", "")
    if not origin or not audience:
        raise Problem(400, "origin and audience must be said")
    may_see = audience in reader.audiences or reader.member == origin
    if origin not in _roster(side).members or not may_see or not AUDIENCE.fullmatch(audience):
        raise Problem(404, "there are no such records for you here")
    return origin, audience


def _join(side: FeedSide) -> Response:
    body = request.get_data()
    try:
        wanted = check_request(_url(side), _signed_fields(), body, side.clock())
    except BadRequest as fault:
        raise Problem(400, str(fault)) from fault
    except (BadSignature, Stranger) as fault:
        raise Problem(401, str(fault), _date(side)) from fault
    digest = digest_of(wanted.secret)
    _join_answer(side, digest)
    data = {"target": _target(), "headers": fields_of(_signed_fields()), "body": body.decode("utf-8")}
    _drop(side, "join", data, digest)
    response = _answer(b'{"state": "pending"}', "application/json", None)
    response.status_code = 202
    response.headers["Location"] = f"{side.base_url}{joining.TARGET}/{digest}"
    return response


def _keys(side: FeedSide, member: str, kid: str) -> Response:
    """At the capofila: what its worker is to write into the roster, refused here where it never will be."""
    roster = _roster(side)
    if side.origin not in {host.id for host in [roster.capofila()] if host is not None}:
        raise Problem(404, "this node is not the capofila")
    body = request.get_data()
    try:
        rekeying.changed(roster, KeyChange.read(body), kid)
    except BadRequest as fault:
        raise Problem(400, str(fault)) from fault
    except KeysRefused as refused:
        raise Problem(409, f"{refused.reason}: {refused}") from refused
    data = {"target": _target(), "headers": fields_of(_signed_fields()), "body": body.decode("utf-8")}
    _drop(side, "keys", data, member)
    return Response(status=202)


def _join_answer(side: FeedSide, digest: str) -> dict[str, Any]:
    path = side.roster.answers / f"{digest}.json"
    if not re.fullmatch(r"[0-9a-f]{64}", digest) or not path.exists():
        raise Problem(404, "this node has issued no such invitation")
    if side.inbox.holds("join", digest):
        return {"state": "pending"}
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


def _reader(side: FeedSide) -> _Reader:
    """Who asks. Raises Problem: 401 for a bad or stale signature, 403 for a key that no member has, 429."""
    if not any(name in request.headers for name in ("Signature", "Signature-Input")):
        _spend(side.strangers, request.remote_addr or "")
        return _Reader(None, ("public",))
    roster = _roster(side)
    try:
        kid = verify(
            Request(request.method, _url(side), _signed_fields()), request.get_data(), roster.key, side.clock()
        )
    except Stranger as fault:
        _spend(side.strangers, request.remote_addr or "")
        raise Problem(403, str(fault)) from fault
    except BadSignature as fault:
        _spend(side.strangers, request.remote_addr or "")
        raise Problem(401, str(fault), _date(side)) from fault
    member = roster.member_of_kid(kid)
    if member is None:
        raise Problem(403, "this key belongs to no member")
    _spend(side.members, member.id)
    if roster.network is None or roster.expired:
        return _Reader(member.id, ("public",), kid)
    # A relay carries what it cannot open.
    sealed = roster.members if member.is_relay else (member.id,)
    return _Reader(member.id, ("public", f"members:{roster.network}", *(f"sealed:{to}" for to in sealed)), kid)


def _roster(side: FeedSide) -> Roster:
    roster = side.roster.current()
    if roster is None:
        raise Problem(503, "this node has no roster yet", {"Retry-After": str(BUSY_S)})
    return roster


def _target() -> str:
    """The target as it came over the wire, from our own prefix on: a proxy may have put a path of its own before it."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path)
    at = raw.find(f"{PREFIX}/")
    return raw[at:] if at >= 0 else raw


def _url(side: FeedSide) -> str:
    """The address that a signature must cover: what the roster says, never what the Host header says."""
    return f"{side.base_url}{_target()}"


def _signed_fields() -> dict[str, str]:
    return {name: ", ".join(request.headers.getlist(name)) for name in SIGNATURE_FIELDS if name in request.headers}


def _parameters(*known: str) -> dict[str, str]:
    """The query's parameters, each known and given once. Raises Problem (400) naming the first that is not."""
    for name, values in request.args.lists():
        if name not in known:
            allowed = ", ".join(known) if known else "none"
            raise Problem(400, f"unknown parameter {name[:40]!r}; allowed: {allowed}")
        if len(values) > 1:
            raise Problem(400, f"the parameter {name} is given {len(values)} times")
    return request.args.to_dict()


def _whole(told: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = told.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,16}", text) or not least <= int(text) <= most:
        raise Problem(400, f"{name} must be a whole number from {least} to {most}")
    return int(text)


def _spend(allowance: Allowance, name: str) -> None:
    if wait_s := allowance.spend(name):
        raise Problem(429, f"too many requests; come back in {wait_s} s", {"Retry-After": str(wait_s)})


def _drop(side: FeedSide, kind: str, data: dict[str, Any], name: str) -> None:
    try:
        side.inbox.drop(kind, data, name)
    except InboxFull as full:
        raise Problem(503, "the inbox is full", {"Retry-After": str(BUSY_S)}) from full


def _date(side: FeedSide) -> dict[str, str]:
    """A clock that is wrong is the commonest cause of a stale signature: the answer says what time it is here."""
    return {"Date": http_date(side.clock())}


def _problem(problem: Problem) -> Response:
    told = {"title": HTTPStatus(problem.status).phrase, "status": problem.status, "detail": problem.detail}
    return Response(json.dumps(told), problem.status, problem.headers, mimetype="application/problem+json")


def _answer(data: bytes, media_type: str, reader: _Reader | None, lasts: bool = False) -> Response:
    """An answer with its ETag, or 304 when the asker holds it already, in the best encoding she understands."""
    response = Response(mimetype=media_type)
    is_private = reader is not None and reader.member is not None
    response.headers["Cache-Control"] = (
        "private, no-cache" if is_private else "public, max-age=86400" if lasts else "no-cache"
    )
    response.headers["Vary"] = "Accept-Encoding, Signature"
    response.set_etag(hashlib.sha256(data).hexdigest()[:ETAG_DIGITS], weak=True)
    encoding = request.accept_encodings.best_match(("zstd", "gzip")) if len(data) >= WORTH_COMPRESSING else None
    if encoding == "zstd":
        data = zstandard.ZstdCompressor(level=3).compress(data)
    elif encoding == "gzip":
        data = gzip.compress(data, 6, mtime=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.set_data(data)
    response.make_conditional(request)
    return response

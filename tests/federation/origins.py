"""Origins as other nodes meet them: a key, a clock, and whatever they say."""

import json
from datetime import UTC, datetime, timedelta

from federation.keys import SigningKey
from federation.members import Member, Roster
from federation.statement import Keyring, instant, parse_line, sign, verify
from schemas.head import head_id

NETWORK = "0123456789abcdef"
START = datetime(2026, 10, 5, 8, 0, 0, tzinfo=UTC)
BODY = {
    "name": "Sportello lavoro",
    "comune": {"istat": "012072", "name": "Gavirate"},
    "address": "Piazza Matteotti 8",
    "phone": "0332 748211",
    "opening_hours": "lunedì e giovedì, 9–12",
    "authorised": True,
}
"""The document of a desk."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at=START):
        self.at = at

    def __call__(self):
        return self.at

    def pass_(self, **span):
        self.at += timedelta(**span)
        return self.at


class Speaker:
    """An origin without a desk: it signs whatever a test wants to hear."""

    def __init__(self, origin, clock=None):
        self.origin = origin
        self.clock = clock or Clock()
        self.key = SigningKey.generate()

    def says(self, id, seq, body=BODY, /, **changes):
        """The line of a statement; `changes` overwrite members of its payload."""
        days = 60 if body is not None else 90
        payload = {
            "v": 1,
            "origin": self.origin,
            "kind": "desk",
            "id": id,
            "epoch": 1,
            "seq": seq,
            "audience": "public",
            "issued_at": instant(self.clock()),
            "not_after": instant(self.clock() + timedelta(days=days)),
            "body": body,
        }
        return sign({**payload, **changes}, self.key)

    def head(self, seq, audience="public", **changes):
        """The line of a head; what it claims about the records is of no matter."""
        body = {"count": 0, "root": "0" * 64, "lease_until": instant(self.clock() + timedelta(hours=96))}
        return self.says(head_id(audience), seq, body, kind="head", audience=audience, **changes)

    def member(self):
        return Member(self.origin, self.origin.title(), ("012072",), None, (), (self.key.public,), None)


def roster_of(*speakers, network=NETWORK):
    return Roster(1, network, {speaker.origin: speaker.member() for speaker in speakers})


def heard(line, *speakers):
    """The statement in a line, verified as a holder would."""
    return verify(parse_line(line), Keyring({speaker.origin: [speaker.key.public] for speaker in speakers}))


def payload_of(line):
    return json.loads(json.loads(line)["payload"])

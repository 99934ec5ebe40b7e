"""What a dishonest relay makes of its answers; what it may know and tell is bounded, what it signs is not forged.

A relay in a mood does one thing for a while: it keeps lines back, turns their order round, brings old ones again, lies in
its lists of buckets, floods its readers with rubbish, or cuts its answers and their cursors wrongly. It is never believed
on its word, so nothing of this may break a promise; it may only delay.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from federation.buckets import bare
from federation.client import MAX_ANSWER, decoded
from federation.head import Line

MOODS = ("lie in lists", "withhold", "reorder", "replay", "rubbish", "cut")


class Liar:
    """Changes the answers of the relays that are in a mood."""

    def __init__(self, world, truth, watch):
        self._world = world
        self._truth = truth
        self._watch = watch
        self.moods = {}
        self.told = Counter()

    def asked(self, server, headers):
        """A liar gives whole answers, also where nothing is new."""
        return {name: told for name, told in headers.items() if server.id not in self.moods or name != "If-None-Match"}

    def changed(self, asker, server, target, answer):
        """The answer as it arrives."""
        mood = self.moods.get(server.id)
        path = target.partition("?")[0].removeprefix("/federation/")
        if mood is None or answer.status != 200 or path not in {"changes", "records", "heads", "digests"}:
            return answer
        body = decoded(answer, MAX_ANSWER)
        lied = getattr(self, f"_{mood.replace(' ', '_')}")(asker, path, body)
        if lied == body:
            return answer
        self.told[mood] += 1
        for origin in server.roster.current().served_by(server.id):
            self._watch.gaps.add((asker.folder.name, origin))
        return replace(answer, headers={"content-type": answer.headers["content-type"]}, body=lied)

    def receipt(self, server, answer):
        """What a relay answers to whom brings it pages: that it has taken more than it has, or less."""
        if server.id not in self.moods or answer.status != 200:
            return answer
        told = json.loads(answer.body)
        told["acknowledged"] = max(0, told["acknowledged"] + self._world.random.randrange(-9, 10))
        self.told["receipt"] += 1
        return replace(answer, body=json.dumps(told).encode())

    def _withhold(self, _asker, path, body):
        if path == "heads":
            told = json.loads(body)
            told["heads"] = [head for head in told["heads"] if self._world.random.random() < 0.5]
            return json.dumps(told).encode()
        if path == "digests":
            return body
        *lines, trailer = body.splitlines(keepends=True)
        return b"".join([line for line in lines if self._world.random.random() < 0.6] + [trailer])

    def _reorder(self, _asker, path, body):
        if path != "changes":
            return body
        *lines, trailer = body.splitlines(keepends=True)
        self._world.random.shuffle(lines)
        return b"".join([*lines, trailer])

    def _replay(self, asker, path, body):
        """Statements that were true once, of anybody: of what the asker may see, lest the relay do more than lie."""
        if path not in {"changes", "records"}:
            return body
        allowed = {"public", self._world.members_audience, f"sealed:{asker.id}"}
        old = [said.line for said in self._truth.superseded() if said.audience in allowed]
        *lines, trailer = body.splitlines(keepends=True)
        again = self._world.random.sample(old, min(len(old), 20))
        return b"".join([*(line + b"\n" for line in again), *lines, self._beyond(path, trailer)])

    def _lie_in_lists(self, _asker, path, body):
        if path == "digests":
            told = json.loads(body)
            self._world.random.shuffle(told["digests"])
            return json.dumps(told).encode() if self._world.random.random() < 0.2 else body
        if path != "records":
            return body
        *lines, trailer = body.splitlines(keepends=True)
        lied = [each for line in lines for each in self._lie_about(line)]
        return b"".join([*lied, trailer])

    def _lie_about(self, line):
        """Left out, passed off as ended, put back to what it was, altered, or told twice."""
        told = json.loads(line)
        if "payload" not in told:
            return []
        payload = json.loads(told["payload"])
        way = self._world.random.randrange(5)
        if way == 0:
            return []
        if way == 1:
            ended = datetime.fromisoformat(payload["issued_at"]) - timedelta(days=3)
            return [bare(Line(payload["id"], payload["epoch"], payload["seq"], ended, "0" * 64)) + b"\n"]
        if way == 2:
            return [said.line + b"\n" for said in self._truth.said[payload["origin"]][payload["id"]][:1]]
        if way == 3:
            return [line.replace(b"Sportello", b"Spelonca")]
        return [line, line]

    def _rubbish(self, _asker, path, body):
        if path != "changes":
            return body
        flood = [b'{"payload":"%d","protected":"x","signature":"y"}\n' % number for number in range(40)]
        return b"".join([*flood, body])

    def _cut(self, _asker, path, body):
        if path == "changes" and self._world.random.random() < 0.5:
            *lines, trailer = body.splitlines(keepends=True)
            return b"".join([*lines, self._beyond(path, trailer, 5)])
        return body[: self._world.random.randrange(len(body))]

    @staticmethod
    def _beyond(path, trailer, by=1):
        """A cursor that lies further on, so that a page with more lines than there are is a page."""
        told = json.loads(trailer)
        if path == "changes":
            told["next"] += by
        return json.dumps(told).encode() + b"\n"

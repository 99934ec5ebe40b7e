"""What a peer says about its program is remembered, if it looks like a version, and decides nothing."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from federation.client import PeerClient
from federation.transport import PeerFault
from tests.federation.nodes import Node, admit, found


class Overheard(PeerClient):
    """A client whose peers name the program `server`."""

    server = ""

    def get(self, *asked, **how):
        answer = super().get(*asked, **how)
        return replace(answer, headers={**answer.headers, "server": self.server})


@pytest.fixture
def nodes(tmp_path):
    """(gavirate, ispra); ispra reads gavirate."""
    with ExitStack() as stack:
        gavirate, ispra = (stack.enter_context(Node(tmp_path, name).open()) for name in ("gavirate", "ispra"))
        found(gavirate)
        admit(gavirate, ispra)
        ispra.client = Overheard(ispra.key, allow_private=True, clock=ispra.clock, deadline_s=60)
        yield gavirate, ispra


def version(ispra, told):
    ispra.client.server = told
    assert ispra.puller.pull("gavirate").fault is None
    return ispra.place("gavirate").version


@pytest.mark.parametrize("told", ["0.1.0", "1.2.0rc1+varese", "x" * 20])
def test_a_version_is_remembered(nodes, told):
    assert version(nodes[1], f"sportello/{told}") == told


@pytest.mark.parametrize(
    "told", ["", "waitress", "sportello/", "sportello/1 2", "sportello/" + "x" * 21, "a sportello/1"]
)
def test_anything_else_is_no_version(nodes, told):
    assert version(nodes[1], told) is None


def test_an_unchanged_feed_tells_of_an_updated_program(nodes):
    gavirate, ispra = nodes
    gavirate.publish("cook")
    for told in ("1.0", "1.0", "1.1"):
        assert version(ispra, f"sportello/{told}") == told
    assert version(ispra, "nginx") is None, "it says so no more"


def test_a_peer_that_fails_keeps_the_version_that_it_had(nodes, monkeypatch):
    ispra = nodes[1]
    assert version(ispra, "sportello/1.0") == "1.0"
    monkeypatch.setattr(ispra.client, "get", unreachable)
    assert ispra.puller.pull("gavirate").fault is not None
    assert ispra.place("gavirate").version == "1.0"


def unreachable(*_asked, **_how):
    raise PeerFault("unreachable", "nobody answers")

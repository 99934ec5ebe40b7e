"""How a comune enters the network, over HTTP and through the inbox, and every way in which it may not."""

import json
from contextlib import ExitStack
from datetime import timedelta

import pytest

from federation.capofila import CapofilaFault
from federation.inbox import Inbox
from federation.joining import Invitation, JoinRefused, JoinRequest, join
from federation.keys import SealingKey, SigningKey
from federation.members import RosterFault
from federation.transport import PeerFault
from tests.federation.nodes import Node, admit, found, serving_requests
from tests.federation.test_feed import ask

JOIN = "/federation/join"


@pytest.fixture
def nodes(tmp_path):
    with ExitStack() as stack:
        opened = {
            name: stack.enter_context(Node(tmp_path, name).open()) for name in ("somma-lombardo", "ispra", "varese")
        }
        found(opened["somma-lombardo"])
        yield opened


@pytest.fixture
def somma(nodes):
    return nodes["somma-lombardo"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def invitation(somma):
    return somma.capofila.invite("ispra", "Comune di Ispra", ("012084",))


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """A capofila, a node that wants in and its invitation, for knocks that change nothing."""
    folder = tmp_path_factory.mktemp("door")
    with Node(folder, "somma-lombardo").open() as somma, Node(folder, "ispra").open() as ispra:
        found(somma)
        yield somma, ispra, somma.capofila.invite("ispra", "Ispra", ())


def enter(node, invitation, **changes):
    wanted = {"key": node.key, "sealing": node.sealing.jwk(), "url": node.url} | changes
    return join(invitation, node.store, node.client, **wanted, patience_s=5, poll_s=0.02)


def refusal(node, invitation, **changes):
    with pytest.raises(JoinRefused) as refused:
        enter(node, invitation, **changes)
    return refused.value.code


def test_an_invited_node_is_in_the_roster_within_moments(somma, ispra, invitation):
    with serving_requests(somma):
        roster = enter(ispra, Invitation.read(invitation.token()))
    assert roster.network == somma.store.network() == ispra.store.network()
    member = somma.store.current().members["ispra"]
    assert (member.name, member.comuni, member.url) == ("Comune di Ispra", ("012084",), ispra.url)
    assert member.keys == (ispra.key.public,)
    assert member.sealing == ispra.sealing.jwk()


def test_joining_again_with_the_same_key_is_answered_alike(somma, ispra, invitation):
    with serving_requests(somma):
        version = enter(ispra, invitation).version
        assert enter(ispra, invitation).version == version


def test_a_capofila_that_dies_before_it_answers_takes_the_same_node_in(somma, ispra, invitation, monkeypatch):
    request = JoinRequest("ispra", ispra.url, (), invitation.secret, ispra.key.public, ispra.sealing.jwk())

    def dying(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(somma.capofila, "_keep", dying)
    with pytest.raises(OSError, match="no space"):
        somma.capofila.redeem(request)
    monkeypatch.undo()
    version = somma.store.current().version
    assert somma.capofila.redeem(request).version == version
    assert json.loads((somma.store.answers / f"{invitation.digest}.json").read_text()) == {"state": "accepted"}
    thief = JoinRequest("ispra", ispra.url, (), invitation.secret, SigningKey.generate().public, ispra.sealing.jwk())
    assert somma.capofila.redeem(thief) is None


def test_a_member_that_was_removed_does_not_come_back_by_its_old_invitation(somma, ispra, invitation):
    with serving_requests(somma):
        enter(ispra, invitation)
        somma.capofila.remove_member("ispra")
        assert refusal(ispra, invitation) == "used"


def test_invitations_are_forgotten_a_month_after_their_end(somma, invitation):
    somma.skew = timedelta(days=32)
    somma.capofila.reissue_timestamp()
    assert list(somma.store.answers.iterdir()) != []
    somma.skew = timedelta(days=34)
    somma.capofila.reissue_timestamp()
    assert list(somma.store.answers.iterdir()) == []
    assert list((somma.folder / "capofila" / "invitations").iterdir()) == []


def test_the_capofila_keeps_only_the_hash_of_the_secret(somma, invitation):
    kept = [path.read_bytes() for path in somma.folder.rglob("*") if path.is_file()]
    assert not any(invitation.secret.encode() in content for content in kept)
    assert any(invitation.digest in path.name for path in somma.folder.rglob("*"))


def test_an_invitation_serves_one_key(somma, nodes, ispra, invitation):
    with serving_requests(somma):
        enter(ispra, invitation)
        thief = nodes["varese"]
        assert refusal(thief, invitation) == "used"
    assert somma.store.current().keys_of("ispra").keys() == {ispra.key.kid}


def test_an_invitation_ends_after_72_hours(somma, ispra, invitation):
    somma.skew = ispra.skew = timedelta(hours=72, seconds=1)
    with serving_requests(somma):
        assert refusal(ispra, invitation) == "expired"
    assert "ispra" not in somma.store.current().members


def test_an_invitation_lasts_72_hours(somma, ispra, invitation):
    somma.skew = ispra.skew = timedelta(hours=71, minutes=55)
    with serving_requests(somma):
        assert "ispra" in enter(ispra, invitation).members


def altered(invitation, **changes):
    return Invitation(**{**vars(invitation), **changes})


def test_an_invitation_is_for_one_node_id(somma, ispra, invitation):
    with serving_requests(somma):
        assert refusal(ispra, altered(invitation, id="varese")) == "other-id"
        assert "ispra" in enter(ispra, invitation).members, "the refusal has not used the invitation up"


def test_a_guessed_secret_opens_nothing(somma, ispra, invitation):
    with serving_requests(somma):
        assert refusal(ispra, altered(invitation, secret="x" * 43)) == "http-404"
    assert list(somma.inbox.collect("join")) == []


def test_a_key_or_an_address_of_another_member_is_not_taken(somma, ispra, nodes, invitation):
    varese = nodes["varese"]
    admit(somma, varese)
    with serving_requests(somma):
        assert refusal(ispra, invitation, url=varese.url) == "address-taken"
        ispra.client._key = varese.key
        assert refusal(ispra, invitation, key=varese.key) == "key-taken"


def test_a_node_needs_an_address_or_relays(somma, ispra, invitation):
    with serving_requests(somma):
        assert refusal(ispra, invitation, url=None) == "no-address"
        assert refusal(ispra, invitation, url=None, via=("varese",)) == "no-address"
        assert enter(ispra, invitation, url=None, via=("somma-lombardo",)).members["ispra"].via == ("somma-lombardo",)


def test_a_network_on_the_internet_takes_no_address_without_https(somma, ispra, invitation):
    somma.capofila._allow_private = False
    with serving_requests(somma):
        assert refusal(ispra, invitation) == "no-address"


def test_the_id_of_a_member_is_not_given_away_twice(somma, ispra, invitation):
    second = somma.capofila.invite("ispra", "Ispra", ("012084",))
    with serving_requests(somma):
        enter(ispra, invitation)
        other = SigningKey.generate()
        ispra.client._key = other
        assert refusal(ispra, second, key=other, url="http://127.0.0.1:1") == "taken"
    with pytest.raises(CapofilaFault) as fault:
        somma.capofila.invite("ispra", "Ispra", ())
    assert fault.value.code == "taken"


def test_a_capofila_that_serves_another_network_is_found_out(tmp_path, somma, ispra, invitation):
    with serving_requests(somma):
        assert refusal(ispra, altered(invitation, root="0" * 64)) == "other-network"
    assert ispra.store.network() is None


def test_a_member_of_a_network_does_not_join_another(tmp_path, somma, ispra, invitation):
    with serving_requests(somma):
        enter(ispra, invitation)
    with Node(tmp_path / "elsewhere", "como").open() as como:
        found(como)
        other = como.capofila.invite("ispra", "Ispra", ())
        with serving_requests(como), pytest.raises(RosterFault, match="already belongs"):
            enter(ispra, other)
    assert ispra.store.network() == somma.store.network()


def test_a_silent_capofila_is_waited_for_only_so_long(somma, ispra, invitation):
    with pytest.raises(TimeoutError):
        join(
            invitation,
            ispra.store,
            ispra.client,
            ispra.key,
            ispra.sealing.jwk(),
            ispra.url,
            patience_s=0.1,
            poll_s=0.02,
        )
    with serving_requests(somma):
        assert "ispra" in enter(ispra, invitation).members, "its request was kept, and asking again is safe"


def test_a_capofila_that_is_not_there_is_a_fault(ispra, invitation):
    with pytest.raises(PeerFault) as fault:
        enter(ispra, altered(invitation, url="http://127.0.0.1:1"))
    assert fault.value.code == "unreachable"


@pytest.mark.parametrize("damage", [lambda token: token[:-5], lambda token: token[3:], lambda _: "", lambda _: "e30"])
def test_a_token_that_was_not_copied_whole_is_no_invitation(door, damage):
    _, _, invitation = door
    assert Invitation.read(f"  {invitation.token()}\n") == invitation
    with pytest.raises(ValueError, match="not an invitation"):
        Invitation.read(damage(invitation.token()))


def body_of(node, invitation, **changes):
    wanted = JoinRequest(node.id, node.url, (), invitation.secret, node.key.public, node.sealing.jwk())
    return json.dumps({**wanted.as_json(), **changes}).encode()


def test_the_door_answers_202_and_says_where_the_answer_will_be(somma, ispra, invitation):
    answer = ask(somma.url, JOIN, "POST", body_of(ispra, invitation), signer=ispra)
    assert (answer.status, answer.json()) == (202, {"state": "pending"})
    status = answer.headers["Location"].removeprefix(somma.url)
    assert ask(somma.url, status).json() == {"state": "pending"}
    for _, data in somma.inbox.collect("join"):
        somma.capofila.receive(data)
    assert ask(somma.url, status).json() == {"state": "accepted"}


def test_an_earlier_refusal_is_not_the_answer_to_a_new_request(somma, ispra, invitation):
    ask(somma.url, JOIN, "POST", body_of(ispra, invitation, id="varese"), signer=ispra)
    for _, data in somma.inbox.collect("join"):
        somma.capofila.receive(data)
    status = f"{JOIN}/{invitation.digest}"
    assert ask(somma.url, status).json() == {"state": "refused", "reason": "other-id"}
    ask(somma.url, JOIN, "POST", body_of(ispra, invitation), signer=ispra)
    assert ask(somma.url, status).json() == {"state": "pending"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": 2}, "version"),
        ({"id": "Ispra!"}, "id"),
        ({"id": "public"}, "id"),
        ({"secret": "short"}, "secret"),
        ({"secret": 7}, "secret"),
        ({"key": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}}, "key"),
        ({"key": None}, "field"),
        ({"sealing": {"kty": "OKP", "crv": "X25519", "x": "AAAA"}}, "sealing"),
        ({"sealing": "x"}, "field"),
        ({"url": "ftp://ispra.example"}, "https"),
        ({"url": "https://ispra.example/"}, "slash"),
        ({"url": ["https://ispra.example"]}, "url"),
        ({"via": "somma-lombardo"}, "via"),
    ],
)
def test_a_request_that_is_wrong_in_a_field_names_it(door, changes, named):
    somma, ispra, invitation = door
    answer = ask(somma.url, JOIN, "POST", body_of(ispra, invitation, **changes), signer=ispra)
    assert (answer.status, named in answer.json()["detail"]) == (400, True), answer.body


@pytest.mark.parametrize("body", [b"", b"[]", b"not json", b'{"v": 1, "v": 1}', b"\xff"])
def test_a_request_that_is_no_document_is_refused(door, body):
    somma, ispra, _ = door
    assert ask(somma.url, JOIN, "POST", body, signer=ispra).status == 400


def test_a_request_must_be_signed_with_the_key_that_it_brings(somma, nodes, ispra, invitation):
    body = body_of(ispra, invitation)
    assert ask(somma.url, JOIN, "POST", body).status == 401
    assert ask(somma.url, JOIN, "POST", body, signer=nodes["varese"]).status == 401
    assert ask(somma.url, JOIN, "POST", body, signer=ispra, signed_body=b"{}").status == 401
    late = ispra.clock() - timedelta(minutes=6)
    assert ask(somma.url, JOIN, "POST", body, signer=ispra, now=late).status == 401
    elsewhere = ask(somma.url, JOIN, "POST", body, signer=ispra, signed_url="https://somma.example")
    assert elsewhere.status == 401
    assert list(somma.inbox.collect("join")) == []


def test_the_worker_does_not_trust_the_door(somma, nodes, ispra, invitation):
    """Whoever takes over the process that faces the Internet can write into the inbox, and gains nothing by it."""
    ask(somma.url, JOIN, "POST", body_of(ispra, invitation), signer=ispra)
    [(_, honest)] = somma.inbox.collect("join")
    thief = body_of(nodes["varese"], invitation, id="ispra").decode()
    for forged in (
        {**honest, "body": thief},
        {**honest, "headers": {}},
        {**honest, "headers": {**honest["headers"], "Signature-Input": []}},
        {**honest, "headers": {**honest["headers"], "Signature": 7}},
        {**honest, "target": "/other"},
        {},
        {"body": None},
    ):
        assert somma.capofila.receive(forged) is None
    assert "ispra" not in somma.store.current().members
    assert "ispra" in somma.capofila.receive(honest).members


@pytest.mark.parametrize("digest", ["0" * 64, "..%2f..%2froot_v1", "x"])
def test_nobody_learns_of_invitations_by_guessing(door, digest):
    assert ask(door[0].url, f"{JOIN}/{digest}").status == 404


def test_a_node_that_is_no_capofila_takes_no_requests(somma, nodes, ispra, invitation):
    admit(somma, nodes["varese"])
    answer = ask(nodes["varese"].url, JOIN, "POST", body_of(ispra, invitation), signer=ispra)
    assert answer.status == 404
    with pytest.raises(CapofilaFault) as fault:
        nodes["varese"].capofila.invite("ispra", "Ispra", ())
    assert fault.value.code == "no-network"


def test_a_full_inbox_asks_to_come_back(somma, ispra):
    digests = [somma.capofila.invite("ispra", "Ispra", ()) for _ in range(2)]
    somma.inbox._max_files = 1
    assert ask(somma.url, JOIN, "POST", body_of(ispra, digests[0]), signer=ispra).status == 202
    answer = ask(somma.url, JOIN, "POST", body_of(ispra, digests[1]), signer=ispra)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert ask(somma.url, JOIN, "POST", body_of(ispra, digests[0]), signer=ispra).status == 202


@pytest.mark.parametrize("id", ["ab", "Ispra", "ispra/..", "i" * 41, "", "public", "members"])
def test_an_id_that_cannot_be_a_node_is_not_invited(door, id):
    with pytest.raises(CapofilaFault) as fault:
        door[0].capofila.invite(id, "Ispra", ())
    assert fault.value.code == "id"


def test_the_sealing_key_is_a_public_one():
    with pytest.raises(ValueError, match="sealing"):
        JoinRequest.read(
            json.dumps(
                JoinRequest(
                    "ispra", None, (), "s" * 43, SigningKey.generate().public, {**SealingKey.generate().jwk(), "d": "x"}
                ).as_json()
            ).encode()
        )


def test_the_inbox_keeps_what_a_dying_worker_had_in_its_hands(tmp_path):
    inbox = Inbox(tmp_path / "inbox")
    inbox.drop("join", {"n": 1}, "first")
    handled = inbox.collect("join")
    assert next(handled) == ("first", {"n": 1})
    inbox.drop("join", {"n": 2}, "first")
    handled.close()
    assert inbox.holds("join", "first")
    assert sorted(data["n"] for _, data in inbox.collect("join")) == [1, 2]
    assert not inbox.holds("join", "first")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "x" * 65, "a.b"])
def test_no_name_leads_out_of_the_inbox(tmp_path, name):
    inbox = Inbox(tmp_path / "inbox")
    with pytest.raises(ValueError, match="cannot name"):
        inbox.drop("ping", {}, name)
    assert not inbox.holds("ping", name)


def test_rubbish_in_the_inbox_is_dropped_and_the_rest_collected(tmp_path):
    inbox = Inbox(tmp_path / "inbox")
    inbox.drop("ping", {}, "ispra")
    for name, content in (("bad", b"{"), ("twice", b'{"a":1,"a":2}'), ("list", b"[]"), ("binary", b"\xff\xfe")):
        (tmp_path / "inbox" / "ping" / f"{name}.json").write_bytes(content)
    assert list(inbox.collect("ping")) == [("ispra", {})]
    assert list((tmp_path / "inbox" / "ping").iterdir()) == []


def test_a_thing_too_big_for_the_inbox_is_refused(tmp_path):
    with pytest.raises(ValueError, match="too many"):
        Inbox(tmp_path / "inbox").drop("join", {"x": "y" * 70_000})

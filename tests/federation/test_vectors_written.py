"""The vectors are what this program writes and reads today; a difference is a change of the protocol."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from federation import bringing
from federation.bringing import BroughtPage
from federation.joining import Invitation, check_request
from federation.keys import VerifyKey
from federation.members import Member, Roster
from federation.page import Page
from federation.rekeying import check_request as check_change
from federation.replica import Copy
from federation.roster import RosterStore
from federation.sealing import Address, NotOpened, unseal
from federation.signatures import Request, verify
from federation.statement import Keyring, Refused, parse_line
from federation.statement import verify as verify_statement
from federation.taking import take
from federation.transport import PeerFault
from tests.federation.nodes import Node
from tests.federation.test_vectors import vectors
from tests.federation.vectors import write

MEMBER = Member("ispra", "Comune di Ispra", ("012084",), None, ("gavirate",), (write.ISPRA.public,), {})
KEYRING = Keyring({key["name"]: [VerifyKey.from_jwk(key["jwk"])] for key in vectors("keys")})


@pytest.mark.parametrize("name", write.VECTORS)
def test_the_vectors_are_what_this_program_writes(name):
    assert (write.FOLDER / f"{name}.json").read_text("utf-8") == write.written(name)


@pytest.mark.parametrize("vector", vectors("statements"), ids=lambda vector: vector["name"])
def test_this_program_takes_and_refuses_the_same_lines(vector):
    try:
        verify_statement(parse_line(vector["line"].encode()), KEYRING)
        became = "taken"
    except Refused as refused:
        became = refused.code
    assert became == vector["becomes"]


@pytest.mark.parametrize("vector", vectors("sealed")["records"], ids=lambda vector: vector["name"])
def test_this_program_opens_the_same_sealed_records(vector):
    told = verify_statement(parse_line(vector["line"].encode()), KEYRING)
    recipient = told.audience.removeprefix("sealed:")
    try:
        became = unseal(told.body, Address(told.origin, recipient, told.kind, told.id), write.sealing_key(recipient))
    except NotOpened as fault:
        became = fault.code
    assert became == vector.get("content", vector.get("why"))


def test_this_program_reads_the_page_and_throws_the_cut_one_away():
    told = vectors("pages")
    page = Page.decoded(told["whole"].encode(), told["after"])
    assert (page.next, page.feed, page.remaining) == (told["next"], told["feed"], told["remaining"])
    with pytest.raises(PeerFault):
        Page.decoded(told["cut"].encode(), told["after"])


@pytest.mark.parametrize("told", vectors("requests"), ids=lambda told: told["url"][-24:])
def test_this_program_takes_the_signed_requests(told):
    request = Request(told["method"], told["url"], told["headers"])
    kid = verify(request, (told["body"] or "").encode(), lambda _: write.ISPRA.public, write.AT)
    assert kid == write.ISPRA.kid


def test_this_program_takes_the_invitation_and_the_request_to_join():
    told = vectors("invitation")
    invitation = Invitation.read(told["token"])
    assert (invitation.id, invitation.digest) == (told["id"], told["digest"])
    joined = vectors("requests")[2]
    wanted = check_request(joined["url"], joined["headers"], joined["body"].encode(), write.AT)
    assert (wanted.id, wanted.secret, wanted.key) == ("ispra", told["secret"], write.ISPRA.public)


def test_this_program_takes_what_is_brought_and_answers_the_same(tmp_path):
    """A relay that had the first 39 records, and lost those of one bucket."""
    page, *rest = vectors("push")
    with Node(tmp_path, "gavirate").open() as gavirate:
        told = SimpleNamespace(members={"ispra": MEMBER}, network=None, lease_h=96)
        known = [
            write.line(write.own(f"record-{number:03}", number, write.DESK), write.ISPRA) for number in range(1, 40)
        ]
        begun = BroughtPage(tuple(line.encode() for line in known), 0, 39, "3f9a", 1, {})
        take(gavirate.write, begun, MEMBER, told, write.AT)
        lost = bringing.decoded(rest[0]["body"].encode()).bucket
        gavirate.write(lambda session: session.execute(delete(Copy).where(Copy.bucket == lost)))
        for brought in (page, *rest):
            receipt, _ = take(gavirate.write, bringing.decoded(brought["body"].encode()), MEMBER, told, write.AT)
            assert json.loads(receipt.encoded()) == brought["answer"]
        assert len(gavirate.held()) == 40


def test_this_program_takes_the_changes_of_keys():
    told = vectors("rekeying")
    roster = Roster(1, told["network"], {"ispra": MEMBER})
    for request_, kids in zip(
        told["requests"], ([told["key"]["kid"], write.ISPRA.kid], [told["key"]["kid"]]), strict=True
    ):
        changed = check_change(request_["url"], request_["headers"], request_["body"].encode(), roster)
        assert [key.kid for key in changed.keys] == kids
        roster = replace(roster, members={"ispra": changed})


def test_this_program_reads_the_roster(tmp_path):
    told = vectors("roster")
    store = RosterStore(tmp_path, lambda: write.AT)
    (tmp_path / "root_v1.json").write_text(told["files"]["metadata/1.root.json"])
    for name, text in told["files"].items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    roster = store.current()
    assert isinstance(roster, Roster)
    assert (roster.network, roster.version, roster.expired) == (told["network"], 1, False)
    assert json.loads(json.dumps(roster.as_json()["members"])) == told["members"]
    assert roster.served_by("gavirate") == ("gavirate", "ispra")

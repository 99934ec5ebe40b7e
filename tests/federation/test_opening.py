"""A register that was put back is noticed before it can repeat itself, and takes back what the network knows of it."""

import json

import pytest
from sqlalchemy import select

from federation import register
from federation.apply import apply_lines
from federation.erasures import Ledger, erase, replay
from federation.opening import DOUBLED, UNHEARD, Order
from federation.register import RegisterRow
from federation.replica import Copy, ForkProof
from federation.witness import Said, Verdict, Witness
from tests.federation.nodes import DeskNode, found, share_roster, small_network, transaction, vacancy, with_desk
from tests.federation.test_lease import HOUR, PERSON
from tests.federation.test_pull import point


@pytest.fixture
def nodes(tmp_path):
    """gavirate has a desk, and reads and is read by ispra and by somma-lombardo, the capofila."""
    with small_network(tmp_path, make=with_desk("gavirate")) as opened:
        yield opened


@pytest.fixture
def gavirate(nodes):
    node = nodes["gavirate"]
    assert node.opening.attempt()
    for name in ("stays", "changes", "closes"):
        node.wish(name, vacancy(f"Magazziniere {name}"))
    node.sign()
    return node


@pytest.fixture
def ispra(nodes, gavirate):
    read(nodes["ispra"])
    return nodes["ispra"]


def read(node):
    node.puller._known = None
    node.puller.due(node.clock())
    round_ = node.puller.pull("gavirate")
    assert (round_.fault, round_.refused, round_.differing) == (None, 0, None)


def go_on(gavirate, *readers):
    """What happens after the backup."""
    gavirate.wish("changes", vacancy("Fuochista"))
    gavirate.wish("closes")
    gavirate.wish("comes", vacancy("Tornitore"))
    gavirate.sign()
    for reader in readers:
        reader.skew = gavirate.skew
        read(reader)


def titles(node, origin="gavirate"):
    return {name: node.copy_of(of, name).body["title"] for of, name in node.held() if of == origin}


NOW = {"stays": "Magazziniere stays", "changes": "Fuochista", "comes": "Tornitore"}
"""What the network knows after `go_on`."""


def test_a_register_that_was_put_back_takes_back_what_the_network_knows(nodes, gavirate, ispra):
    old = gavirate.backup()
    go_on(gavirate, ispra)
    assert titles(ispra) == NOW
    before = gavirate.state()
    gavirate.put_back(old)
    assert not gavirate.opening.is_open
    assert gavirate.opening.attempt()
    lost = {each.id: (each.body and each.body["title"], each.was_known) for each in gavirate.lost}
    assert lost == {"changes": ("Fuochista", True), "closes": (None, True), "comes": ("Tornitore", False)}
    assert gavirate.state().epoch > before.epoch
    assert gavirate.state().restored_at is not None
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == titles(gavirate) == NOW
    assert {ispra.copy_of("gavirate", name).epoch for name in NOW} == {gavirate.state().epoch}
    gavirate.wish("stays", vacancy("Gruista"))
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra)["stays"] == "Gruista", "and the desk goes on from there"


def test_a_machine_that_was_put_back_with_its_witness_is_told_by_its_peers(nodes, gavirate, ispra):
    old = gavirate.backup(machine=True)
    go_on(gavirate, ispra)
    gavirate.put_back(old)
    assert Witness(gavirate.witness, "gavirate").verdict(said(gavirate)) is Verdict.AGREES
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == NOW


def test_an_ordinary_start_begins_nothing_anew(nodes, gavirate, ispra):
    before = said(gavirate)
    gavirate.restart()
    assert gavirate.publisher.run_once() == 0
    assert gavirate.opening.attempt()
    assert said(gavirate) == before
    assert gavirate.lost == []


def said(node):
    state = node.state()
    return Said(state.epoch, state.seq, state.digest)


def test_a_crash_before_the_witness_was_written_is_an_ordinary_start(nodes, gavirate, ispra):
    noted = gavirate.witness.read_bytes()
    gavirate.wish("more", vacancy("Saldatore"))
    gavirate.sign()
    gavirate.witness.write_bytes(noted)
    before = said(gavirate)
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert said(gavirate) == before


@pytest.mark.parametrize("torn", [b"", b"{", b'{"origin":"varese","epoch":1,"seq":1,"sha256":"x"}', None])
def test_a_witness_that_is_gone_or_torn_counts_as_put_back(nodes, gavirate, ispra, torn):
    epoch = gavirate.state().epoch
    gavirate.witness.unlink() if torn is None else gavirate.witness.write_bytes(torn)
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert gavirate.state().epoch > epoch
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert len(titles(ispra)) == 3


def test_another_statement_under_the_same_number_counts_as_put_back(nodes, gavirate, ispra):
    epoch = gavirate.state().epoch
    with transaction(gavirate.desk) as session:
        session.get(register.RegisterState, register.STATE_ID).digest = "0" * 64
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert gavirate.state().epoch > epoch


def test_the_publisher_stays_shut_until_a_peer_was_heard(nodes, gavirate, ispra):
    addresses = {name: nodes[name].url for name in ("ispra", "somma-lombardo")}
    for name in addresses:
        point(nodes, name, "http://127.0.0.1:9")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.restart()
    assert not gavirate.opening.attempt()
    gavirate.wish("more", vacancy("Saldatore"))
    assert gavirate.sign() == 0
    assert gavirate.state().shut_why == UNHEARD
    since = gavirate.state().shut_since
    assert not gavirate.opening.attempt()
    assert gavirate.state().shut_since == since
    point(nodes, "ispra", addresses["ispra"])
    share_roster(nodes["somma-lombardo"], gavirate)
    assert gavirate.opening.attempt()
    assert (gavirate.state().shut_why, gavirate.state().shut_since) == (None, None)
    assert gavirate.sign() == 2


def test_a_node_without_a_network_opens_at_once(tmp_path):
    with DeskNode(tmp_path, "varese").open() as varese:
        found(varese)
        assert varese.opening.attempt()
        varese.wish("first", vacancy("Saldatore"))
        assert varese.sign() == 2


def test_an_order_to_begin_alone_needs_no_peer(nodes, gavirate, ispra):
    epoch = gavirate.state().epoch
    for name in ("ispra", "somma-lombardo"):
        point(nodes, name, "http://127.0.0.1:9")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.order = Order(alone=True)
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert gavirate.state().epoch > epoch
    assert gavirate.sign() == 5, "three records, a head of them, and one of what is for members"


def test_a_register_that_lost_everything_gets_it_from_the_network(nodes, gavirate, ispra):
    go_on(gavirate, ispra)
    gavirate.put_back({})
    assert gavirate.opening.attempt()
    assert {each.id for each in gavirate.lost if each.body} == set(NOW)
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == NOW


def test_a_register_that_lost_everything_and_heard_nobody_at_first_gets_it_all_the_same(nodes, gavirate, ispra):
    """The moment at which it was shut is no epoch in which it has said anything."""
    go_on(gavirate, ispra)
    gavirate.put_back({})
    gavirate.witness.unlink()
    addresses = {name: nodes[name].url for name in ("ispra", "somma-lombardo")}
    for name in addresses:
        point(nodes, name, "http://127.0.0.1:9")
    share_roster(nodes["somma-lombardo"], gavirate)
    assert not gavirate.opening.attempt()
    assert gavirate.state().seq == 0
    for name, url in addresses.items():
        point(nodes, name, url)
    share_roster(nodes["somma-lombardo"], gavirate)
    assert gavirate.opening.attempt()
    assert {each.id for each in gavirate.lost if each.body} == set(NOW)
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == NOW


def test_who_was_not_heard_learns_what_is_gone_also_where_nothing_lives_any_more(nodes, gavirate, ispra):
    go_on(gavirate, ispra)
    url = ispra.url
    point(nodes, "ispra", "http://127.0.0.1:9")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.put_back({})
    assert gavirate.opening.attempt()
    assert gavirate.lost == []
    assert gavirate.sign() == 2, "a head of what is public, and one of what is for members"
    assert gavirate.sign() == 0, "and no more than one of each"
    point(nodes, "ispra", url)
    share_roster(nodes["somma-lombardo"], ispra)
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == {}


def test_a_person_whom_the_backup_does_not_know_is_withdrawn(nodes, gavirate, ispra):
    old = gavirate.backup()
    gavirate.wish("a-person", PERSON, register.MEMBERS, "candidate")
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert ("gavirate", "a-person") in ispra.held()
    gavirate.put_back(old)
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert ("gavirate", "a-person") not in ispra.held()
    assert ispra.copy_of("gavirate", "a-person").withdrawn


def test_a_person_of_whom_a_peer_has_only_the_line_is_withdrawn_too(nodes, gavirate, ispra):
    old = gavirate.backup()
    gavirate.wish("a-person", PERSON, register.MEMBERS, "candidate")
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    later = gavirate.skew + 97 * HOUR
    for node in nodes.values():
        node.skew = later
    gavirate.put_back(old)
    assert gavirate.opening.attempt()
    assert ("unknown", "a-person") in {(each.kind, each.id) for each in gavirate.lost}
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert ispra.copy_of("gavirate", "a-person").withdrawn


def test_a_withdrawal_that_peers_know_only_by_a_head_is_known_again(nodes, gavirate, ispra):
    """ispra has lost the withdrawal itself; that the record is not among the living, it can prove."""
    old = gavirate.backup()
    go_on(gavirate, ispra)
    with transaction(ispra.replica) as session:
        session.delete(session.get(Copy, ("gavirate", "closes")))
    point(nodes, "somma-lombardo", "http://127.0.0.1:9")
    share_roster(nodes["somma-lombardo"], gavirate)
    gavirate.put_back(old)
    assert gavirate.opening.attempt()
    assert "closes" in {each.id for each in gavirate.lost if each.body is None}
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == NOW


def test_a_peer_that_claims_more_than_there_is_costs_an_epoch_and_nothing_else(nodes, gavirate, ispra, monkeypatch):
    get = gavirate.client.get

    def boastful(url, target, **options):
        answer = get(url, target, **options)
        if not target.endswith("/heads"):
            return answer
        told = json.loads(answer.body)
        told["origins"]["gavirate"] = {"epoch": 2**52, "seq": 1, "sha256": "0" * 64}
        return type(answer)(answer.status, answer.headers, json.dumps(told).encode())

    monkeypatch.setattr(gavirate.client, "get", boastful)
    before = gavirate.state().epoch
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert before < gavirate.state().epoch < 2**40, "only our own signature proves an epoch"
    assert gavirate.lost == []
    assert gavirate.opening.check(), "and while we are open a claim shuts nothing"


def test_what_others_put_into_our_mouth_is_not_taken_back(nodes, gavirate, ispra, monkeypatch):
    old = gavirate.backup()
    go_on(gavirate, ispra)
    get = gavirate.client.get

    def forging(url, target, **options):
        answer = get(url, target, **options)
        return type(answer)(answer.status, answer.headers, answer.body.replace(b"Tornitore", b"Dirigente"))

    monkeypatch.setattr(gavirate.client, "get", forging)
    gavirate.put_back(old)
    assert gavirate.opening.attempt()
    assert "comes" not in {each.id for each in gavirate.lost}


def test_a_proof_of_two_machines_is_ended_by_a_new_epoch(nodes, gavirate, ispra):
    twin = gavirate.backup(machine=True)
    gavirate.wish("mine", vacancy("Saldatore"))
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    mine = gavirate.backup(machine=True)
    gavirate.put_back(twin)
    gavirate.opening.is_open = True  # a clone that asks nobody
    gavirate.wish("theirs", vacancy("Gruista"))
    gavirate.publisher.run_once()
    with transaction(gavirate.desk) as session:
        lines = session.scalars(select(RegisterRow.line).where(RegisterRow.line.is_not(None))).all()
    with transaction(ispra.replica) as session:
        apply_lines(session, lines, ispra.store.current(), "somma-lombardo", ispra.clock())
    with ispra.replica.reading() as session:
        assert session.get(ForkProof, "gavirate") is not None
    gavirate.put_back(mine)
    epoch = gavirate.state().epoch
    assert gavirate.opening.attempt()
    assert gavirate.state().epoch > epoch
    gavirate.sign()
    ispra.skew = gavirate.skew
    ispra.puller.pull("gavirate")
    assert set(titles(ispra)) == {"stays", "changes", "closes", "mine"}


def test_a_clone_that_is_heard_while_we_work_shuts_us(nodes, gavirate, ispra):
    old = gavirate.backup(machine=True)
    go_on(gavirate, ispra)
    gavirate.put_back(old)
    gavirate.opening.is_open = True  # the machine was put back while it ran
    assert not gavirate.opening.check()
    assert gavirate.state().shut_why == DOUBLED
    assert not gavirate.opening.attempt(), "people have to look"
    gavirate.restart()
    assert gavirate.opening.attempt()
    assert gavirate.state().shut_why is None


def test_an_opening_that_dies_before_it_commits_is_done_again(nodes, gavirate, ispra, monkeypatch):
    old = gavirate.backup()
    go_on(gavirate, ispra)
    gavirate.put_back(old)

    def dies(_session, _lost):
        raise RuntimeError("power cut")

    monkeypatch.setattr(gavirate.opening, "_recover", dies)
    with pytest.raises(RuntimeError):
        gavirate.opening.attempt()
    gavirate.restart()
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == titles(gavirate) == NOW


def test_who_was_erased_does_not_return_with_what_the_others_know(gavirate, ispra):
    old = gavirate.backup()
    gavirate.wish("a-desk", vacancy("Fuochista"))
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    with transaction(gavirate.desk) as session:
        erase(session, Ledger(gavirate.folder / "erasures.ndjson"), "a-desk", gavirate.clock())
    gavirate.put_back(old)
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert "a-desk" not in titles(ispra)
    assert "a-desk" not in titles(gavirate)


def test_what_the_desk_withdraws_while_the_publisher_is_shut_stays_withdrawn(gavirate, ispra):
    old = gavirate.backup()
    go_on(gavirate, ispra)
    gavirate.put_back(old)
    gavirate.wish("changes")
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert titles(ispra) == {name: title for name, title in NOW.items() if name != "changes"}


def test_who_was_erased_does_not_return_with_the_backup(nodes, gavirate, ispra):
    gavirate.wish("a-person", PERSON, register.MEMBERS, "candidate")
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    old = gavirate.backup()
    ledger = Ledger(gavirate.folder / "erasures.ndjson")
    with transaction(gavirate.desk) as session:
        erase(session, ledger, "a-person", gavirate.clock())
    assert gavirate.publisher.run_once() == 2, "the withdrawal, and a head at once"
    read(ispra)
    assert ispra.copy_of("gavirate", "a-person").withdrawn
    gavirate.put_back(old)
    with transaction(gavirate.desk) as session:
        assert replay(session, ledger) == ["a-person"]
    with transaction(gavirate.desk) as session:
        assert replay(session, ledger) == []
    assert gavirate.opening.attempt()
    gavirate.sign()
    ispra.skew = gavirate.skew
    read(ispra)
    assert ispra.copy_of("gavirate", "a-person").withdrawn
    assert gavirate.copy_of("gavirate", "a-person") is None or gavirate.copy_of("gavirate", "a-person").withdrawn


def test_a_ledger_that_a_power_cut_tore_goes_on(tmp_path, gavirate):
    ledger = Ledger(tmp_path / "erasures.ndjson")
    assert ledger.ids() == []
    ledger.add("first", gavirate.clock())
    with (tmp_path / "erasures.ndjson").open("ab") as file:
        file.write(b'{"id":"tor')
    ledger.add("second", gavirate.clock())
    assert ledger.ids() == ["first", "second"]

"""An administrator gives a node another key, moves the capofila and names a deputy, as she types it."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from federation import joining
from federation.keys import SealingKey
from federation.roster import RosterStore
from node.core import identity
from node.core.claim import claim_of
from node.core.config import load
from tests.federation.nodes import Node, admit, found, serving_requests, source_of
from tests.node.commands.test_keeping import at_rest, at_work, desks
from tests.node.commands.test_verifying import PARTS

__all__ = ["at_rest"]


@pytest.fixture
def place(at_rest, tmp_path):
    """A node with one desk that may ask others on loopback."""
    folder = Path(shutil.copytree(at_rest, tmp_path / "gavirate"))
    settings = (folder / "node.toml").read_text("utf-8")
    (folder / "node.toml").write_text(f"{settings}\nallow_private_addresses = true\n", "utf-8")
    return folder


@pytest.fixture
def somma(place, tmp_path, monkeypatch):
    """The capofila of gavirate's network, at work."""
    monkeypatch.setattr(joining, "POLL_S", 0.05)
    config = load(place, {})
    sealing = SealingKey.load(config.keys / identity.SEALING)
    with Node(tmp_path / "others", "somma-lombardo").open() as somma:
        found(somma)
        store, key = RosterStore(config.roster), identity.signing_key(config)
        admit(somma, SimpleNamespace(id=config.id, url=config.url, key=key, sealing=sealing, store=store))
        with serving_requests(somma):
            yield somma


def kid(place):
    return identity.signing_key(load(place, {})).kid


def kids(node, of="gavirate"):
    return set(node.store.current().keys_of(of))


def is_well(sportello, place):
    code, said, _ = sportello("verify", "--data", place)
    return code == 0 and said.count("ok ") == len(PARTS)


def test_a_node_alone_goes_over_to_a_new_key_and_stays_well(sportello, place):
    old = kid(place)
    code, said, complaint = sportello("keys", "rotate", "--data", place)
    assert (code, complaint) == (0, "")
    assert "Accendilo" in said
    assert kid(place) != old
    at_work(place)
    assert desks(place) == {"Sportello lavoro"}
    assert is_well(sportello, place)
    assert sorted(path.name for path in (place / "keys").glob("*.pem")) == ["sealing.pem", "signing.pem"]


def test_a_member_asks_the_capofila_and_both_keys_are_in_the_list(sportello, place, somma):
    old = kid(place)
    assert sportello("keys", "rotate", "--data", place)[0] == 0
    assert kids(somma) == {old, kid(place)}
    assert old != kid(place)
    at_work(place)
    code, _, complaint = sportello("keys", "rotate", "--data", place)
    assert (code, complaint.startswith("Nell’elenco ci sono già due chiavi")) == (1, True)


def test_a_command_that_was_broken_off_is_given_again_with_the_same_new_key(sportello, place, somma, monkeypatch):
    def breaks(*_told, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(identity, "adopt_next", breaks)
        assert sportello("keys", "rotate", "--data", place)[0] != 0
    [new] = kids(somma) - {kid(place)}
    assert sportello("keys", "rotate", "--data", place)[0] == 0
    assert kid(place) == new


def test_a_node_that_is_on_keeps_its_keys(sportello, place):
    claim = claim_of(load(place, {}))
    assert claim.take()
    before = kid(place)
    for words in (("rotate",), ("replace",)):
        code, _, complaint = sportello("keys", *words, "--data", place)
        assert (code, complaint) == (2, "Il nodo è acceso: fermalo, poi ripeti lo stesso comando.\n")
    claim.release()
    assert kid(place) == before


def test_a_capofila_that_is_away_is_said_and_changes_nothing(sportello, place, tmp_path, somma, monkeypatch):
    before = kid(place)
    monkeypatch.setattr("node.commands.network.is_cut", lambda _config: True)
    code, _, complaint = sportello("keys", "rotate", "--data", place, "--patience", "1")
    assert code == 1
    assert "Traceback" not in complaint
    assert kid(place) == before


def test_after_a_theft_a_node_comes_back_with_the_invitation_of_the_capofila(sportello, place, somma):
    stolen, sealing = kid(place), (place / "keys" / "sealing.pem").read_bytes()
    code, _, complaint = sportello("keys", "replace", "--data", place)
    assert (code, "Serve un invito" in complaint) == (2, True)
    token = somma.capofila.invite_again("gavirate").token()
    code, said, complaint = sportello("keys", "replace", token, "--data", place)
    assert (code, complaint) == (0, "")
    assert "non valgono più" in said
    assert kids(somma) == {kid(place)}
    assert stolen != kid(place)
    assert (place / "keys" / "sealing.pem").read_bytes() != sealing
    assert somma.store.current().members["gavirate"].sealing == identity.myself(load(place, {})).sealing


def test_the_capofila_invites_again_only_whom_it_has(sportello, place, tmp_path):
    assert sportello("network", "create", "--data", place, "--name", "x", "--root-keys", tmp_path / "r")[0] == 0
    code, _, complaint = sportello("network", "invite", "--data", place, "--id", "ispra", "--again")
    assert (code, "Nessun membro" in complaint) == (1, True)
    code, said, _ = sportello("network", "invite", "--data", place, "--id", "gavirate", "--again")
    assert (code, len(said) > 100) == (0, True)
    code, _, complaint = sportello("network", "invite", "--data", place, "--id", "ispra")
    assert (code, complaint) == (2, "Di quale Comune è il nodo? Aggiungi --comune, più volte per un’unione.\n")


def test_the_capofila_gives_itself_other_keys(sportello, place, tmp_path):
    assert sportello("network", "create", "--data", place, "--name", "x", "--root-keys", tmp_path / "r")[0] == 0
    first = kid(place)
    assert sportello("keys", "rotate", "--data", place)[0] == 0
    at_work(place)
    assert is_well(sportello, place)
    assert sportello("keys", "replace", "--data", place)[0] == 0
    keys = set(RosterStore(load(place, {}).roster).current().keys_of("gavirate"))
    assert keys == {kid(place)}
    assert first not in keys
    at_work(place)
    assert is_well(sportello, place)


def test_a_member_becomes_the_capofila_with_two_root_keys(sportello, place, somma):
    keys = sorted((somma.folder / "root-keys").iterdir())
    code, _, complaint = sportello("network", "handover", "--data", place, "--root-key", keys[0])
    assert (code, complaint.startswith("Le chiavi di radice non bastano")) == (2, True)
    code, said, complaint = sportello(
        "network", "handover", "--data", place, "--root-key", keys[0], "--root-key", keys[2]
    )
    assert (code, complaint) == (0, "")
    assert "Questo nodo è il capofila della rete «Rete di prova»" in said
    code, said, _ = sportello("network", "members", "--data", place)
    assert [line.split()[:2] for line in said.splitlines()] == [["somma-lombardo", "membro"], ["gavirate", "capofila"]]
    assert sportello("network", "remove", "somma-lombardo", "--data", place)[0] == 0


def test_a_deputys_key_is_made_at_the_capofila_and_kept_by_the_deputy_alone(sportello, place, somma, tmp_path):
    keys = sorted((somma.folder / "root-keys").iterdir())
    given = ["--root-key", keys[0], "--root-key", keys[1]]
    assert sportello("network", "handover", "--data", place, *given)[0] == 0
    deputy, out = ("network", "deputy", "somma-lombardo", "--data", place, *given, "--out"), tmp_path / "vice.pem"
    code, said, complaint = sportello(*deputy, out)
    assert (code, complaint) == (0, "")
    assert "sportello network stand-in vice.pem" in said
    assert out.stat().st_mode & 0o777 == 0o600
    code, _, complaint = sportello(*deputy, out)
    assert (code, "non si sovrascrivono" in complaint) == (2, True)
    assert sportello("network", "stand-in", out, "--data", place)[0] == 0
    assert load(place, {}).deputy_key.stat().st_mode & 0o777 == 0o600
    code, _, complaint = sportello("network", "stand-in", keys[0], "--data", place)
    assert (code, "non è del vice" in complaint) == (2, True)


def test_who_has_no_address_is_refused_as_deputy_in_plain_words(sportello, place, somma, tmp_path):
    keys = sorted((somma.folder / "root-keys").iterdir())
    given = ["--root-key", keys[0], "--root-key", keys[1]]
    hidden = Node(tmp_path, "varese")
    admit(somma, hidden, via=("gavirate",))
    hidden.close()
    assert sportello("network", "handover", "--data", place, *given)[0] == 0
    asked = "network", "deputy", "varese", "--data", place, *given, "--out", tmp_path / "vice.pem"
    code, _, complaint = sportello(*asked)
    assert (code, complaint.startswith("Un vice ha bisogno di un indirizzo")) == (2, True)


def test_a_member_that_hears_nobody_becomes_the_capofila_only_when_told_to_do_it_alone(
    sportello, place, somma, monkeypatch
):
    keys = sorted((somma.folder / "root-keys").iterdir())
    asked = "network", "handover", "--data", place, "--root-key", keys[0], "--root-key", keys[1]
    monkeypatch.setattr("node.commands.network.is_cut", lambda _config: True)
    code, _, complaint = sportello(*asked)
    assert (code, complaint.startswith("Nessun altro membro risponde"), "--alone" in complaint) == (2, True, True)
    assert sportello(*asked, "--alone")[0] == 0


def test_the_list_of_the_new_capofila_is_one_that_the_others_believe(sportello, place, somma):
    keys = sorted((somma.folder / "root-keys").iterdir())
    sportello("network", "handover", "--data", place, "--root-key", keys[0], "--root-key", keys[1])
    there = SimpleNamespace(store=RosterStore(load(place, {}).roster))
    assert somma.store.refresh(source_of(there)).capofila().id == "gavirate"
    assert not somma.capofila.exists

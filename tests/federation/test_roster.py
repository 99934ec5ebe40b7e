"""The list of members: founded, changed, distributed, and believed only because of its signatures."""

import hashlib
import json
import shutil
import stat
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from federation import durable, repository
from federation.capofila import CapofilaFault
from federation.keys import SigningKey
from federation.members import Member, Roster, RosterFault
from federation.roster import NotServed, RosterStore, network_id
from tests.federation.nodes import Node, admit, found, share_roster, source_of


@pytest.fixture
def somma(tmp_path):
    node = Node(tmp_path, "somma-lombardo")
    node.url = "http://127.0.0.1:8001"
    yield node
    node.close()


@pytest.fixture
def ispra(tmp_path):
    node = Node(tmp_path, "ispra")
    node.url = "http://127.0.0.1:8004"
    yield node
    node.close()


def folder_source(folder):
    def source(path, _cap):
        if not (folder / path).exists():
            raise NotServed(path)
        return (folder / path).read_bytes()

    return source


def test_a_network_is_named_by_the_hash_of_its_first_root(somma):
    roster = found(somma)
    root_v1 = somma.store.served("metadata/1.root.json")
    assert roster.network == hashlib.sha256(root_v1).hexdigest()[:16] == network_id(root_v1)
    assert roster.members["somma-lombardo"].is_capofila
    assert (roster.version, roster.lease_h, roster.head_every_s, roster.poll_every_s) == (1, 96, 900, 120)


def test_the_root_keys_are_exported_and_none_stays_at_the_capofila(somma):
    found(somma)
    exported = sorted((somma.folder / "root-keys").iterdir())
    assert [path.name for path in exported] == ["root-1.pem", "root-2.pem", "root-3.pem"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in exported} == {0o600}
    kept = {path.read_bytes() for path in (somma.folder / "capofila").rglob("*") if path.is_file()}
    assert not kept & {path.read_bytes() for path in exported}


def test_a_second_network_is_not_founded_over_the_first(somma):
    found(somma)
    with pytest.raises(CapofilaFault) as fault:
        found(somma)
    assert fault.value.code == "in-network"


def test_a_threshold_above_the_number_of_keys_is_refused(somma):
    with pytest.raises(CapofilaFault) as fault:
        somma.capofila.create_network("Rete", somma.member(), somma.folder / "root", keys=2, threshold=3)
    assert fault.value.code == "threshold"
    assert not somma.capofila.exists


def test_a_new_member_is_in_the_next_version_at_every_node(somma, ispra):
    found(somma)
    assert admit(somma, ispra).version == 2
    for node in (somma, ispra):
        roster = node.store.current()
        assert set(roster.members) == {"somma-lombardo", "ispra"}
        assert roster.keys_of("ispra") == {ispra.key.kid: ispra.key.public}
        assert roster.member_of_kid(ispra.key.kid).url == ispra.url
        assert roster.members["ispra"].sealing == ispra.sealing.jwk()


def test_a_removed_member_is_gone_from_the_next_version(somma, ispra):
    found(somma)
    admit(somma, ispra)
    assert set(somma.capofila.remove_member("ispra").members) == {"somma-lombardo"}
    share_roster(somma, ispra)
    assert ispra.store.current().keys_of("ispra") == {}


@pytest.mark.parametrize(("id", "code"), [("varese", "no-member"), ("somma-lombardo", "capofila")])
def test_neither_a_stranger_nor_the_capofila_can_be_removed(somma, id, code):
    found(somma)
    with pytest.raises(CapofilaFault) as fault:
        somma.capofila.remove_member(id)
    assert fault.value.code == code


def test_a_node_without_a_network_is_alone(tmp_path, somma):
    store = RosterStore(tmp_path / "empty", myself=somma.member())
    assert store.network() is None
    assert list(store.current().members) == ["somma-lombardo"]
    assert store.current().keys_of("somma-lombardo") == {somma.key.kid: somma.key.public}
    assert RosterStore(tmp_path / "empty").current() is None


def test_an_older_roster_is_refused_and_the_newer_one_stays(tmp_path, somma, ispra):
    found(somma)
    admit(somma, ispra)
    shutil.copytree(somma.folder / "capofila" / "repository", tmp_path / "yesterday")
    somma.capofila.remove_member("ispra")
    share_roster(somma, ispra)
    with pytest.raises(RosterFault, match="version"):
        ispra.store.refresh(folder_source(tmp_path / "yesterday"))
    assert set(ispra.store.current().members) == {"somma-lombardo"}


def test_a_roster_that_is_withheld_for_a_week_expires(somma, ispra):
    found(somma)
    admit(somma, ispra)
    assert not ispra.store.current().expired
    ispra.skew = timedelta(days=6, hours=23)
    assert not ispra.store.current().expired
    ispra.skew = timedelta(days=7, minutes=1)
    assert ispra.store.current().expired
    assert "ispra" in ispra.store.current().members
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)), pytest.raises(RosterFault, match="expired"):
        ispra.store.refresh(source_of(somma))


def test_a_timestamp_issued_again_keeps_the_roster_alive(somma, ispra):
    found(somma)
    admit(somma, ispra)
    version = somma.store.current().version
    with time_machine.travel(datetime.now(UTC) + timedelta(days=6)):
        somma.capofila.reissue_timestamp()
        share_roster(somma, ispra)
    assert ispra.store.current().expires_at > datetime.now(UTC) + timedelta(days=12)
    assert ispra.store.current().version == version


def test_the_capofila_renews_what_the_timestamp_vouches_for_before_it_expires(somma, ispra):
    found(somma)
    admit(somma, ispra)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=340)):
        somma.capofila.reissue_timestamp()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=346)):
        share_roster(somma, ispra)
        assert not ispra.store.current().expired


def test_the_metadata_of_another_network_is_refused(tmp_path, somma, ispra):
    found(somma)
    admit(somma, ispra)
    other = Node(tmp_path / "other", "somma-lombardo")
    other.url = "http://127.0.0.1:9001"
    found(other)
    with pytest.raises(RosterFault, match="signed"):
        ispra.store.refresh(source_of(other))
    assert ispra.store.current().members["somma-lombardo"].url == "http://127.0.0.1:8001"
    other.close()


def test_a_node_does_not_change_its_network_by_itself(tmp_path, somma, ispra):
    found(somma)
    admit(somma, ispra)
    with pytest.raises(RosterFault, match="already belongs"):
        ispra.store.adopt(b'{"signed": {}}')


def test_a_roster_file_that_is_not_the_signed_one_is_refused(tmp_path, somma, ispra):
    found(somma)
    admit(somma, ispra)
    somma.capofila.remove_member("ispra")
    forged = json.dumps({"v": 1, "members": []}).encode()

    def source(path, cap):
        return forged if path.startswith("targets/") else source_of(somma)(path, cap)

    with pytest.raises(RosterFault):
        ispra.store.refresh(source)
    assert set(ispra.store.current().members) == {"somma-lombardo", "ispra"}


def root_signed_by(somma, numbers):
    """A second root, signed with these of the exported keys."""
    root = Metadata.from_bytes(somma.store.served("metadata/1.root.json"))
    root.signed.version = 2
    root.signatures.clear()
    for number in numbers:
        private = load_pem_private_key((somma.folder / "root-keys" / f"root-{number}.pem").read_bytes(), None)
        root.sign(CryptoSigner(private), append=True)
    return root.to_bytes()


@pytest.mark.parametrize(("numbers", "is_believed"), [((1, 3), True), ((2,), False), ((2, 2), False)])
def test_two_of_the_three_root_keys_decide(somma, ispra, numbers, is_believed):
    found(somma)
    admit(somma, ispra)
    second = root_signed_by(somma, numbers)

    def source(path, cap):
        return second if path == "metadata/2.root.json" else source_of(somma)(path, cap)

    if is_believed:
        ispra.store.refresh(source)
    else:
        with pytest.raises(RosterFault):
            ispra.store.refresh(source)
    assert (ispra.folder / "roster" / "tuf" / "root_history" / "2.root.json").exists() is is_believed


def test_a_capofila_that_dies_between_any_two_files_has_changed_nothing(somma, ispra, monkeypatch):
    found(somma)
    admit(somma, ispra)
    written = []
    for survived in range(4):
        written.clear()

        def dying(path, data, mode=0o644, survived=survived):
            if len(written) == survived:
                raise OSError("no space left on device")
            written.append(path.name)
            durable.write(path, data, mode)

        monkeypatch.setattr(repository.durable, "write", dying)
        with pytest.raises(OSError, match="no space"):
            somma.capofila.remove_member("ispra")
        monkeypatch.undo()
        somma.store.refresh(folder_source(somma.folder / "capofila" / "repository"))
        assert set(somma.store.current().members) == {"somma-lombardo", "ispra"}
    assert set(somma.capofila.remove_member("ispra").members) == {"somma-lombardo"}


def test_a_reader_in_the_middle_of_its_round_still_finds_its_files(somma, ispra):
    found(somma)
    admit(somma, ispra)
    timestamp = somma.store.served("metadata/timestamp.json")
    somma.capofila.remove_member("ispra")

    def source(path, cap):
        return timestamp if path == "metadata/timestamp.json" else source_of(somma)(path, cap)

    late = RosterStore(somma.folder / "late")
    late.adopt(somma.store.served("metadata/1.root.json"))
    assert "ispra" in late.refresh(source).members


def test_old_versions_do_not_pile_up(somma):
    found(somma)
    for _ in range(6):
        somma.capofila._repository.publish(somma.store.current().as_json())
        somma.capofila.reissue_timestamp()
    for folder in (somma.folder / "capofila" / "repository", somma.folder / "roster" / "copy"):
        assert len(list((folder / "metadata").glob("*.snapshot.json"))) == 3
        assert len(list((folder / "metadata").glob("*.targets.json"))) == 3
        assert len(list((folder / "metadata").glob("*.root.json"))) == 1


@pytest.mark.parametrize(
    "path",
    [
        "metadata/../root_v1.json",
        "../roster/root_v1.json",
        "targets/roster.json",
        "metadata/0.root.json",
        "",
        "tuf/timestamp.json",
    ],
)
def test_only_the_files_of_the_repository_are_served(somma, path):
    found(somma)
    assert somma.store.served(path) is None


def told(**changes):
    member = Member("ispra", "Ispra", ("012084",), "https://ispra.example", (), (SigningKey.generate().public,), None)
    return {
        "v": 1,
        "name": "Rete",
        "lease_h": 96,
        "head_every_s": 900,
        "poll_every_s": 120,
        "members": [member.as_json()],
    } | changes


def wrong_members():
    good = told()["members"][0]
    other = told()["members"][0]
    yield [good, {**other, "id": "ispra"}]
    yield [good, {**other, "id": "ternate", "keys": good["keys"]}]
    yield [{**good, "id": "Ispra"}]
    yield [{**good, "id": "public"}]
    yield [{**good, "id": "members"}]
    yield [{**good, "id": "ispra\n"}]
    yield [{**good, "keys": []}]
    yield [{**good, "keys": [{"kty": "OKP", "crv": "X25519", "x": good["keys"][0]["x"]}]}]
    yield [{**good, "url": 7}]
    yield [{name: value for name, value in good.items() if name != "via"}]
    yield ["ispra"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"members": {}},
        {"lease_h": 23},
        {"lease_h": 169},
        {"lease_h": True},
        {"head_every_s": "900"},
        {"poll_every_s": 0},
        {"name": None},
        *({"members": members} for members in wrong_members()),
    ],
)
def test_a_roster_that_is_wrong_in_one_place_is_refused_whole(wrong):
    until = datetime(2030, 1, 1, tzinfo=UTC)
    assert list(Roster.from_json(told(), 1, "0" * 16, until).members) == ["ispra"]
    with pytest.raises(RosterFault):
        Roster.from_json(told(**wrong), 1, "0" * 16, until)


def test_a_later_version_may_say_more_of_a_member():
    later = told()
    later["members"][0]["opening"] = "always"
    later["motto"] = "x"
    assert "ispra" in Roster.from_json(later, 1, "0" * 16, datetime(2030, 1, 1, tzinfo=UTC)).members

"""The capofila moves, also when the one of before is lost, and a deputy keeps the list alive while it is silent."""

import json
from datetime import timedelta

import pytest

from federation import roots
from federation.capofila import CapofilaFault
from federation.keys import SealingKey, SigningKey
from federation.members import RosterFault
from federation.repository import Repository
from federation.roots import RootFault
from tests.federation.nodes import Node, admit, change_member, found, share_roster, small_network

DAY = timedelta(days=1)


@pytest.fixture
def nodes(tmp_path):
    """somma-lombardo is the capofila, gavirate is to follow it, ispra is a member like any other."""
    with small_network(tmp_path) as opened:
        yield opened


@pytest.fixture
def somma(nodes):
    return nodes["somma-lombardo"]


@pytest.fixture
def gavirate(nodes):
    return nodes["gavirate"]


@pytest.fixture
def ispra(nodes):
    return nodes["ispra"]


@pytest.fixture
def root_keys(somma):
    return sorted((somma.folder / "root-keys").iterdir())


def take_over(node, keys, alone=False):
    asked = node.folder / "capofila", node.store, node.id, keys, node.clock(), node.client.roster_source
    return roots.take_over(*asked, alone)


def stand_in(node, key, later):
    """What the deputy's worker does, so long after now."""
    return roots.stand_in(node.store, key, node.id, node.clock() + later, node.client.roster_source)


def name_deputy(somma, deputy, keys):
    """somma-lombardo makes the key, the deputy keeps it; where it lies."""
    exported = somma.folder / "deputy.pem"
    roots.name_deputy(somma.folder / "capofila", somma.store, deputy.id, keys, exported, somma.clock())
    share_roster(somma, deputy)
    return exported.rename(deputy.folder / "deputy.pem")


def capofila_at(node):
    return node.store.current().capofila().id


def visit(reader, peer):
    """As a poll does, half a minute after the roster was last looked for."""
    reader.puller._renewal.refreshed_at = reader.clock() - timedelta(seconds=31)
    assert reader.puller.pull(peer).fault is None


def test_another_member_becomes_the_capofila_and_everybody_learns_it_by_reading(somma, gavirate, ispra, root_keys):
    network = somma.store.network()
    take_over(gavirate, root_keys[:2])
    assert (capofila_at(gavirate), capofila_at(somma), capofila_at(ispra)) == ("gavirate", *["somma-lombardo"] * 2)
    visit(ispra, "gavirate")
    visit(somma, "gavirate")
    for node in (somma, gavirate, ispra):
        assert (capofila_at(node), node.store.network()) == ("gavirate", network)
        assert node.store.current().members["somma-lombardo"].role == "membro"


def test_the_capofila_of_before_loses_nothing_that_a_key_has_signed_of_which_it_has_not_heard(
    somma, gavirate, ispra, root_keys
):
    take_over(gavirate, root_keys[:2])
    share_roster(gavirate, ispra)
    old, ispra.key = ispra.key, SigningKey.generate()
    change_member(gavirate, "ispra", keys=[old.public.jwk(), ispra.key.public.jwk()])
    share_roster(gavirate, ispra)
    ispra.publish("cook")
    round_ = somma.puller.pull("ispra")
    assert (round_.new, round_.refused, round_.fault) == (1, 0, None)
    assert capofila_at(somma) == "gavirate"


def test_a_reader_that_asks_the_capofila_of_before_about_an_unknown_key_asks_the_peer_too(
    somma, gavirate, ispra, root_keys
):
    """somma-lombardo still takes itself for the capofila, and its answer to ispra is the list of before."""
    take_over(gavirate, root_keys[:2])
    old, gavirate.key = gavirate.key, SigningKey.generate()
    change_member(gavirate, "gavirate", keys=[old.public.jwk(), gavirate.key.public.jwk()])
    gavirate.publish("cook")
    ispra.puller._renewal.refreshed_at = ispra.clock() - timedelta(seconds=31)
    round_ = ispra.puller.pull("gavirate")
    assert (round_.new, round_.refused, round_.fault) == (1, 0, None)
    assert (capofila_at(ispra), capofila_at(somma)) == ("gavirate", "somma-lombardo")


def test_the_capofila_of_before_signs_no_more(somma, gavirate, ispra, root_keys):
    take_over(gavirate, root_keys[1:])
    assert somma.capofila.exists
    visit(somma, "gavirate")
    assert not somma.capofila.exists
    with pytest.raises(CapofilaFault):
        somma.capofila.remove_member("ispra")
    assert gavirate.capofila.exists


def test_what_the_capofila_of_before_signs_before_it_knows_is_not_believed(somma, gavirate, ispra, root_keys):
    take_over(gavirate, root_keys[:2])
    share_roster(gavirate, ispra)
    somma.capofila.remove_member("ispra")
    with pytest.raises(RosterFault):
        share_roster(somma, ispra)
    assert set(ispra.store.current().members) == {"somma-lombardo", "gavirate", "ispra"}


def test_the_new_capofila_takes_members_in_and_out(somma, gavirate, ispra, root_keys, tmp_path):
    take_over(gavirate, root_keys[:2])
    share_roster(gavirate, somma, ispra)
    with Node(tmp_path, "varese").open() as varese:
        admit(gavirate, varese)
        gavirate.capofila.remove_member("ispra")
        share_roster(gavirate, somma, varese)
        for node in (somma, gavirate, varese):
            assert set(node.store.current().members) == {"somma-lombardo", "gavirate", "varese"}


def lose(node):
    """Whatever made it the capofila is gone; it answers, and has no list any more."""
    node.store.directory.rename(node.folder / "lost")
    (node.folder / "capofila").rename(node.folder / "lost-too")


def timestamp_of(node):
    return node.store.directory / "copy" / "metadata" / "timestamp.json"


def test_who_takes_over_has_the_newest_root_and_list_first(somma, gavirate, ispra, root_keys, tmp_path):
    name_deputy(somma, ispra, root_keys[:2])
    somma.capofila.remove_member("ispra")
    assert gavirate.store.root().signed.version < somma.store.root().signed.version
    take_over(gavirate, root_keys[:2])
    assert gavirate.store.root().signed.version == somma.store.root().signed.version + 1
    visit(somma, "gavirate")
    for node in (somma, gavirate):
        assert (capofila_at(node), set(node.store.current().members)) == ("gavirate", {"somma-lombardo", "gavirate"})


def test_a_capofila_that_is_lost_is_not_needed(somma, gavirate, ispra, root_keys):
    lose(somma)
    take_over(gavirate, root_keys[:2])
    visit(ispra, "gavirate")
    assert capofila_at(ispra) == "gavirate"


def test_any_member_brings_the_newest_where_the_capofila_is_lost(somma, gavirate, ispra, root_keys):
    name_deputy(somma, ispra, root_keys[:2])
    lose(somma)
    take_over(gavirate, root_keys[:2])
    visit(ispra, "gavirate")
    assert (capofila_at(ispra), capofila_at(gavirate)) == ("gavirate", "gavirate")


def test_a_capofila_of_before_that_knows_of_no_other_is_not_the_last_to_be_asked(somma, gavirate, ispra, root_keys):
    take_over(ispra, root_keys[:2])
    take_over(gavirate, root_keys[:2])
    visit(ispra, "gavirate")
    visit(somma, "gavirate")
    assert {capofila_at(node) for node in (somma, gavirate, ispra)} == {"gavirate"}


def test_nobody_takes_over_with_a_list_that_is_known_to_be_old(somma, gavirate, ispra, root_keys):
    """Of the newer list, ispra has lost a part: it can be seen, and not be taken."""
    somma.capofila.appoint_relay("ispra")
    share_roster(somma, ispra)
    lose(somma)
    for path in timestamp_of(ispra).parent.glob("*.snapshot.json"):
        path.rename(path.with_suffix(".lost"))
    assert_behind(gavirate, root_keys)


def test_nobody_takes_over_with_a_root_that_is_known_to_be_old(somma, gavirate, ispra, root_keys):
    """ispra has the newer root, and gavirate the newer timestamp: TUF takes nothing from who is behind in anything."""
    old = timestamp_of(ispra).read_bytes()
    somma.capofila.reissue_timestamp()
    share_roster(somma, gavirate)
    name_deputy(somma, ispra, root_keys[:2])
    lose(somma)
    timestamp_of(ispra).write_bytes(old)
    assert_behind(gavirate, root_keys)


def assert_behind(node, root_keys):
    """Nor is it of any use to say that nobody need answer."""
    for alone in (False, True):
        with pytest.raises(RootFault) as fault:
            take_over(node, root_keys[:2], alone)
        assert fault.value.code == "behind"
    assert not (node.folder / "capofila").exists()
    assert capofila_at(node) == "somma-lombardo"


def test_nobody_takes_over_unheard_unless_so_told(somma, gavirate, ispra, root_keys):
    lose(somma)
    ispra.store.directory.rename(ispra.folder / "lost")
    with pytest.raises(RootFault) as fault:
        take_over(gavirate, root_keys[:2])
    assert fault.value.code == "unheard"
    assert not (gavirate.folder / "capofila").exists()
    take_over(gavirate, root_keys[:2], alone=True)
    assert capofila_at(gavirate) == "gavirate"


def test_who_answers_with_a_list_of_nobody_has_not_answered(somma, gavirate, ispra, root_keys):
    lose(somma)
    told = json.loads(timestamp_of(ispra).read_bytes())
    for signature in told["signatures"]:
        signature["sig"] = "00" * 64
    timestamp_of(ispra).write_text(json.dumps(told), "utf-8")
    with pytest.raises(RootFault) as fault:
        take_over(gavirate, root_keys[:2])
    assert fault.value.code == "unheard"


def test_a_network_whose_list_has_run_out_everywhere_can_be_taken_over(somma, gavirate, ispra, root_keys):
    Repository(somma.folder / "capofila", lambda: somma.clock() - 30 * DAY).renew()
    ended = (somma.folder / "capofila" / "repository" / "metadata" / "timestamp.json").read_bytes()
    lose(somma)
    for node in (gavirate, ispra):
        timestamp_of(node).write_bytes(ended)
        assert node.store.current().expired
    take_over(gavirate, root_keys[:2])
    visit(ispra, "gavirate")
    for node in (gavirate, ispra):
        assert (capofila_at(node), node.store.current().expired) == ("gavirate", False)


def test_the_role_can_go_back(somma, gavirate, ispra, root_keys):
    take_over(gavirate, root_keys[:2])
    visit(somma, "gavirate")
    take_over(somma, root_keys[:2])
    share_roster(somma, gavirate, ispra)
    assert {capofila_at(node) for node in (somma, gavirate, ispra)} == {"somma-lombardo"}
    assert [path.name for path in somma.folder.glob("capofila-*")] != [], "what lay there was moved aside"
    somma.capofila.remove_member("ispra")


@pytest.mark.parametrize(
    ("given", "code"),
    [((0,), "root-keys"), ((0, 0), "root-keys"), ((), "root-keys")],
)
def test_fewer_root_keys_than_the_root_asks_for_do_nothing(gavirate, root_keys, given, code):
    with pytest.raises(RootFault) as fault:
        take_over(gavirate, [root_keys[number] for number in given])
    assert fault.value.code == code
    assert not (gavirate.folder / "capofila").exists()
    assert capofila_at(gavirate) == "somma-lombardo"


def test_the_keys_of_another_network_do_nothing(gavirate, root_keys, tmp_path):
    other = Node(tmp_path, "altrove")
    other.url = "http://127.0.0.1:8009"
    found(other)
    with pytest.raises(RootFault) as fault:
        take_over(gavirate, sorted((other.folder / "root-keys").iterdir()))
    assert fault.value.code == "root-keys"
    other.close()


def test_what_is_no_key_is_refused_by_name(gavirate, root_keys, tmp_path):
    (tmp_path / "x.pem").write_text("-----")
    SealingKey.generate().save(tmp_path / "y.pem")
    for name in ("x.pem", "y.pem"):
        with pytest.raises(RootFault) as fault:
            take_over(gavirate, [tmp_path / name, *root_keys])
        assert fault.value.code == "key"


def test_neither_the_capofila_nor_a_stranger_takes_over(somma, root_keys, tmp_path):
    with pytest.raises(RootFault) as fault:
        take_over(somma, root_keys)
    assert fault.value.code == "capofila"
    alone = Node(tmp_path, "alone")
    with pytest.raises(RootFault) as fault:
        take_over(alone, root_keys)
    assert fault.value.code == "no-network"
    alone.close()


@pytest.mark.parametrize(
    ("named", "code"),
    [("varese", "deputy-address"), ("somma-lombardo", "own-deputy"), ("nessuno", "no-member")],
)
def test_only_a_member_that_others_can_read_is_named_deputy(somma, root_keys, tmp_path, named, code):
    varese = Node(tmp_path, "varese")
    admit(somma, varese, via=("gavirate",))
    before = somma.store.root().signed.version
    with pytest.raises(RootFault) as fault:
        roots.name_deputy(
            somma.folder / "capofila", somma.store, named, root_keys, somma.folder / "deputy.pem", somma.clock()
        )
    assert fault.value.code == code
    assert not (somma.folder / "deputy.pem").exists()
    assert somma.store.root().signed.version == before
    varese.close()


def test_a_deputy_vouches_for_the_list_while_the_capofila_is_silent(somma, gavirate, ispra, root_keys):
    key = name_deputy(somma, gavirate, root_keys[:2])
    assert not stand_in(gavirate, key, DAY / 2), "the capofila has just spoken"
    for days in range(2, 20):
        stand_in(gavirate, key, days * DAY)
    share_roster(gavirate, ispra)
    ispra.skew = gavirate.skew = somma.skew = 20 * DAY
    assert not ispra.store.current().expired
    assert somma.store.current().expired


def test_the_capofila_goes_on_where_its_deputy_stopped(somma, gavirate, ispra, root_keys):
    key = name_deputy(somma, gavirate, root_keys[:2])
    assert stand_in(gavirate, key, 3 * DAY)
    share_roster(gavirate, ispra)
    somma.skew = ispra.skew = gavirate.skew = 3 * DAY + timedelta(minutes=1)
    somma.capofila.reissue_timestamp()
    assert somma.capofila.remove_member("gavirate").version == 4
    share_roster(somma, ispra)
    assert set(ispra.store.current().members) == {"somma-lombardo", "ispra"}


def test_a_deputy_whose_clock_is_ahead_does_not_hold_up_the_next_list(somma, gavirate, ispra, root_keys):
    key = name_deputy(somma, gavirate, root_keys[:2])
    assert stand_in(gavirate, key, 2 * DAY)
    share_roster(gavirate, ispra)
    somma.capofila.remove_member("gavirate")
    share_roster(somma, ispra)
    assert set(ispra.store.current().members) == {"somma-lombardo", "ispra"}


def test_a_deputy_hears_the_others_before_it_stands_in(somma, gavirate, ispra, root_keys):
    """ispra has heard the capofila later than the deputy: what is vouched for must be newer than that for ispra as well."""
    key = name_deputy(somma, gavirate, root_keys[:2])
    share_roster(somma, ispra)
    somma.capofila.reissue_timestamp()
    share_roster(somma, ispra)
    lose(somma)
    assert stand_in(gavirate, key, 3 * DAY)
    share_roster(gavirate, ispra)
    assert ispra.store.current().expires_at > ispra.clock() + 9 * DAY


def test_a_deputy_takes_nobody_in_or_out(somma, gavirate, ispra, root_keys):
    name_deputy(somma, gavirate, root_keys[:2])
    assert not gavirate.capofila.exists
    with pytest.raises(CapofilaFault):
        gavirate.capofila.remove_member("ispra")


def test_the_deputy_of_before_is_none_any_more(somma, gavirate, ispra, root_keys):
    old = name_deputy(somma, gavirate, root_keys[:2])
    new = name_deputy(somma, ispra, root_keys[:2])
    share_roster(somma, gavirate)
    assert not roots.may_stand_in(gavirate.store, old.read_bytes())
    assert roots.may_stand_in(ispra.store, new.read_bytes())
    with pytest.raises(RosterFault):
        stand_in(gavirate, old, 3 * DAY)


def test_a_handover_ends_the_deputy_too(somma, gavirate, ispra, root_keys):
    key = name_deputy(somma, ispra, root_keys[:2])
    share_roster(somma, gavirate)
    take_over(gavirate, root_keys[:2])
    share_roster(gavirate, ispra)
    assert not roots.may_stand_in(ispra.store, key.read_bytes())


def test_who_has_no_deputys_key_does_nothing(ispra):
    assert not stand_in(ispra, ispra.folder / "deputy.pem", 3 * DAY)


def test_a_peer_that_says_a_greater_version_than_it_has_costs_one_question_in_half_a_minute(
    somma, ispra, gavirate, monkeypatch
):
    asked = []
    refresh = ispra.store.refresh
    monkeypatch.setattr(ispra.store, "refresh", lambda source: (asked.append(1), refresh(source))[1])
    renewal, member = ispra.puller._renewal, ispra.store.current().members["gavirate"]
    renewal.refreshed_at = ispra.clock() - timedelta(seconds=31)
    for _ in range(5):
        renewal.when_told(member, 999)
    assert asked == [1]


def test_a_clock_that_was_set_back_does_not_keep_a_node_from_the_newest_list(somma, gavirate, ispra, root_keys):
    take_over(gavirate, root_keys[:2])
    ispra.puller._renewal.refreshed_at = ispra.clock() + DAY
    assert ispra.puller.pull("gavirate").fault is None
    assert capofila_at(ispra) == "gavirate"

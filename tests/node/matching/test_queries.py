"""One person against the network, one vacancy against the desk."""

from datetime import timedelta

import pytest

from federation.search.index import Index
from node.candidates.actions import stop_following
from node.core import clock
from node.core.db import transaction
from node.matching import queries
from node.matching.profile import Profile, profile_of
from node.vacancies.actions import publish_vacancy
from tests.federation.search.conftest import NOW
from tests.node.vacancies.conftest import MARIA

GAVIRATE = "012072"


@pytest.fixture
def offered(session, network, config):
    """`offered(radius_km=…)`: what is found for a warehouse worker of Gavirate."""

    def find(page=1, now=NOW, **profile):
        network.arrive()
        hers = Profile(**{"occupations": ("4321",), "home": GAVIRATE, "radius_km": 15} | profile)
        with network.database.reading() as copies:
            return queries.offers_for(session, copies, Index(config.index), config.id, hers, now, page)

    return find


def ids(found):
    return [pair.record.id for pair in found.pairs]


def test_the_vacancies_of_every_comune_are_found_the_best_first(network, offered):
    network.publish("far-off", "vergiate", occupation="4321", places=["Milano"])
    network.publish("forklift", "vergiate", occupation="4321", licences=["muletto"])
    network.publish("another-trade", "vergiate", title="Cuoca", occupation="5120")
    network.publish("near-by", "lonate-pozzolo-ferno", occupation="4321", places=["Varese"])
    network.publish("here", occupation="4321")
    network.publish("by-its-title", "vergiate", title="Magazziniere", places=["Varese"])
    network.publish("related", title="Impiegata", occupation="4311")
    found = offered()
    assert ids(found)[0] == "here"
    assert set(ids(found)[1:3]) == {"near-by", "by-its-title"}
    assert ids(found)[3:] == ["forklift", "related"]
    assert (found.fits, found.near, found.is_cut) == (3, 2, False)


def test_what_she_has_done_for_a_year_is_found_though_she_does_not_ask_for_it(network, offered):
    network.publish("cook", title="Cuoca", occupation="5120")
    assert ids(offered()) == []
    assert ids(offered(years={"5120": 1})) == ["cook"]
    assert ids(offered(occupations=(), years={"5120": 1})) == ["cook"]
    assert ids(offered(occupations=(), years={"5120": 0.5})) == []


def test_work_done_at_home_is_near_from_everywhere(network, offered):
    network.publish("at-home", occupation="4321", places=["Milano"], remote="remoto")
    assert ids(offered()) == ["at-home"]


def test_what_has_closed_or_is_no_longer_confirmed_is_not_offered(network, offered):
    network.publish("closing", occupation="4321", closes_on=NOW.date())
    network.publish("silent", "vergiate", occupation="4321")
    network.confirm("vergiate", NOW)
    assert set(ids(offered())) == {"closing", "silent"}
    assert ids(offered(now=NOW + timedelta(days=1))) == ["silent"]
    assert ids(offered(now=NOW + timedelta(days=22))) == []


def test_the_same_vacancy_at_two_desks_is_offered_once(network, offered):
    for origin in ("gavirate", "vergiate"):
        network.publish(f"{origin}-1", origin, occupation="4321", employer={"name": "Laghi Logistica"})
    assert len(ids(offered())) == 1


def test_an_employer_that_she_excludes_is_excluded_also_where_it_stays_unnamed(
    session, network, offered, data, parties
):
    vacancy = publish_vacancy(session, MARIA, data(employer=parties["followed"], employer_hidden="true"))
    network.publish(vacancy.ref, occupation="4321", employer=None)
    network.publish("other", occupation="4321")
    assert set(ids(offered())) == {vacancy.ref, "other"}
    excluding = frozenset({"albergo del lago"})
    assert ids(offered(excluded_employers=excluding)) == ["other"]


def test_a_long_list_comes_in_pages(network, offered, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    for number in range(5):
        network.publish(f"number-{number}", occupation="4321", licences=["C"] if number == 4 else [])
    first, second, third = (offered(page) for page in (1, 2, 3))
    assert [len(found.pairs) for found in (first, second, third)] == [3, 2, 0]
    assert ids(second)[-1] == "number-4"
    assert first.pages == 2
    assert {found.fits for found in (first, second, third)} == {4}


def test_more_than_is_read_is_said_to_be_cut(network, offered, monkeypatch):
    monkeypatch.setattr(queries, "VACANCIES_READ", 2)
    for number, licences in enumerate((["C"], [], ["CE"], [])):
        network.publish(f"number-{number}", occupation="4321", licences=licences)
    found = offered()
    assert set(ids(found)) == {"number-1", "number-3"}
    assert found.is_cut


@pytest.fixture
def suited(session, data, taken_in):
    """`suited(**typed)`: the family names found for a vacancy at Vergiate."""

    def find(occupation="4321", **typed):
        vacancy = publish_vacancy(session, MARIA, data(**typed))
        vacancy.occupation = occupation
        session.flush()
        session.expire_all()
        found = queries.persons_for(session, vacancy)
        return [pair.record.family_name for pair in found.pairs]

    return find


def test_the_persons_of_the_desk_are_found_by_what_they_seek_and_what_they_have_done(session, taken_in, suited):
    taken_in(session, "Seeks", trades=["4321 Magazziniera"])
    taken_in(session, "Close", trades=["4322 Addetta alla produzione"])
    taken_in(session, "Worked", trades=["5223 Commessa"], experiences=[{"trade": "4321 Magazzino", "years": "3"}])
    taken_in(session, "Tried", trades=["5223 Commessa"], experiences=[{"trade": "4321 Magazzino", "years": "0,5"}])
    taken_in(session, "Related", trades=["4311 Contabile"])
    taken_in(session, "Another", trades=["5120 Cuoca"])
    stop_following(session, MARIA, taken_in(session, "Gone", trades=["4321 Magazziniera"]))
    assert suited() == ["Seeks", "Close", "Worked", "Related"]
    assert suited(licences=["B"])[0] == "Seeks"


def test_a_vacancy_without_a_trade_suits_nobody(session, taken_in, suited):
    taken_in(session, trades=["4321 Magazziniera"])
    assert suited(None, title="Persona sveglia") == []


def test_who_excludes_the_employer_is_not_proposed_to_it(session, taken_in, suited, parties):
    taken_in(session, "Refuses", trades=["4321 Magazziniera"], excluded_employers=["ALBERGO DEL LAGO srl"])
    taken_in(session, "Goes", trades=["4321 Magazziniera"])
    assert suited(employer=parties["followed"], employer_hidden="true") == ["Goes"]


def test_of_very_many_persons_the_closest_are_read(session, taken_in, suited, monkeypatch):
    monkeypatch.setattr(queries, "PERSONS_READ", 2)
    for family, trade in (("Related", "4311 Contabile"), ("Close", "4322 Produzione"), ("Same", "4321 Magazzino")):
        taken_in(session, family, trades=[trade])
    assert suited() == ["Same", "Close"]


def test_both_lists_agree_on_a_pair(desk, session, network, offered, suited, taken_in, data):
    hers = taken_in(session, "Seeks", trades=["4321 Magazziniera"], domicile="Gavirate", radius_km="15")
    vacancy = publish_vacancy(session, MARIA, data(occupation="4321"))
    document = queries.vacancy_sketch(vacancy)
    with transaction(desk), clock.at(NOW):
        network.hold([network.statement(vacancy.ref, document)])
    [ours] = offered(**{name: getattr(profile_of(hers), name) for name in ("home", "radius_km")}).pairs
    [theirs] = queries.persons_for(session, vacancy).pairs
    assert ours.match == theirs.match

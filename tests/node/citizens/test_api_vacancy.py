"""One vacancy for programs: whole, with where it comes from and how fresh it is; and what is said when it is over."""

from datetime import timedelta

from node.core import clock
from tests.federation.search.conftest import NOW

ADDRESS = "/api/v1/vacancies/vergiate/v-1"


def test_a_vacancy_is_told_whole(network, citizen):
    network.open_desk("sportello-1", "vergiate")
    network.publish("v-1", "vergiate", title="Saldatore", places=["Vergiate"], description="Tubi.", positions=2)
    network.confirm("vergiate")
    told = citizen.get(ADDRESS).json
    assert (told["origin"], told["id"], told["source"]) == ("vergiate", "v-1", "Comune di Vergiate")
    assert (told["confirmed_at"], told["is_confirmed"]) == ("2026-10-03T09:00:00Z", True)
    assert told["valid_until"] == "2026-12-02T09:00:00Z"
    assert told["url"] == "http://localhost/lavoro/vergiate/v-1"
    assert (told["document"]["title"], told["document"]["description"]) == ("Saldatore", "Tubi.")
    assert told["document"]["places"] == [{"istat": "012138", "name": "Vergiate"}]
    assert told["desk"]["phone"] == "0331 928711"
    assert told["distance_km"] is None


def test_whoever_says_where_she_is_learns_how_far_it_is(network, citizen):
    network.publish("v-1", "vergiate", places=["Lugano (CH)", "Vergiate"])
    assert 8 < citizen.get(ADDRESS + "?comune=Varese").json["distance_km"] < 16


def test_a_vacancy_unheard_of_for_three_days_says_that_it_is_not_confirmed(network, citizen):
    network.publish("v-1", "vergiate")
    network.confirm("vergiate", NOW - timedelta(hours=73))
    assert citizen.get(ADDRESS).json["is_confirmed"] is False


def test_an_unnamed_employer_and_an_unknown_desk_are_null(network, citizen):
    network.publish("v-1", "vergiate", employer=None)
    told = citizen.get(ADDRESS).json
    assert (told["document"]["employer"], told["desk"], told["confirmed_at"]) == (None, None, None)


def test_what_a_newer_node_says_beyond_our_words_is_not_passed_on_as_ours(network, citizen):
    network.publish("v-1", "vergiate", mascotte="un gatto", contract="a-cottimo")
    document = citizen.get(ADDRESS).json["document"]
    assert "mascotte" not in document
    assert document["contract"] == "a-cottimo"


def test_a_withdrawn_vacancy_is_gone(network, citizen):
    network.publish("v-1", "vergiate")
    network.withdraw("v-1", "vergiate")
    answer = citizen.get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (410, "application/problem+json")
    assert answer.json["detail"] == "L’offerta v-1 di vergiate è stata chiusa o è scaduta."


def test_a_vacancy_whose_closing_day_has_passed_is_gone(network, citizen):
    network.publish("v-1", "vergiate", closes_on=NOW.date())
    assert citizen.get(ADDRESS).status_code == 200
    with clock.at(NOW + timedelta(days=1)):
        assert citizen.get(ADDRESS).status_code == 410


def test_what_nobody_has_published_is_not_found(network, citizen):
    network.open_desk("sportello-1", "vergiate")
    for unheard_of in ("v-1", "sportello-1", "V 1"):
        answer = citizen.get(f"/api/v1/vacancies/vergiate/{unheard_of}")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.json["detail"] == f"Non conosciamo l’offerta {unheard_of} di vergiate."


def test_a_record_for_members_only_does_not_exist_here(network, citizen):
    members = f"members:{'0' * 16}"
    network.hold([network.statement("v-1", network.vacancy(), "vergiate", audience=members)])
    assert citizen.get(ADDRESS).status_code == 404


def test_a_parameter_that_is_not_there_is_refused_by_name(network, citizen):
    network.publish("v-1", "vergiate")
    assert list(citizen.get(ADDRESS + "?lang=it").json["errors"]) == ["lang"]
    assert citizen.get(ADDRESS + "?comune=Castro").status_code == 400

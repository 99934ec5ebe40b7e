import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from federation.register import RegisterRow, status_of
from node.core import clock
from node.core.audit import Deed
from node.core.errors import Refused
from node.employers.actions import suspend_employer, update_employer
from node.employers.models import Employer
from node.vacancies import actions
from node.vacancies.models import Vacancy
from node.vacancies.rules import Unacceptable
from schemas.employer import EmployerForm
from tests.node.vacancies.conftest import MARIA

MORNING = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_sunday_in_november():
    with clock.at(MORNING):
        yield


def published(session, data, **changes):
    return actions.publish_vacancy(session, MARIA, data(**changes))


def told(session, ref):
    """The document that the network will read."""
    return json.loads(session.scalars(select(RegisterRow).where(RegisterRow.id == ref)).one().document)


def verbs(session, ref):
    return list(session.scalars(select(Deed.verb).where(Deed.ref == ref).order_by(Deed.id)))


def employer_of(session, parties, name="employer"):
    return session.get(Employer, parties[name])


def test_publishing_writes_vacancy_audit_and_register_together(session, data, parties):
    vacancy = published(session, data)
    assert (vacancy.state, vacancy.published_at, vacancy.comune) == ("published", MORNING, "012138")
    assert status_of(session, vacancy.ref) == "waiting"
    assert verbs(session, vacancy.ref) == ["vacancy.published"]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Vacancy)) == 0
    assert status_of(session, vacancy.ref) is None


def test_a_closing_day_ends_at_midnight_in_italy(session, data):
    vacancy = published(session, data, closes_on="30/06/2027")
    row = session.scalars(select(RegisterRow).where(RegisterRow.id == vacancy.ref)).one()
    assert row.not_after == datetime(2027, 6, 30, 22, tzinfo=UTC)


def test_a_vacancy_without_a_sector_belongs_to_its_employers(session, data):
    assert published(session, data).sector == "28"
    assert published(session, data, sector="52").sector == "52"


def test_a_vacancy_of_no_employer_stands_for_the_desk(session, data):
    vacancy = published(session, data, employer=None)
    assert told(session, vacancy.ref)["employer"] is None
    assert told(session, vacancy.ref)["desk"] == vacancy.desk_ref


def test_an_employer_is_shown_only_while_a_live_vacancy_names_it(session, data, parties):
    ref = parties["employer"]
    first, second = published(session, data), published(session, data)
    assert status_of(session, ref) == "waiting"
    actions.close_vacancy(session, MARIA, first, {"outcome": "altri"})
    assert status_of(session, ref) == "waiting"
    actions.close_vacancy(session, MARIA, second, {"outcome": "altri"})
    assert status_of(session, ref) == "withdrawn"
    published(session, data)
    assert status_of(session, ref) == "waiting"


def test_an_employer_that_wants_no_name_is_told_to_nobody(session, data, parties):
    vacancy = published(session, data, employer=parties["followed"], employer_hidden="true")
    assert told(session, vacancy.ref)["employer"] is None
    assert "Albergo" not in json.dumps(told(session, vacancy.ref))
    assert status_of(session, parties["followed"]) is None


def test_hiding_a_name_later_takes_it_back(session, data, parties):
    vacancy = published(session, data, employer=parties["followed"])
    assert told(session, vacancy.ref)["employer"]["name"] == "Albergo del Lago"
    actions.update_vacancy(session, MARIA, vacancy, data(employer=parties["followed"], employer_hidden="true"))
    assert told(session, vacancy.ref)["employer"] is None
    assert status_of(session, parties["followed"]) == "withdrawn"


def test_only_an_employer_that_the_desk_follows_may_stay_unnamed(session, data):
    with pytest.raises(Unacceptable) as refused:
        published(session, data, employer_hidden="true")
    assert "seguita dallo sportello" in refused.value.errors["employer_hidden"][0]


def test_another_employer_takes_the_place_of_the_first(session, data, parties):
    vacancy = published(session, data)
    actions.update_vacancy(session, MARIA, vacancy, data(employer=parties["followed"]))
    assert told(session, vacancy.ref)["employer"]["name"] == "Albergo del Lago"
    assert status_of(session, parties["employer"]) == "withdrawn"
    assert status_of(session, parties["followed"]) == "waiting"


def test_an_employers_new_name_reaches_its_vacancies(session, data, parties):
    vacancy = published(session, data)
    employer = employer_of(session, parties)
    update_employer(session, MARIA, employer, EmployerForm().load({"name": "Officine Nuove", "comune": "Brebbia"}))
    assert told(session, vacancy.ref)["employer"]["name"] == "Officine Nuove"


def test_suspending_an_employer_withdraws_its_vacancies_at_once(session, data, parties):
    vacancy = published(session, data, positions="3")
    suspend_employer(session, MARIA, employer_of(session, parties), {"reason": "Annunci ingannevoli"})
    assert (vacancy.state, vacancy.outcome, vacancy.positions_filled) == ("closed", "ritirata", 0)
    assert status_of(session, vacancy.ref) == "withdrawn"
    assert status_of(session, parties["employer"]) == "withdrawn"


def test_nothing_is_published_for_a_suspended_employer(session, data, parties):
    suspend_employer(session, MARIA, employer_of(session, parties), {"reason": "Annunci ingannevoli"})
    with pytest.raises(Unacceptable) as refused:
        published(session, data)
    assert "Annunci ingannevoli" in refused.value.errors["employer"][0]


@pytest.mark.parametrize("party", ["employer", "desk"])
def test_a_party_that_does_not_exist_is_refused_beside_its_field(session, data, party):
    with pytest.raises(Unacceptable) as refused:
        published(session, data, **{party: "nessuno"})
    assert list(refused.value.errors) == [party]


def test_doubtful_words_stop_publishing_until_there_is_a_reason(session, data):
    doubtful = {"title": "Commessa", "requirements": "Bella presenza, massimo 30 anni."}
    with pytest.raises(Unacceptable) as refused:
        published(session, data, **doubtful)
    assert list(refused.value.errors) == ["override_reason"]
    assert set(refused.value.warnings) == {"title", "requirements"}
    assert "d.lgs. 198/2006" in refused.value.warnings["title"][0]
    vacancy = published(session, data, **doubtful, override_reason="Sfilata di moda")
    deed = session.scalars(select(Deed).where(Deed.ref == vacancy.ref)).one()
    assert deed.facts == {"wording_kept_in": ["requirements", "title"]}
    assert "Sfilata" not in json.dumps(told(session, vacancy.ref))


def test_a_draft_may_lack_almost_everything_and_is_known_to_nobody(session, data, typed):
    draft = actions.save_draft(session, MARIA, data(*typed))
    assert (draft.state, draft.title, draft.places) == ("draft", None, [])
    assert status_of(session, draft.ref) is None
    assert verbs(session, draft.ref) == ["vacancy.drafted"]


def test_a_draft_becomes_the_vacancy_that_is_published(session, data):
    draft = actions.save_draft(session, MARIA, data("contract"))
    vacancy = actions.publish_vacancy(session, MARIA, data(), draft=draft)
    assert vacancy is draft
    assert session.scalar(select(func.count()).select_from(Vacancy)) == 1


def test_a_draft_is_published_once(session, data):
    draft = actions.save_draft(session, MARIA, data("contract"))
    actions.publish_vacancy(session, MARIA, data(), draft=draft)
    with pytest.raises(Refused, match="già stata pubblicata"):
        actions.publish_vacancy(session, MARIA, data(), draft=draft)


@pytest.mark.parametrize("party", ["employer", "desk"])
def test_a_draft_may_lack_a_party_but_not_invent_one(session, data, party):
    with pytest.raises(Unacceptable):
        actions.save_draft(session, MARIA, data("contract", **{party: "nessuno"}))


def test_a_draft_given_to_another_employer_is_published_for_that_one(session, data, parties):
    draft = actions.save_draft(session, MARIA, data("contract"))
    assert draft.employer.name == "Officine Brebbia"
    actions.publish_vacancy(session, MARIA, data(employer=parties["followed"]), draft=draft)
    assert told(session, draft.ref)["employer"]["name"] == "Albergo del Lago"


def test_a_field_emptied_in_a_draft_is_empty(session, data):
    draft = actions.save_draft(session, MARIA, data("contract"))
    actions.save_draft(session, MARIA, data("title", "places"), draft=draft)
    assert (draft.title, draft.places, draft.contract) == (None, [], "determinato")


def test_a_draft_can_be_thrown_away_and_nothing_else_can(session, data):
    draft = actions.save_draft(session, MARIA, data("contract"))
    actions.discard_draft(session, MARIA, draft)
    assert session.get(Vacancy, draft.ref) is None
    with pytest.raises(Refused, match="Solo una bozza"):
        actions.discard_draft(session, MARIA, published(session, data))


def test_a_form_sent_twice_makes_one_vacancy(session, data):
    first = actions.publish_vacancy(session, MARIA, data(), submitted_as="gettone")
    second = actions.publish_vacancy(session, MARIA, data(), submitted_as="gettone")
    assert first is second
    assert verbs(session, first.ref) == ["vacancy.published"]


def test_a_change_tells_the_audit_which_fields_and_no_text(session, data):
    vacancy = published(session, data)
    actions.update_vacancy(session, MARIA, vacancy, data(title="Carrellista", pay_min="1500", pay_period="mese"))
    deed = session.scalars(select(Deed).where(Deed.verb == "vacancy.changed")).one()
    assert sorted(deed.facts["fields"]) == ["pay_min", "pay_period", "title"]
    assert told(session, vacancy.ref)["pay"] == {"min": 1500, "period": "mese", "currency": "EUR"}


def test_renewing_without_a_day_adds_a_month(session, data):
    vacancy = published(session, data, closes_on="2026-12-01")
    actions.renew_vacancy(session, MARIA, vacancy)
    assert vacancy.closes_on == date(2026, 12, 31)
    assert told(session, vacancy.ref)["closes_on"] == "2026-12-31"
    assert vacancy.renewed_at == MORNING


def test_renewing_again_and_again_stays_within_a_year(session, data):
    vacancy = published(session, data, closes_on="2027-11-15")
    actions.renew_vacancy(session, MARIA, vacancy)
    assert vacancy.closes_on == date(2026, 11, 22) + timedelta(days=366)


def test_a_day_that_has_passed_renews_nothing(session, data):
    vacancy = published(session, data)
    with pytest.raises(Refused, match="già passata"):
        actions.renew_vacancy(session, MARIA, vacancy, date(2026, 11, 21))


@pytest.mark.parametrize(("outcome", "filled"), [("sportello", 3), ("altri", 3), ("ritirata", 0)])
def test_closing_counts_all_positions_or_none_unless_told(session, data, outcome, filled):
    vacancy = published(session, data, positions="3")
    actions.close_vacancy(session, MARIA, vacancy, {"outcome": outcome})
    assert (vacancy.state, vacancy.positions_filled, vacancy.ended_at) == ("closed", filled, MORNING)
    assert status_of(session, vacancy.ref) == "withdrawn"


def test_two_of_three_positions_may_be_filled_but_not_four(session, data):
    vacancy = published(session, data, positions="3")
    with pytest.raises(Refused, match="più di quelli offerti"):
        actions.close_vacancy(session, MARIA, vacancy, {"outcome": "sportello", "positions_filled": 4})
    actions.close_vacancy(session, MARIA, vacancy, {"outcome": "sportello", "positions_filled": 2})
    assert vacancy.positions_filled == 2


def test_what_is_over_neither_changes_nor_opens_again(session, data):
    vacancy = published(session, data)
    actions.close_vacancy(session, MARIA, vacancy, {"outcome": "altri"})
    for verb in (actions.renew_vacancy, actions.close_vacancy, actions.update_vacancy):
        with pytest.raises(Refused, match="non è aperta"):
            verb(session, MARIA, vacancy, *([] if verb is actions.renew_vacancy else [data() | {"outcome": "altri"}]))


def test_a_vacancy_expires_after_its_closing_day_and_not_on_it(session, data, parties):
    vacancy = published(session, data, closes_on="2026-11-30")
    last_minute = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert actions.expire_due(session, last_minute) == 0
    assert actions.expire_due(session, last_minute + timedelta(minutes=1)) == 1
    assert (vacancy.state, vacancy.outcome, vacancy.ended_at) == ("expired", None, last_minute + timedelta(minutes=1))
    assert status_of(session, parties["employer"]) == "withdrawn"
    assert verbs(session, vacancy.ref)[-1] == "vacancy.expired"
    assert actions.expire_due(session, last_minute + timedelta(days=1)) == 0


def test_a_node_that_was_off_dates_the_end_on_the_day_itself(session, data):
    vacancy = published(session, data, closes_on="2026-11-30")
    actions.expire_due(session, datetime(2027, 1, 15, 8, tzinfo=UTC))
    assert clock.day_of(vacancy.ended_at - timedelta(seconds=1)) == date(2026, 11, 30)

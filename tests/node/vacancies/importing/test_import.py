"""A file becomes vacancies: every row has one outcome, all are written or none, and the second time nothing doubles."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from federation import register
from node.core import clock
from node.core.audit import Deed
from node.core.db import transaction
from node.core.errors import Refused
from node.employers.models import Employer
from node.figures.queries import facts
from node.vacancies.actions import close_vacancy, publish_vacancy, renew_vacancy, update_vacancy
from node.vacancies.importing import actions, queries, work
from node.vacancies.importing.models import Import, ImportRow
from node.vacancies.importing.tables import open_table
from node.vacancies.models import Vacancy
from node.vacancies.typed import as_typed
from schemas.vacancy import VacancyForm
from tests.node.vacancies.conftest import MARIA
from tests.node.vacancies.importing.conftest import day, report_of, sheet

COOK = f"A1;Cuoco/a;Albergo del Lago;Gavirate;stagionale;{day(30)}"
DRIVER = f"A2;Autista;Trasporti Verdi srl;Busto A.;T. det.;{day(20)}"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def sums(report):
    return {name: count for name, count in report.counts.items() if name != queries.WARNED}


def test_every_row_has_one_outcome_and_the_sums_agree(bring, found):
    report = bring(
        sheet(
            COOK,
            DRIVER,
            f"A3;Barista;Bar Centro;Varese;chiamata;{day(-200)}",
            f"A4;Commessa;Negozio Uno;Ispra;CTI;{day(10)}",
            f"A5;Sarta/o;Sartoria;Castro;CTI;{day(10)}",
            ";;;;;",
            f"A6;;Bar Centro;Varese;CTI;{day(10)}",
            f"A1;Cuoco/a;Albergo del Lago;Gavirate;stagionale;{day(30)}",
        )
    )
    assert report.outcomes == {
        2: "imported", 3: "imported", 4: "expired", 5: "draft", 6: "refused", 8: "refused", 9: "unchanged",
    }  # fmt: skip
    assert sums(report) == {"imported": 2, "expired": 1, "draft": 1, "refused": 2, "unchanged": 1}
    assert sum(sums(report).values()) == len(report)
    assert {vacancy.title: vacancy.state for vacancy in found()} == {
        "Cuoco/a": "published", "Autista": "published", "Barista": "expired", "Commessa": "draft",
    }  # fmt: skip
    assert "uguale alla riga 2" in report.notes(9)


def test_an_imported_vacancy_is_what_a_form_would_have_made(bring, found, desk, actor):
    bring(sheet(DRIVER), mapping=None)
    imported = found("Autista")[0]
    with desk.reading() as session:
        employer = session.get(Employer, imported.employer_ref)
        assert (employer.name, employer.comune) == ("Trasporti Verdi srl", "012026")
        assert register.status_of(session, imported.ref) == "waiting"
        assert register.status_of(session, employer.ref) == "waiting"
        deeds = select(Deed.verb).where(Deed.ref == imported.ref)
        assert list(session.scalars(deeds)) == ["vacancy.published"]
    typed = as_typed(imported)
    with transaction(desk) as session:
        made = publish_vacancy(session, MARIA, VacancyForm(clock.today).load(typed))
        assert as_typed(made) == typed
        documents = [_document(session, ref) for ref in (imported.ref, made.ref)]
    assert documents[0] == documents[1]


def _document(session, ref):
    return session.scalar(select(register.RegisterRow.document).where(register.RegisterRow.id == ref))


def test_the_same_file_twice_changes_nothing(bring, found, desk):
    lines = sheet(COOK, DRIVER, f"A3;Barista;Bar Centro;Varese;chiamata;{day(-200)}")
    bring(lines)
    before = [(each.ref, each.version, each.changed_at) for each in found()]
    again = bring(lines)
    assert sums(again) == {"unchanged": 3}
    assert [(each.ref, each.version, each.changed_at) for each in found()] == before


def test_without_a_reference_the_content_tells_an_offer(bring, found):
    heads = "Titolo;Azienda;Comune;Contratto;Scadenza"
    lines = [line.partition(";")[2] for line in (COOK, DRIVER)]
    bring(sheet(*lines, heads=heads))
    assert sums(bring(sheet(*reversed(lines), heads=heads))) == {"unchanged": 2}
    changed = bring(sheet(lines[0].replace("stagionale", "CTI"), heads=heads))
    assert sums(changed) == {"imported": 1}
    assert len(found("Cuoco/a")) == 2


def test_a_changed_row_changes_what_it_says_and_nothing_else(bring, found, desk):
    bring(sheet(COOK))
    with transaction(desk) as session:
        vacancy = session.scalars(select(Vacancy)).one()
        typed = as_typed(vacancy) | {"description": "Scritta allo sportello", "contract": "determinato"}
        update_vacancy(session, MARIA, vacancy, VacancyForm(clock.today).load(typed))
    report = bring(sheet(COOK.replace(day(30), day(40))))
    assert report.outcomes == {2: "updated"}
    assert "Candidature fino al" in report.notes(2)
    vacancy = found("Cuoco/a")[0]
    assert vacancy.closes_on == clock.today() + timedelta(days=40)
    assert (vacancy.description, vacancy.contract) == ("Scritta allo sportello", "determinato")


def test_what_both_have_changed_takes_the_files_word_and_says_what_is_lost(bring, found, desk):
    bring(sheet(COOK))
    with transaction(desk) as session:
        vacancy = session.scalars(select(Vacancy)).one()
        typed = as_typed(vacancy) | {"title": "Cuoco/a di sala"}
        update_vacancy(session, MARIA, vacancy, VacancyForm(clock.today).load(typed))
    report = bring(sheet(COOK.replace("Cuoco/a", "Capocuoco/a")))
    assert report.outcomes == {2: "updated"}
    assert report[2]["is_warned"]
    assert "«Cuoco/a di sala»" in report.notes(2)
    assert [vacancy.title for vacancy in found()] == ["Capocuoco/a"]


def test_a_blank_cell_takes_nothing_away(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Note"
    bring(sheet(f"{COOK};Con alloggio", heads=heads))
    assert sums(bring(sheet(f"{COOK};", heads=heads))) == {"unchanged": 1}
    assert sums(bring(sheet(COOK))) == {"unchanged": 1}
    assert found("Cuoco/a")[0].description == "Con alloggio"


def test_an_old_offer_is_found_at_the_desk_and_told_to_nobody(bring, found, desk, client):
    bring(sheet(f"A3;Barista;Bar Centro;Varese;chiamata;{day(-200)}"))
    vacancy = found("Barista")[0]
    assert (vacancy.state, vacancy.closes_on) == ("expired", clock.today() - timedelta(days=200))
    with desk.reading() as session:
        assert register.status_of(session, vacancy.ref) is None
        assert register.status_of(session, vacancy.employer_ref) is None
        assert facts(session, "012072") == []
    assert "Barista" in client.get("/desk/offerte?stato=scadute&q=barista").text
    assert client.get(f"/lavoro/gavirate/{vacancy.ref}").status_code == 404


def test_days_that_contradict_each_other_are_named_and_nothing_is_lost(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Pubblicata il"
    report = bring(sheet(f"A3;Barista;Bar;Varese;CTI;{day(-40)};{day(-38)}", heads=heads))
    assert report.outcomes == {2: "expired"}
    assert report[2]["is_warned"]
    assert day(-40) in report.notes(2)
    assert day(-38) in report.notes(2)
    assert clock.day_of(found("Barista")[0].published_at) == clock.today() - timedelta(days=38)


def test_the_day_of_publication_is_kept_so_that_old_offers_are_no_news(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Pubblicata il"
    bring(sheet(f"{COOK};{day(-10)}", heads=heads))
    assert clock.day_of(found("Cuoco/a")[0].published_at) == clock.today() - timedelta(days=10)


def test_an_offer_of_tomorrow_waits_as_a_draft(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Pubblicata il"
    report = bring(sheet(f"{COOK};{day(3)}", heads=heads))
    assert report.outcomes == {2: "draft"}
    assert day(3) in report.notes(2)


def test_on_its_day_the_same_file_publishes_it(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Pubblicata il"
    lines = sheet(f"{COOK};{day(3)}", heads=heads)
    bring(lines)
    assert sums(bring(lines)) == {"unchanged": 1}
    with clock.at(clock.now() + timedelta(days=3)):
        assert bring(lines).outcomes == {2: "imported"}
    assert [each.state for each in found()] == ["published"]


def test_an_offer_that_the_desk_has_renewed_is_not_ended_by_the_old_file(bring, found, desk):
    bring(sheet(COOK))
    with transaction(desk) as session:
        vacancy = session.scalars(select(Vacancy)).one()
        renew_vacancy(session, MARIA, vacancy, clock.today() + timedelta(days=90))
    with clock.at(clock.now() + timedelta(days=40)):
        assert bring(sheet(COOK)).outcomes == {2: "unchanged"}
    assert found("Cuoco/a")[0].is_live


def test_a_renewed_and_then_closed_offer_is_not_offered_again_by_the_old_file(bring, found, desk):
    bring(sheet(COOK))
    with transaction(desk) as session:
        vacancy = session.scalars(select(Vacancy)).one()
        renew_vacancy(session, MARIA, vacancy, clock.today() + timedelta(days=90))
        close_vacancy(session, MARIA, vacancy, {"outcome": "sportello"})
    assert bring(sheet(COOK)).outcomes == {2: "unchanged"}


def test_a_change_that_the_rules_do_not_allow_is_refused_and_the_old_text_stays(bring, found):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Note"
    bring(sheet(f"{COOK};Con alloggio", heads=heads))
    for _again in range(2):
        report = bring(sheet(f"{COOK};Cercasi ragazza di bella presenza", heads=heads))
        assert report.outcomes == {2: "refused"}
        assert "bella presenza" in report.notes(2)
    assert found("Cuoco/a")[0].description == "Con alloggio"


def test_an_offer_that_the_file_ends_leaves_the_network(bring, found, desk):
    heads = "Rif;Titolo;Azienda;Comune;Contratto;Scadenza;Stato"
    bring(sheet(f"{COOK};aperta", f"{DRIVER};aperta", heads=heads))
    ended = sheet(f"{COOK};Posto coperto con lo sportello", f"{DRIVER.replace(day(20), day(-1))};aperta", heads=heads)
    assert bring(ended).outcomes == {2: "expired", 3: "expired"}
    states = {each.title: (each.state, each.outcome) for each in found()}
    assert states == {"Cuoco/a": ("closed", "sportello"), "Autista": ("expired", None)}
    with desk.reading() as session:
        assert {register.status_of(session, each.ref) for each in found()} == {"withdrawn"}
    assert sums(bring(ended)) == {"unchanged": 2}


def test_what_the_desk_has_closed_stays_closed_until_the_file_offers_it_again(bring, found, desk):
    bring(sheet(COOK))
    with transaction(desk) as session:
        close_vacancy(session, MARIA, session.scalars(select(Vacancy)).one(), {"outcome": "sportello"})
    assert bring(sheet(COOK)).outcomes == {2: "unchanged"}
    report = bring(sheet(COOK.replace(day(30), day(60))))
    assert report.outcomes == {2: "imported"}
    old, new = found("Cuoco/a")
    assert (old.state, new.state) == ("closed", "published")
    assert (old.external_ref, new.external_ref) == (None, "A1")


def test_an_archived_offer_is_corrected_in_place(bring, found):
    bring(sheet(f"A3;Barista;Bar Centro;Varese;chiamata;{day(-200)}"))
    report = bring(sheet(f"A3;Barman;Bar Centro;Varese;chiamata;{day(-200)}"))
    assert report.outcomes == {2: "updated"}
    assert [(each.title, each.state) for each in found()] == [("Barman", "expired")]


def test_a_known_employer_is_recognised_by_number_or_by_name(bring, desk):
    heads = "Titolo;Azienda;Partita IVA;Comune;Contratto;Scadenza"
    end = f"Ispra;CTI;{day(10)}"
    bring(sheet(
        f"Cuoco/a;Trasporti Verdi Srl;;{end}",
        f"Sarta/o;TRASPORTI VERDI S.R.L.;;{end}",
        f"Autista;Officine Brebbia;00743110157;{end}",
        f"Fabbro/a;O. Brebbia spa;00743110157;{end}",
        heads=heads,
    ))  # fmt: skip
    with desk.reading() as session:
        names = session.scalars(select(Employer.name).order_by(Employer.created_at))
        assert list(names) == ["Trasporti Verdi Srl", "Officine Brebbia"]


def test_the_preview_says_what_will_happen_and_writes_nothing(bring, found, desk):
    preview = bring(sheet(COOK, DRIVER), only="check")
    assert (preview.state, sums(preview)) == ("checked", {"imported": 2})
    assert found() == []
    with desk.reading() as session:
        assert session.scalar(select(func.count()).select_from(Employer)) == 0


def test_a_preview_that_is_given_up_leaves_nothing(bring, found, desk):
    preview = bring(sheet(COOK, DRIVER), only="check")
    with transaction(desk) as session:
        actions.cancel_import(session, MARIA, queries.import_to_change(session, preview.ref))
    with transaction(desk) as session, pytest.raises(Refused):
        actions.confirm_import(session, MARIA, queries.import_to_change(session, preview.ref))
    with desk.reading() as session:
        begun = session.get(Import, preview.ref)
        assert (begun.state, begun.content) == ("cancelled", None)
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 0
    assert found() == []


def test_giving_up_while_the_file_is_read_stops_the_reading(desk, config, counter, found):
    lines = sheet(*(COOK.replace("A1", f"A{number}") for number in range(2 * work.ROWS_AT_ONCE + 1)))
    with transaction(desk) as session:
        begun = actions.begin_import(session, MARIA, "lunga.csv", lines, open_table(lines))
        actions.choose_columns(session, begun, begun.mapping, {"desk": counter, "how_to_apply": "Vieni."})
        ref = begun.ref
    heard = []

    def give_up(done):
        heard.append(done)
        with transaction(desk) as session:
            actions.cancel_import(session, MARIA, queries.import_to_change(session, ref))

    work.check(desk, ref, config, give_up)
    assert heard == [work.ROWS_AT_ONCE]
    assert report_of(desk, ref) == {}
    assert found() == []


def test_a_fault_in_the_middle_of_writing_leaves_nothing_and_is_tried_again(bring, desk, config, found, monkeypatch):
    monkeypatch.setattr(work, "WRITTEN_AT_ONCE", 1)
    preview = bring(sheet(COOK, DRIVER), only="check")
    with transaction(desk) as session:
        actions.confirm_import(session, MARIA, queries.import_to_change(session, preview.ref))
    whole = work.write

    def stumble(session, actor, employers, rows):
        if rows[0].draft.ref == "A2":
            raise OSError("no space left on device")
        whole(session, actor, employers, rows)

    with monkeypatch.context() as broken:
        broken.setattr(work, "write", stumble)
        work.carry_on(desk, config)
    assert found() == []
    assert report_of(desk, preview.ref).state == "confirmed"
    work.carry_on(desk, config)
    assert {each.title for each in found()} == {"Cuoco/a", "Autista"}


def test_a_fault_that_comes_back_is_told_and_nobody_waits_for_ever(bring, desk, config, found, monkeypatch):
    preview = bring(sheet(COOK), only="check")
    with transaction(desk) as session:
        actions.confirm_import(session, MARIA, queries.import_to_change(session, preview.ref))

    def stumble(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(work, "write", stumble)
    for _ in range(work.ATTEMPTS_MAX):
        work.carry_on(desk, config)
    report = report_of(desk, preview.ref)
    assert report.state == "failed"
    assert "Non è stata scritta nessuna offerta" in report.problem
    assert found() == []


def test_a_file_that_cannot_be_read_to_its_end_says_so(bring, monkeypatch):
    monkeypatch.setattr("node.vacancies.importing.tables.ROWS_MAX", 300)
    report = bring(sheet(*(COOK.replace("A1", f"A{number}") for number in range(301))), only="check")
    assert (report.state, dict(report)) == ("failed", {})
    assert "più di 300 righe" in report.problem


def test_what_was_chosen_for_a_table_is_proposed_the_next_time(bring, desk, counter):
    heads = "Rif;Colonna strana;Titolo;Comune;Contratto;Scadenza"
    line = f"A1;Con alloggio;Cuoco/a;Gavirate;CTI;{day(9)}"
    table = open_table(sheet(line, heads=heads))
    mapping = ["external_ref", "offer", "title", "places", "contract", "closes_on"]
    bring(sheet(line, heads=heads), mapping=mapping, contract="tirocinio")
    with transaction(desk) as session:
        again = actions.begin_import(session, MARIA, "b.csv", sheet(line, heads=heads), table)
        assert again.mapping == mapping
        assert again.defaults["contract"] == "tirocinio"
        wider = open_table(sheet(f"{line};x", heads=f"{heads};Altro"))
        other = actions.begin_import(session, MARIA, "c.csv", b"", wider)
        assert (other.mapping, other.defaults) == ([*mapping, ""], {})


@pytest.mark.parametrize(
    ("mapping", "defaults", "says"),
    [
        (["", "", "", "", "", ""], {}, "titolo"),
        (["title", "title", "", "", "", ""], {}, "due colonne"),
        (["", "title", "", "", "", ""], {"places": "Marte"}, "Marte"),
        (["", "title", "", "", "", ""], {"contract": "boh"}, "boh"),
    ],
)
def test_a_choice_of_columns_that_makes_no_sense_is_refused(bring, mapping, defaults, says):
    with pytest.raises(Refused, match=says):
        bring(sheet(COOK), mapping=mapping, **defaults)


def test_old_reports_lose_their_rows_and_forgotten_imports_are_given_up(bring, desk):
    report, left = bring(sheet(COOK)), bring(sheet(DRIVER), only="check")
    for days, kept in ((actions.UNFINISHED_KEPT, 1), (actions.ROWS_KEPT, 0)):
        with transaction(desk) as session:
            actions.sweep_imports(session, clock.now() + days + timedelta(days=1))
        assert len(report_of(desk, report.ref)) == kept
        assert report_of(desk, left.ref).state == "cancelled"
    assert report_of(desk, report.ref).counts["imported"] == 1

"""A plan is begun with one press, followed step by step, printed, asked about later, and forgotten with the person."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from node.appointments.models import Appointment
from node.core import clock
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.db import Base, transaction
from node.desks.actions import create_desk
from node.desks.models import Desk
from node.plans import queries
from schemas.codes.agenda import BOOKED, CANCELLED, KEPT, MISSED
from schemas.days import ROME
from schemas.desk import DeskForm
from tests.node.appointments.conftest import DESK

STEP = {"words": "Telefonare al magazzino Zanzotto", "due_on": "2031-05-09", "doer": "persona"}


@pytest.fixture
def maria(desk, taken_in):
    with transaction(desk) as session:
        return taken_in(session, "Rossi", "Maria", phone="347 1112223").ref


@pytest.fixture
def page(maria):
    return f"/desk/persone/{maria}/piano"


@pytest.fixture
def begun(client, page):
    """The page of a plan begun with the usual steps."""
    assert client.post(page, data={"usual": "1"}).status_code == 303
    return page


def of_plan(desk, maria):
    with desk.reading() as session:
        plan = queries.plan_of(session, maria)
        return plan, queries.steps_of(session, plan), queries.follow_ups_of(session, plan)


def test_one_press_begins_a_plan_with_the_usual_steps(client, desk, maria, begun):
    plan, steps, follow_ups = of_plan(desk, maria)
    today = clock.today()
    assert [each.due_on - today for each in follow_ups] == [timedelta(days=days) for days in (30, 90, 180)]
    assert len(steps) == 7
    assert all(today < step.due_on for step in steps)
    shown = client.get(begun).text
    assert all(step.words in shown for step in steps)
    assert "Documento d’identità" in shown
    assert "Centro per l’impiego" in shown
    assert "7 passi da fare" in client.get(f"/desk/persone/{maria}").text
    assert client.post(begun, data={"usual": "1"}).status_code == 409, "one plan at a time"
    assert plan.is_open


def test_a_plan_may_begin_with_nothing_and_grow(client, desk, maria, page):
    assert "Comincia con questi passi" in client.get(page).text
    client.post(page)
    assert client.post(f"{page}/passi", data=STEP | {"doer": ""}).status_code == 422
    assert client.post(f"{page}/passi", data=STEP).status_code == 303
    _plan, [step], _follow_ups = of_plan(desk, maria)
    assert (step.words, step.doer, step.state) == (STEP["words"], "persona", "da-fare")
    assert STEP["words"] in client.get(f"{page}/passi/{step.ref}").text
    client.post(f"{page}/passi/{step.ref}", data=STEP | {"due_on": "", "state": "lasciato"})
    _plan, [step], _follow_ups = of_plan(desk, maria)
    assert (step.due_on, step.state, step.done_on) == (None, "lasciato", None)
    assert "non serve più" in client.get(page).text


def test_what_is_done_has_its_day_and_can_be_undone(client, desk, maria, begun):
    _plan, steps, _follow_ups = of_plan(desk, maria)
    mark = f"{begun}/passi/{steps[0].ref}/fatto"
    client.post(mark)
    with desk.reading() as session:
        plan = queries.plan_of(session, maria)
        assert queries.step_with(session, plan, steps[0].ref).done_on == clock.today()
    client.post(mark, data={"done": "no"})
    assert {step.state for step in of_plan(desk, maria)[1]} == {"da-fare"}


def test_papers_are_ticked_and_stay_ticked_when_the_list_changes(client, desk, maria, begun):
    client.post(f"{begun}/documenti", data={"words": "Documento d’identità"})
    assert client.post(f"{begun}/documenti", data={"words": "Altro"}).status_code == 409
    typed = {"goal": "Un lavoro vicino a casa", "papers-0-words": "Documento d’identità", "papers-1-words": "ISEE"}
    seen = client.get(f"{begun}/modifica").text.partition('name="seen" value="')[2].partition('"')[0]
    sent = typed | {"seen": seen.replace("&#34;", '"'), "contacts-0-who": "CFP", "contacts-0-reach": "0331 1"}
    assert client.post(f"{begun}/modifica", data=sent).status_code == 303
    plan, _steps, _follow_ups = of_plan(desk, maria)
    today = clock.today().isoformat()
    assert plan.papers == [
        {"words": "Documento d’identità", "brought_on": today},
        {"words": "ISEE", "brought_on": None},
    ]
    assert plan.contacts == [{"who": "CFP", "reach": "0331 1", "why": None}]
    assert plan.goal == "Un lavoro vicino a casa"
    assert client.post(f"{begun}/modifica", data=sent | {"goal": "Altro"}).status_code == 422, "saved meanwhile"


def test_the_sheet_says_all_of_it_with_lines_to_sign_on(client, begun):
    client.post(f"{begun}/passi", data=STEP)
    sheet = client.get(f"{begun}/stampa").text
    for told in (STEP["words"], "Maria Rossi", "Documento d’identità", "____", "Operatore", "9 maggio 2031"):
        assert told in sheet
    assert "patto di servizio" not in sheet.replace("DID, patto di servizio, misure regionali", "")


def test_whose_day_has_come_is_on_the_list_until_somebody_has_asked(client, desk, maria, begun):
    plan, _steps, [first, second, _third] = of_plan(desk, maria)
    assert "Persone da ricontattare" not in client.get("/desk/").text
    with transaction(desk) as session:
        queries.follow_up_with(session, plan, first.ref).due_on = clock.today()
    assert "Persone da ricontattare" in client.get("/desk/").text
    assert "347 1112223" in client.get("/desk/persone/da-ricontattare").text
    ask = f"{begun}/ricontatti/{first.ref}"
    assert client.post(ask, data={"note": "x"}).status_code == 422
    assert client.post(ask, data={"outcome": "lavora", "note": "contratto di un anno"}).status_code == 303
    assert "Oggi non c’è nessuno" in client.get("/desk/persone/da-ricontattare").text
    shown = client.get(begun).text
    assert "lavora" in shown
    assert "contratto di un anno" in shown
    with transaction(desk) as session:
        queries.follow_up_with(session, plan, second.ref).due_on = clock.today()
    client.post(f"/desk/persone/{maria}/chiudi")
    assert "Oggi non c’è nessuno" in client.get("/desk/persone/da-ricontattare").text, "no longer followed"


def test_an_ended_plan_stays_readable_and_makes_room_for_a_new_one(client, desk, maria, begun):
    client.post(f"{begun}/concludi")
    shown = client.get(begun).text
    assert "Fine del piano" in shown
    assert "Comincia con questi passi" in shown
    assert client.post(f"{begun}/passi", data=STEP).status_code == 404
    assert client.post(begun).status_code == 303
    with desk.reading() as session:
        assert [plan.is_open for plan in queries.plans_of(session, maria)] == [True, False]


def test_whom_the_desk_follows_no_longer_begins_no_plan(client, maria, page):
    client.post(f"/desk/persone/{maria}/chiudi")
    assert "si riapre dalla scheda" in client.get(page).text
    assert client.post(page).status_code == 409


def test_another_persons_plan_is_not_reached_through_hers(client, desk, maria, begun, taken_in):
    _plan, steps, follow_ups = of_plan(desk, maria)
    with transaction(desk) as session:
        other = taken_in(session, "Bianchi", "Luca").ref
    client.post(f"/desk/persone/{other}/piano")
    assert client.post(f"/desk/persone/{other}/piano/passi/{steps[0].ref}/fatto").status_code == 404
    assert client.get(f"/desk/persone/{other}/piano/ricontatti/{follow_ups[0].ref}").status_code == 404
    assert client.get("/desk/persone/nobody/piano").status_code == 404


def test_the_audit_and_the_history_hold_no_word_of_it(client, desk, maria, begun):
    client.post(f"{begun}/passi", data=STEP)
    _plan, _steps, follow_ups = of_plan(desk, maria)
    client.post(f"{begun}/ricontatti/{follow_ups[0].ref}", data={"outcome": "formazione", "note": "corso Zanzotto"})
    with desk.reading() as session:
        deeds = session.scalars(select(Deed).where(Deed.ref == maria)).all()
    facts = json.dumps([deed.facts for deed in deeds])
    assert {"plan.started", "plan.step-added", "plan.followed-up"} <= {deed.verb for deed in deeds}
    assert not any(word in facts for word in ("Zanzotto", "formazione", "Telefonare"))
    assert "Piano di accompagnamento iniziato" in client.get(f"/desk/persone/{maria}/storia").text


def test_she_reads_her_plan_among_her_data_and_nothing_of_it_is_left_when_she_is_forgotten(client, desk, maria, begun):
    client.post(f"{begun}/passi", data=STEP)
    _plan, _steps, follow_ups = of_plan(desk, maria)
    client.post(f"{begun}/ricontatti/{follow_ups[0].ref}", data={"outcome": "cerca", "note": "richiama a maggio"})
    paper = client.get(f"/desk/persone/{maria}/dati").text
    assert STEP["words"] in paper
    assert "Cerca ancora · richiama a maggio" in paper
    told = json.loads(client.get(f"/desk/persone/{maria}/dati?formato=json").data)["Piano di accompagnamento"]
    assert told["plans"][0]["steps"][-1]["words"] == STEP["words"]
    assert client.post(f"/desk/persone/{maria}/cancella", data={"family_name": "Rossi"}).status_code == 303
    with desk.reading() as session:
        tables = [Base.metadata.tables[name] for name in ("plan", "plan_step", "follow_up")]
        assert [session.execute(select(table)).all() for table in tables] == [[], [], []]


@pytest.fixture
def expected(desk, maria, operators):
    """`expected(days, state)`: an appointment of Maria's so many days from now, at ten o'clock in Italy."""

    def add(days, state):
        with transaction(desk) as session:
            found = session.scalars(select(Desk)).first() or create_desk(session, NODE, DeskForm().load(DESK))
            day = clock.today() + timedelta(days=days)
            appointment = Appointment(
                desk_ref=found.ref,
                operator=operators["operatore"].id,
                starts_at=datetime.combine(day, time(10), ROME).astimezone(UTC),
                minutes=30,
                state=state,
                purpose="curriculum",
                person=maria,
                created_at=clock.now(),
                created_by="prova",
            )
            session.add(appointment)

    return add


def test_appointments_kept_missed_and_to_come_stand_in_the_timeline_and_on_the_sheet(client, browser, begun, expected):
    for days, state in ((0, KEPT), (1, BOOKED), (2, CANCELLED), (-1, KEPT)):
        expected(days, state)
    told = " ".join(client.get(begun).text.split())
    assert told.count("Appuntamento alle 10:00: Curriculum") == 2, "not of before the plan, nor what was called off"
    assert "Appuntamento alle 10:00: Curriculum <strong>è venuto</strong>" in told
    assert "Appuntamento alle 10:00: Curriculum <strong>fissato</strong>" in told
    with clock.at(clock.now() + timedelta(days=3)):
        late = " ".join(browser("operatore").get(begun).text.split())
        assert "Curriculum <strong>da segnare com’è andato</strong>" in late
    sheet = client.get(f"{begun}/stampa").text
    assert "I miei appuntamenti" in sheet
    assert sheet.count("Sportello di Gavirate") == 2


def test_a_missed_appointment_is_told_as_missed(client, begun, expected):
    expected(0, MISSED)
    assert "Curriculum <strong>non è venuto</strong>" in " ".join(client.get(begun).text.split())
    assert "non è venuto" in client.get(f"{begun}/stampa").text


def test_a_plan_without_appointments_has_no_heading_for_them(client, begun):
    assert "I miei appuntamenti" not in client.get(f"{begun}/stampa").text

"""The agenda's rules: what is free, who may take it, what becomes of it."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from node.appointments import actions, pages, queries
from node.appointments.calendar import calendar_file
from node.appointments.days import national_holidays, working_day_after
from node.appointments.models import Appointment, Letter
from node.appointments.personal import KEEPER
from node.appointments.slots import free_slots
from node.core import clock
from node.core.actors import NODE
from node.core.audit import Deed
from node.core.db import transaction
from node.core.errors import Refused
from node.desks.actions import create_desk
from schemas.appointment import ClosingForm, OpeningForm
from schemas.codes.agenda import BOOKED, KEPT, MISSED, MOVED
from schemas.desk import DeskForm
from tests.node.appointments.conftest import DESK, FRIDAY, MONDAY, ROSSI, TUESDAY


def close(desk, actor, counter, **typed):
    with transaction(desk) as session:
        closing = actions.close_days(session, actor, ClosingForm().load({"desk": counter, "reason": "Patrono"} | typed))
        return actions.struck(session, closing)


def state_of(desk, ref):
    with desk.reading() as session:
        return session.get(Appointment, ref).state


def test_slots_are_reckoned_from_the_weekly_hours(free):
    assert [slot.starts_at.strftime("%d %H:%M") for slot in free()] == [
        f"{day} {hour}" for day in (12, 13) for hour in ("07:00", "07:30", "08:00", "08:30")
    ]


def test_past_hours_are_not_offered(desk, counter, free):
    with clock.at(FRIDAY.replace(day=12, hour=8, minute=10)):
        assert [slot.starts_at.strftime("%d %H:%M") for slot in free()][:1] == ["12 08:30"]


def test_winter_time_moves_the_clock_and_not_the_desk(desk, counter):
    with desk.reading() as session:
        after = free_slots(session, date(2026, 10, 26), date(2026, 10, 26))
    assert after[0].starts_at.strftime("%H:%M") == "08:00"


def test_nobody_is_received_on_holidays_nor_on_the_days_the_desk_has_closed(desk, actor, counter, free, booked):
    with desk.reading() as session:
        assert free_slots(session, date(2026, 12, 8), date(2026, 12, 8)) == []
    assert date(2026, 4, 6) in national_holidays(2026)
    booked()
    assert close(desk, actor, counter, first_day="12/10/2024", is_yearly="true") == 0
    assert {clock.day_of(slot.starts_at) for slot in free()} == {TUESDAY}
    assert close(desk, actor, counter, first_day="10/10/2026", last_day="13/10/2026") == 1
    assert free() == []


def test_working_days_leave_out_the_week_end_and_holidays(desk, counter):
    with desk.reading() as session:
        assert working_day_after(session, date(2026, 10, 9), counter, 2) == TUESDAY
        assert working_day_after(session, date(2026, 12, 4), counter, 2) == date(2026, 12, 9)


def test_one_operator_receives_nobody_twice_in_the_same_hours(desk, actor, counter):
    hours = {"desk": counter, "operator": actor.id, "weekday": "0", "starts": "10.30", "ends": "12", "minutes": "30"}
    with transaction(desk) as session, pytest.raises(Refused, match="riceve già dalle 09:00 alle 11:00"):
        actions.open_weekly(session, actor, OpeningForm().load(hours))


def test_who_left_receives_nobody(desk, operators, actor, free):
    with transaction(desk) as session:
        [receiver] = [each for each in queries.receivers(session) if each.id == actor.id]
        receiver.disabled_at = clock.now()
    assert free() == []


def test_a_slot_is_given_once(desk, actor, free, booked):
    key = free()[0].key
    booked()
    with transaction(desk) as session, pytest.raises(Refused, match="non è più libera"):
        actions.book(session, actor, ROSSI | {"slot": key})


def test_of_two_operators_at_once_one_gets_the_slot(desk, actor, free):
    slot, told, ready = free()[0], [], threading.Barrier(2)

    def take():
        with clock.at(FRIDAY), desk.writing() as session:
            ready.wait(30)
            try:
                actions.book(session, actor, ROSSI | {"slot": slot.key})
                session.commit()
                told.append("booked")
            except Refused:
                told.append("refused")

    both = [threading.Thread(target=take) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert sorted(told) == ["booked", "refused"]


def test_the_database_itself_refuses_a_second_row(desk, session, booked):
    first = session.get(Appointment, booked().ref)
    columns = ("desk_ref", "operator", "starts_at", "minutes", "purpose", "created_at", "created_by", "state", "name")
    session.add(Appointment(**{name: getattr(first, name) for name in columns}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_moved_it_leaves_its_hour_to_others_and_remembers_where_it_was(desk, actor, free, booked):
    first = booked(email="anna@posta.example")
    with transaction(desk) as session:
        moved = actions.move(session, actor, session.get(Appointment, first.ref), free()[-1].key)
        assert (moved.moved_from, moved.state, moved.who) == (first.ref, BOOKED, "Anna Rossi")
        letters = [(letter.appointment, letter.kind) for letter in session.scalars(select(Letter))]
    assert letters == [(moved.ref, "confirmation"), (moved.ref, "reminder")]
    assert state_of(desk, first.ref) == MOVED
    assert first.starts_at in {slot.starts_at for slot in free()}


def test_what_is_over_is_neither_moved_nor_cancelled(desk, actor, free, booked):
    ref = booked().ref
    with transaction(desk) as session:
        actions.cancel(session, actor, session.get(Appointment, ref))
    for act in (actions.cancel, lambda *told: actions.move(*told, free()[0].key)):
        with transaction(desk) as session, pytest.raises(Refused, match="non è più aperto"):
            act(session, actor, session.get(Appointment, ref))


def test_an_empty_day_leads_to_the_next_on_which_somebody_is_expected(client, booked):
    booked()
    before, led_to, _label = client.get("/desk/agenda").text.partition("Il prossimo appuntamento: lunedì 12 ottobre")
    assert "Nessuno è atteso in questo giorno." in before
    assert led_to
    assert f"giorno={MONDAY}" in before.rsplit("<a ", 1)[1]
    assert "Il prossimo appuntamento" not in client.get(f"/desk/agenda?giorno={MONDAY}").text
    assert "Il prossimo appuntamento" not in client.get(f"/desk/agenda?giorno={TUESDAY}").text


def test_a_desk_without_hours_is_asked_for_them_on_a_holiday_too(client, desk):
    with transaction(desk) as session:
        create_desk(session, NODE, DeskForm().load(DESK))
    page = client.get("/desk/agenda?giorno=2026-12-25").text
    assert "Chiuso: Natale." in page
    assert "Scrivi gli orari" in page


def test_how_it_went_is_said_on_its_day_and_can_be_put_right(desk, actor, booked):
    ref = booked().ref
    with transaction(desk) as session, pytest.raises(Refused, match="in un altro giorno"):
        actions.note_outcome(session, actor, session.get(Appointment, ref), KEPT)
    with clock.at(FRIDAY + timedelta(days=3)):
        for outcome in (MISSED, BOOKED, KEPT):
            with transaction(desk) as session:
                actions.note_outcome(session, actor, session.get(Appointment, ref), outcome)
    with desk.reading() as session:
        verbs = [deed.verb.partition(".")[2] for deed in session.scalars(select(Deed).where(Deed.ref == ref))]
    assert (state_of(desk, ref), verbs) == (KEPT, ["booked", "missed", "corrected", "kept"])


def test_who_has_no_email_is_called_two_working_days_before(desk, actor, counter, booked):
    ref = booked().ref
    booked(email="b@posta.example")

    def to_call():
        with desk.reading() as session:
            desks = [session.get(Appointment, ref).desk]
            return [each.ref for _desk, theirs in actions.to_call(session, desks) for each in theirs]

    with clock.at(FRIDAY - timedelta(days=3)):
        assert to_call() == []
    assert to_call() == [ref]
    with transaction(desk) as session:
        actions.note_call(session, actor, session.get(Appointment, ref))
    assert to_call() == []


def test_a_person_is_reached_as_her_record_says_and_forgotten_with_it(desk, taken_in, booked):
    with transaction(desk) as session:
        candidate = taken_in(session, "Verdi", "Lucia", email="lucia@posta.example")
    ref = booked(candidate).ref
    with transaction(desk) as session:
        known = session.get(Appointment, ref)
        assert (known.who, known.reach_email, known.name) == ("Lucia Verdi", "lucia@posta.example", None)
        told = KEEPER.export(session, candidate.ref)
        assert [row["state"] for row in told["appointment"]] == [BOOKED]
        assert "Cerca lavoro · fissato" in str(KEEPER.in_words(told, "it"))
        KEEPER.erase(session, candidate.ref)
        assert session.scalars(select(Letter)).all() == session.scalars(select(Appointment)).all() == []


def test_passers_by_are_forgotten_after_three_months(desk, booked):
    first = booked(email="anna@posta.example").starts_at
    for days, left in ((89, 1), (91, 0)):
        with transaction(desk) as session:
            actions.forget_strangers(session, first + timedelta(days=days))
            assert len(session.scalars(select(Appointment)).all()) == left


def test_a_telephone_reads_the_appointment(desk, config, booked):
    ref = booked().ref
    with desk.reading() as session:
        text = calendar_file(session.get(Appointment, ref), config).decode().replace("\r\n ", "")
    for line in ("DTSTART:20261012T070000Z", "DTEND:20261012T073000Z", f"UID:{ref}@gavirate", "STATUS:CONFIRMED"):
        assert line in text
    assert "piazza Matteotti 8\\, Gavirate (VA)" in text


def test_the_day_shows_who_is_expected_and_what_can_be_done(client, browser, desk, booked):
    ref = booked().ref
    page = client.get(f"/desk/agenda?giorno={MONDAY}").text
    assert "Anna Rossi" in page
    assert "333 1234567" in page
    assert "È venuto" not in page
    with clock.at(FRIDAY + timedelta(days=3)):
        client = browser("operatore")
        assert "Appuntamenti di oggi" in client.get("/desk/").text
        assert "È venuto" in client.get("/desk/agenda").text
        assert client.post(f"/desk/agenda/{ref}/esito", data={"esito": "venuto"}).status_code == 303
    assert state_of(desk, ref) == KEPT


def test_an_appointment_is_fixed_moved_and_cancelled_from_the_pages(client, desk, free):
    slots = free()
    sent = {"slot": slots[0].key, "name": "Anna Rossi", "purpose": "lavoro"}
    assert "Scrivi il telefono oppure l’e-mail" in client.post("/desk/agenda", data=sent).text
    made = client.post("/desk/agenda", data=sent | {"phone": "333 1234567"})
    assert made.status_code == 303
    taken = client.post("/desk/agenda", data=sent | {"phone": "333 7654321"})
    assert taken.status_code == 422
    assert "333 7654321" in taken.text
    assert "non è più libera" in taken.text
    assert "lunedì 12 ottobre 2026" in client.get(f"{made.location}/foglietto").text
    assert client.get(f"{made.location}/appuntamento.ics").mimetype == "text/calendar"
    moved = client.post(f"{made.location}/sposta", data={"slot": slots[5].key})
    assert "Spostato da lunedì 12 ottobre" in client.get(moved.location).text
    assert client.post(f"{moved.location}/disdici").status_code == 303
    assert state_of(desk, moved.location.rsplit("/", 1)[1]) == "cancelled"


def test_hours_and_closing_days_are_written_by_the_desk(client, counter, actor, free):
    hours = {"desk": counter, "operator": actor.id, "weekday": "1", "starts": "14", "ends": "14.20", "minutes": "30"}
    assert "non c’è posto per un appuntamento" in client.post("/desk/agenda/orari/settimana", data=hours).text
    assert client.post("/desk/agenda/orari/settimana", data=hours | {"ends": "15"}).status_code == 303
    assert len(free()) == 10
    day = {"desk": counter, "first_day": "12/10/2026", "reason": "Patrono"}
    assert client.post("/desk/agenda/orari/chiusure", data=day).status_code == 303
    assert len(free()) == 6
    page = client.get("/desk/agenda/orari").text
    assert "Patrono" in page
    assert "Natale" in page
    assert "Chiuso: Patrono" in client.get(f"/desk/agenda?giorno={MONDAY}").text


def test_the_list_of_calls_is_worked_through(client, booked):
    ref = booked().ref
    assert "Anna Rossi" in client.get("/desk/agenda/da-telefonare").text
    assert client.post("/desk/agenda/da-telefonare", data={"appointment": ref}).status_code == 303
    assert "Nessuno da chiamare" in client.get("/desk/agenda/da-telefonare").text


def test_the_page_of_a_person_says_when_she_is_expected(client, desk, taken_in, booked):
    with transaction(desk) as session:
        candidate = taken_in(session)
    address = f"/desk/persone/{candidate.ref}"
    assert "Non ha un appuntamento" in client.get(address).text
    booked(candidate)
    assert "lunedì 12 ottobre 2026, 09:00" in client.get(address).text
    assert "lunedì 12 ottobre 2026, 09:00" in client.get(f"{address}/dati").text


def test_what_is_still_to_come_goes_to_the_colleague_who_takes_over(desk, booked, taken_in):
    with transaction(desk) as session:
        anna, luca = taken_in(session, "Rossi", "Anna"), taken_in(session, "Bianchi", "Luca")
    booked(person=anna)
    refs = [anna.ref, luca.ref]
    with desk.reading() as session:
        assert pages.appointments_ahead(session, refs) == {anna.ref: ["lunedì 12 ottobre 2026, 09:00"]}
        with clock.at(FRIDAY + timedelta(days=5)):
            assert pages.appointments_ahead(session, refs) == {}

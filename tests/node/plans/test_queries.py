"""What the desk asks of all plans, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from node.core import clock
from node.core.db import transaction
from node.plans import actions, pages, queries
from node.plans.models import Plan


@pytest.fixture
def desk_url(new_database_url):
    return new_database_url("desk")


def step(words, due_on=None):
    return {"words": words, "doer": "sportello", "due_on": due_on}


def test_what_comes_next_is_told_person_by_person_the_nearest_first(desk, actor, taken_in):
    today = clock.today()
    with transaction(desk) as session:
        maria, luca = taken_in(session, "Rossi", "Maria"), taken_in(session, "Bianchi", "Luca")
        plan = actions.start_plan(session, actor, maria)
        for words, due_on in (("quando si può", None), ("dopo", today + timedelta(9)), ("prima", today)):
            actions.add_step(session, actor, maria, plan, step(words, due_on))
        done = actions.add_step(session, actor, maria, plan, step("già fatto", today))
        actions.mark_step(session, actor, maria, done, "fatto")
        steps = pages.steps_ahead(session, [maria.ref, luca.ref])
        assert [text.partition(" (")[0] for text in steps.pop(maria.ref)] == ["prima", "dopo", "quando si può"]
        assert steps == {}
        assert len(pages.follow_ups_ahead(session, [maria.ref])[maria.ref]) == 3
        assert queries.leaders(session) == {maria.ref: actor.id}
        assert queries.count_to_ask_again(session, today + timedelta(89)) == 1
        assert [each.days for each, _who in queries.to_ask_again(session, today + timedelta(90))] == [30, 90]


def test_the_database_holds_one_plan_of_now_for_a_person(desk, actor, taken_in):
    with desk.writing() as session:
        maria = taken_in(session, "Rossi", "Maria")
        actions.start_plan(session, actor, maria)
        session.add(Plan(person=maria.ref, led_by=actor.id, started_on=clock.today()))
        with pytest.raises(IntegrityError):
            session.flush()

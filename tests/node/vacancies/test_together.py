"""Two transactions at the same moment, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from federation.register import status_of
from node.core.db import transaction
from node.vacancies import actions, queries
from node.vacancies.models import Vacancy
from tests.node.vacancies.conftest import MARIA


def together(*works):
    """Run the works in threads that start at the same moment; returns their results."""
    start = Barrier(len(works))

    def run(work):
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [result.result() for result in [pool.submit(run, work) for work in works]]


def test_a_double_click_makes_one_vacancy(desk, data):
    typed = data()

    def click():
        with transaction(desk) as session:
            return actions.publish_vacancy(session, MARIA, typed, submitted_as="gettone").ref

    assert len(set(together(*[click] * 4))) == 1
    with desk.reading() as session:
        assert session.scalar(select(func.count()).select_from(Vacancy)) == 1


def test_an_employer_disappears_with_its_last_vacancies_however_they_end(desk, data, parties):
    with transaction(desk) as session:
        refs = [actions.publish_vacancy(session, MARIA, data()).ref for _ in range(4)]

    def close(ref):
        with transaction(desk) as session:
            actions.close_vacancy(session, MARIA, queries.vacancy_to_change(session, ref), {"outcome": "altri"})

    together(*[lambda ref=ref: close(ref) for ref in refs])
    with desk.reading() as session:
        assert status_of(session, parties["employer"]) == "withdrawn"

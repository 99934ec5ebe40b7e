"""The sample data of a node, put in through the actions that people use, each at the time that the sample tells.

A vacancy of last spring is published last spring and closed when it was filled, so that figures have a past. None of
it reaches the network before the node runs: the publisher signs what is open then.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from federation.database import Database
from node.core import clock
from node.core.actors import NODE
from node.core.db import transaction
from node.desks.actions import create_desk
from node.employers.actions import create_employer
from node.vacancies.actions import MAY_LACK, close_vacancy, expire_due, publish_vacancy, save_draft
from schemas.desk import DeskForm
from schemas.employer import EmployerForm
from schemas.vacancy import VacancyForm

FOLDER = Path(__file__).parent / "data"
FOUNDED = timedelta(days=400)
"""Desk and employers are older than the oldest vacancy."""

OURS = {"state", "outcome", "employer", "published_days_ago", "closed_days_ago", "closes_in_days", "starts_in_days"}
"""What the sample says in its own words; all else are fields of the form."""


def load_sample(desk: Database, node: str) -> int:
    """Fill an empty desk with the sample of `node`; how many vacancies are open afterwards."""
    sample = json.loads((FOLDER / f"{node}.json").read_text("utf-8"))
    now = clock.now()
    with transaction(desk) as session:
        with clock.at(now - FOUNDED):
            counter = create_desk(session, NODE, DeskForm().load(sample["desk"]))
            employers = create_employers(session, sample)
        loader = Loader(session, now, counter.ref, employers)
        for told in sorted(sample["vacancies"], key=lambda each: -each.get("published_days_ago", 0)):
            loader.load(told)
        expire_due(session, now)
    return sum(told.get("state", "open") == "open" for told in sample["vacancies"])


def create_employers(session: Any, sample: dict[str, Any]) -> dict[str, str]:
    """Key in the sample -> ref. Who wants to stay unnamed is one that the desk follows."""
    unnamed = {told.get("employer") for told in sample["vacancies"] if told.get("employer_hidden")}
    refs = {}
    for told in sample["employers"]:
        data = EmployerForm().load(
            given(told, {"key"}) | ({"followed_by_desk": "on"} if told["key"] in unnamed else {})
        )
        refs[told["key"]] = create_employer(session, NODE, data).ref
    return refs


class Loader:
    """Publishes, closes or keeps as a draft one vacancy after the other."""

    def __init__(self, session: Any, now: datetime, counter: str, employers: dict[str, str]):
        self.session, self.now, self.counter, self.employers = session, now, counter, employers

    def load(self, told: dict[str, Any]) -> None:
        state = told.get("state", "open")
        published_at = self.now - timedelta(days=told.get("published_days_ago", 0))
        with clock.at(published_at):
            data = VacancyForm(today=clock.today, partial=MAY_LACK if state == "draft" else None).load(
                self.typed(told, state)
            )
            vacancy = (save_draft if state == "draft" else publish_vacancy)(self.session, NODE, data)
        if state == "closed":
            with clock.at(self.now - timedelta(days=told["closed_days_ago"])):
                close_vacancy(self.session, NODE, vacancy, {"outcome": told["outcome"]})

    def typed(self, told: dict[str, Any], state: str) -> dict[str, Any]:
        """What a person would have typed."""
        closes_in = -told["closed_days_ago"] if state == "expired" else told.get("closes_in_days", 30)
        if state == "closed":
            closes_in = 30 - told["closed_days_ago"]
        typed = given(told, OURS) | {"desk": self.counter, "closes_on": self.day(closes_in)}
        if told.get("employer"):
            typed["employer"] = self.employers[told["employer"]]
        if "starts_in_days" in told:
            typed["starts_on"] = self.day(told["starts_in_days"])
        return typed

    def day(self, days_from_now: int) -> str:
        return clock.day_of(self.now + timedelta(days=days_from_now)).isoformat()


def given(told: dict[str, Any], without: set[str]) -> dict[str, Any]:
    """The fields with a value, as a browser sends them: numbers as text, a ticked box as "on", the rest left out."""
    as_sent: dict[type, Callable[[Any], Any]] = {
        bool: lambda _yes: "on",
        int: str,
        float: lambda number: f"{number:g}".replace(".", ","),
    }
    fields = {name: value for name, value in told.items() if name not in without and value not in (None, "", False, [])}
    return {name: as_sent.get(type(value), lambda each: each)(value) for name, value in fields.items()}

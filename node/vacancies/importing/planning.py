"""What is to become of a row, given what the desk has: new, known, changed, over, or impossible.

The same question is asked twice, for the preview and at the moment of writing, since between the two an operator has had
lunch and a colleague has closed a vacancy.

Who changed a field last wins, told by how the last import found it: what the file has not changed since stays as the desk
has it now. A blank cell changes nothing, so that a file with fewer columns takes nothing away.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from node.core import clock, meanwhile
from node.desks.queries import all_desks
from node.vacancies import choices, rules
from node.vacancies.importing.columns import LABELS
from node.vacancies.importing.draft import SHOWN, Draft, Note, about
from node.vacancies.importing.employers import Employers, Party
from node.vacancies.importing.typed_form import TypedForm
from node.vacancies.models import Vacancy
from node.vacancies.typed import as_typed
from schemas.messages import Message

ENDS = "ends"
"""A way of updating: the vacancy is open here, and over in the file."""
NEW = "new"
"""Stands for the ref of an employer that will be made."""


@dataclass
class Plan:
    """`data` is what the action wants; `replaced` is the vacancy that gives its reference up."""

    outcome: str
    notes: list[Note] = field(default_factory=list)
    vacancy: Vacancy | None = None
    data: dict[str, Any] = field(default_factory=dict)
    party: Party = field(default_factory=Party)
    how: str = ""
    replaced: Vacancy | None = None


class Planner:
    """Plans the rows of one import in order; remembers which references and contents it has met."""

    def __init__(self, session: Session, employers: Employers, today: date):
        self._session, self._employers, self._today = session, employers, today
        self._form = TypedForm()
        self._met: dict[str, tuple[int, str]] = {}
        self._here: dict[str | None, Vacancy] = {}
        self._alike: dict[str | None, Vacancy] = {}
        self._desks = all_desks(session)  # held, so that they are not asked for again with every row

    def plan(self, draft: Draft) -> Plan:
        if draft.problems:
            return _refused(draft, *draft.problems)
        twin = self._twin(draft)
        if twin:
            return twin
        party = self._employers.of(draft)
        if party.problem:
            return _refused(draft, about("employer", party.problem))
        notes = [*draft.notes, *(Note(about("employer", told), False) for told in party.notes)]
        known = self._known(draft)
        if known is None:
            return self._new(draft, party, notes)
        return self._again(draft, party, notes, known)

    def _twin(self, draft: Draft) -> Plan | None:
        """A row above that has the same reference, or the same content where there is none."""
        name = draft.ref or draft.content_key
        met = self._met.setdefault(name, (draft.number, draft.content_key))
        if met[0] == draft.number:
            return None
        if met[1] == draft.content_key:
            return Plan("unchanged", [Note(Message("È uguale alla riga {number}: vale una volta sola.", number=met[0]), True)])  # fmt: skip
        return _refused(
            draft,
            about("external_ref", Message("«{ref}» è già nella riga {number}, con un'altra offerta.", ref=draft.ref, number=met[0])),
        )  # fmt: skip

    def look_up(self, drafts: list[Draft]) -> None:
        """Ask the desk for all vacancies of a page at once; to be called before its rows are planned."""
        refs, keys = (
            {draft.ref for draft in drafts if draft.ref},
            {draft.content_key for draft in drafts if not draft.ref},
        )
        wanted = or_(Vacancy.external_ref.in_(refs), Vacancy.ref.in_(refs), Vacancy.content_key.in_(keys))
        found = list(self._session.scalars(select(Vacancy).where(wanted).order_by(Vacancy.created_at)))
        self._here = {each.ref: each for each in found} | {each.external_ref: each for each in found}
        self._alike = {each.content_key: each for each in found if each.external_ref is None}

    def _known(self, draft: Draft) -> Vacancy | None:
        """The vacancy that came from this row before, or was exported from here under its own reference."""
        return self._here.get(draft.ref) if draft.ref else self._alike.get(draft.content_key)

    def _new(self, draft: Draft, party: Party, notes: list[Note]) -> Plan:
        loaded = self._form.load(draft.typed, min(self._today, draft.closes_on))
        plan = Plan("imported", notes, data=loaded.data, party=party)
        plan.data["employer"] = party.known.ref if party.known else None
        if draft.is_over or draft.closes_on < self._today:
            plan.outcome = "expired"
        elif draft.state == "draft":
            plan.outcome = "draft"
        elif draft.published_on and self._today < draft.published_on <= draft.closes_on:
            day = f"{draft.published_on:%d/%m/%Y}"
            self._keep_as_draft(plan, Message("La pubblicazione è prevista per il {day}: resta in bozza, pubblicala quel giorno.", day=day))  # fmt: skip
        else:
            self._meet_the_rules(plan)
        return plan

    def _meet_the_rules(self, plan: Plan) -> None:
        """What may not be published as it is waits as a draft for an operator, with what is to be decided."""
        try:
            rules.check(self._session, plan.data)
        except rules.Unacceptable as wrong:
            found = wrong.warnings or wrong.errors
            self._keep_as_draft(plan, *(about(name, told) for name, those in found.items() for told in those))

    @staticmethod
    def _keep_as_draft(plan: Plan, *why: Message) -> None:
        plan.outcome = "draft"
        plan.notes += [Note(each, True) for each in why]

    def _again(self, draft: Draft, party: Party, notes: list[Note], known: Vacancy) -> Plan:
        told = dict(draft.told)
        if party.known or party.data:
            told["employer"] = party.known.ref if party.known else NEW
        saved = as_typed(known)
        merged = meanwhile.merge(known.import_seen or meanwhile.prints(saved), saved | told, saved)
        plan = Plan("unchanged", [each for each in notes if each.is_warning], known, party=party)
        closes_on = merged.values.get("closes_on")
        is_past = draft.is_over or (closes_on is not None and date.fromisoformat(closes_on) < self._today)
        if known.is_live and is_past:
            plan.outcome, plan.how = "expired", ENDS
            plan.data = {"closes_on": draft.closes_on, "outcome": draft.outcome}
        elif known.ended_at and not is_past and closes_on != saved["closes_on"]:
            return self._offered_again(draft, party, notes, known)
        elif known.ended_at and not known.archived_at:
            plan.notes.append(Note(Message("Qui è già finita: resta com'è."), False))
        elif self._is_due(draft, known) and not is_past:
            self._publish(plan, merged)
        else:
            self._change(plan, merged, saved)
        return plan

    def _is_due(self, draft: Draft, known: Vacancy) -> bool:
        """Whether a draft has only waited for the day on which the file publishes it."""
        if known.state != "draft" or draft.state == "draft" or draft.published_on is None:
            return False
        return clock.day_of(known.created_at) < draft.published_on <= self._today

    def _publish(self, plan: Plan, merged: meanwhile.Merged) -> None:
        plan.outcome = "imported"
        self._load(plan, merged, is_partial=False)

    def _change(self, plan: Plan, merged: meanwhile.Merged, saved: dict[str, Any]) -> None:
        changed = sorted(name for name in merged.values if merged.values[name] != saved.get(name))
        if not changed:
            return
        plan.outcome = "updated"
        labels = ", ".join(str(LABELS.get(name) or choices.LABELS[name]) for name in changed)
        plan.notes.append(Note(Message("Cambia: {fields}.", fields=labels), False))
        in_words = choices.in_words(self._session, "it")
        for name in sorted(set(merged.contested) & set(changed)):
            lost = in_words(name, merged.contested[name] or "")[:SHOWN]
            theirs = Message("era stato cambiato anche allo sportello: si perde «{theirs}».", theirs=lost)
            plan.notes.append(Note(about(name, theirs), True))
        self._load(plan, merged, is_partial=plan.vacancy.state == "draft")

    def _load(self, plan: Plan, merged: meanwhile.Merged, is_partial: bool) -> None:
        """The data for what is to be done, or why the desk's rules do not let it be done."""
        known = plan.vacancy
        typed = {name: value for name, value in merged.values.items() if value != NEW}
        loaded = self._form.load(typed, min(self._today, known.closes_on or self._today), is_partial)
        plan.data, told = loaded.data, [about(name, each) for name, each in loaded.problems]
        if not told and (known.is_live or plan.outcome == "imported"):
            try:
                rules.check(self._session, plan.data)
            except rules.Unacceptable as wrong:
                found = wrong.warnings or wrong.errors
                told = [about(name, each) for name, those in found.items() for each in those]
        if told:
            plan.outcome, plan.notes = "refused", [*(Note(each, True) for each in told), *plan.notes]

    def _offered_again(self, draft: Draft, party: Party, notes: list[Note], known: Vacancy) -> Plan:
        plan = self._new(draft, party, notes)
        plan.replaced = known
        plan.notes.append(Note(Message("Era finita, e il file la offre di nuovo: diventa un'offerta nuova."), False))
        return plan


def _refused(draft: Draft, *why: Message) -> Plan:
    return Plan("refused", [*(Note(each, True) for each in why), *(note for note in draft.notes if note.is_warning)])

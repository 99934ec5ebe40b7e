"""What can be done to a vacancy.

`data` is what `VacancyForm` loads; pages, the import and the demo call the same verbs. Each writes the vacancy, the
audit and the register in the caller's transaction. Once over, a vacancy stays over: see `node.vacancies.models`.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from federation import register
from node.core import clock
from node.core.actors import NODE
from node.core.audit import note
from node.core.errors import Refused
from node.employers.actions import hide_employer, is_shown, show_employer, tell_of_changes
from node.employers.queries import employer_with
from node.vacancies import queries, rules
from node.vacancies.document import vacancy_document
from node.vacancies.models import Vacancy
from schemas.messages import Message
from schemas.vacancy import OPEN_AT_MOST, closing_problem

MAY_LACK = ("title", "desk", "places", "contract", "closes_on", "how_to_apply")
"""What a draft may lack and a published vacancy may not: load a draft with `VacancyForm(partial=MAY_LACK)`."""

RENEWED_FOR = timedelta(days=30)
COLUMNS = {"employer": "employer_ref", "desk": "desk_ref"}


def save_draft(session, actor, data, draft=None, submitted_as=None):
    """Keep what was typed so far, known to nobody but this desk; fields of `MAY_LACK` may be missing.

    `submitted_as` is the form's token: sent twice, it gives the same draft.
    """
    data = dict.fromkeys(MAY_LACK) | {"places": []} | data
    rules.check_parties_exist(session, data)
    draft, is_ours = (draft, True) if draft else _begin(session, submitted_as)
    if is_ours:
        _write(session, actor, draft, data)
        note(session, actor, "vacancy.drafted", draft)
    return draft


def discard_draft(session, actor, draft):
    """Throw a draft away. Raises Refused for anything that the network has read."""
    if draft.state != "draft":
        raise Refused(Message("Solo una bozza si può buttare: un'offerta pubblicata si chiude."))
    note(session, actor, "vacancy.discarded", draft)
    session.delete(draft)
    session.flush()


def publish_vacancy(session, actor, data, draft=None, submitted_as=None):
    """Show a vacancy to the network, new or from a draft.

    `submitted_as` is the form's token: sent twice, it gives the same vacancy. Raises Unacceptable (see `rules.check`),
    Refused when `draft` is none any more.
    """
    if draft is not None and draft.state != "draft":
        raise Refused(Message("Quest'offerta è già stata pubblicata."))
    rules.check(session, data)
    vacancy, is_ours = (draft, True) if draft else _begin(session, submitted_as)
    if not is_ours:
        return vacancy
    _write(session, actor, vacancy, data | _sector(session, data))
    vacancy.state = "published"
    vacancy.published_at = clock.now()
    session.flush()
    note(session, actor, "vacancy.published", vacancy, **_kept_wording(data))
    _show(session, vacancy)
    return vacancy


def correct_archived(session, actor, vacancy, data):
    """Change what was kept of an offer that never reached the network. Raises Refused for any other."""
    if vacancy.archived_at is None:
        raise Refused(Message("Un'offerta finita non si cambia: copiala per pubblicarla di nuovo."))
    rules.check_parties_exist(session, data)
    changed = _write(session, actor, vacancy, data | _sector(session, data))
    note(session, actor, "vacancy.changed", vacancy, fields=changed)
    return vacancy


def update_vacancy(session, actor, vacancy, data):
    """Change a published vacancy everywhere. Raises Refused when it is over, Unacceptable as publishing does."""
    _must_be_live(vacancy)
    rules.check(session, data)
    before = vacancy.employer
    changed = _write(session, actor, vacancy, data | _sector(session, data))
    vacancy.incomplete_since = None
    note(session, actor, "vacancy.changed", vacancy, fields=changed, **_kept_wording(data))
    _show(session, vacancy)
    attend_employer(session, before)
    return vacancy


def confirm_recovered(session, actor, vacancy):
    """Somebody has looked at what came back from the network after a restore. Raises Refused where nothing did."""
    if vacancy.incomplete_since is None:
        raise Refused(Message("Quest'offerta non è tra quelle da completare."))
    vacancy.incomplete_since = None
    session.flush()
    note(session, actor, "vacancy.completed", vacancy)
    return vacancy


def renew_vacancy(session, actor, vacancy, closes_on=None):
    """Keep a vacancy open until `closes_on`, or for the usual period. Raises Refused for a day that cannot be."""
    _must_be_live(vacancy)
    closes_on = closes_on or renewed_until(vacancy)
    problem = closing_problem(closes_on, clock.today())
    if problem:
        raise Refused(problem, status=422)
    if vacancy.employer and vacancy.employer.is_suspended:
        raise Refused(Message("«{name}» è sospesa: le sue offerte non si rinnovano.", name=vacancy.employer.name))
    vacancy.closes_on = closes_on
    vacancy.renewed_at = clock.now()
    _sign(vacancy, actor)
    session.flush()
    note(session, actor, "vacancy.renewed", vacancy, closes_on=closes_on.isoformat())
    _show(session, vacancy)
    return vacancy


def renewed_until(vacancy):
    """The day until which a renewal without a day keeps the vacancy open: a month on, within a year from today."""
    today = clock.today()
    return min(max(vacancy.closes_on, today) + RENEWED_FOR, today + OPEN_AT_MOST)


def close_vacancy(session, actor, vacancy, data):
    """Take a vacancy from the network; `data` is what `ClosingForm` loads. Raises Refused when it is over already."""
    _must_be_live(vacancy)
    filled = data.get("positions_filled")
    if filled is None:
        filled = 0 if data["outcome"] == "ritirata" else vacancy.positions
    if filled > vacancy.positions:
        raise Refused(
            Message(
                "I posti coperti ({filled}) sono più di quelli offerti ({offered}).",
                filled=filled,
                offered=vacancy.positions,
            ),
            status=422,
        )
    vacancy.outcome = data["outcome"]
    vacancy.positions_filled = filled
    _end(session, actor, vacancy, "closed", clock.now())
    note(session, actor, "vacancy.closed", vacancy, outcome=vacancy.outcome, positions_filled=filled)
    register.withdraw(session, vacancy.ref)
    attend_employer(session, vacancy.employer)
    return vacancy


def expire_vacancy(session, actor, vacancy, closes_on):
    """End a vacancy whose closing day, as we learn late, has passed. Raises Refused when it is over already."""
    _must_be_live(vacancy)
    vacancy.closes_on = closes_on
    _end(session, actor, vacancy, "expired", min(vacancy.closes_at, clock.now()))
    note(session, actor, "vacancy.expired", vacancy)
    register.withdraw(session, vacancy.ref)
    attend_employer(session, vacancy.employer)
    return vacancy


def expire_due(session, now):
    """End what has passed its closing day; returns how many. The register lets go by itself at the same instant."""
    due = queries.due_to_expire(session, clock.day_of(now))
    for vacancy in due:
        _end(session, NODE, vacancy, "expired", vacancy.closes_at)
        note(session, NODE, "vacancy.expired", vacancy)
    for employer in {vacancy.employer for vacancy in due}:
        attend_employer(session, employer)
    return len(due)


@tell_of_changes
def follow_employer(session, actor, employer):
    """An employer's new name reaches its vacancies; a suspended employer's are withdrawn."""
    for vacancy in queries.live_vacancies_of(session, employer):
        if employer.is_suspended:
            close_vacancy(session, actor, vacancy, {"outcome": "ritirata"})
        elif vacancy.names_employer:
            _show(session, vacancy)


def _begin(session, submitted_as):
    """(an empty draft, True), or (what this form made before, False): the second of two clicks finds the first's."""
    now = clock.now()
    begun = Vacancy(created_at=now, changed_at=now, submitted_as=submitted_as)
    try:
        with session.begin_nested():
            session.add(begun)
            session.flush()
    except IntegrityError:
        return queries.vacancy_submitted_as(session, submitted_as), False
    return begun, True


def _write(session, actor, vacancy, data):
    """Put the data into the vacancy; returns the names of the fields that changed."""
    changed = []
    for name, value in data.items():
        column = COLUMNS.get(name, name)
        if getattr(vacancy, column) != value:
            setattr(vacancy, column, value)
            changed.append(name)
    if not vacancy.employer_ref:
        vacancy.employer_hidden = False
    _sign(vacancy, actor)
    session.flush()
    session.expire(vacancy, ["employer", "desk"])
    return changed


def _sector(session, data):
    """A vacancy without a sector of its own belongs to its employer's: figures and filters know it only so."""
    employer = employer_with(session, data["employer"] or "")
    return {"sector": data["sector"] or (employer and employer.sector)}


def _sign(vacancy, actor):
    vacancy.changed_at = clock.now()
    vacancy.changed_by = actor.id


def _kept_wording(data):
    """For the audit: which fields keep a doubtful wording for a reason; the reason itself is in the vacancy."""
    kept = [finding.field for finding in rules.wording_findings(data)]
    return {"wording_kept_in": sorted(set(kept))} if kept else {}


def _must_be_live(vacancy):
    if not vacancy.is_live:
        raise Refused(Message("Quest'offerta non è aperta: copiala per pubblicarla di nuovo."))


def _end(session, actor, vacancy, state, when):
    vacancy.state = state
    vacancy.ended_at = when
    _sign(vacancy, actor)
    session.flush()


def _show(session, vacancy):
    register.publish(session, "vacancy", vacancy.ref, "public", vacancy_document(vacancy), vacancy.closes_at)
    attend_employer(session, vacancy.employer)


def attend_employer(session, employer):
    """Let the network read an employer exactly while a live vacancy names it."""
    if employer is None:
        return
    queries.lock_employer(session, employer)
    is_named = queries.has_live_vacancy_with_name(session, employer)
    if is_named and not is_shown(session, employer):
        show_employer(session, employer)
    elif not is_named and is_shown(session, employer):
        hide_employer(session, employer)

"""What is asked about vacancies."""

from datetime import timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from node.core import clock
from node.desks.queries import all_desks, desk_with
from node.employers.models import Employer
from node.vacancies.models import Vacancy
from schemas.codes import spelling

PAGE_SIZE = 25
EXPIRING = timedelta(days=7)

SELECTIONS = ("aperte", "in-scadenza", "bozze", "da-completare", "chiuse", "scadute", "tutte")
ORDERS = ("scadenza", "pubblicazione", "titolo", "azienda")
_STATES = {"aperte": "published", "bozze": "draft", "chiuse": "closed", "scadute": "expired"}


def vacancy_with(session, ref):
    """The vacancy, or None."""
    return session.get(Vacancy, ref)


def vacancy_to_change(session, ref):
    """The vacancy with its row locked until the transaction ends, or None."""
    _lock_employers(session, Vacancy.ref == ref)
    return session.scalars(select(Vacancy).where(Vacancy.ref == ref).with_for_update()).one_or_none()


def vacancy_submitted_as(session, token):
    """What the form with this token has made already, or None."""
    return session.scalars(select(Vacancy).where(Vacancy.submitted_as == token)).one_or_none() if token else None


def selected(selection, today):
    """The condition behind a word of `SELECTIONS`."""
    if selection == "tutte":
        return and_(True)
    if selection == "in-scadenza":
        return and_(Vacancy.state == "published", Vacancy.closes_on <= today + EXPIRING)
    if selection == "da-completare":
        return Vacancy.incomplete_since.is_not(None)
    return Vacancy.state == _STATES[selection]


def filtered(selection="aperte", text="", employer=None, order="scadenza"):
    """The statement behind the list of vacancies, its export and its count."""
    found = select(Vacancy).outerjoin(Employer).where(selected(selection, clock.today()))
    for word in spelling.words(text):
        found = found.where(or_(Vacancy.folded_title.contains(word), Employer.folded_name.contains(word)))
    if employer:
        found = found.where(Vacancy.employer_ref == employer)
    return found.order_by(*_ordered(selection, order)).options(joinedload(Vacancy.employer))


def _ordered(selection, order):
    newest = func.coalesce(Vacancy.published_at, Vacancy.created_at).desc()
    by_order = {
        "scadenza": (
            case((Vacancy.state == "published", 0), (Vacancy.state == "draft", 1), else_=2),
            Vacancy.closes_on,
        ),
        "pubblicazione": (newest,),
        "titolo": (Vacancy.folded_title,),
        "azienda": (func.coalesce(Employer.folded_name, "~"), newest),
    }
    if order == "scadenza" and selection in {"bozze", "chiuse", "scadute"}:
        return newest, Vacancy.ref
    return *by_order[order], Vacancy.ref


def page_of(session, statement, page):
    """(the vacancies of that page, how many there are on all)."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).options().subquery()))
    return list(session.scalars(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))), total


def counts(session):
    """How many vacancies stand behind each word of `SELECTIONS`."""
    today = clock.today()
    columns = [func.count().filter(selected(each, today)).label(each) for each in SELECTIONS]
    return dict(session.execute(select(*columns).select_from(Vacancy)).mappings().one())


def latest_vacancy_of(session, employer_ref):
    """The last vacancy that was published for this employer, or None: the one a new one is likely to repeat."""
    theirs = select(Vacancy).where(Vacancy.employer_ref == employer_ref, Vacancy.published_at.is_not(None))
    return session.scalars(theirs.order_by(Vacancy.published_at.desc()).limit(1)).one_or_none()


def usual_desk(session, operator):
    """The desk of the vacancy that this operator saved last, else the first one; None where there is none."""
    hers = select(Vacancy.desk_ref).where(Vacancy.changed_by == operator.id, Vacancy.desk_ref.is_not(None))
    ref = session.scalars(hers.order_by(Vacancy.changed_at.desc()).limit(1)).one_or_none()
    return desk_with(session, ref) if ref else next(iter(all_desks(session)), None)


def live_vacancies_of(session, employer):
    theirs = select(Vacancy).where(Vacancy.employer_ref == employer.ref, Vacancy.state == "published")
    return list(session.scalars(theirs.order_by(Vacancy.ref).with_for_update()))


def has_live_vacancy_with_name(session, employer):
    named = (Vacancy.employer_ref == employer.ref, Vacancy.state == "published", Vacancy.employer_hidden.is_(False))
    return session.scalar(select(Vacancy.ref).where(*named).limit(1)) is not None


def due_to_expire(session, today):
    """Published vacancies whose closing day lies before `today`, locked."""
    over = and_(Vacancy.state == "published", Vacancy.closes_on < today)
    _lock_employers(session, over)
    return list(session.scalars(select(Vacancy).where(over).order_by(Vacancy.ref).with_for_update()))


def lock_employer(session, employer):
    """Let two transactions that end the last vacancies of one employer follow one another."""
    session.execute(select(Employer.ref).where(Employer.ref == employer.ref).with_for_update())


def _lock_employers(session, condition):
    """Employers before their vacancies: who suspends an employer locks in this order too, so nobody waits in a ring."""
    theirs = select(Vacancy.employer_ref).where(condition)
    session.execute(select(Employer.ref).where(Employer.ref.in_(theirs)).order_by(Employer.ref).with_for_update())

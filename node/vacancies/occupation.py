"""The occupation of a vacancy, proposed from its title and learnt from whoever corrects it.

A town names its work in its own way: "jolly", "addetto ramo 3" are clear to the desk and to no table. So what an
operator chooses against the proposal is kept for that title, is proposed first from then on, also to an import, and is
forgotten when somebody chooses the usual proposal again. It stays on the node.
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from federation.search import trades
from federation.search.trade_names import known_in
from node.core import clock
from node.vacancies.models import OccupationCorrection

MOST_SUGGESTED = 4
TEXTS = ("description", "tasks", "requirements")


def suggestions(session, codes_folder, values):
    """What to propose for the form as typed, best first; nothing while there is no title.

    `codes_folder` holds what an administrator has imported.
    """
    title = values.get("title") or ""
    text = "\n".join(values.get(name) or "" for name in TEXTS)
    known = known_in(codes_folder)
    if not title.strip():
        return []
    return trades.suggest(title, text, MOST_SUGGESTED, learnt_for(session, title), known)


def learnt_for(session, title):
    """The correction for this title, as `trades.suggest` wants it; empty when there is none."""
    learnt = session.get(OccupationCorrection, trades.key(title))
    return {learnt.key: learnt.occupation} if learnt else {}


def all_learnt(session):
    """Every correction of this desk, for whoever reads many titles at once."""
    found = session.execute(select(OccupationCorrection.key, OccupationCorrection.occupation))
    return dict(found.all())


def remember_choice(session, actor, codes_folder, data):
    """Learn from a saved vacancy; `data` is what `VacancyForm` loads, and may lack title or occupation."""
    title, chosen = data.get("title"), data.get("occupation")
    key = trades.key(title or "")
    if not key or not chosen:
        return
    usual = trades.suggest(title, limit=1, vocabulary=known_in(codes_folder))
    learnt = _learnt(session, key)
    if usual and usual[0].code == chosen:
        if learnt:
            session.delete(learnt)
    elif learnt is None:
        _learn(session, actor, key, chosen)
    elif learnt.occupation != chosen:
        _correct(learnt, actor, chosen)
    session.flush()


def _learnt(session, key):
    wanted = select(OccupationCorrection).where(OccupationCorrection.key == key)
    return session.scalars(wanted.with_for_update()).one_or_none()


def _learn(session, actor, key, chosen):
    """Two desks' windows may teach the same title at once: the later one corrects what the earlier one has learnt."""
    try:
        with session.begin_nested():
            session.add(_correct(OccupationCorrection(key=key), actor, chosen))
    except IntegrityError:
        _correct(_learnt(session, key), actor, chosen)


def _correct(learnt, actor, chosen):
    learnt.occupation, learnt.chosen_at, learnt.chosen_by = chosen, clock.now(), actor.id
    return learnt

"""One person against the vacancies of the network, one vacancy against the persons of this desk.

Both first narrow down by trade and then put the rules to what is left, so that neither a hundred thousand vacancies nor
twenty thousand persons are looked at one by one.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Text, case, cast, func, or_, select

from federation import replica
from federation.search import conditions, employers, places
from federation.search.suited import Wish, suited
from node.candidates.models import Candidate
from node.employers.models import Employer
from node.matching.opening import Opening, opening_of
from node.matching.profile import COLUMNS, Profile, profile_of
from node.matching.rules import (
    BEYOND,
    DONE_FOR_YEARS,
    MINOR_GROUP,
    OUT,
    SUB_MAJOR_GROUP,
    USUAL_RADIUS_KM,
    Match,
    best_first,
    match,
)
from node.vacancies.document import vacancy_sketch
from node.vacancies.models import Vacancy

PAGE_SIZE = 20
VACANCIES_READ = 200
"""So many vacancies of her trades are read one by one, the likeliest ones."""
PERSONS_READ = 400
_NAMES = (Candidate.ref, Candidate.given_name, Candidate.family_name, Candidate.folded_name)
_TIMES = {"nights": conditions.NIGHTS, "weekends": conditions.WEEKENDS, "shifts": conditions.SHIFTS}


class Pair(NamedTuple):
    """`record` is the other side: a `replica.Document`, or a row of a person."""

    record: Any
    profile: Profile
    opening: Opening
    match: Match


class Found(NamedTuple):
    """`pairs`: those of the page, what fits before what is near. `fits`, `near`: how many there are on all pages.

    `is_cut`: there were more of these trades than were read.
    """

    pairs: list[Pair]
    fits: int
    near: int
    is_cut: bool

    @property
    def pages(self):
        return max(1, -(-(self.fits + self.near) // PAGE_SIZE))


def offers_for(session, copies, index, origin, profile, now, page=1):
    """The vacancies of the whole network for a person; `copies` is a session on the replica, `origin` our own id."""
    silent = replica.silent_origins(replica.confirmed_at(copies), now)
    found = suited(index, wish_of(profile), now, silent, VACANCIES_READ)
    names = [(hit.origin, hit.id) for hit in found.hits]
    documents = replica.documents(copies, "vacancy", "public", names, now)
    unnamed = unnamed_employers(session, [ref for whose, ref in names if whose == origin])
    pairs = []
    for (whose, ref), document in documents.items():
        opening = opening_of(document.body)
        if whose == origin and ref in unnamed:
            opening = replace(opening, employer=employers.folded(unnamed[ref]))
        pairs.append(Pair(document, profile, opening, match(profile, opening)))
    return _page_of(pairs, page, is_cut=found.total > VACANCIES_READ)


def wish_of(profile):
    """What the index can look for of a profile."""
    reach = profile.radius_km
    return Wish(
        wanted=profile.occupations,
        done=tuple(code for code, years in profile.years.items() if years >= DONE_FOR_YEARS),
        home=profile.home,
        reach_km=reach or USUAL_RADIUS_KM,
        furthest_km=reach * BEYOND if reach else None,
        licences=profile.licences,
        contracts=profile.contracts,
        hours=profile.hours,
        refused=tuple(aspect for name, aspect in _TIMES.items() if not getattr(profile, name)),
    )


def unnamed_employers(session, refs):
    """ref -> name of the employer, of those of our vacancies in which it stays unnamed: whom she excludes she excludes."""
    if not refs:
        return {}
    named = select(Vacancy.ref, Employer.name).join(Employer, Vacancy.employer_ref == Employer.ref)
    return dict(session.execute(named.where(Vacancy.ref.in_(refs), Vacancy.employer_hidden)).all())


def persons_for(session, vacancy, page=1):
    """The followed persons of this desk for one of its vacancies."""
    opening = opening_of(vacancy_sketch(vacancy))
    if vacancy.employer:
        opening = replace(opening, employer=employers.folded(vacancy.employer.name))
    if not opening.occupations:
        return _page_of([], page, is_cut=False)
    rows = session.execute(_of_these_trades(opening)).all()
    profiles = ((row, profile_of(row)) for row in rows)
    pairs = [Pair(row, profile, opening, match(profile, opening)) for row, profile in profiles]
    return _page_of(pairs, page, is_cut=len(rows) == PERSONS_READ)


def _of_these_trades(opening):
    """Followed persons who look for that work or one related to it, or have done it: the closest first, of
    equally close ones those who live near.

    The trades lie in the record as JSON, in which a code stands as it is written here.
    """
    sought, worked = cast(Candidate.trades, Text), cast(Candidate.experiences, Text)

    def any_in(column, digits):
        return or_(*(column.contains(_as_stored(code[:digits], digits)) for code in sorted(opening.occupations)))

    same, close, related = (any_in(sought, digits) for digits in (None, MINOR_GROUP, SUB_MAJOR_GROUP))
    done = any_in(worked, None)
    closeness = case((same, 0), (close, 1), (done, 2), else_=3)
    near = {code for place in opening.places for code in comuni_near(place)}
    lives_near = case((func.coalesce(Candidate.domicile, Candidate.residence).in_(sorted(near)), 0), else_=1)
    columns = [getattr(Candidate, name) for name in COLUMNS]
    found = select(*_NAMES, *columns).where(Candidate.followed_until.is_(None), or_(related, done))
    return found.order_by(closeness, lives_near, Candidate.changed_at.desc(), Candidate.ref).limit(PERSONS_READ)


def comuni_near(place):
    """The comuni from which people usually go to work there."""
    return places.within(place, USUAL_RADIUS_KM, ()) if places.point(place) else ()


def _as_stored(code, digits):
    return f'"code":"{code}' + ("" if digits else '"')


def _page_of(pairs, page, is_cut):
    told = sorted((pair for pair in pairs if pair.match.kind != OUT), key=lambda pair: best_first(pair.match))
    fits = sum(not pair.match.gaps for pair in told)
    first = (page - 1) * PAGE_SIZE
    return Found(told[first : first + PAGE_SIZE], fits, len(told) - fits, is_cut)

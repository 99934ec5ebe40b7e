"""How well a person and a vacancy fit, by rules that an operator can read and a person can be told.

Nothing is learnt from who was taken in the past. A pair *fits* when nothing stands between them, is *near* with one or two
gaps, each with a name and often a remedy, and is *out* with more, or when the work is quite another. Gaps in what the
job needs weigh more than gaps in what the person prefers; within a class the score decides.
"""

from dataclasses import dataclass

from federation.search import places
from schemas.codes import CEFR
from schemas.codes.skills import skills_of

FITS, NEAR, OUT = "fits", "near", "out"
MOST_GAPS = 2
"""With more gaps nobody would call it near."""

SAME, CLOSE, DONE, RELATED = "same_occupation", "close_occupation", "done_before", "occupation"
MINOR_GROUP, SUB_MAJOR_GROUP = 3, 2
"""Digits of ISCO-08 that close occupations share, and those that share only a field of work."""
DONE_FOR_YEARS = 1

NEXT_DOOR_KM = 5
BEYOND = 2
"""So many times her radius is the furthest that is worth telling her of."""
LEAST_YEARS = {"fino-a-1-anno": 0, "1-3-anni": 1, "3-5-anni": 3, "oltre-5-anni": 5}
TIMES = ("shifts", "nights", "weekends")

WORTH = {
    SAME: 40, CLOSE: 28, DONE: 18, RELATED: 5, "hours": 6, "contract": 6,
    "experience": 4, "licences": 4, "languages": 3, "education": 1,
}  # fmt: skip
"""That she has what is asked for is worth little: a vacancy that asks for less suits her no less."""
FIRST_WISH = 3
"""What it adds that the occupation is the one that she named first."""
NEARNESS = 20
"""What a vacancy at her door is worth; at the end of her radius nothing is left of it."""
USUAL_RADIUS_KM = 30
"""For whoever has named no radius."""
EACH_SKILL, MOST_SKILLS = 2, 4
HARD_GAP, SOFT_GAP = 20, 10
"""What is lost by a gap in what the job needs, and by one in what she prefers."""
SOFT = frozenset((*TIMES, "hours", "contract", "too_far"))


@dataclass(frozen=True, slots=True)
class Match:
    """`reasons` and `gaps` are codes, the weightiest first; a gap of a licence or language names it: `licence:C`.

    `km` is the way from her home to the nearest place of work, None where either is unknown or the work is done at home.
    `skills` are those of hers that the occupation uses.
    """

    kind: str
    score: float = 0.0
    km: float | None = None
    reasons: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


def match(profile, opening):
    """The Match of a `Profile` and an `Opening`."""
    relation = relation_of(profile, opening)
    km = way_km(profile, opening)
    if relation is None or is_excluded(profile, opening) or is_beyond(profile, km):
        return Match(OUT, km=km)
    reasons = [] if relation == RELATED else [relation]
    gaps = [RELATED] if relation == RELATED else []
    for judge in (_place, _hours, _contract, _experience, _licences, _languages, _education, _transport, _times):
        for code, is_gap in judge(profile, opening, km):
            (gaps if is_gap else reasons).append(code)
    skills = shared_skills(profile, opening)
    kind = FITS if not gaps else NEAR if len(gaps) <= MOST_GAPS else OUT
    score = _score(profile, opening, relation, km, reasons, gaps, skills)
    return Match(kind, score, km, tuple(reasons), tuple(gaps), skills)


def best_first(match):
    """The order of a list: what fits, then what is near by the number of its gaps, each by its score."""
    return len(match.gaps), -match.score


def relation_of(profile, opening):
    """How the work is related to what she looks for or has done; None where it is not."""
    asked, wanted = opening.occupations, profile.occupations
    if asked & set(wanted):
        return SAME
    if _share(asked, wanted, MINOR_GROUP):
        return CLOSE
    if any(profile.years.get(code, 0) >= DONE_FOR_YEARS for code in asked):
        return DONE
    return RELATED if _share(asked, wanted, SUB_MAJOR_GROUP) else None


def _share(some, others, digits):
    return not {code[:digits] for code in some}.isdisjoint(code[:digits] for code in others)


def is_excluded(profile, opening):
    """Whether she wants nothing of that employer, or of that branch of the economy."""
    return opening.employer in profile.excluded_employers or not opening.sectors.isdisjoint(profile.excluded_sectors)


def way_km(profile, opening):
    """From her home to the nearest place of work, in km as the crow flies."""
    if profile.home is None or opening.is_remote:
        return None
    ways = (0.0 if code == profile.home else places.distance_km(profile.home, code) for code in opening.places)
    return min((way for way in ways if way is not None), default=None)


def is_beyond(profile, km):
    return km is not None and profile.radius_km is not None and km > BEYOND * profile.radius_km


def _place(profile, _opening, km):
    if km is None:
        return
    if profile.radius_km is not None and km > profile.radius_km:
        yield "too_far", True
    elif km <= NEXT_DOOR_KM:
        yield "distance", False


def _hours(profile, opening, _km):
    if profile.hours and opening.hours:
        yield "hours", profile.hours != opening.hours


def _contract(profile, opening, _km):
    if profile.contracts and opening.contract:
        yield "contract", opening.contract not in profile.contracts


def _experience(profile, opening, _km):
    least = LEAST_YEARS.get(opening.experience)
    years = years_towards(profile, opening)
    if least is not None and (least or years):
        yield "experience", years < least


def years_towards(profile, opening):
    """How long she has done this work or one close to it."""
    close = {code[:MINOR_GROUP] for code in opening.occupations}
    return sum(years for code, years in profile.years.items() if code[:MINOR_GROUP] in close)


def _licences(profile, opening, _km):
    missing = [code for code in opening.licences if code not in profile.licences]
    yield from ((f"licence:{code}", True) for code in missing)
    if opening.licences and not missing:
        yield "licences", False


def _languages(profile, opening, _km):
    missing = [code for code, level in opening.languages if not speaks(profile, code, level)]
    yield from ((f"language:{code}", True) for code in missing)
    if opening.languages and not missing:
        yield "languages", False


def speaks(profile, code, level):
    """Whether she speaks a language at least so well; a level that nobody asked her for proves nothing."""
    if level not in CEFR:
        return code in profile.languages
    hers = profile.languages.get(code)
    return hers in CEFR and CEFR.codes.index(hers) >= CEFR.codes.index(level)


def _education(profile, opening, _km):
    if opening.education:
        yield "education", (profile.education or "") < opening.education


def _transport(profile, opening, _km):
    if opening.own_transport and not profile.own_transport:
        yield "own_transport", True


def _times(profile, opening, _km):
    for each in TIMES:
        if getattr(opening, each) and not getattr(profile, each):
            yield each, True


def shared_skills(profile, opening):
    """The skills of hers that the work uses, those of its core first."""
    used = (skill.code for code in sorted(opening.occupations) for skill in skills_of(code))
    return tuple(dict.fromkeys(code for code in used if code in profile.skills))


def _score(profile, opening, relation, km, reasons, gaps, skills):
    score = WORTH[relation] + sum(WORTH.get(code, 0) for code in reasons if code != relation)
    if profile.occupations and profile.occupations[0] in opening.occupations:
        score += FIRST_WISH
    if km is not None:
        score += NEARNESS * max(0.0, 1 - km / (profile.radius_km or USUAL_RADIUS_KM))
    score += EACH_SKILL * min(len(skills), MOST_SKILLS)
    return score - sum(SOFT_GAP if gap in SOFT else HARD_GAP for gap in gaps)

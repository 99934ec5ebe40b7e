"""From a person to the profile that others might read: codes alone, and of those only what finds her a job.

Nothing of L. 68/99, no name, no day, no word that anybody has typed.
"""

from decimal import Decimal

from node.scopes.coarsening import Counts
from schemas.candidate import OCCUPATIONS_MAX
from schemas.codes import comuni
from schemas.kinds import DOCUMENTS

BANDS = ((Decimal(1), "fino-a-1-anno"), (Decimal(3), "1-3-anni"), (Decimal(5), "3-5-anni"))
SAME = ("skills", "education", "licences", "hours")
FLAGS = ("shifts", "own_transport")


def profile_of(candidate):
    """The profile at its finest: what `coarsening.coarsened` begins with."""
    occupations = list(dict.fromkeys(candidate.occupations))[:OCCUPATIONS_MAX]
    return {
        "occupations": occupations,
        "area": area_of(candidate),
        "experience": band_of(candidate, occupations),
        "languages": [{name: code for name, code in row.items() if code} for row in candidate.languages],
        **{name: getattr(candidate, name) for name in SAME},
        **{name: True for name in FLAGS if getattr(candidate, name)},
    }


def document_of(profile, desk):
    """As `schemas.candidate.CandidateDocument` dumps it; what is not told is left out."""
    told = {name: value for name, value in profile.items() if value not in (None, [])}
    return DOCUMENTS["candidate"].dump(told | {"desk": desk})


def area_of(candidate):
    """The comune where she lives, if it is big enough to hide her; its zone, if it is not."""
    home = comuni.comune(candidate.lives_in) if candidate.lives_in else None
    if home is None:
        return None
    return home.istat if comuni.is_named(home) else comuni.zone_of(home.istat)


def band_of(candidate, occupations):
    """For how long she has worked in what she looks for: a code of EXPERIENCE, None while nobody has asked."""
    if not candidate.experiences:
        return None
    years = max((candidate.years_in(each) for each in occupations), default=Decimal())
    if not years:
        return "nessuna"
    return next((band for most, band in BANDS if years <= most), "oltre-5-anni")


def counts_of(candidates, others):
    """Whom a profile hides among: our persons whom the network may see, and those of the other desks."""
    return Counts([*map(profile_of, candidates), *others])

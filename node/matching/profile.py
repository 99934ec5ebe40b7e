"""What a person brings and wants, as the matching reads it: her work, and nothing of who she is.

A dataclass of its own and not her record, so that no rule can look at sex, age, birthplace, permit, health, L. 68/99 or
notes even by mistake (d.lgs. 198/2006 art. 27, d.lgs. 216/2003, l. 68/1999): they are not there to be looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from federation.search import employers
from schemas.codes import spoken_licences

COLUMNS = (
    "trades", "experiences", "skills", "education", "languages", "licences", "own_transport", "hours", "contracts",
    "shifts", "nights", "weekends", "domicile", "residence", "radius_km", "excluded_employers", "excluded_sectors",
)  # fmt: skip
"""The columns of a person's record from which a profile is made; no other is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`occupations` are the unit groups that she looks for, the first one first; `years` those that she has worked, by
    unit group. `languages` maps a language to its CEFR level, None where nobody asked. `licences` holds also what each
    of them allows. `home` is an ISTAT code; `radius_km` how far she goes, None: as far as it takes. `hours` and
    `contracts` are empty where she has no preference. `excluded_employers` are folded names.
    """

    occupations: tuple[str, ...] = ()
    years: Mapping[str, float] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    education: str | None = None
    languages: Mapping[str, str | None] = field(default_factory=dict)
    licences: frozenset[str] = frozenset()
    own_transport: bool = False
    hours: str | None = None
    contracts: frozenset[str] = frozenset()
    shifts: bool = False
    nights: bool = False
    weekends: bool = False
    home: str | None = None
    radius_km: int | None = None
    excluded_employers: frozenset[str] = frozenset()
    excluded_sectors: frozenset[str] = frozenset()


def profile_of(person):
    """The profile of a `Candidate`, or of a row with its `COLUMNS`."""
    years = {}
    for row in person.experiences:
        if row["code"]:
            years[row["code"]] = years.get(row["code"], 0) + row["years"]
    return Profile(
        occupations=tuple(dict.fromkeys(trade["code"] for trade in person.trades if trade["code"])),
        years=years,
        skills=frozenset(person.skills),
        education=person.education,
        languages={row["code"]: row.get("level") for row in person.languages},
        licences=allowed_by(person.licences),
        own_transport=person.own_transport,
        hours=person.hours,
        contracts=frozenset(person.contracts),
        shifts=person.shifts,
        nights=person.nights,
        weekends=person.weekends,
        home=person.domicile or person.residence,
        radius_km=person.radius_km,
        excluded_employers=frozenset(filter(None, map(employers.folded, person.excluded_employers))),
        excluded_sectors=frozenset(person.excluded_sectors),
    )


def allowed_by(licences):
    """What whoever holds these licences may drive and do: with CE also C and B."""
    return frozenset().union(*map(spoken_licences.within, licences))

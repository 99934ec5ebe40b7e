"""How much of a profile the network may read: never so much that fewer than five people could be meant.

A profile is told by area, occupation and years of experience. How many people that fits is counted over all that want to
be seen by the network, wherever their desk is; where it fits fewer than five, less is told, step by step, until it fits
enough of them. If even the least that can be told fits fewer, nothing is.

What fits: a person of Gavirate who sells in shops is one of those of whom "sells, in Gavirate or near it" or "sells,
somewhere in the network" is told; of whom only that much is known, nobody can say that she is of Gavirate, so there she
does not count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from schemas.codes.comuni import zone_of

LEAST = 5
"""Fewer people than these are too few to hide among."""

Profile = Mapping[str, Any]
"""A document of schemas/candidate.py without its `desk`."""


NETWORK, ZONE, COMUNE = range(3)
"""How exactly the area is told."""


class Level(NamedTuple):
    """How much is told: of an occupation so many digits; how exactly the area is; whether the band of experience is."""

    digits: int
    area: int
    experience: bool


LADDER = (
    Level(4, COMUNE, True),
    Level(3, COMUNE, True),
    Level(2, COMUNE, True),
    Level(1, COMUNE, True),
    Level(1, ZONE, True),
    Level(1, NETWORK, True),
    Level(1, NETWORK, False),
)
FEW, OCCUPATION, AREA, EXPERIENCE, LANGUAGE = "few", "occupation", "area", "experience", "language"
"""Why less is told, or (`few`) nothing."""


class Counts:
    """How many of these profiles fit what would be told."""

    def __init__(self, profiles: Iterable[Profile] = (), others: "Counts | None" = None) -> None:
        self.cells: Counter[tuple[str | None, str, str | None]] = others.cells.copy() if others else Counter()
        self.languages: Counter[str] = others.languages.copy() if others else Counter()
        for profile in profiles:
            self._add(profile)

    def including(self, profile: Profile) -> "Counts":
        """These and one more."""
        return Counts([profile], self)

    def fitting(self, area: str | None, occupation: str, experience: str | None) -> int:
        """How many are of that area (None: of any), of that group of occupations, and of that band (None: of any)."""
        return self.cells[area, occupation, experience]

    def speaking(self, language: str) -> int:
        return self.languages[language]

    def _add(self, profile: Profile) -> None:
        self.cells.update(
            {
                (area, occupation[:digits], experience)
                for occupation in profile["occupations"]
                for digits in range(1, len(occupation) + 1)
                for area in {profile.get("area"), _zone_of(profile), None}
                for experience in {profile.get("experience"), None}
            }
        )
        self.languages.update({each["code"] for each in profile.get("languages") or ()})


def coarsened(profile: Profile, counts: Counts) -> tuple[dict[str, Any] | None, list[str]]:
    """(what may be told of the profile, why it is less than all); (None, …) when that is nothing.

    `counts` includes the profile itself. The more profiles there are, the more is told, never less.
    """
    for level in LADDER:
        told = _at(profile, level)
        if _least_fitting(told, counts) >= LEAST:
            told["languages"] = [each for each in told.get("languages") or () if counts.speaking(each["code"]) >= LEAST]
            return told, _reasons(profile, told)
    return None, [FEW]


def _at(profile: Profile, level: Level) -> dict[str, Any]:
    told = dict(profile)
    told["occupations"] = list(dict.fromkeys(each[: level.digits] for each in profile["occupations"]))
    if level.area < COMUNE:
        told["area"] = _zone_of(profile) if level.area == ZONE else None
    if not level.experience:
        told["experience"] = None
    return told


def _zone_of(profile: Profile) -> str | None:
    area = profile.get("area")
    return zone_of(area) if area else None


def _least_fitting(told: Profile, counts: Counts) -> int:
    cells = [counts.fitting(told.get("area"), each, told.get("experience")) for each in told["occupations"]]
    return min(cells, default=0)


def _reasons(profile: Profile, told: Profile) -> list[str]:
    compared = {OCCUPATION: "occupations", AREA: "area", EXPERIENCE: "experience", LANGUAGE: "languages"}
    return [why for why, name in compared.items() if (profile.get(name) or None) != (told.get(name) or None)]

"""What every engine is given of a vacancy, and what every engine is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.codes import CONTRACTS, HOURS, LICENCES, REMOTE, RESERVED, comuni, occupations, sectors

WEIGHTS = {"title": 6.0, "trade": 3.0, "names": 2.5, "body": 1.0}
"""How much a word counts in each text; the same for all."""

FACETS = ("comune", "province", "contract", "sector", "hours", "occupation", "reserved")
PAGE_SIZE = 20

# Words that say nothing of a job, for the engines that have no list of their own.
STOP_WORDS = frozenset(
    """
    a ad ai al alla alle anche che chi ci con d da dal dalla dei del della delle di e ed il in io l la le lo ma mi nel
    nella o per più presso se si su sul sulla tra un una uno
    """.split()  # noqa: SIM905
)

_PROSE = ("description", "tasks", "requirements", "offer")
_LABELLED = {"contract": CONTRACTS, "hours": HOURS, "remote": REMOTE, "reserved": RESERVED}


@dataclass(frozen=True, slots=True)
class Question:
    """`typed`: the words. `comuni`: ISTAT codes of what lies within the chosen radius; None asks for no place."""

    typed: str
    comuni: frozenset[str] | None = None


def texts(document: Mapping[str, Any]) -> dict[str, str]:
    """The texts by the names of `WEIGHTS`; codes are told in words, since people type "part time"."""
    group = occupations.occupation(document.get("occupation", ""))
    labels = [codes.label(document[name]) for name, codes in _LABELLED.items() if document.get(name)]
    labels += [LICENCES.label(code) for code in document.get("licences", ())]
    names = [(document.get("employer") or {}).get("name", ""), *(place_name(each) for each in document["places"])]
    return {
        "title": document["title"],
        "trade": f"{group.title_it} {group.title_en}" if group else "",
        "names": "\n".join(names),
        "body": "\n".join([*(document.get(name, "") for name in _PROSE), *labels]),
    }


def codes(document: Mapping[str, Any]) -> dict[str, str]:
    """One code for each of `FACETS`, that of the first place; blank where the vacancy tells none."""
    istat = document["places"][0].get("istat", "")
    comune = comuni.comune(istat)
    return {
        "comune": istat,
        "province": comune.sigla if comune else "",
        "contract": document["contract"],
        "sector": sectors.section_of(document.get("sector", "")) or "",
        "hours": document.get("hours", ""),
        "occupation": document.get("occupation", "")[:2],
        "reserved": document.get("reserved", ""),
    }


def place_name(place: Mapping[str, Any]) -> str:
    return str(place.get("name") or place.get("locality", ""))


def telling_words(typed: str) -> list[str]:
    """The typed words in lower case, without signs and stop words."""
    words = "".join(sign if sign.isalnum() else " " for sign in typed.lower()).split()
    return [word for word in words if word not in STOP_WORDS]

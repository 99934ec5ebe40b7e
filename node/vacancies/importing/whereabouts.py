"""Places of work as a cell names them: "Gallarate (VA)", "21013 Gallarate", "Busto A. e Legnano", "Lugano".

One name that several comuni bear is settled by the column of the province, else by distance: of two San Martino the one
round the corner is meant, when the other is a day's journey away. That is said in the report; anything else is asked.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from schemas.codes import comuni, spelling, ticino
from schemas.messages import Message

NEAR_KM, FAR_KM = 60.0, 100.0
PLACES_MAX = 15
ALTERNATIVES = 4

_CALLED = {"vco": "VB", "forli": "FC", "pesaro": "PU", "monzabrianza": "MB"}
"""Provinces by names that are no part of the official one."""

_AROUND = re.compile(
    r"^(?:\d{5}\s+)?(?:(?:presso|sede(?:\s+di\s+lavoro)?|zona|comune\s+di|citt[aà]\s+di|nei\s+pressi\s+di|vicinanze\s+di|loc\.|localit[aà])[\s:]+)*|"
    r"(?:\s+e\s+(?:dintorni|provincia|zone?\s+limitrofe|limitrofi)|\s*[-–]\s*(?:via|viale|piazza|corso|c\.so|p\.za|p\.zza|loc)\b.*|,\s*(?:via|viale|piazza|corso)\b.*)$",
    re.IGNORECASE,
)
_FAR = re.compile(r"(?P<locality>[^;(]+) \((?P<country>[A-Z]{2})\) (?P<lat>-?\d{1,2}[.,]\d+) (?P<lon>-?\d{1,3}[.,]\d+)")
"""How an export writes a place that only its coordinates tell."""
_POSTAL_CODE = re.compile(r"\b\d{5}\b(?!\d)")
_BETWEEN = re.compile(r"[;\n|+]|\s/\s|/|,(?!\d)|\s+(?:e|ed|o|oppure)\s+", re.IGNORECASE)


class Found(NamedTuple):
    """`typed`: places as the form of a vacancy understands them; `abroad`: rows of its places with coordinates.

    `notes` are for the report, `problem` says why there is nothing.
    """

    typed: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    problem: Message | None = None
    abroad: tuple[dict[str, str], ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.typed or self.abroad)


def read(cell: str, province: str, home: str) -> Found:
    """The places of a cell; `province` is that of its own column, or blank; `home` the ISTAT code of the node's comune."""
    whole = _one(_bare(cell), province, home)
    if whole.is_known:
        return whole
    parts = [part for part in map(_bare, _BETWEEN.split(cell)) if part]
    if len(parts) < 2:
        return whole
    found = [_one(part, province, home) for part in parts[:PLACES_MAX]]
    if any(each.is_known for each in found):
        return _together(parts, found)
    return whole


def _together(parts: list[str], found: list[Found]) -> Found:
    """Several places. A province or an address among them is no place of its own: "Gallarate, VA", "Varese, zona sud"."""
    typed = dict.fromkeys(each for one in found for each in one.typed)
    left = [part for part, one in zip(parts, found, strict=False) if not one.is_known and len(part) > 2]
    notes = [note for one in found for note in one.notes]
    if left:
        notes.append(Message("«{left}» non è un comune: non è tra i luoghi.", left=", ".join(left)[:80]))
    return Found(tuple(typed), tuple(notes), abroad=tuple(row for one in found for row in one.abroad))


def _bare(cell: str) -> str:
    return _POSTAL_CODE.sub("", _AROUND.sub("", _AROUND.sub("", " ".join(cell.split())))).strip(" ,.;-–/")


def _one(name: str, province: str, home: str) -> Found:
    if not name:
        return Found()
    far = _FAR.fullmatch(name)
    if far:
        return Found(abroad=(far.groupdict(),))
    with_province = comuni.find(f"{name} ({province})") if province and "(" not in name else []
    if len(with_province) == 1:
        return Found((with_province[0].full_name,))
    candidates = with_province or comuni.find(name)
    if len(candidates) > 1:
        return _nearest(name, candidates, home)
    if len(candidates) == 1:
        return Found((candidates[0].full_name,), tuple(_doubt(candidates[0], province)))
    abroad = ticino.foreign(name)
    if abroad is not None:
        return Found((abroad.full_name,))
    return Found(
        problem=Message(
            "«{typed}» non è un comune italiano né una località del Ticino: controlla il nome.", typed=name[:60]
        )
    )


def _doubt(comune: comuni.Comune, province: str) -> Iterable[Message]:
    """A province that does not agree: who wrote it may mean another place."""
    said = spelling.words(_CALLED.get(spelling.compact(province), province))
    if said and said != (comune.sigla.lower(),) and not set(said) <= set(spelling.words(comune.province)):
        told = {"comune": comune.full_name, "province": province[:40]}
        yield Message("Il comune è {comune}, ma la provincia scritta è «{province}»: controlla.", **told)


def _nearest(name: str, candidates: list[comuni.Comune], home: str) -> Found:
    by_distance = sorted((comuni.distance_km(home, each.istat), each.istat, each) for each in candidates)
    (nearest_km, _, nearest), (second_km, _, _) = by_distance[:2]
    if nearest_km <= NEAR_KM and second_km >= FAR_KM:
        note = Message("«{name}» può essere più di un comune: preso il più vicino, {comune}.", name=name, comune=nearest.full_name)  # fmt: skip
        return Found((nearest.full_name,), (note,))
    alternatives = ", ".join(each.full_name for _, _, each in by_distance[:ALTERNATIVES])
    more = ", …" if len(candidates) > ALTERNATIVES else ""
    told = {"typed": name[:60], "alternatives": alternatives + more}
    return Found(problem=Message("«{typed}» può essere più di un comune. Quale? {alternatives}.", **told))

"""Places of Canton Ticino where people of the Varese side go to work across the border.

The desks serve cross-border workers, and a Swiss place has no ISTAT code. These thirty are known by name, with the
point (WGS 84) from which distances are reckoned; any other foreign place is typed with its country and coordinates.
"""

import re
from typing import NamedTuple

from schemas.codes import spelling

COUNTRY = "CH"


class ForeignPlace(NamedTuple):
    """A place outside Italy: locality, ISO 3166 country, degrees."""

    locality: str
    country: str
    lat: float
    lon: float

    @property
    def full_name(self) -> str:
        """The name as forms show it and `foreign` understands it: "Lugano (CH)"."""
        return f"{self.locality} ({self.country})"


PLACES = tuple(
    ForeignPlace(locality, COUNTRY, lat, lon)
    for locality, lat, lon in (
        ("Agno", 45.9975, 8.9011),
        ("Ascona", 46.1547, 8.7722),
        ("Balerna", 45.8467, 9.0083),
        ("Bellinzona", 46.1944, 9.0175),
        ("Biasca", 46.3597, 8.9708),
        ("Bioggio", 46.0131, 8.9069),
        ("Cadenazzo", 46.1517, 8.9458),
        ("Capriasca", 46.0683, 8.9650),
        ("Caslano", 45.9717, 8.8831),
        ("Chiasso", 45.8356, 9.0317),
        ("Coldrerio", 45.8550, 8.9900),
        ("Gambarogno", 46.1425, 8.8419),
        ("Gordola", 46.1783, 8.8661),
        ("Grancia", 45.9683, 8.9258),
        ("Lamone", 46.0403, 8.9317),
        ("Locarno", 46.1681, 8.7947),
        ("Losone", 46.1678, 8.7597),
        ("Lugano", 46.0050, 8.9519),
        ("Manno", 46.0317, 8.9189),
        ("Massagno", 46.0125, 8.9444),
        ("Mendrisio", 45.8702, 8.9816),
        ("Mezzovico-Vira", 46.0911, 8.9211),
        ("Minusio", 46.1775, 8.8145),
        ("Monteceneri", 46.1214, 8.9261),
        ("Morbio Inferiore", 45.8497, 9.0161),
        ("Novazzano", 45.8419, 8.9819),
        ("Paradiso", 45.9897, 8.9464),
        ("Riva San Vitale", 45.9020, 8.9717),
        ("Stabio", 45.8517, 8.9358),
        ("Tresa", 45.9683, 8.8575),
    )
)

# Names of villages that people still use for the comune that absorbed them.
VILLAGES = {"Ponte Tresa": "Tresa", "Tesserete": "Capriasca", "Magadino": "Gambarogno", "Rivera": "Monteceneri"}

_BY_LOCALITY = {place.locality: place for place in PLACES}
_BY_SPELLING = {spelling.compact(place.locality): place for place in PLACES} | {
    spelling.compact(village): _BY_LOCALITY[locality] for village, locality in VILLAGES.items()
}

_WITH_COUNTRY = re.compile(r"(?P<name>.*\w)[\s,(\[–-]+(?:CH|TI|Ticino|Svizzera|Switzerland)[\s)\]]*", re.IGNORECASE)


def foreign(text: str) -> ForeignPlace | None:
    """The place of Ticino that `text` names, in any spelling, with or without "(CH)" or ", Svizzera"; else None."""
    if len(text) > spelling.LONGEST_NAME:
        return None
    named = _WITH_COUNTRY.fullmatch(text.strip())
    return _BY_SPELLING.get(spelling.compact(named["name"] if named else text))

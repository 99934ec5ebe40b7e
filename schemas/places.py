"""Where a job is: a comune of Italy, or a locality beyond the border with its coordinates.

The desks of Varese place people in Ticino every day, so a place is not always a comune. What a person types is resolved
here, at the form; documents carry the answer, and nobody downstream looks a name up again.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load

from schemas import fields, shapes, wire
from schemas.accepting import accepted
from schemas.codes import comuni, ticino
from schemas.messages import Message

NAME_MAX = 80
MANY_ALTERNATIVES = 5

Place = dict[str, Any]


def read_comune(text: str) -> str:
    """The ISTAT code of the one comune that `text` means.

    Raises ValueError, whose argument is a Message, when there is none or more than one.
    """
    return _only_comune(text, Message("«{typed}» non è un comune italiano: controlla il nome.", typed=text[:60])).istat


def read_place(text: str) -> Place:
    """The place that `text` means: {"istat", "name"} of a comune, or a place of Ticino as `foreign_place` gives it.

    A place of Ticino is looked for first only when the text says so ("Lugano (CH)"), otherwise after the comuni. Raises
    ValueError, whose argument is a Message, when nothing is found or the comune is ambiguous.
    """
    abroad = ticino.foreign(text)
    if abroad is not None and (not comuni.find(text) or "(" in text):
        return foreign_place(abroad.locality, abroad.country, abroad.lat, abroad.lon)
    unknown = Message(
        "«{typed}» non è un comune italiano né una delle località del Ticino previste: controlla il nome, "
        "oppure indica la località estera con le sue coordinate.",
        typed=text[:60],
    )
    found = _only_comune(text, unknown)
    return {"istat": found.istat, "name": found.name}


def foreign_place(locality: str, country: str, lat: float, lon: float) -> Place:
    """The document's form of a place abroad; `country` is ISO 3166-1 alpha-2, coordinates are WGS 84 degrees."""
    return {"locality": locality, "country": country, "lat": lat, "lon": lon}


def _only_comune(text: str, unknown: Message) -> comuni.Comune:
    found = comuni.find(text)
    if not found:
        raise ValueError(unknown)
    if len(found) > 1:
        alternatives = [each.full_name for each in found[:MANY_ALTERNATIVES]]
        raise ValueError(
            Message(
                "«{typed}» può essere più di un comune. Quale? {alternatives}.",
                typed=text[:60],
                alternatives=", ".join(alternatives) + (", …" if len(found) > MANY_ALTERNATIVES else ""),
            )
        )
    return found[0]


class Coordinate(fields.Typed):
    """Decimal degrees, between -`limit` and `limit`."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def read(self, value: object) -> float:
        text = self.typed(value)
        try:
            degrees = float(text.replace(",", "."))
        except ValueError:
            degrees = float("nan")
        if not -self.limit <= degrees <= self.limit:
            raise ValidationError(
                Message(
                    "«{typed}» non è una coordinata: scrivi i gradi con i decimali, per esempio 46,0037, tra -{limit} e {limit}.",
                    typed=text[:40],
                    limit=self.limit,
                )
            )
        return round(degrees, 5)


class ForeignPlaceForm(fields.Form):
    """A locality abroad; the coordinates of the places of Ticino need not be typed."""

    locality = fields.Text(max=NAME_MAX, published=True, missing=Message("Scrivi il nome della località."))
    country = fields.Text(max=2, missing=Message("Scrivi la sigla del paese, per esempio CH."))
    lat = Coordinate(limit=90)
    lon = Coordinate(limit=180)

    @post_load
    def as_place(self, data: dict[str, Any], **_: Any) -> Place:
        country = data["country"].upper()
        if not shapes.COUNTRY.fullmatch(country):
            message = Message("«{typed}» non è la sigla di un paese: sono due lettere, per esempio CH.", typed=country)
            raise ValidationError(message, "country")
        if country == "IT":
            raise ValidationError(Message("In Italia basta il nome del comune, nel campo dei luoghi."), "country")
        lat, lon = data["lat"], data["lon"]
        if lat is None or lon is None:
            known = ticino.foreign(data["locality"]) if country == "CH" else None
            if known is None:
                message = Message("Scrivi latitudine e longitudine in gradi, per esempio 46,0037 e 8,9511.")
                raise ValidationError(message, "lat" if lat is None else "lon")
            return foreign_place(known.locality, known.country, known.lat, known.lon)
        return foreign_place(data["locality"], country, lat, lon)


class ComuneDocument(wire.Document):
    """A comune: its ISTAT code decides, the name is for who does not know the code yet."""

    istat = wire.Shaped(shapes.ISTAT)
    name = wire.Text(max=NAME_MAX)


class ForeignPlaceDocument(wire.Document):
    """A locality abroad with the coordinates by which distances are reckoned."""

    locality = wire.Text(max=NAME_MAX)
    country = wire.Shaped(shapes.COUNTRY)
    lat = wire.Number(min=-90, max=90, places=5)
    lon = wire.Number(min=-180, max=180, places=5)


class ComuneField(wire.Part):
    """A comune inside a document; dumps from an ISTAT code too, adding the name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(ComuneDocument(), **options)

    def read(self, value: object) -> Place:
        quick = accepted(self.schema, value)
        return super().read(value) if quick is None else quick

    def write(self, value: Any) -> Any:
        if isinstance(value, str):
            known = comuni.comune(value)
            value = {"istat": value, "name": known.name if known else value}
        return super().write(value)


class PlaceField(ComuneField):
    """A comune or a locality abroad, told apart by the member `istat`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.abroad = ForeignPlaceDocument()

    def read(self, value: object) -> Place:
        if isinstance(value, Mapping) and "istat" not in value:
            place: Place = self.abroad.load(value)
            return place
        return super().read(value)

    def write(self, value: Any) -> Any:
        if isinstance(value, Mapping) and "istat" not in value:
            return self.abroad.dump(value)
        return super().write(value)

"""A desk: where people go, when it is open, and by which authorisation it may mediate work.

Everything about a desk is public (it is an office), so form and document differ only in that the document says whether
the authorisation of art. 6 d.lgs. 276/2003 is complete, which every ad of the desk repeats.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import contacts, fields, places, shapes, wire
from schemas.messages import Message

NAME_MAX = 120
ADDRESS_MAX = 200
HOURS_MAX = 500
AUTHORISATION_MAX = 300
BODY_MAX = 200
COMUNI_MAX = 60


class DeskForm(fields.Form):
    """What is typed about a desk; `comune` and `comuni` load as ISTAT codes."""

    name = fields.Text(
        max=NAME_MAX,
        published=True,
        missing=Message("Scrivi il nome dello sportello, per esempio «Sportello Lavoro di Ispra»."),
    )
    comune = fields.Meant(places.read_comune, missing=Message("Scrivi il comune in cui si trova lo sportello."))
    address = fields.Text(max=ADDRESS_MAX, published=True, missing=Message("Scrivi via e numero civico."))
    phone = contacts.Phone(missing=Message("Scrivi il numero di telefono dello sportello."))
    email = contacts.Email()
    opening_hours = fields.Text(
        max=HOURS_MAX, lines=True, published=True, missing=Message("Scrivi i giorni e gli orari di apertura.")
    )
    website = contacts.Url()
    authorisation = fields.Text(max=AUTHORISATION_MAX, published=True)
    authorised_on = fields.Day()
    authorisation_body = fields.Text(max=BODY_MAX, published=True)
    comuni = fields.Several(fields.Meant(places.read_comune), max=COMUNI_MAX)

    @validates_schema
    def check_authorisation(self, data: dict[str, Any], **_: Any) -> None:
        """The act and its day go together: half an authorisation proves nothing."""
        if data["authorisation"] and not data["authorised_on"]:
            raise ValidationError(Message("Scrivi anche la data dell'autorizzazione."), "authorised_on")
        if data["authorised_on"] and not data["authorisation"]:
            raise ValidationError(
                Message("Scrivi anche gli estremi dell'autorizzazione: atto e numero."), "authorisation"
            )


class DeskDocument(wire.Document):
    """What the network sees of a desk; `comuni` are the ISTAT codes that it serves, `authorised` whether it may mediate."""

    name = wire.Text(max=NAME_MAX)
    comune = places.ComuneField()
    address = wire.Text(max=ADDRESS_MAX)
    phone = wire.Text(max=contacts.PHONE_MAX)
    email = wire.Text(max=contacts.EMAIL_MAX, optional=True)
    opening_hours = wire.Text(max=HOURS_MAX, lines=True)
    website = wire.Url(optional=True)
    authorised = wire.Flag()
    authorisation = wire.Text(max=AUTHORISATION_MAX, optional=True)
    authorised_on = wire.Day(optional=True)
    authorisation_body = wire.Text(max=BODY_MAX, optional=True)
    comuni = wire.Parts(wire.Shaped(shapes.ISTAT), max=COMUNI_MAX, optional=True)

"""An employer: what the desk keeps about it, and the four facts that the network sees.

Many employers of a comune are one person with a shop. So the public document has no member in which a tax code of a
person, a telephone number or a name to ask for could stand, and the texts that it does have are searched for them, when
they are typed, when they are published and when they arrive.
"""

import re
from typing import Any

from marshmallow import ValidationError

from schemas import contacts, fields, places, tax_codes, wire
from schemas.codes import SECTORS
from schemas.messages import Message

NAME_MAX = 120
LEGAL_NAME_MAX = 200
ADDRESS_MAX = 200
NOTES_MAX = 4000
REASON_MAX = 500
WITHDRAWN_MAX = 1_000_000
VAT_DIGITS = 11

_CONTACT = re.compile(r"\S@\S|(?:\+|\b)\d(?:[\s./-]?\d){8,}")


def read_vat_number(text: str) -> str:
    """The eleven digits of a partita IVA; raises ValueError, whose argument is a Message, for anything else."""
    number = tax_codes.compact(text).removeprefix("IT")
    if tax_codes.is_personal(number):
        raise ValueError(
            Message(
                "Questo è il codice fiscale di una persona: qui va la partita IVA di 11 cifre; il codice fiscale va nel suo campo, che resta riservato."
            )
        )
    if not (number.isascii() and number.isdigit() and len(number) == VAT_DIGITS):
        raise ValueError(Message("La partita IVA ha 11 cifre: «{typed}» non va bene.", typed=text[:40]))
    if not tax_codes.has_right_check_digit(number):
        raise ValueError(
            Message(
                "L'ultima cifra della partita IVA {typed} non torna: controlla se una cifra è sbagliata.", typed=number
            )
        )
    return number


def read_tax_code(text: str) -> str:
    """A codice fiscale, of a person (16 characters) or a company (11 digits); raises ValueError with a Message."""
    code = tax_codes.compact(text)
    if tax_codes.is_personal(code):
        if not tax_codes.has_right_check_character(code):
            raise ValueError(
                Message(
                    "L'ultima lettera del codice fiscale {typed} non torna: controlla se un carattere è sbagliato.",
                    typed=code,
                )
            )
        return code
    if code.isascii() and code.isdigit() and len(code) == VAT_DIGITS:
        return read_vat_number(code)
    raise ValueError(
        Message(
            "«{typed}» non è un codice fiscale: ha 16 caratteri per una persona, 11 cifre per una società.",
            typed=text[:40],
        )
    )


class TradeName(fields.Text):
    """The name over the shop, which everybody may read: no tax code, no telephone number, no e-mail address."""

    def _check(self, text: str) -> None:
        super()._check(text)
        if _CONTACT.search(text):
            raise ValidationError(
                Message("Il nome è pubblico: togli telefono ed e-mail, che vanno nei campi riservati del referente.")
            )


class EmployerForm(fields.Form):
    """What is typed about an employer; only `name`, `sector`, `comune` and `website` are ever published."""

    name = TradeName(max=NAME_MAX, published=True, missing=Message("Scrivi il nome con cui l'azienda è conosciuta."))
    legal_name = fields.Text(max=LEGAL_NAME_MAX)
    vat_number = fields.Meant(read_vat_number)
    tax_code = fields.Meant(read_tax_code)
    sector = fields.Choice(SECTORS)
    comune = fields.Meant(places.read_comune, missing=Message("Scrivi il comune dell'azienda."))
    address = fields.Text(max=ADDRESS_MAX)
    website = contacts.Url()
    contact_name = fields.Text(max=NAME_MAX)
    contact_phone = contacts.Phone()
    contact_email = contacts.Email()
    notes = fields.Text(max=NOTES_MAX, lines=True)
    followed_by_desk = fields.Flag()


class SuspensionForm(fields.Form):
    """Why nothing more is published for an employer."""

    reason = fields.Text(
        max=REASON_MAX, lines=True, missing=Message("Scrivi perché: chi verrà dopo di te deve poterlo capire.")
    )
    withdrawing = fields.Whole(min=0, max=WITHDRAWN_MAX)
    """How many vacancies the operator knows that she takes from the network with it."""


class PublicName(wire.Text):
    """A trade name in a document, held to the same as `TradeName`."""

    repeats = True

    def read(self, value: object) -> str:
        name = super().read(value)
        if tax_codes.personal_code_in(name):
            raise ValidationError(Message("contiene un codice fiscale"))
        if _CONTACT.search(name):
            raise ValidationError(Message("contiene un recapito"))
        return name


class PublicUrl(wire.Url):
    """A website in a document, held to the same as `contacts.Url`."""

    def read(self, value: object) -> str:
        url = super().read(value)
        if tax_codes.personal_code_in(url):
            raise ValidationError(Message("contiene un codice fiscale"))
        return url


class EmployerDocument(wire.Document):
    """All that the network knows of an employer. Dumping raises ValidationError rather than publish a person's data."""

    name = PublicName(max=NAME_MAX)
    sector = wire.Code(optional=True)
    comune = places.ComuneField()
    website = PublicUrl(optional=True)

    def dump(self, obj: Any, **options: Any) -> dict[str, Any]:
        document: dict[str, Any] = super().dump(obj, **options)
        self.load(document)
        return document

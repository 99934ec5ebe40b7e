"""A candidate: what the desk types about her, and the little that the network may see, side by side.

Whatever is typed about a person stays at her desk. What leaves it is made of codes alone, so that no sentence can carry
what no field may: who she is, where she lives, what she suffers from. The desk decides how coarse the codes must be
before they are published; here only their shapes are checked.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, pre_load, validates_schema

from schemas import contacts, fields, fiscal_code, shapes, tax_codes, wire
from schemas.codes import (
    BENEFITS,
    CONTRACTS,
    DID_SOURCES,
    EDUCATION,
    HOURS,
    LICENCES,
    PERMITS,
    RESERVED,
    SECTORS,
    SITUATIONS,
    CodeList,
)
from schemas.days import rome_today
from schemas.messages import Message
from schemas.places import read_comune
from schemas.skill import read_skill
from schemas.vacancy import LANGUAGES_MAX, LICENCES_MAX, LanguageDocument, LanguageForm

NAME_MAX = 80
TRADE_MAX = 120
ADDRESS_MAX = 200
NOTES_MAX = 4000
REASON_MAX = 300
EXPERIENCES_MAX = 12
EXCLUDED_MAX = 20
RADIUS_MAX_KM = 200
YOUNGEST, OF_AGE, OLDEST = 15, 18, 110
"""Fifteen is the age at which an apprenticeship for a qualification may begin (d.lgs. 81/2015, art. 43)."""

TAX_CODE_MAX = 16
SEXES = CodeList("sexes", {"F": ("Donna", "Female"), "M": ("Uomo", "Male")})
OCCUPATIONS_MAX = 5
SKILLS_MAX = 30
OCCUPATION = re.compile(r"\d{1,4}", re.ASCII)
"""A group of ISCO-08 at any of its four levels: a coarser one hides a person among more people."""


def age_on(born_on: date, day: date) -> int:
    """In whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def read_compact_code(text: str) -> str:
    """A codice fiscale without blanks and in capitals, right or wrong; raises ValueError with a Message when it is too long."""
    code = tax_codes.compact(text)
    if len(code) > TAX_CODE_MAX:
        raise ValueError(Message("Il codice fiscale ha 16 caratteri, questo ne ha {count}.", count=len(code)))
    return code


class PastExperienceForm(fields.Form):
    """A trade that she has worked in: for how many years, and until which."""

    trade = fields.Text(max=TRADE_MAX, missing=Message("Scrivi che lavoro era."))
    years = fields.Amount(min=0, max=60, example="2,5", missing=Message("Scrivi per quanti anni, anche circa."))
    until = fields.Whole(min=1950, max=2100)


class CandidateForm(fields.Form):
    """What is typed about a person: name and trade are enough to begin, all else is added when there is time.

    `trades` are the occupations that she looks for, the first one first, as people call them. `reach` says how she is
    reached who has neither telephone nor e-mail. `reserved` and `notes` are seen on her own page and nowhere else.
    `today` tells which day it is at this desk.
    """

    given_name = fields.Text(max=NAME_MAX, missing=Message("Scrivi il nome."))
    family_name = fields.Text(max=NAME_MAX, missing=Message("Scrivi il cognome."))
    phone = contacts.Phone()
    phone_is_shared = fields.Flag()
    email = contacts.Email()
    reach = fields.Text(max=REASON_MAX)
    trades = fields.Several(fields.Text(max=TRADE_MAX), max=OCCUPATIONS_MAX)
    notice_given = fields.Flag()

    tax_code = fields.Meant(read_compact_code)
    tax_code_reason = fields.Text(max=REASON_MAX)
    born_on = fields.Day()
    sex = fields.Choice(SEXES)
    birthplace = fields.Text(max=NAME_MAX)
    residence = fields.Meant(read_comune)
    address = fields.Text(max=ADDRESS_MAX)
    domicile = fields.Meant(read_comune)
    domicile_address = fields.Text(max=ADDRESS_MAX)
    guardian_name = fields.Text(max=NAME_MAX * 2)
    guardian_phone = contacts.Phone()
    permit = fields.Choice(PERMITS)
    permit_until = fields.Day()

    situation = fields.Choice(SITUATIONS)
    situation_since = fields.Day()
    benefit = fields.Choice(BENEFITS)
    did_on = fields.Day()
    did_source = fields.Choice(DID_SOURCES)

    education = fields.Choice(EDUCATION)
    education_title = fields.Text(max=ADDRESS_MAX)
    experiences = fields.Rows(PastExperienceForm(), max=EXPERIENCES_MAX)
    languages = fields.Rows(LanguageForm(), max=LANGUAGES_MAX)
    skills = fields.Several(fields.Meant(read_skill), max=SKILLS_MAX)
    licences = fields.Several(fields.Choice(LICENCES), max=LICENCES_MAX)
    own_transport = fields.Flag()

    hours = fields.Choice(HOURS)
    contracts = fields.Several(fields.Choice(CONTRACTS), max=len(CONTRACTS))
    shifts = fields.Flag()
    nights = fields.Flag()
    weekends = fields.Flag()
    radius_km = fields.Whole(min=1, max=RADIUS_MAX_KM)
    excluded_employers = fields.Several(fields.Text(max=NAME_MAX * 2), max=EXCLUDED_MAX)
    excluded_sectors = fields.Several(fields.Choice(SECTORS), max=EXCLUDED_MAX)
    reserved = fields.Choice(RESERVED)
    notes = fields.Text(max=NOTES_MAX, lines=True)

    def __init__(self, today: Callable[[], date] = rome_today, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    @pre_load
    def fill_from_tax_code(self, data: Mapping[str, Any], **_: Any) -> Mapping[str, Any]:
        """What the code says and nobody has typed: day and place of birth, and sex."""
        try:
            code = fiscal_code.read(str(data.get("tax_code") or ""), self.today())
        except ValueError:
            return data
        place = code.birthplace.full_name() if code.birthplace else None
        said = {"born_on": code.born_on, "sex": code.sex, "birthplace": place}
        return {**data, **{name: value for name, value in said.items() if value and not data.get(name)}}

    @validates_schema(skip_on_field_errors=False)
    def check_tax_code(self, data: dict[str, Any], **_: Any) -> None:
        """What is wrong with the code, unless somebody says which document it was read from."""
        if not data.get("tax_code") or data.get("tax_code_reason"):
            return
        try:
            code = fiscal_code.read(data["tax_code"], self.today())
        except ValueError as fault:
            raise ValidationError(fault.args[0], "tax_code") from fault
        named = {"surname": data.get("family_name"), "name": data.get("given_name")}
        others = {name: data.get(name) for name in ("born_on", "sex", "birthplace")}
        wrong = [told for _field, told in fiscal_code.disagreements(code, **named, **others)]
        if wrong:
            raise ValidationError(list(wrong), "tax_code")

    @validates_schema(skip_on_field_errors=False)
    def check_trades(self, data: dict[str, Any], **_: Any) -> None:
        if "trades" in data and not data["trades"]:
            raise ValidationError(Message("Scrivi che lavoro cerca, anche con parole sue."), "trades")

    @validates_schema(skip_on_field_errors=False)
    def check_notice(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("notice_given") is False:
            raise ValidationError(
                Message("Prima di salvare consegna l'informativa alla persona, poi conferma qui."), "notice_given"
            )

    @validates_schema(skip_on_field_errors=False)
    def check_age(self, data: dict[str, Any], **_: Any) -> None:
        born_on = data.get("born_on")
        if born_on is None:
            return
        age = age_on(born_on, self.today())
        if not 0 <= age <= OLDEST:
            raise ValidationError(Message("La data di nascita non è possibile: controlla l'anno."), "born_on")
        if age < YOUNGEST:
            raise ValidationError(
                Message(
                    "Ha {age} anni: lo sportello può prendere in carico una persona da {min} anni.",
                    age=age,
                    min=YOUNGEST,
                ),
                "born_on",
            )
        if age < OF_AGE and "guardian_name" in data and not data["guardian_name"]:
            raise ValidationError(
                Message("Ha {age} anni: scrivi chi esercita la responsabilità genitoriale.", age=age), "guardian_name"
            )

    @validates_schema(skip_on_field_errors=False)
    def check_past(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("situation_since", "did_on"):
            if data.get(name) and data[name] > self.today():
                raise ValidationError(Message("Questo giorno deve ancora venire: controlla la data."), name)

    @validates_schema(skip_on_field_errors=False)
    def check_pairs(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("did_on") and "did_source" in data and not data["did_source"]:
            raise ValidationError(Message("Scegli da chi lo sai: lo sportello non certifica la DID."), "did_source")
        if data.get("permit_until") and "permit" in data and not data["permit"]:
            raise ValidationError(Message("Scegli di quale permesso è la scadenza."), "permit")


class CandidateDocument(wire.Document):
    """`desk` is the record of the desk to ask; `area` the comune by its ISTAT code or the zone by its own, absent: anywhere in the network.

    `experience` is a band, `hours` and `shifts` what she can do, `own_transport` whether she gets to work at any hour.
    """

    desk = wire.Shaped(shapes.RECORD_ID)
    occupations = wire.Parts(wire.Shaped(OCCUPATION), min=1, max=OCCUPATIONS_MAX)
    skills = wire.Parts(wire.Code(), max=SKILLS_MAX, optional=True)
    area = wire.Code(optional=True)
    education = wire.Code(optional=True)
    experience = wire.Code(optional=True)
    languages = wire.Parts(wire.Part(LanguageDocument()), max=LANGUAGES_MAX, optional=True)
    licences = wire.Parts(wire.Code(), max=LICENCES_MAX, optional=True)
    hours = wire.Code(optional=True)
    shifts = wire.Flag(optional=True)
    own_transport = wire.Flag(optional=True)

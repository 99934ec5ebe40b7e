"""A vacancy: what the operator types about it, and what the network sees of it, side by side.

The document names the desk that stands behind the ad and its employer, if that one may be named; who to speak to at the
employer's, and why an operator kept a wording, stay in the form.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from schemas import fields, shapes, wire
from schemas.codes import (
    CEFR,
    CONTRACTS,
    EDUCATION,
    EXPERIENCE,
    HOURS,
    LANGUAGES,
    LICENCES,
    PAY_PERIODS,
    REMOTE,
    RESERVED,
    SECTORS,
)
from schemas.days import rome_today
from schemas.employer import NAME_MAX, PublicName
from schemas.messages import Message
from schemas.occupation import read_occupation
from schemas.places import ForeignPlaceForm, PlaceField, read_place

# Lengths in characters. A character takes at most four bytes, so a document of the longest texts takes 52 KB of the
# 64 KB of a payload (a test builds it).
TITLE_MAX = 120
HOW_TO_APPLY_MAX = 1000
DESCRIPTION_MAX = 4000
SECTION_MAX = 2000
CCNL_MAX = 160
REASON_MAX = 500

PLACES_MAX = 15
LICENCES_MAX = 12
LANGUAGES_MAX = 8
POSITIONS_MAX = 999
WEEKLY_HOURS_MAX = 60
PAY_MAX = 1_000_000
OPEN_AT_MOST = timedelta(days=366)


def closing_problem(closes_on: date, today: date) -> Message | None:
    """What is wrong with closing on that day for a vacancy published today, or None."""
    if closes_on < today:
        return Message("La scadenza è già passata: scegli una data da oggi in poi.")
    if closes_on > today + OPEN_AT_MOST:
        return Message("La scadenza è troppo lontana: un'offerta resta aperta al massimo un anno.")
    return None


class LanguageForm(fields.Form):
    """A language asked for, and how well."""

    code = fields.Choice(LANGUAGES, missing=Message("Scegli la lingua."))
    level = fields.Choice(CEFR)


class VacancyForm(fields.Form):
    """What is typed about a vacancy; loads to a plain dict with all its members.

    `places` holds the resolved places, those of `foreign_places` included. `today` tells which day it is at this desk.
    """

    title = fields.Text(
        max=TITLE_MAX,
        min=3,
        published=True,
        missing=Message("Scrivi il titolo dell'offerta, per esempio «magazziniere/a»."),
    )
    employer = fields.Ref()
    employer_hidden = fields.Flag()
    desk = fields.Ref(missing=Message("Scegli lo sportello che segue l'offerta."))
    places = fields.Several(fields.Meant(read_place), max=PLACES_MAX)
    foreign_places = fields.Rows(ForeignPlaceForm(), max=PLACES_MAX)
    contract = fields.Choice(CONTRACTS, missing=Message("Scegli il tipo di contratto."))
    closes_on = fields.Day(missing=Message("Scrivi fino a quando ci si può candidare, per esempio 31/12/2026."))
    how_to_apply = fields.Text(
        max=HOW_TO_APPLY_MAX,
        lines=True,
        published=True,
        missing=Message("Scrivi come candidarsi: dove, con quali documenti, a chi chiedere."),
    )

    occupation = fields.Meant(read_occupation)
    description = fields.Text(max=DESCRIPTION_MAX, lines=True, published=True)
    tasks = fields.Text(max=SECTION_MAX, lines=True, published=True)
    requirements = fields.Text(max=SECTION_MAX, lines=True, published=True)
    offer = fields.Text(max=SECTION_MAX, lines=True, published=True)
    remote = fields.Choice(REMOTE)
    hours = fields.Choice(HOURS)
    shifts = fields.Flag()
    weekly_hours = fields.Amount(min=1, max=WEEKLY_HOURS_MAX, example="37,5")
    positions = fields.Whole(min=1, max=POSITIONS_MAX, load_default=1)
    pay_min = fields.Amount(min=1, max=PAY_MAX)
    pay_max = fields.Amount(min=1, max=PAY_MAX)
    pay_period = fields.Choice(PAY_PERIODS)
    education = fields.Choice(EDUCATION)
    experience = fields.Choice(EXPERIENCE)
    licences = fields.Several(fields.Choice(LICENCES), max=LICENCES_MAX)
    languages = fields.Rows(LanguageForm(), max=LANGUAGES_MAX)
    reserved = fields.Choice(RESERVED)
    sector = fields.Choice(SECTORS)
    starts_on = fields.Day()
    ccnl = fields.Text(max=CCNL_MAX, published=True)
    override_reason = fields.Text(max=REASON_MAX, lines=True)

    def __init__(self, today: Callable[[], date] = rome_today, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    @validates_schema(skip_on_field_errors=False)
    def check_places(self, data: dict[str, Any], **_: Any) -> None:
        """At least one place; asked only when neither of the two fields was wrong by itself."""
        if "places" not in data or "foreign_places" not in data:
            return
        together = len(data["places"]) + len(data["foreign_places"])
        if together == 0:
            raise ValidationError(
                Message("Scrivi almeno un luogo di lavoro: un comune, oppure una località estera."), "places"
            )
        if together > PLACES_MAX:
            raise ValidationError(Message("I luoghi sono troppi: al massimo {max}.", max=PLACES_MAX), "places")

    @validates_schema(skip_on_field_errors=False)
    def check_closing(self, data: dict[str, Any], **_: Any) -> None:
        problem = closing_problem(data["closes_on"], self.today()) if data.get("closes_on") else None
        if problem:
            raise ValidationError(problem, "closes_on")

    @validates_schema(skip_on_field_errors=False)
    def check_pay(self, data: dict[str, Any], **_: Any) -> None:
        lowest, highest = data.get("pay_min"), data.get("pay_max")
        if lowest is not None and highest is not None and lowest > highest:
            raise ValidationError(
                Message("La retribuzione massima è più bassa della minima: controlla le due cifre."), "pay_max"
            )

    @validates_schema(skip_on_field_errors=False)
    def check_pay_period(self, data: dict[str, Any], **_: Any) -> None:
        is_paid = data.get("pay_min") is not None or data.get("pay_max") is not None
        if is_paid and "pay_period" in data and data["pay_period"] is None:
            raise ValidationError(
                Message("Scegli se la retribuzione è all'ora, al giorno, al mese o all'anno."), "pay_period"
            )

    @post_load
    def gather_places(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One list of places, each once."""
        places = data.setdefault("places", [])
        places.extend(place for place in data.pop("foreign_places", []) if place not in places)
        return data


class EmployerNameDocument(wire.Document):
    """The employer as an ad names it; `id` is its own record at the same origin."""

    name = PublicName(max=NAME_MAX)
    id = wire.Shaped(shapes.RECORD_ID, optional=True)


class PayDocument(wire.Document):
    """Gross pay: a range, or one of its ends."""

    min = wire.Number(min=0, max=PAY_MAX, optional=True)
    max = wire.Number(min=0, max=PAY_MAX, optional=True)
    period = wire.Code()
    currency = wire.Shaped(shapes.CURRENCY)

    @validates_schema
    def check_range(self, data: dict[str, Any], **_: Any) -> None:
        ends = [data[end] for end in ("min", "max") if end in data]
        if not ends or ends[0] > ends[-1]:
            raise ValidationError(Message("la retribuzione non è un intervallo"), "max")


class LanguageDocument(wire.Document):
    """A language asked for; without a level, any."""

    code = wire.Code()
    level = wire.Code(optional=True)


class VacancyDocument(wire.Document):
    """What the network sees of a vacancy; `employer` is null when it stays unnamed and the desk stands for it."""

    title = wire.Text(max=TITLE_MAX)
    employer = wire.Part(EmployerNameDocument(), optional=True, nullable=True)
    desk = wire.Shaped(shapes.RECORD_ID)
    places = wire.Parts(PlaceField(), min=1, max=PLACES_MAX)
    contract = wire.Code()
    published_on = wire.Day()
    closes_on = wire.Day()
    how_to_apply = wire.Text(max=HOW_TO_APPLY_MAX, lines=True)

    occupation = wire.Code(optional=True)
    description = wire.Text(max=DESCRIPTION_MAX, lines=True, optional=True)
    tasks = wire.Text(max=SECTION_MAX, lines=True, optional=True)
    requirements = wire.Text(max=SECTION_MAX, lines=True, optional=True)
    offer = wire.Text(max=SECTION_MAX, lines=True, optional=True)
    remote = wire.Code(optional=True)
    hours = wire.Code(optional=True)
    shifts = wire.Flag(optional=True)
    weekly_hours = wire.Number(min=1, max=WEEKLY_HOURS_MAX, optional=True)
    positions = wire.Whole(min=1, max=POSITIONS_MAX, optional=True)
    pay = wire.Part(PayDocument(), optional=True)
    education = wire.Code(optional=True)
    experience = wire.Code(optional=True)
    licences = wire.Parts(wire.Code(), max=LICENCES_MAX, optional=True)
    languages = wire.Parts(wire.Part(LanguageDocument()), max=LANGUAGES_MAX, optional=True)
    reserved = wire.Code(optional=True)
    sector = wire.Code(optional=True)
    starts_on = wire.Day(optional=True)
    ccnl = wire.Text(max=CCNL_MAX, optional=True)

    kept = frozenset({"employer"})

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        if data["closes_on"] < data["published_on"]:
            raise ValidationError(Message("viene prima di published_on"), "closes_on")

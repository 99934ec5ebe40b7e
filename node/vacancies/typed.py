"""A saved vacancy as an operator would type it: what the form shows when it is opened again, copied or begun.

Everything is text, or lists of texts and rows of texts, exactly as `node.core.forms` hands over what a browser sent, so
that what is saved and what is typed can be compared field by field.
"""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from marshmallow import ValidationError

from node.core import clock
from node.core.forms import without_blanks
from schemas import amounts
from schemas.codes import comuni, ticino
from schemas.occupation import suggestion
from schemas.vacancy import VacancyForm

TEXTS = (
    "title", "contract", "how_to_apply", "description", "tasks", "requirements", "offer", "remote", "hours",
    "pay_period", "education", "experience", "reserved", "sector", "ccnl", "override_reason",
)  # fmt: skip
DAYS = ("closes_on", "starts_on")
NUMBERS = ("pay_min", "pay_max", "weekly_hours", "positions")
FLAGS = ("employer_hidden", "shifts")

USUALLY_OPEN_FOR = timedelta(days=30)
USUAL_WAY_TO_APPLY = (
    "Vieni allo sportello o telefona: indirizzo e orari sono qui sotto. Porta il curriculum, se lo hai."
)
"""It names no desk, since every page and notice shows the vacancy's: choosing another must not leave a wrong address."""


def as_typed(vacancy):
    """The fields of `VacancyForm` that have a value, as they would be typed; of a vacancy or of anything like one."""

    def told(name):
        return getattr(vacancy, name, None)

    values = {name: told(name) for name in TEXTS} | {name: _day(told(name)) for name in DAYS}
    values |= {name: _number(told(name)) for name in NUMBERS}
    values |= {name: "true" for name in FLAGS if told(name)}
    values |= {"employer": told("employer_ref"), "desk": told("desk_ref")}
    values |= {"occupation": suggestion(told("occupation"))} if told("occupation") else {}
    values |= {"licences": list(told("licences") or []), "languages": [_row(each) for each in told("languages") or []]}
    values |= _places(told("places") or [])
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def as_read(values):
    """What was typed, written as it would be if it were saved and opened again; what cannot be read stays as typed."""
    try:
        data = VacancyForm(partial=True).load(without_blanks(values))
    except ValidationError as wrong:
        data = wrong.valid_data
    if "places" in data:
        data["places"] = data["places"] + data.get("foreign_places", [])
    read = as_typed(SimpleNamespace(**data, employer_ref=data.get("employer"), desk_ref=data.get("desk")))
    return values | {name: value for name, value in read.items() if name in values}


def of_a_new_one(desk, home, employer=None, copied=None):
    """What the form of a new vacancy starts with: all that can be guessed, so that little is left to type.

    `home` is the node's comune, `copied` a vacancy whose words are taken over.
    """
    if copied:
        values = as_typed(copied)
        for name in ("starts_on", "override_reason"):
            values.pop(name, None)
    else:
        values = {"places": [comuni.comune(employer.comune if employer else home).full_name], "positions": "1"}
        values |= {"employer": employer.ref} if employer else {}
    values["closes_on"] = (clock.today() + USUALLY_OPEN_FOR).isoformat()
    if desk:
        values.setdefault("desk", desk.ref)
        values.setdefault("how_to_apply", USUAL_WAY_TO_APPLY)
    return values


def _day(day):
    return day and day.isoformat()


def _number(number):
    return None if number is None else amounts.written(Decimal(number))


def _places(places):
    known, abroad = [], []
    for place in places:
        if "istat" in place:
            comune = comuni.comune(place["istat"])
            known.append(comune.full_name if comune else place["name"])
        elif _is_of_ticino(place):
            known.append(f"{place['locality']} ({place['country']})")
        else:
            abroad.append(_row(place))
    return {"places": known, "foreign_places": abroad}


def _is_of_ticino(place):
    found = ticino.foreign(place["locality"])
    return found is not None and (found.lat, found.lon) == (place["lat"], place["lon"])


def _row(cells):
    return {name: str(value) for name, value in cells.items() if value is not None}

"""A saved person as an operator would type her: what the form shows when it is opened again."""

from decimal import Decimal

from node.candidates.words import COMUNI, DAYS, FLAGS
from schemas import amounts
from schemas.codes import comuni
from schemas.occupation import suggestion

TEXTS = (
    "given_name", "family_name", "phone", "email", "reach", "tax_code", "tax_code_reason", "sex", "birthplace",
    "address", "domicile_address", "guardian_name", "guardian_phone", "permit", "situation", "benefit", "did_source",
    "education", "education_title", "hours", "reserved", "notes",
)  # fmt: skip
LISTS = ("skills", "licences", "contracts", "excluded_employers", "excluded_sectors")


def as_typed(candidate):
    """The fields of `CandidateForm` that have a value, as text, lists of texts and rows of texts."""
    values = {name: getattr(candidate, name) for name in TEXTS}
    values |= {name: day.isoformat() for name in DAYS if (day := getattr(candidate, name))}
    values |= {name: "true" for name in FLAGS if getattr(candidate, name)}
    values |= {name: list(getattr(candidate, name)) for name in LISTS}
    values |= {name: comuni.comune(istat).full_name for name in COMUNI if (istat := getattr(candidate, name))}
    values["radius_km"] = str(candidate.radius_km) if candidate.radius_km else None
    values["trades"] = [_trade(trade["title"], trade["code"]) for trade in candidate.trades]
    values["experiences"] = [_experience(row) for row in candidate.experiences]
    values["languages"] = [{name: text for name, text in row.items() if text} for row in candidate.languages]
    return {name: value for name, value in values.items() if value}


def _trade(title, code):
    """The code goes in front only where the words alone would not say it: what a person reads is her own word."""
    return suggestion(code) if code and title == suggestion(code)[5:] else title


def _experience(row):
    typed = {"trade": _trade(row["trade"], row["code"]), "years": amounts.written(Decimal(str(row["years"])))}
    return typed | ({"until": str(row["until"])} if row["until"] else {})

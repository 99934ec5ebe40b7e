"""A saved desk as an administrator would type it: what the form shows when it is opened again."""

from schemas.codes import comuni

TEXTS = ("name", "address", "phone", "email", "opening_hours", "website", "authorisation", "authorisation_body")


def as_typed(desk):
    """The fields of `DeskForm` that have a value, as text."""
    values = {name: getattr(desk, name) for name in TEXTS}
    values["comune"] = comuni.comune(desk.comune).full_name
    values["comuni"] = [comuni.comune(istat).full_name for istat in desk.comuni]
    values["authorised_on"] = desk.authorised_on and desk.authorised_on.isoformat()
    return {name: value for name, value in values.items() if value}

"""A saved employer as an operator would type it: what the form shows when it is opened again."""

from schemas.codes import comuni

TEXTS = (
    "name", "legal_name", "vat_number", "tax_code", "sector", "address", "website",
    "contact_name", "contact_phone", "contact_email", "notes",
)  # fmt: skip


def as_typed(employer):
    """The fields of `EmployerForm` that have a value, as text."""
    values = {name: getattr(employer, name) for name in TEXTS}
    values["comune"] = comuni.comune(employer.comune).full_name
    values["followed_by_desk"] = "true" if employer.followed_by_desk else None
    return {name: value for name, value in values.items() if value}

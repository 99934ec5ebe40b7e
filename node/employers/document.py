"""What the network reads about an employer: four facts, never a person's (see `schemas.employer`)."""

from schemas.kinds import DOCUMENTS


def employer_document(employer):
    """The employer as `schemas.employer.EmployerDocument` dumps it.

    Raises marshmallow.ValidationError when a tax code or a contact stands in a public member.
    """
    return DOCUMENTS["employer"].dump(
        {"name": employer.name, "sector": employer.sector, "comune": employer.comune, "website": employer.website}
    )

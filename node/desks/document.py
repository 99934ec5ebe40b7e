"""What the network reads about a desk, made from the desk and nothing else."""

from schemas.kinds import DOCUMENTS

SAME = (
    "name", "comune", "address", "phone", "email", "opening_hours", "website",
    "authorisation", "authorised_on", "authorisation_body", "comuni",
)  # fmt: skip


def desk_document(desk):
    """The desk as `schemas.desk.DeskDocument` dumps it."""
    return DOCUMENTS["desk"].dump({name: getattr(desk, name) for name in SAME} | {"authorised": desk.is_authorised})

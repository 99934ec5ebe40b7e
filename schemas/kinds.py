"""Which kinds of record this version understands, and whether a body is usable.

A record whose kind or body is not understood here is kept and passed on all the same: a later version may understand it.
"""

from typing import Any

from marshmallow import ValidationError

from schemas.accepting import accepted
from schemas.candidate import CandidateDocument
from schemas.desk import DeskDocument
from schemas.employer import EmployerDocument
from schemas.figures import FiguresDocument
from schemas.head import HeadDocument
from schemas.messages import Message
from schemas.sealed import SealedDocument
from schemas.vacancy import VacancyDocument
from schemas.wire import Document

_SEALED = SealedDocument()

# One instance each: building a schema costs more than loading ten documents with it.
DOCUMENTS: dict[str, Document] = {
    "vacancy": VacancyDocument(),
    "employer": EmployerDocument(),
    "desk": DeskDocument(),
    "candidate": CandidateDocument(),
    "figures": FiguresDocument(),
    "head": HeadDocument(),
    "message": _SEALED,
    "receipt": _SEALED,
}

LEASED_KINDS = frozenset({"candidate"})
"""Of persons: never public, and a copy may be shown only while its origin confirms it."""


def problem_with(kind: str, body: dict[str, Any] | None, audience: str = "public") -> str | None:
    """Why a record of this kind and body cannot be used by this version, as a sentence; None when it can.

    A withdrawal (body None) is always usable: there is nothing in it to understand. A person's record for one desk is
    sealed; what is in it is checked by who opens it.
    """
    if body is None:
        return None
    is_sealed = kind in LEASED_KINDS and audience.startswith("sealed:")
    document = _SEALED if is_sealed else DOCUMENTS.get(kind)
    if document is None:
        return Message("Questa versione non conosce i record di tipo «{kind}».", kind=kind)
    if accepted(document, body) is not None:
        return None
    try:
        document.load(body)
    except ValidationError as error:
        return "; ".join(_told(error.normalized_messages()))
    return None


def _told(messages: Any, path: str = "") -> list[str]:
    """The refusals of a document, each with the path of its member: "pay.period: manca"."""
    if isinstance(messages, dict):
        branches = ((f"{path}.{name}" if path else str(name), below) for name, below in messages.items())
        return [sentence for branch, below in branches for sentence in _told(below, branch)]
    return [f"{path}: {message}" for message in messages]

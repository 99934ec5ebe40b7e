"""What the address of a page asks for. Whatever is not possible is answered with 400, never with an empty list."""

from collections.abc import Sequence

from flask import abort, request

from schemas.messages import Message


def asked_one_of(parameter: str, allowed: Sequence[str]) -> str:
    """The word that the address gives for `parameter`, the first one allowed if it gives none.

    Any other word is a 400 that names what is possible.
    """
    asked = request.args.get(parameter) or allowed[0]
    if asked not in allowed:
        told = {"asked": asked, "name": parameter, "allowed": ", ".join(allowed)}
        abort(400, Message("«{asked}» non è possibile per {name}: scegli tra {allowed}.", **told))
    return asked


def asked_page() -> int:
    """The page of a list, from 1; a 400 for what is no number."""
    asked = request.args.get("pagina", "1")
    if not asked.isdecimal() or not 0 < len(asked) < 7 or not int(asked):
        abort(400, Message("La pagina è un numero da 1 in su."))
    return int(asked)

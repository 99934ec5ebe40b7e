"""The occupation as people type it: nobody knows the codes of ISCO-08 by heart, and everybody knows what the job is called.

The form suggests "5223 Addetti alle vendite …" while one types; what comes back may be that line, the code alone, or just
a word of the title.
"""

import re

from schemas.codes import OCCUPATIONS, occupations, typed
from schemas.messages import Message

MANY_ALTERNATIVES = 4

_STARTS_WITH_CODE = re.compile(r"(?P<code>\d{4})(?!\d)")


def suggestion(code: str, lang: str = "it") -> str:
    """The line that the form offers for a unit group, and understands: "5223 Addetti alle vendite"."""
    return f"{code} {OCCUPATIONS.label(code, lang)}"


def read_occupation(text: str) -> str:
    """The code of the unit group that `text` means.

    Raises ValueError, whose argument is a Message, when there is none or more than one.
    """
    given = _STARTS_WITH_CODE.match(text)
    if given and given["code"] in OCCUPATIONS:
        return given["code"]
    found = occupations.find(text, limit=MANY_ALTERNATIVES + 1)
    closest = typed.meant(text, found)
    if len(closest) == 1:
        return closest[0].code
    if not found:
        raise ValueError(
            Message(
                "«{typed}» non è tra le professioni dell'elenco: prova una parola più generale, o lascia vuoto.",
                typed=text[:60],
            )
        )
    alternatives = ", ".join(suggestion(each.code) for each in found[:MANY_ALTERNATIVES])
    more = ", …" if len(found) > MANY_ALTERNATIVES else ""
    raise ValueError(
        Message(
            "«{typed}» può essere più di una professione. Quale? {alternatives}.",
            typed=text[:60],
            alternatives=alternatives + more,
        )
    )

"""A skill as people type it: its title, its code, or a word that only one title has."""

from schemas.codes import SKILLS, skills, typed
from schemas.messages import Message

MANY_ALTERNATIVES = 4


def read_skill(text: str) -> str:
    """The code of the skill that `text` means.

    Raises ValueError, whose argument is a Message, when there is none or more than one.
    """
    if text in SKILLS:
        return text
    found = skills.find(text, limit=MANY_ALTERNATIVES + 1)
    closest = typed.meant(text, found)
    if len(closest) == 1:
        return closest[0].code
    if not found:
        raise ValueError(
            Message("«{typed}» non è tra le competenze dell'elenco: prova una parola più generale.", typed=text[:60])
        )
    alternatives = ", ".join(each.title_it for each in found[:MANY_ALTERNATIVES])
    raise ValueError(
        Message(
            "«{typed}» può essere più di una competenza. Quale? {alternatives}.",
            typed=text[:60],
            alternatives=alternatives,
        )
    )

"""The stems of a long text, and which of them it only denies.

Every word of every vacancy passes here, a thousand vacancies within a second while people search. So a text is cut at
its blanks first, and what stands between two of them ("manutenzione,") is analysed once and then remembered; the result
is the one of `text.stems`, word for word.

"Non sono richiesti turni notturni" says these words and means that there are none: whoever wants no night shifts must
not lose that vacancy.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from federation.search import text

DENIED_WORDS = 4
_DENIALS = frozenset(("no", "non", "senza", "nessun", "nessuno", "nessuna", "escluso", "esclusa", "esclusi", "escluse"))
_STOPS = frozenset(".,;:!?()\n")

# The blanks that one word may have inside: "part time", "cassiere (a)". They are held together by a sign that no text has.
_INSIDE = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(text.OPENERS))}) (?=\w)|\w (?=\((?:{text.OTHER_GENDER})\))", re.IGNORECASE
)
_GLUE = "\x1f"
_HINTS = (*(f"{opener} " for opener in sorted(text.OPENERS)), " (")


class Told(NamedTuple):
    """`stems` in order, with repetitions; `denied` are those of them that only stand behind a no."""

    stems: list[str]
    denied: set[str]


class _Piece(NamedTuple):
    """What stands between two blanks. `breaks`: how many of its stems come before a denial may not go on; None: no sign."""

    stems: tuple[str, ...]
    breaks: int | None
    denies: bool


def told(prose: str) -> Told:
    """The stems of a text without stop words, and those that it denies."""
    stems: list[str] = []
    denied: set[str] = set()
    left = 0
    for written in _glued(prose).split(" "):
        piece = _analysed(written)
        stems += piece.stems
        if left:
            reach = left if piece.breaks is None else min(left, piece.breaks)
            denied.update(piece.stems[:reach])
            left = left - len(piece.stems) if piece.breaks is None and left > len(piece.stems) else 0
        if piece.denies:
            left = DENIED_WORDS
    return Told(stems, denied)


def _glued(prose: str) -> str:
    """The text with those blanks alone at which it may be cut."""
    prose = text.lowered(prose.replace(_GLUE, " "))
    if not any(hint in prose for hint in _HINTS):
        return prose
    return _INSIDE.sub(lambda found: found[0].replace(" ", _GLUE), prose)


@lru_cache(maxsize=32_768)
def _analysed(written: str) -> _Piece:
    whole = written.replace(_GLUE, " ")
    stems: list[str] = []
    breaks, denies, behind = None, False, 0
    for start, end, form, stem in text.cuts(whole):
        if breaks is None and not _STOPS.isdisjoint(whole[behind:start]):
            breaks = len(stems)
        behind = end
        denies = form in _DENIALS
        if form not in text.STOP_WORDS:
            stems.append(stem)
    if not _STOPS.isdisjoint(whole[behind:]):
        breaks = len(stems) if breaks is None else breaks
        denies = False
    return _Piece(tuple(stems), breaks, denies)

"""Names cut short as people cut them: "Busto A.", "Sesto C.de", "Castelletto S/T", "S. Angelo Lod.", "P.to Ceresio".

A typed piece stands for one word of the name. With a full stop or a slash, or as a single letter, it is the beginning of
that word, and what follows the full stop without a blank is its end; otherwise it is the whole word. Small words ("sul",
"di") may be left out. Which comuni such a piece can mean is never guessed: all that fit are answered.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.codes import spelling

MOST_PIECES = 12
ENOUGH_LETTERS = 3
"""A name needs one piece of so many letters; "S. G." could be anything."""

# Words that people leave out: "Reggio Emilia".
CONNECTIVES = frozenset(
    ["a", "ad", "al", "alla", "alle", "d", "da", "de", "degli", "dei", "del", "dell", "della", "delle", "di"]
).union(["e", "ed", "in", "l", "nel", "nell", "su", "sul", "sull", "sulla"])
BETWEEN = CONNECTIVES | {"sopra"}
"""Left out between two words only: "Castelletto Ticino", while "Bonate" may be Bonate Sopra or Bonate Sotto."""
SAINTS = frozenset(("san", "sant", "santa", "santo", "santi", "sante", "saint"))
SHORT_SAINTS = frozenset(("s", "ss", "st"))

# "C.de" and "L.do", but not the initials of "S.T." nor the two words of "S.Angelo".
_TYPED = re.compile(r"(?P<start>[^\W_]+)(?:(?P<stop>\.)(?P<end>[^\W_]{2,3}(?![\w.]))?)?")


class Piece(NamedTuple):
    """A typed piece of a name: the word begins with `start` and ends with `end`, or is `start` when `is_whole`."""

    start: str
    end: str
    is_whole: bool

    def means(self, word: str) -> bool:
        """Whether this piece can stand for `word`, which is in the form of `spelling.words`."""
        if word in SAINTS and (self.start in SHORT_SAINTS or self.start in SAINTS):
            return True
        if self.is_whole:
            return self.start == word
        if self.start == word:
            return not self.end
        return word.startswith(self.start) and word.endswith(self.end) and len(self.start) + len(self.end) < len(word)


def pieces(text: str) -> list[Piece]:
    """What was typed, piece by piece; blanks, slashes, dashes and apostrophes separate."""
    found = []
    for typed in _TYPED.finditer(text):
        start = "".join(spelling.words(typed["start"]))
        end = "".join(spelling.words(typed["end"] or ""))
        if start:
            found.append(Piece(start, end, is_whole=not typed["stop"] and len(start) > 1))
    return found


def essential(words: Sequence[str]) -> list[str]:
    """The words without those that people leave out."""
    return [word for word in words if word not in CONNECTIVES]


def longest(typed: Sequence[Piece]) -> Piece | None:
    """The piece that tells most, a whole word before a shortened one, a saint last; None when none tells anything."""
    if len(typed) > MOST_PIECES:
        return None
    telling = [each for each in typed if len(each.start) >= ENOUGH_LETTERS and each.start not in CONNECTIVES]
    return max(telling, key=lambda each: (each.start not in SAINTS, each.is_whole, len(each.start)), default=None)


def fits(typed: Sequence[Piece], name: Sequence[str]) -> bool | None:
    """True when the pieces stand for the whole name, False when more words of it follow, None when they do not fit."""
    if not typed:
        return not essential(name)
    if name and typed[0].means(name[0]):
        rest = fits(typed[1:], name[1:])
        if rest is not None:
            return rest
    if name and name[0] in BETWEEN:
        return fits(typed, name[1:])
    if typed[0].is_whole and typed[0].start in CONNECTIVES:
        return None if fits(typed[1:], name) is None else False
    return None

"""Phrases in running text: what was written is cut into words that know their place, and the longest phrase wins.

People write "P.Time", "part-time" and "part time", so a phrase is a sequence of bare words and the signs between them do
not count. Signs that end a thought do: no phrase may reach over a comma, or "no notti, part time" would be one thing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from schemas.codes import spelling

BREAK = ","
"""The form of the token that stands for a comma, a bracket or any other sign that ends a thought."""

NONE = "-"
"""In a pattern: this word may be missing."""

# Figures are words of their own: "10km" is "10 km", "art18" is "art 18".
_TOKEN = re.compile(
    r"""
      (?P<figures> \d{1,12} )
    | (?P<word> [^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)* )
    | (?P<break> [,;:!?…|()\[\]{}<>"«»“”„\r\n\t–—] | (?<=\s)-(?=\s) )
    """,
    re.VERBOSE,
)

Meaning = TypeVar("Meaning")


class Token(NamedTuple):
    """A word or a number of a text, `text[start:end]`, in lower case without accents; or a BREAK."""

    start: int
    end: int
    form: str


class Said(NamedTuple):
    """What `length` tokens say: the name of a filter of the search and its codes.

    A blank filter means none: a phrase that would be misread word by word.
    """

    length: int
    filter: str
    codes: tuple[str, ...] = ()


def tokens(text: str) -> list[Token]:
    """The words, numbers and breaks of a text in order."""
    return [
        Token(*found.span(), BREAK if found.lastgroup == "break" else _form(found[0]))
        for found in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=16_384)
def _form(written: str) -> str:
    """The folded word; of a script without Latin letters the word itself, so that no token is blank."""
    return spelling.compact(written[: spelling.LONGEST_NAME]) or written[: spelling.LONGEST_NAME].casefold()


def forms(text: str) -> tuple[str, ...]:
    """The forms of the words and numbers of a text, breaks left out."""
    return tuple(token.form for token in tokens(text) if token.form != BREAK)


def spread(pattern: str) -> Iterable[tuple[str, ...]]:
    """All phrases of a pattern: "contratto|- a|- tempo" is a word after word, with `|` between what may stand there."""
    for choice in product(*(slot.split("|") for slot in pattern.split())):
        yield tuple(word for word in choice if word != NONE)


class Phrases(Generic[Meaning]):
    """Phrases with what they mean, found by their first word.

    A phrase is kept as one text: the names of places are 18,000, and as tuples of words they would take four times the
    memory.
    """

    def __init__(self, meanings: Iterable[tuple[tuple[str, ...], Meaning]]) -> None:
        self._meanings: dict[str, Meaning] = {}
        self._most_words: dict[str, int] = {}
        for phrase, meaning in meanings:
            if phrase:
                self._meanings[" ".join(phrase)] = meaning
                self._most_words[phrase[0]] = max(len(phrase), self._most_words.get(phrase[0], 0))

    def longest(self, forms: Sequence[str], at: int) -> tuple[int, Meaning] | None:
        """(number of words, meaning) of the longest phrase that begins at `forms[at]`, or None."""
        for length in range(min(self._most_words.get(forms[at], 0), len(forms) - at), 0, -1):
            phrase = " ".join(forms[at : at + length])
            if phrase in self._meanings:
                return length, self._meanings[phrase]
        return None

    def __len__(self) -> int:
        return len(self._meanings)

"""A typed search cut into tokens, and what a reader of it finds at a place."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from schemas.codes.phrases import BREAK, Token, tokens

LONGEST_READ = 1_000
"""Characters: whoever pastes a whole notice is not asking for filters."""

MOST_LOOK_UPS = 12
"""Of names cut short, which cost a millisecond each; a search has one, a pasted page could have hundreds."""

Value = str | int


class Meant(NamedTuple):
    """One filter of the search with its code; `ambiguous`: the codes that the same words may mean too."""

    name: str
    value: Value
    ambiguous: tuple[str, ...] = ()


class Found(NamedTuple):
    """What the tokens `first` to `end` say.

    `meant` may be empty: words that look like a filter and are none. Then they are `idle`, if nobody can search for them
    ("vicino a casa"), or they belong to the words.
    """

    first: int
    end: int
    meant: tuple[Meant, ...] = ()
    idle: bool = False


class Refused(NamedTuple):
    """What the tokens `first` to `end` do not want: codes by filter, and groups of stems."""

    first: int
    end: int
    filters: Mapping[str, tuple[str, ...]]
    stems: tuple[tuple[str, ...], ...]


class Reading:
    """`typed` with its tokens; quoted passages are literal and have none."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.tokens = tokens(_blank_quotes(typed[:LONGEST_READ]))
        self.forms = [token.form for token in self.tokens]
        self.look_ups_left = MOST_LOOK_UPS

    def __len__(self) -> int:
        return len(self.tokens)

    def written(self, first: int, end: int) -> str:
        """The typed text of the tokens `first` to `end`."""
        return self.typed[self.tokens[first].start : self.tokens[end - 1].end]

    def form(self, at: int) -> str:
        """The form of a token; beyond the ends of the text, a BREAK."""
        return self.forms[at] if 0 <= at < len(self.forms) else BREAK

    def token(self, at: int) -> Token:
        return self.tokens[at]

    def is_capital(self, at: int) -> bool:
        """Whether the token is written in capitals throughout."""
        return self.written(at, at + 1).isupper()

    @cached_property
    def tells_by_capitals(self) -> bool:
        """Whether a capital says something here: the text begins with a small word, or has one after its first."""
        return any(self.typed[token.start].islower() for token in self.tokens if len(token.form) > 3)


_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“"}


def _blank_quotes(typed: str) -> str:
    """The text with each quoted passage replaced by as many commas, which no phrase reaches over."""
    if not any(sign in typed for sign in _QUOTES):
        return typed
    pieces, at = [], 0
    while at < len(typed):
        closing = typed.find(_QUOTES[typed[at]], at + 1) if typed[at] in _QUOTES else -1
        end = closing + 1 if closing > 0 else at + 1
        pieces.append("," * (end - at) if closing > 0 else typed[at])
        at = end
    return "".join(pieces)

"""What a person means who types the beginnings of a few words: the titles of a list that have them all, best first."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from schemas.codes import spelling

LONGEST_FULL_WORD = 4
TITLES_KEPT = 16_384  # all of all lists: what is typed is asked at every key


class Titled(Protocol):
    """What a list holds under a code, with its titles."""

    @property
    def title_it(self) -> str: ...

    @property
    def title_en(self) -> str: ...


_Titled = TypeVar("_Titled", bound=Titled)


def best(text: str, titles: Iterable[tuple[str, tuple[str, ...]]], limit: int) -> list[str]:
    """The codes of at most `limit` titles that hold what was typed; `titles` are (code, its titles in any language).

    Every typed word must begin a word of one title; the last vowel of a longer word is free, so "parrucchiera" finds
    Parrucchieri. A title that starts with what was typed comes first, then the shorter title, which is the more general
    one. Nothing typed finds nothing.
    """
    typed = [_without_ending(word) for word in spelling.words(text)]
    if not typed:
        return []
    ranked = []
    for code, names in titles:
        ranks = [rank for rank in (_rank(typed, name) for name in names) if rank]
        if ranks:
            ranked.append((min(ranks), code))
    return [code for _best, code in sorted(ranked)[:limit]]


def _without_ending(word: str) -> str:
    return word[:-1] if len(word) > LONGEST_FULL_WORD and word[-1] in "aeio" else word


@lru_cache(TITLES_KEPT)
def _words(title: str) -> tuple[str, ...]:
    return spelling.words(title)


def _rank(typed: list[str], title: str) -> tuple[bool, int] | None:
    """Smaller is better; None when a typed word begins no word of the title."""
    words = _words(title)
    if not all(any(word.startswith(each) for word in words) for each in typed):
        return None
    return not words[0].startswith(typed[0]), len(title)


def meant(text: str, found: Sequence[_Titled]) -> Sequence[_Titled]:
    """Of what was found for a text those that are called just so, in either language; all where none is."""
    wanted = spelling.compact(text)
    exact = [each for each in found if wanted in {spelling.compact(each.title_it), spelling.compact(each.title_en)}]
    return exact or found

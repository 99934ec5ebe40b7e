"""From what people call a trade to its unit group, and from a unit group to what else a person might do.

A desk that has to find "9333" in a list of 436 leaves the field blank, and a vacancy without an occupation is missed by
everybody who searches by it. So the group is proposed from the title, with the reason beside it; the operator decides,
and what she decided for a title is remembered (`learnt`) and comes first from then on.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from federation.search import titles
from federation.search.text import STOP_WORDS, Word
from federation.search.text import words as cut
from federation.search.titles import Telling, key
from federation.search.trade_names import GROUP, LABEL, LONGEST_NAME, TRADE, Name, Vocabulary, root, shipped
from schemas.codes import occupations
from schemas.codes.trades import neighbours
from schemas.messages import Message

__all__ = ["Suggestion", "TradeFound", "key", "recognise", "related", "suggest", "synonyms"]

SAME_ROOT = 0.8  # saldatura for saldatore: likely, not certain
PARTLY = 0.7  # a name of which the title has not every word
LATER, LATEST = 0.06, 5  # the trade usually stands first: "autista magazziniere" is a driver
SUREST = 0.99  # only an operator's own choice is surer
WORDS, ROOTS, SOME = range(3)
TRUST = {TRADE: 1.0, LABEL: 0.95, GROUP: 0.8}
FROM_TEXT = 0.35
FROM_NEIGHBOUR = 0.25
FAINTEST = 0.12
LONGEST_TEXT = 8_000


class Suggestion(NamedTuple):
    """A unit group with its Italian title, how sure it is from 0 to 1, and why, for the operator."""

    code: str
    title: str
    score: float
    reason: Message


class TradeFound(NamedTuple):
    """A trade among words: `words[start:end]`; its unit groups, the usual names of the trades so called, its stems."""

    start: int
    end: int
    codes: frozenset[str]
    names: tuple[str, ...]
    stems: tuple[str, ...]


def suggest(
    title: str,
    text: str = "",
    limit: int = 5,
    learnt: Mapping[str, str] | None = None,
    vocabulary: Vocabulary | None = None,
) -> list[Suggestion]:
    """The unit groups that a vacancy with this title, and perhaps this text, most likely belongs to, best first.

    `learnt` maps `key(title)` to the group that an operator has chosen. Empty when nothing is recognised.
    """
    names = vocabulary or shipped()
    found: dict[str, tuple[float, Message]] = {}
    for score, code, reason in _reasons(title, text, names, learnt or {}):
        if score > found.get(code, (0.0,))[0]:
            found[code] = score, reason
    if found:
        _add_neighbours(found)
    best = sorted(found, key=lambda code: (-found[code][0], code))
    return [
        Suggestion(code, occupations.label(code), round(found[code][0], 3), found[code][1])
        for code in best[:limit]
        if found[code][0] >= FAINTEST
    ]


def _reasons(
    title: str, text: str, names: Vocabulary, learnt: Mapping[str, str]
) -> Iterator[tuple[float, str, Message]]:
    corrected = learnt.get(key(title))
    if corrected and occupations.occupation(corrected):
        yield 1.0, corrected, Message("A un titolo così questo sportello ha già dato questa professione.")
    yield from _from_title(titles.telling(title), names, 1.0 if corrected is None else 0.9)
    yield from _from_text(text, names)


def _from_title(words: list[Telling], names: Vocabulary, trust: float) -> Iterator[tuple[float, str, Message]]:
    title = _Title(words, names)
    for number in names.like(title.places) or names.headed_by(title.places):
        name = names.names[number]
        score, proof = title.likeness(name)
        yield min(score * trust, SUREST), name.code, _because(name, proof, score)


class _Title:
    """The words of a title, ready to be compared with many names."""

    def __init__(self, words: list[Telling], names: Vocabulary) -> None:
        self._names = names
        self._weights = [word.weight * names.weight(word.stem) for word in words]
        self._total = sum(self._weights)
        self.places = {word.stem: place for place, word in enumerate(words)}
        self._roots = {root(stem): place for stem, place in self.places.items() if stem not in titles.HEADS}
        self._doer = next((place for stem, place in self.places.items() if stem in titles.DOERS), None)

    def likeness(self, name: Name) -> tuple[float, int]:
        """(how alike from 0 to 1, the weakest of `WORDS`, `ROOTS`, `SOME` by which a word of the name was found)."""
        shared, proof, first = 0.0, WORDS, len(self._weights)
        covered: dict[int, float] = {}
        for stem in name.stems:
            place, certainty = self._place(stem)
            if place is None:
                proof = SOME
                continue
            if certainty < 1:
                proof = max(proof, ROOTS)
            shared += certainty * self._names.weight(stem)
            covered[place] = max(covered.get(place, 0.0), certainty)
            first = min(first, place)
        of_title = sum(self._weights[place] * certainty for place, certainty in covered.items()) / self._total
        score = (shared / name.weight) * math.sqrt(of_title) * (1 - LATER * min(first, LATEST))
        return score * TRUST[name.kind] * (PARTLY if proof == SOME else 1.0), proof

    def _place(self, stem: str) -> tuple[int | None, float]:
        """Where a word of a name stands in the title, and how certain it is that both mean the same."""
        if stem in self.places:
            return self.places[stem], 1.0
        if stem in titles.HEADS:
            return (self._doer if stem in titles.DOERS else None), SAME_ROOT
        return self._roots.get(root(stem)), SAME_ROOT


def _because(name: Name, proof: int, score: float) -> Message:
    if name.kind == GROUP:
        return Message("Il titolo somiglia al nome di questo gruppo.")
    if proof != WORDS:
        return Message("Il titolo somiglia a «{trade}».", trade=name.written)
    if score >= SUREST:
        return Message("«{trade}» è di questo gruppo.", trade=name.written)
    return Message("Nel titolo c’è «{trade}».", trade=name.written)


def _from_text(text: str, names: Vocabulary) -> Iterator[tuple[float, str, Message]]:
    """Trades named in the text, those named earlier a little more likely."""
    words = list(cut(text[:LONGEST_TEXT]))
    for place, found in enumerate(recognise(words, names)[:8]):
        written = text[words[found.start].start : words[found.end - 1].end]
        for code in sorted(found.codes):
            yield FROM_TEXT - 0.02 * place, code, Message("Nel testo c’è «{words}».", words=written)


def _add_neighbours(found: dict[str, tuple[float, Message]]) -> None:
    """Beside the best one, what is near it: a title alone seldom tells a helper from a craftsman."""
    best = max(found, key=lambda code: found[code][0])
    for place, code in enumerate(related(best, 3)):
        score = found[best][0] * (FROM_NEIGHBOUR - 0.02 * place)
        if score > found.get(code, (0.0,))[0]:
            found[code] = score, Message("È vicina alla professione più probabile.")


def recognise(words: Sequence[Word], vocabulary: Vocabulary | None = None) -> list[TradeFound]:
    """The trades that these words name, in order and without overlap; the longest name wins.

    Stop words may stand in between: "addetta alle pulizie" is found as "addetto pulizie".
    """
    names = vocabulary or shipped()
    places = [place for place, word in enumerate(words) if word.form not in STOP_WORDS]
    stems = [words[place].stem for place in places]
    found: list[TradeFound] = []
    at = 0
    while at < len(places):
        called, length = _longest(stems[at : at + LONGEST_NAME], names)
        if called:
            usual = tuple(dict.fromkeys(names.same_trade(name.trade)[0].written for name in called))
            codes = frozenset(name.code for name in called)
            found.append(TradeFound(places[at], places[at + length - 1] + 1, codes, usual, called[0].stems))
        at += max(length, 1)
    return found


def _longest(stems: Sequence[str], names: Vocabulary) -> tuple[list[Name], int]:
    """The names that these stems begin with, and how many stems they are."""
    for length in range(len(stems), 0, -1):
        called = names.called(stems[:length])
        if called:
            return called, length
    return [], 0


def synonyms(found: TradeFound, vocabulary: Vocabulary | None = None) -> list[tuple[str, ...]]:
    """The stems of each other name of the same trade: "oss" for "operatore socio sanitario", and the reverse.

    Another trade of the same unit group is no synonym.
    """
    names = vocabulary or shipped()
    trades = dict.fromkeys(name.trade for name in names.called(found.stems))
    others = dict.fromkeys(name.stems for trade in trades for name in names.same_trade(trade))
    return [stems for stems in others if stems != found.stems]


def related(code: str, limit: int = 5) -> list[str]:
    """Unit groups that a person of this one would also take: those listed, then the rest of its minor group."""
    near = [*neighbours().get(code, ()), *(each.code for each in occupations.groups(4, code[:3]))]
    return [each for each in dict.fromkeys(near) if each != code][:limit]

"""What the typed words look for: every word wanted, a trade by any of its names, a slip forgiven where nobody wrote so.

All things must occur; only when no vacancy has them all, fewer are asked for, and the answer says so. A word that no
vacancy knows is corrected when a likely one exists, otherwise it is left out of "all words" and named. What stands in
quotes is taken as it is written: no other name, no correction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from federation.search import group_titles, text, trades
from federation.search.request import ALL_FEATURES
from federation.search.snapshot import Snapshot
from federation.search.stems import stem
from federation.search.titles import HEADS
from schemas.codes import comuni

MOST_WORDS = 24
MOST_CHARACTERS = 10_000
MOST_NAMES = 12  # other names of one trade that are searched
RARE = 3  # a word that at most so many vacancies have may be a slip of theirs
_COMPLETIONS = 12

# What people type around the thing that they look for: such words may occur ("direttore lavori") but need not.
NOISE = frozenset(
    """
    annunci annuncio assume assumono assunzione assunzioni cerca cercano cercansi cercasi cerco impieghi impiego
    lavorare lavori lavoro offerta offerte offresi offro opportunita posizione posizioni posti posto ricerchiamo
    selezioniamo urgente vorrei
    """.split()  # noqa: SIM905
)

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]")


class Way(NamedTuple):
    """One way to say a thing: all these stems; as it was typed, or by another name."""

    stems: tuple[str, ...]
    is_typed: bool = True


class Thing(NamedTuple):
    """One thing that is wanted: said in one of these ways, or meant by the unit group of the vacancy.

    `typed`: the stems that stand for it in the text, more than one for a trade of several words. `beside`: those that a
    vacancy of the unit group must say as well: whoever looks for a "saldatore TIG" is not served by every welder.
    """

    typed: tuple[str, ...]
    ways: tuple[Way, ...]
    codes: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The typed words as things. `welcome`: stems of noise words, which make a vacancy more relevant, no more.

    `corrections`: typed word to the word taken instead. `unknown`: typed words that no vacancy has. `meant`: the text
    with words that hardly anybody uses in the spelling that many use.
    """

    things: tuple[Thing, ...] = ()
    welcome: tuple[str, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    meant: str | None = None

    @property
    def stems(self) -> frozenset[str]:
        """All stems that count as a hit, for highlights."""
        return frozenset(each for thing in self.things for way in thing.ways for each in way.stems)

    @property
    def is_hopeless(self) -> bool:
        """Something was typed, and no vacancy has a word of it."""
        return bool(self.unknown) and not self.things


class _Typed(NamedTuple):
    """A word that was typed, or the correction of one; `is_literal`: it stood in quotes."""

    word: text.Word
    is_literal: bool
    is_last: bool


def understand(snapshot: Snapshot, typed: str, prefix: bool = False, features: frozenset[str] = ALL_FEATURES) -> Wanted:
    """What `typed` looks for. Any text is harmless: it is only ever cut into words."""
    return _Reading(snapshot, typed[:MOST_CHARACTERS], prefix, features).wanted()


class _Reading:
    """One text on its way to what it looks for."""

    def __init__(self, snapshot: Snapshot, typed: str, prefix: bool, features: frozenset[str]) -> None:
        self.snapshot, self.typed, self.prefix, self.features = snapshot, typed, prefix, features
        self.corrections: dict[str, str] = {}
        self.unknown: list[str] = []
        self.likelier: list[tuple[int, int, str]] = []

    def wanted(self) -> Wanted:
        found = _telling(self.typed)
        words = [each for each in found if each.is_literal or each.word.form not in NOISE]
        in_trades = self.named(words)
        words = [self.spelled(word, number in in_trades) for number, word in enumerate(words)]
        things = dict.fromkeys(self.things(words))
        welcome = tuple(each.word.stem for each in found if each not in words and each.word.form in NOISE)
        return Wanted(tuple(things), welcome, self.corrections, tuple(self.unknown), self.meant())

    def named(self, words: Sequence[_Typed]) -> dict[int, trades.TradeFound]:
        """The trades among the words, at each of their places."""
        if not self.features & {"synonyms", "occupation_code"}:
            return {}
        free = [each.word if not each.is_literal else each.word._replace(stem="", form="") for each in words]
        return {place: found for found in trades.recognise(free) for place in range(found.start, found.end)}

    def spelled(self, typed: _Typed, is_trade: bool) -> _Typed:
        """The word itself, or its correction if no vacancy has it and it names nothing."""
        form, known = typed.word.form, self.is_known(typed.word.stem)
        if typed.is_literal or is_trade or "typos" not in self.features:
            return typed
        if known:
            self.look_for_likelier(typed.word)
            return typed
        if self.completions(typed) or comuni.find(form):
            return typed
        for correction in self.snapshot.vocabulary.corrections(form):
            word = typed.word._replace(form=correction, stem=stem(correction))
            if self.is_known(word.stem) or trades.recognise([word]):
                self.corrections[form] = correction
                return typed._replace(word=word)
        return typed

    def look_for_likelier(self, word: text.Word) -> None:
        """Note a word that hardly any vacancy has, that names nothing, and that is one slip away from a usual one."""
        in_titles, in_names, in_texts = (
            self.snapshot.searcher.doc_freq(field, word.stem) for field in ("title", "names", "body")
        )
        if in_names or max(in_titles, in_texts) > RARE or word.form in group_titles.words() or comuni.find(word.form):
            return
        if likelier := self.snapshot.vocabulary.likelier(word.form, in_titles):
            self.likelier.append((word.start, word.end, likelier))

    def meant(self) -> str | None:
        """The text in its likelier spelling."""
        respelled = self.typed
        for start, end, likelier in reversed(self.likelier):
            respelled = respelled[:start] + likelier + respelled[end:]
        return respelled if self.likelier else None

    def things(self, words: Sequence[_Typed]) -> list[Thing]:
        """The words as things, a trade of several words as one."""
        found, place = [], 0
        named = self.named(words)
        while place < len(words):
            trade = named.get(place)
            thing = self.trade(words, trade) if trade else None
            if trade and thing:
                found.append(thing)
                place = trade.end
                continue
            if single := self.single(words[place]):
                found.append(single)
            place += 1
        return found

    def trade(self, words: Sequence[_Typed], named: trades.TradeFound) -> Thing | None:
        """A trade by its typed name, its other names and its codes; None when no vacancy has any of them."""
        typed = tuple(each.word.stem for each in words[named.start : named.end])
        ways = [Way(typed)]
        if "synonyms" in self.features:
            ways += [Way(stems, is_typed=False) for stems in trades.synonyms(named)[:MOST_NAMES]]
        ways = [way for way in ways if self.is_said(way)]
        if words[named.end - 1].is_last:
            ways += [Way((*typed[:-1], whole)) for whole in self.completions(words[named.end - 1])]
        codes = self.used(named.codes)
        beside = tuple(each for each in typed if each not in HEADS) if len(typed) > 1 else ()
        if codes and all(self.snapshot.is_known(each) for each in beside):
            return Thing(typed, tuple(dict.fromkeys(ways)), codes, beside)
        return Thing(typed, tuple(dict.fromkeys(ways))) if ways else None

    def single(self, typed: _Typed) -> Thing | None:
        """One word in any of its forms, or in the title of a unit group; None when no vacancy has it."""
        whole = (typed.word.stem,) if self.snapshot.is_known(typed.word.stem) else ()
        stems = dict.fromkeys((*whole, *self.completions(typed)))
        codes = frozenset() if typed.is_literal else self.used(group_titles.codes(typed.word.stem))
        if not stems and not codes:
            self.unknown.append(typed.word.form)
            return None
        return Thing((typed.word.stem,), tuple(Way((each,)) for each in stems), codes)

    def is_said(self, way: Way) -> bool:
        """Whether every word of it is said by some vacancy, where it is looked for."""
        if way.is_typed:
            return all(self.snapshot.is_known(each) for each in way.stems)
        return all(self.snapshot.searcher.doc_freq("title", each) for each in way.stems)

    def is_known(self, stemmed: str) -> bool:
        return self.snapshot.is_known(stemmed) or bool(self.used(group_titles.codes(stemmed)))

    def used(self, codes: frozenset[str]) -> frozenset[str]:
        """Those of the unit groups that any vacancy has."""
        if "occupation_code" not in self.features:
            return frozenset()
        return frozenset(code for code in codes if self.snapshot.with_occupation(code))

    def completions(self, typed: _Typed) -> list[str]:
        """The stems of the most used words that begin like the last one, if it may be unfinished."""
        form = typed.word.form
        if not self.prefix or not typed.is_last or len(form) < 2:
            return []
        longer = self.snapshot.searcher.terms_with_prefix("forms", form, limit=_COMPLETIONS)
        return list(dict.fromkeys(stem(whole) for whole, _count in longer))


def _telling(typed: str) -> list[_Typed]:
    """The first different words that are no stop words; a word typed twice stands at its last place."""
    quoted = [found.span(1) for found in _QUOTED.finditer(typed)]
    found: dict[str, _Typed] = {}
    for word in text.words(typed):
        if word.form in text.STOP_WORDS:
            continue
        found.pop(word.stem, None)
        is_literal = any(start <= word.start and word.end <= end for start, end in quoted)
        found[word.stem] = _Typed(word, is_literal, False)
        if len(found) == MOST_WORDS:
            break
    words = list(found.values())
    return [*words[:-1], words[-1]._replace(is_last=True)] if words else []

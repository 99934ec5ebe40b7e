"""What the typed words look for: every word wanted, a trade by any of its names, a slip forgiven where nobody wrote so.

All things must occur; only when no vacancy has them all, fewer are asked for, and the answer says so. A word that no
vacancy knows is corrected when a likely one exists, otherwise it is left out of "all words" and named. What stands in
quotes is taken as it is written: no other name, no correction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from federation.search import conditions, group_titles, text, trades
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
    annunci annuncio assume assumono assunzione assunzioni bisogno c cerca cercano cercansi cercasi cerco disponibile
    fare faccio frontaliera frontaliere frontalieri ho impieghi impiego interessa lavorare lavori lavoro occupazione
    offerta offerte offresi offro opportunita posizione posizioni posti posto qualche qualcosa qualsiasi ricerchiamo
    selezioniamo so trovare urgente voglio vorrei
    """.split()  # noqa: SIM905
)

# What many notices leave open: such words are worth as much as others, where something else is wanted, but need not occur.
HOURS_OF_THE_DAY = frozenset("mattina mattine mattino pomeridiano pomeriggi pomeriggio sera serale serali".split())  # noqa: SIM905

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]")


class Way(NamedTuple):
    """One way to say a thing: all these stems; as it was typed, or by another name."""

    stems: tuple[str, ...]
    is_typed: bool = True


class Thing(NamedTuple):
    """One thing that is wanted: said in one of these ways, or meant by the unit group of the vacancy.

    `typed`: the stems that stand for it in the text, more than one for a trade of several words. `beside`: those that a
    vacancy of the unit group must say as well: whoever looks for a "saldatore TIG" is not served by every welder.
    `is_trade`: the words name a trade. `is_optional`: many notices leave it open (`HOURS_OF_THE_DAY`). `time`: the aspect
    of `conditions` that is wanted, in whatever words a vacancy says that it is so.
    """

    typed: tuple[str, ...]
    ways: tuple[Way, ...]
    codes: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    is_trade: bool = False
    is_optional: bool = False
    time: str | None = None


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
    """A word that was typed, or the correction of one; `is_literal`: it stood in quotes.

    `rare`: the stem that was typed where some vacancies have it and a likelier word is looked for too.
    """

    word: text.Word
    is_literal: bool
    is_last: bool
    rare: str | None = None

    def taken_for(self, form: str, rare: str | None = None) -> "_Typed":
        """Another word in its place."""
        return self._replace(word=self.word._replace(form=form, stem=stem(form)), rare=rare)


def looks_for_anything(typed: str) -> bool:
    """Whether a text says more than that somebody looks for work."""
    return any(each.is_literal or each.word.form not in NOISE for each in _telling(typed[:MOST_CHARACTERS]))


def understand(snapshot: Snapshot, typed: str, prefix: bool = False, features: frozenset[str] = ALL_FEATURES) -> Wanted:
    """What `typed` looks for. Any text is harmless: it is only ever cut into words."""
    return _Reading(snapshot, typed[:MOST_CHARACTERS], prefix, features).wanted()


class _Reading:
    """One text on its way to what it looks for."""

    def __init__(self, snapshot: Snapshot, typed: str, prefix: bool, features: frozenset[str]) -> None:
        self.snapshot, self.typed, self.prefix, self.features = snapshot, typed, prefix, features
        self.names = snapshot.names()
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
        return {place: found for found in trades.recognise(free, self.names) for place in range(found.start, found.end)}

    def spelled(self, typed: _Typed, is_trade: bool) -> _Typed:
        """The word itself; its correction if no vacancy has it and it names nothing; a likelier one where few have it."""
        form, known = typed.word.form, self.is_known(typed.word.stem)
        if typed.is_literal or is_trade or "typos" not in self.features:
            return typed
        if known:
            likelier = self.likelier_than(typed.word)
            if likelier is None:
                return typed
            self.likelier.append((typed.word.start, typed.word.end, likelier))
            return typed.taken_for(likelier, rare=typed.word.stem)
        if self.completions(typed) or comuni.find(form):
            return typed
        for correction in self.snapshot.vocabulary.corrections(form):
            corrected = typed.taken_for(correction)
            if likelier := self.likelier_than(corrected.word):  # somebody else's slip is no correction
                corrected = typed.taken_for(likelier, rare=corrected.word.stem)
            if self.is_known(corrected.word.stem) or trades.recognise([corrected.word], self.names):
                self.corrections[form] = corrected.word.form
                return corrected
        return typed

    def likelier_than(self, word: text.Word) -> str | None:
        """The usual word one slip away from one that hardly any vacancy has and that names nothing."""
        in_titles, in_names, in_texts = (
            self.snapshot.searcher.doc_freq(field, word.stem) for field in ("title", "names", "body")
        )
        if in_names or max(in_titles, in_texts) > RARE or word.form in group_titles.words() or comuni.find(word.form):
            return None
        return self.snapshot.vocabulary.likelier(word.form, in_titles)

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
            if wished := self.wished(words, place):
                found.append(wished)
                place += len(wished.typed)
                continue
            if single := self.single(words[place]):
                found.append(single)
            place += 1
        return found

    def wished(self, words: Sequence[_Typed], place: int) -> Thing | None:
        """The time that is wished for from a place on: "turno di notte", "weekend"."""
        if "understanding" not in self.features:
            return None
        wish = conditions.wished_at(["" if each.is_literal else each.word.form for each in words], place)
        if wish is None:
            return None
        typed = tuple(each.word.stem for each in words[place : place + wish[0]])
        return Thing(typed, tuple(Way((each,), is_typed=False) for each in typed), time=wish[1])

    def trade(self, words: Sequence[_Typed], named: trades.TradeFound) -> Thing | None:
        """A trade by its typed name, its other names and its codes; None when no vacancy has any of them."""
        said = words[named.start : named.end]
        typed = tuple(each.word.stem for each in said)
        ways = [Way(typed)]
        if any(each.rare for each in said):
            ways.append(Way(tuple(each.rare or each.word.stem for each in said)))
        if "synonyms" in self.features:
            ways += [Way(stems, is_typed=False) for stems in trades.synonyms(named, self.names)[:MOST_NAMES]]
        ways = [way for way in ways if self.is_said(way)]
        if words[named.end - 1].is_last:
            ways += [Way((*typed[:-1], whole)) for whole in self.completions(words[named.end - 1])]
        codes = self.used(named.codes)
        beside = tuple(each for each in typed if each not in HEADS) if len(typed) > 1 else ()
        if codes and all(self.snapshot.is_known(each) for each in beside):
            return Thing(typed, tuple(dict.fromkeys(ways)), codes, beside, is_trade=True)
        return Thing(typed, tuple(dict.fromkeys(ways)), is_trade=True) if ways else None

    def single(self, typed: _Typed) -> Thing | None:
        """One word in any of its forms, or in the title of a unit group; None when no vacancy has it."""
        whole = (typed.word.stem,) if self.snapshot.is_known(typed.word.stem) else ()
        stems = dict.fromkeys((*whole, *([typed.rare] if typed.rare else []), *self.completions(typed)))
        codes = frozenset() if typed.is_literal else self.used(group_titles.codes(typed.word.stem))
        if not stems and not codes:
            self.unknown.append(typed.word.form)
            return None
        ways = tuple(Way((each,)) for each in stems)
        return Thing((typed.word.stem,), ways, codes, is_optional=typed.word.form in HOURS_OF_THE_DAY)

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

"""What to offer while somebody types: work by its usual names, groups of occupations, comuni, employers, with counts.

The index keeps no titles, and titles as they were written ("ADDETTO/A MAGAZZINO urgente!!") are no good suggestions:
work is offered by the names of the table of trades, and beyond those by the typed words with the last one completed.
Each count is what the search behind the suggestion finds, so nothing is offered that leads to nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice, takewhile
from typing import NamedTuple

import tantivy

from federation.search import employers, places, text, words
from federation.search.index import Index
from federation.search.matching import Matching
from federation.search.narrowing import Narrowing
from federation.search.request import SearchRequest
from federation.search.snapshot import Snapshot
from federation.search.stems import stem
from schemas.codes import comuni, occupations, spelling
from schemas.codes.trades import trades

TITLE, OCCUPATION, COMUNE, EMPLOYER = "title", "occupation", "comune", "employer"
SHORTEST = 2  # letters
LONGEST = 80
SHARES = {TITLE: 4, OCCUPATION: 2, COMUNE: 2, EMPLOYER: 2}
"""How many of each kind come first; what is left of the list goes to whichever has more."""

_TRIED = 12  # candidates of one kind that are counted
_COMPLETIONS = 12


@dataclass(frozen=True, slots=True)
class Suggested:
    """`text` is what people read, `count` how many vacancies the search behind it finds.

    `value` is what that search takes: a text, a unit group, the code of a place, the folded name of an employer.
    """

    kind: str
    text: str
    value: str
    count: int


class _Name(NamedTuple):
    """A name of the trade or unit group `of`."""

    written: str
    of: str
    forms: tuple[str, ...]
    stems: tuple[str, ...]


_Names = list[tuple[str, _Name]]


class _Typed(NamedTuple):
    """The typed words: all but the last as written and as stems, and the last, which may be unfinished."""

    before: str
    stems: tuple[str, ...]
    first: str
    last: str

    def among(self, names: _Names) -> list[_Name]:
        """Those names of which it is the beginning, their words in any order."""
        first = bisect_left(names, (self.last,))
        found = dict.fromkeys(
            name for _form, name in takewhile(lambda entry: entry[0].startswith(self.last), islice(names, first, None))
        )
        return [name for name in found if not self.stems or set(name.stems).issuperset(self.stems)]

    def starts(self, forms: Sequence[str]) -> bool:
        """Whether something with these words begins with it."""
        return bool(forms) and forms[0].startswith(self.first)


def suggest(
    index: Index, typed: str, now: datetime, stale_origins: frozenset[str] = frozenset(), limit: int = 8
) -> list[Suggested]:
    """What somebody may be about to type, work first; nothing for less than two letters. Any text is harmless."""
    snapshot, read = index.snapshot(), _read(typed)
    if snapshot is None or read is None:
        return []
    counter = _Counter(snapshot, Narrowing(snapshot, SearchRequest(now=now, stale_origins=stale_origins)))
    kinds = {
        TITLE: _titles(counter, read),
        OCCUPATION: _groups(counter, read),
        COMUNE: _comuni(counter, typed),
        EMPLOYER: _employers(counter, typed),
    }
    found = {kind: list(islice(kinds[kind], share)) for kind, share in SHARES.items()}
    for kind, more in kinds.items():
        found[kind] += islice(more, max(limit - sum(map(len, found.values())), 0))
    return [each for those in found.values() for each in those][:limit]


def _read(typed: str) -> _Typed | None:
    found = [word for word in text.words(typed[:LONGEST]) if word.form not in text.STOP_WORDS]
    if not found or len(found[-1].form) < SHORTEST:
        return None
    *before, last = found
    return _Typed(typed[: last.start], tuple(word.stem for word in before), found[0].form, last.form)


class _Counter:
    """How many open vacancies of origins that are heard of there are of something; counted once a minute."""

    def __init__(self, snapshot: Snapshot, narrowing: Narrowing) -> None:
        self.snapshot, self.narrowing = snapshot, narrowing

    def of(self, kind: str, value: str, query: Callable[[], tantivy.Query]) -> int:
        """How many there are of a thing, and the query that finds them."""
        asked = kind, value, self.narrowing.minute, self.narrowing.request.stale_origins
        return self.snapshot.remember_count(asked, lambda: self.snapshot.count(self.narrowing.of(query())))

    def of_text(self, written: str) -> int:
        """Those that have everything that a text says; 0 where the search would have to give something up."""
        return self.of(TITLE, written, lambda: self._saying(written))

    def _saying(self, written: str) -> tantivy.Query:
        wanted = words.understand(self.snapshot, written)
        if not wanted.things or wanted.unknown:
            return tantivy.Query.empty_query()
        return Matching(self.snapshot, wanted).all_of_them()

    def in_titles(self, stems: Iterable[str]) -> int:
        """At most about so many have these words in their title."""
        return min((self.snapshot.searcher.doc_freq("title", each) for each in stems), default=0)


def _titles(counter: _Counter, typed: _Typed) -> Iterator[Suggested]:
    """Trades that have a name that begins like this, each once, then words that do."""
    ranked = sorted(
        typed.among(_trades_by_word()),
        key=lambda name: (not typed.starts(name.forms), -counter.in_titles(name.stems), name.written),
    )
    once = {name.of: name for name in reversed(ranked)}
    trades_first = [(name.written, name.stems) for name in ranked if once[name.of] is name][:_TRIED]
    said: set[frozenset[str]] = set()
    for written, stems in chain(trades_first, _completed(counter, typed)):
        meaning = frozenset(stems)
        count = 0 if meaning in said else counter.of_text(written)
        if count:
            said.add(meaning)
            yield Suggested(TITLE, written, written, count)


def _completed(counter: _Counter, typed: _Typed) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The typed text with its last word completed by those that titles have most often."""
    for form, _count in counter.snapshot.searcher.terms_with_prefix("forms", typed.last, limit=_COMPLETIONS):
        yield typed.before + form, (*typed.stems, stem(form))


def _groups(counter: _Counter, typed: _Typed) -> Iterator[Suggested]:
    snapshot = counter.snapshot
    names = typed.among(_groups_by_word())
    for name in sorted(names, key=lambda name: -snapshot.with_occupation(name.of))[:_TRIED]:
        count = counter.of(OCCUPATION, name.of, partial(snapshot.marked, OCCUPATION, [name.of]))
        if count:
            yield Suggested(OCCUPATION, name.written, name.of, count)


def _comuni(counter: _Counter, typed: str) -> Iterator[Suggested]:
    """Places whose name begins like this, the most populous first, then those abroad."""
    snapshot, begun = counter.snapshot, spelling.compact(typed[:LONGEST])
    names = _comuni_by_name()
    first = bisect_left(names, (begun, 0, ""))
    starting = takewhile(lambda entry: entry[0].startswith(begun), islice(names, first, None))
    codes = [istat for _name, _people, istat in sorted(starting, key=lambda entry: entry[1])][:_TRIED]
    codes += [code for code in snapshot.places_abroad if spelling.compact(places.name(code) or "").startswith(begun)]
    for code in dict.fromkeys(codes):
        count = counter.of(COMUNE, code, partial(snapshot.marked, COMUNE, [code]))
        if count:
            yield Suggested(COMUNE, places.name(code) or code, code, count)


def _employers(counter: _Counter, typed: str) -> Iterator[Suggested]:
    """Employers whose name, from one of its words on, begins like this."""
    snapshot, begun = counter.snapshot, " ".join(word.form for word in text.words(typed[:LONGEST]))
    led_to = snapshot.searcher.terms_with_prefix("employer", begun, limit=_TRIED)
    for folded in dict.fromkeys(employers.folded_of(term) for term, _count in led_to):
        count = counter.of(EMPLOYER, folded, partial(snapshot.of_employers, [folded]))
        if count:
            yield Suggested(EMPLOYER, snapshot.written(folded), folded, count)


@cache
def _comuni_by_name() -> list[tuple[str, int, str]]:
    """(compact name, minus the people, ISTAT code) of both names of all comuni, sorted."""
    return sorted(
        (spelling.compact(name), -each.population, each.istat)
        for each in comuni.ALL
        for name in (each.name, each.other_name)
        if name
    )


@cache
def _trades_by_word() -> _Names:
    return _by_word((name, trade.name) for trade in trades() for name in trade.names)


@cache
def _groups_by_word() -> _Names:
    return _by_word((group.title_it, group.code) for group in occupations.groups(occupations.UNIT_GROUP_DIGITS))


def _by_word(names: Iterable[tuple[str, str]]) -> _Names:
    """Names and what they are names of, at each of their words, sorted."""
    found = []
    for written, of in names:
        name = _Name(written, of, tuple(text.forms(written)), tuple(text.stems(written)))
        found += [(form, name) for form in name.forms]
    return sorted(found)

"""What the typed words look for: every word wanted, forgiving a slip where nobody wrote that word.

All words must occur; only when no vacancy has them all, fewer are asked for, and the answer says so. A word that no
vacancy knows is corrected when a likely one exists, otherwise it is left out of "all words" and named.
"""

from dataclasses import dataclass, field

import tantivy

from federation.search import text
from federation.search.documents import WEIGHTS
from federation.search.snapshot import Snapshot
from federation.search.stems import stem

MOST_WORDS = 24
MOST_CHARACTERS = 10_000
_COMPLETIONS = 12
_OTHER_FIELDS = 0.1  # what a word's hits in further fields add to its best one

# What people type around the thing that they look for: such words may occur ("direttore lavori") but need not.
NOISE = frozenset(
    """
    annunci annuncio assume assumono assunzione assunzioni cerca cercano cercansi cercasi cerco impieghi impiego
    lavorare lavori lavoro offerta offerte offresi offro opportunita posizione posizioni posti posto ricerchiamo
    selezioniamo urgente vorrei
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The typed words as stems: each of `words` is a tuple of alternatives, any of which satisfies it.

    `welcome`: stems of noise words, which make a vacancy more relevant but are not asked for. `corrections`: typed word
    to the word taken instead. `unknown`: typed words that no vacancy has.
    """

    words: tuple[tuple[str, ...], ...] = ()
    welcome: tuple[str, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def stems(self) -> frozenset[str]:
        """All stems that count as a hit, for highlights."""
        return frozenset(each for word in self.words for each in word)

    @property
    def is_hopeless(self) -> bool:
        """Something was typed, and no vacancy has a word of it."""
        return bool(self.unknown) and not self.words


def understand(snapshot: Snapshot, typed: str, prefix: bool = False) -> Wanted:
    """What `typed` looks for. Any text is harmless: it is only ever cut into words."""
    found = _telling(typed[:MOST_CHARACTERS])
    words: dict[tuple[str, ...], None] = {}
    corrections: dict[str, str] = {}
    unknown = []
    for place, word in enumerate(found):
        if word.form in NOISE:
            continue
        alternatives = [word.stem] if snapshot.is_known(word.stem) else []
        if prefix and place == len(found) - 1:
            alternatives += _completions(snapshot, word.form)
        if not alternatives:
            correction = snapshot.vocabulary.correction(word.form)
            if correction is None or not snapshot.is_known(stem(correction)):
                unknown.append(word.form)
                continue
            corrections[word.form] = correction
            alternatives = [stem(correction)]
        words[tuple(dict.fromkeys(alternatives))] = None
    welcome = tuple(word.stem for word in found if word.form in NOISE)
    return Wanted(tuple(words), welcome, corrections, tuple(unknown))


def _telling(typed: str) -> list[text.Word]:
    """The first different words that are no stop words; a word typed twice stands at its last place."""
    found: dict[str, text.Word] = {}
    for word in text.words(typed):
        if word.form in text.STOP_WORDS:
            continue
        found.pop(word.stem, None)
        found[word.stem] = word
        if len(found) == MOST_WORDS:
            break
    return list(found.values())


def _completions(snapshot: Snapshot, form: str) -> list[str]:
    """The stems of the most used words that begin like an unfinished one of at least two letters."""
    if len(form) < 2:
        return []
    return [stem(whole) for whole, _count in snapshot.searcher.terms_with_prefix("forms", form, limit=_COMPLETIONS)]


def query_all(snapshot: Snapshot, wanted: Wanted) -> tantivy.Query:
    """Vacancies that have every word; those that also have welcome ones score more."""
    asked = [(tantivy.Occur.Must, _query_word(snapshot, word)) for word in wanted.words]
    asked += [(tantivy.Occur.Should, _query_word(snapshot, (each,))) for each in wanted.welcome]
    return tantivy.Query.boolean_query(asked)


def query_some(snapshot: Snapshot, wanted: Wanted, at_least: int) -> tantivy.Query:
    """Vacancies that have so many of the words."""
    asked = [(tantivy.Occur.Should, _query_word(snapshot, word)) for word in wanted.words]
    return tantivy.Query.boolean_query(asked, minimum_number_should_match=at_least)


def _query_word(snapshot: Snapshot, alternatives: tuple[str, ...]) -> tantivy.Query:
    """A word in any field; its best field counts, so that a word in title and trade is not two words."""
    terms = [
        tantivy.Query.boost_query(tantivy.Query.term_query(snapshot.schema, name, each, "freq"), weight)
        for each in alternatives
        for name, weight in WEIGHTS.items()
    ]
    return tantivy.Query.disjunction_max_query(terms, _OTHER_FIELDS)

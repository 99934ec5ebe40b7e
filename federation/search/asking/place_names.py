"""The names of places as phrases: comuni, the places of Ticino, provinces, regions.

A name is known as it is written officially, without its small words ("Reggio Emilia"), with a short saint
("S. Donato"), in one word, by a former name, by its postal code, and by its first word where that tells enough
("Laveno"). The tables are built at the first search, in about half a second, and kept.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from federation.search import places
from federation.search.asking.ordinary import ORDINARY, UNTELLING_HEADS
from schemas.codes import comuni, spelling, ticino
from schemas.codes.comuni import register
from schemas.codes.comuni.abbreviations import CONNECTIVES, SAINTS
from schemas.codes.phrases import Phrases, spread

SHORTEST_PLAIN = 4
_SHORT_AND_PLAIN = frozenset(("rho", "bra"))
_SHORTEST_HEAD = 5
_SHORTEST_JOINED = 9
_MOST_OF_A_HEAD = 8
# Places of work that are no comuni, each with the comune in whose surroundings they lie.
_LANDMARKS = {
    "012068": ("aeroporto|terminal|- di|- malpensa", "malpensa aeroporto|airport|cargo"),
    "015205": ("aeroporto di|- linate", "linate"),
    "012087": ("lago maggiore",),
    "012072": ("lago di varese",),
    "012113": ("lago|- ceresio", "valceresio", "lago di lugano"),
    "013250": ("lago di como", "lario"),
}

_MUCH_GREATER = 5  # so many times more people: then the shortened name means the greater one too

Phrase = tuple[str, ...]
Bearers = dict[str, tuple[comuni.Comune, ...]]
"""By phrase, as one text: as tuples of words, in sets, they would take three times the memory while they are built."""


class Named(NamedTuple):
    """The places that bear a name, the most populous first; `needs_clue`: it is an ordinary word as well."""

    codes: tuple[str, ...]
    needs_clue: bool = False


@cache
def comuni_and_abroad() -> Phrases[Named]:
    """Every name of a comune or of a place of Ticino, with the codes that it may mean."""
    bearers = _exact()
    for head, those in _heads().items():
        if len(those) <= _MOST_OF_A_HEAD:
            bearers[head] = _with_head(_best_first(bearers.get(head, ())), _best_first(those))
    named = {phrase: tuple(each.istat for each in _best_first(those)) for phrase, those in bearers.items()}
    for phrase, code in _wholes(_LANDMARKS):
        named.setdefault(" ".join(phrase), (code,))
    for phrase, code in _abroad():
        named[" ".join(phrase)] = (*named.get(" ".join(phrase), ()), code)
    return Phrases(_with_meanings(named))


def _with_meanings(named: dict[str, tuple[str, ...]]) -> Iterator[tuple[Phrase, Named]]:
    """A place has many spellings: the meaning that they share is kept once."""
    once: dict[Named, Named] = {}
    for text, codes in named.items():
        phrase = tuple(text.split())
        meaning = Named(codes, _is_ordinary(phrase))
        yield phrase, once.setdefault(meaning, meaning)


def _exact() -> Bearers:
    found: Bearers = {}
    for each in comuni.ALL:
        for phrase in {*_spellings(spelling.words(each.name)), *_spellings(spelling.words(each.other_name))}:
            _add(found, phrase, each)
        for cap in each.cap.split():
            _add(found, (cap,), each)
    for istat, names in register.former_names().items():
        bearer = comuni.comune(istat)
        for phrase in (spelling.words(name) for name in names):
            if bearer is not None and " ".join(phrase) not in found:
                _add(found, phrase, bearer)
    return found


def _add(found: Bearers, phrase: Phrase, bearer: comuni.Comune) -> None:
    text = " ".join(phrase)
    found[text] = (*found.get(text, ()), bearer)


def _spellings(name: Phrase) -> Iterator[Phrase]:
    """A name as people write it; nothing for a blank name."""
    if not name:
        return
    yield name
    telling = tuple(word for word in name if word not in CONNECTIVES)
    yield telling
    for words in (name, telling):
        if not SAINTS.isdisjoint(words) and len(words) > 1:
            yield tuple("s" if word in SAINTS else word for word in words)
    if len(name) > 1 and len("".join(name)) >= _SHORTEST_JOINED:
        yield ("".join(name),)


def _heads() -> Bearers:
    """The first word of longer names; of a saint, the first two."""
    found: Bearers = {}
    for each in comuni.ALL:
        name = tuple(word for word in spelling.words(each.name) if word not in CONNECTIVES)
        if len(name) > 2 and name[0] in SAINTS:
            for saint in {name[0], "s"}:
                _add(found, (saint, name[1]), each)
        elif len(name) > 1 and len(name[0]) >= _SHORTEST_HEAD and name[0] not in UNTELLING_HEADS | SAINTS:
            _add(found, name[:1], each)
    return found


def _with_head(exact: tuple[comuni.Comune, ...], those: tuple[comuni.Comune, ...]) -> tuple[comuni.Comune, ...]:
    """Who bears the name itself is meant, unless a much greater comune is called so for short."""
    if exact and exact[0].population * _MUCH_GREATER >= those[0].population:
        return exact
    return (*exact, *those)


def _best_first(those: Iterable[comuni.Comune]) -> tuple[comuni.Comune, ...]:
    return tuple(sorted(those, key=lambda each: (-each.population, each.istat)))


def _is_ordinary(phrase: Phrase) -> bool:
    if len(phrase) > 1:
        return False
    return phrase[0] in ORDINARY or (len(phrase[0]) < SHORTEST_PLAIN and phrase[0] not in _SHORT_AND_PLAIN)


def _abroad() -> Iterator[tuple[Phrase, str]]:
    for place in ticino.PLACES:
        yield spelling.words(place.locality), places.code_of(place._asdict())
    by_locality = {place.locality: place for place in ticino.PLACES}
    for village, locality in ticino.VILLAGES.items():
        yield spelling.words(village), places.code_of(by_locality[locality]._asdict())


# Said of a province without the word "provincia".
_PROVINCE_BY_ANOTHER_NAME = {
    "VA": ("alto|basso|- varesotto",),
    "MB": ("brianza", "monza e|- brianza"),
    "MI": ("hinterland milanese|di|- milano|-",),
    "VB": ("vco", "verbano cusio ossola", "ossola", "verbano"),
    "BG": ("bergamasca",),
    "PV": ("lomellina", "oltrepo pavese|-"),
    "SO": ("valtellina",),
    "BI": ("biellese",),
    "VC": ("valsesia",),
}
_PROVINCE_BY_NAME_TOO = {
    "MB": ("monza", "monza brianza"), "RE": ("reggio emilia",), "FC": ("forli",), "PU": ("pesaro urbino",),
    "VB": ("verbania", "vco"), "BT": ("bat",), "MS": ("massa", "carrara"),
}  # fmt: skip
_REGION_BY_ANOTHER_NAME = {
    "Emilia-Romagna": ("emilia", "romagna"),
    "Friuli-Venezia Giulia": ("friuli", "fvg"),
    "Trentino-Alto Adige/Südtirol": ("trentino", "alto adige", "sudtirol"),
    "Valle d'Aosta/Vallée d'Aoste": ("valle d aosta", "val d aosta", "vallee d aoste"),
}
_ABROAD = ("svizzera", "all estero", "canton|cantone|- ticino", "canton grigioni", "oltre confine", "oltreconfine")


@cache
def provinces_by_name() -> Phrases[str]:
    """What follows "provincia di": names and sigle, to the sigla."""
    found: dict[Phrase, str] = {}
    for each in comuni.ALL:
        found[(each.sigla.lower(),)] = each.sigla
        for name in (each.province, *each.province.split("/")):
            found[spelling.words(name)] = each.sigla
    for sigla, names in _PROVINCE_BY_NAME_TOO.items():
        found |= {phrase: sigla for name in names for phrase in spread(name)}
    return Phrases([*found.items(), *_wholes(_PROVINCE_BY_ANOTHER_NAME)])


@cache
def areas() -> Phrases[tuple[str, str]]:
    """Names that say by themselves which province or region they are, to the filter and its value."""
    regions = {each.region for each in comuni.ALL}
    found = {spelling.words(name): region for region in regions for name in (region, *region.split("/"))}
    named = [(phrase, ("region", region)) for phrase, region in [*found.items(), *_wholes(_REGION_BY_ANOTHER_NAME)]]
    nicknamed = [(phrase, ("province", sigla)) for phrase, sigla in _wholes(_PROVINCE_BY_ANOTHER_NAME)]
    abroad = [(phrase, ("province", places.ABROAD)) for pattern in _ABROAD for phrase in spread(pattern)]
    return Phrases([*named, *nicknamed, *abroad])


def _wholes(names: dict[str, tuple[str, ...]]) -> Iterator[tuple[Phrase, str]]:
    for value, patterns in names.items():
        for pattern in patterns:
            for phrase in spread(pattern):
                yield phrase, value


@cache
def first_words() -> frozenset[str]:
    """The words with which the name of a comune begins."""
    return frozenset(spelling.words(each.name)[0] for each in comuni.ALL)


@cache
def sigle() -> frozenset[str]:
    """The codes of the provinces in small letters."""
    return frozenset(each.sigla.lower() for each in comuni.ALL)

"""What is not wanted: "no turni notturni", "senza partita iva", "tranne Milano", "non call center".

A refusal reaches as far as people mean it to: over a known phrase, a code or a place, otherwise over a word or two, and
it ends at a comma, at the next filter and at the name of a trade ("no call center magazziniere").
"""

from collections.abc import Callable
from functools import cache

from federation.search import text, trades
from federation.search.asking.reading import Found, Reading, Refused
from schemas.codes import spoken_licences
from schemas.codes.phrases import BREAK, Phrases, spread

_LEADS = (
    "no|non|niente|senza|nessun|nessuno|nessuna|tranne|eccetto|salvo|fuorche|evitare|escludere", "ma non|no",
    "escluso|esclusa|esclusi|escluse", "tutto|tutti|qualsiasi tranne|eccetto|salvo|escluso|meno",
    "ad|- eccezione di", "a parte", "non voglio|cerco|faccio|posso|vorrei|gradisco",
    "non mi interessa|interessano",
)  # fmt: skip
_FILLERS = frozenset(
    """
    a ad al alla alle ai il lo la i gli le l un una di d del della dei delle da in per con su voglio cerco fare faccio
    lavoro lavori lavorare orario orari contratto contratti offerte annunci ho serve occorre richiesta richiesto
    necessaria necessario obbligo vincolo bisogno avere il mi
    """.split()  # noqa: SIM905
)

# They begin with a refusal and refuse nothing.
_REFUSING_NOTHING = (
    "non|no profit|stop|food|code", "non udenti|vedenti|udente|vedente|autosufficienti|autosufficiente|comunitari",
    "non qualificato|qualificata|qualificati|qualificate|specializzato|specializzati|alimentare|alimentari|solo|medico",
    "senza glutine|dimora|fili|tetto", "senza fissa dimora", "nessuno escluso", "salvo buon fine",
)  # fmt: skip

# Each refused thing with the groups of words that would say it in a notice: the words of one group stand together.
_TIMES = {
    ("notte", "notturno", "ciclo continuo", "h24"): (
        "turno|turni|orario|orari|lavoro|lavori|- notturno|notturni|notturna|notturne", "turno|turni|lavoro|- di|- notte|notti",
    ),
    ("weekend", "fine settimana", "sabato", "domenica"): ("weekend|weekends", "week end", "fine settimana"),
    ("sabato",): ("sabato|sabati",),
    ("domenica", "weekend", "fine settimana"): ("domenica|domeniche",),
    ("festivi",): ("festivi|festivo|feste", "giorni festivi"),
}  # fmt: skip
_THINGS = _TIMES | {
    ("call center", "telemarketing"): ("call center|centre|centers", "callcenter", "telemarketing"),
    ("centro commerciale",): ("centro|centri commerciale|commerciali",),
    ("porta a porta",): ("vendita|vendite|- porta a porta", "door to door"),
    ("automunito", "auto propria"): (
        "auto|macchina propria|-", "automunito|automunita|automuniti", "mezzo|mezzi proprio|propri|-", "mezzi di trasporto",
    ),
    ("diploma", "laurea"): ("titolo|titoli di|- studio|studi",),
    ("laurea",): ("laurea|lauree|laureato|laureata",),
    ("diploma",): ("diploma|diplomi|diplomato|diplomata",),
    ("inglese",): ("inglese", "lingua inglese"),
    ("vendita diretta",): ("vendita diretta",),
    ("trasferte",): ("trasferte|trasferta", "trasferte estero", "trasferte all estero"),
    ("reperibilita",): ("reperibilita",),
    ("straordinari",): ("straordinari|straordinario",),
}  # fmt: skip
_BY_CONTRACT = {"somministrazione": ("agenzia|agenzie interinale|interinali|per|- lavoro|-", "interinali|interinale")}

_EITHER = frozenset(("o", "oppure", "ne", "nemmeno", "neanche"))
_AND = frozenset(("e", "ed", "ma"))
_JOINTS = _EITHER | _AND
_MOST_WORDS = 3
_NEVER_REFUSED = frozenset(("radius_km", "since"))

Stems = tuple[tuple[str, ...], ...]
Recognise = Callable[[Reading, int], Found | None]


@cache
def _leads() -> Phrases[bool]:
    nothing = ((phrase, False) for each in _REFUSING_NOTHING for phrase in spread(each))
    return Phrases([*((phrase, True) for each in _LEADS for phrase in spread(each)), *nothing])


@cache
def _things() -> Phrases[Stems]:
    return Phrases(
        (phrase, _stems(said)) for said, patterns in _THINGS.items() for each in patterns for phrase in spread(each)
    )


@cache
def _times() -> frozenset[Stems]:
    return frozenset(map(_stems, _TIMES))


def _stems(said: tuple[str, ...]) -> Stems:
    return tuple(tuple(text.stems(each)) for each in said)


@cache
def _contracts() -> Phrases[str]:
    return Phrases(
        (phrase, code) for code, patterns in _BY_CONTRACT.items() for each in patterns for phrase in spread(each)
    )


def refused_at(reading: Reading, at: int, recognise: Recognise) -> Refused | Found | None:
    """The refusal that begins with token `at`; a Found for words that only look like one.

    `recognise` tells which filter begins at a token.
    """
    lead = _leads().longest(reading.forms, at)
    if lead is None:
        return None
    if not lead[1]:
        return Found(at, at + lead[0])
    first = _skip_fillers(reading, at + lead[0], recognise)
    target = _known_at(reading, first, recognise)
    if target is None and not _says_of_a_thing(reading, at):
        target = _words_at(reading, first, recognise)
    return _with_further(reading, target._replace(first=at), recognise) if target else None


def _says_of_a_thing(reading: Reading, at: int) -> bool:
    """Whether this "non" belongs to the word before it: "controlli non distruttivi", "guardia non armata"."""
    return reading.form(at) == "non" and reading.form(at - 1) != BREAK and reading.form(at - 1) not in _JOINTS


def refused_behind(reading: Reading, at: int, recognise: Recognise) -> Refused | None:
    """What is refused by a "no" at its end: "turni no", "trasferte no"."""
    known = _known_at(reading, at, recognise)
    if known is None or reading.form(known.end) != "no" or reading.form(known.end + 1) != BREAK:
        return None
    return known._replace(end=known.end + 1)


def _skip_fillers(reading: Reading, at: int, recognise: Recognise) -> int:
    """The first token behind small words, unless what is refused begins with one: "non a Milano", "no a chiamata"."""
    while reading.form(at) in _FILLERS and not _known_at(reading, at, recognise):
        at += 1
    return at


def _known_at(reading: Reading, at: int, recognise: Recognise) -> Refused | None:
    """A thing, a code or a place that people refuse."""
    if reading.form(at) == BREAK:
        return None
    known = []
    if thing := _things().longest(reading.forms, at):
        known.append(Refused(at, at + thing[0], {}, thing[1]))
    if contract := _contracts().longest(reading.forms, at):
        known.append(Refused(at, at + contract[0], {"contract": (contract[1],)}, ()))
    found = recognise(reading, at)
    if found and found.meant and found.meant[0].name not in _NEVER_REFUSED:
        known.append(Refused(found.first, found.end, _filters(found), ()))
    return max(known, key=lambda each: each.end, default=None)


def _filters(found: Found) -> dict[str, tuple[str, ...]]:
    """What is refused, by the name of the facet that counts it. Who has no licence has none of the road."""
    filters: dict[str, tuple[str, ...]] = {}
    for name, value, _ambiguous in found.meant:
        facet = "comune" if name == "near" else name
        filters[facet] = (*filters.get(facet, ()), str(value))
    if filters.get("licence") == (spoken_licences.ORDINARY,):
        filters["licence"] = spoken_licences.ROAD
    return filters


def _target_at(reading: Reading, at: int, recognise: Recognise) -> Refused | None:
    return _known_at(reading, at, recognise) or _words_at(reading, at, recognise)


def _words_at(reading: Reading, first: int, recognise: Recognise) -> Refused | None:
    """The words refused: to the end of the thought if it is near, else up to the next filter, refusal or trade."""
    at, told = first, 0
    while told < _MOST_WORDS and not _ends_before(reading, at, first, recognise):
        told += reading.form(at) not in text.STOP_WORDS
        at += 1
    while at > first and reading.form(at - 1) in text.STOP_WORDS:
        at -= 1
    stems = tuple(text.stems(reading.written(first, at))) if at > first else ()
    return Refused(first, at, {}, (stems,)) if stems else None


def _ends_before(reading: Reading, at: int, first: int, recognise: Recognise) -> bool:
    """Whether words refused from `first` on end here. A trade may be the first of them: "no barista"."""
    if reading.form(at) == BREAK or _leads().longest(reading.forms, at):
        return True
    if at == first:
        return False
    if reading.form(at) in _JOINTS or _known_at(reading, at, recognise):
        return True
    return bool(trades.recognise(list(text.words(reading.written(at, at + 1)))))


def _with_further(reading: Reading, target: Refused, recognise: Recognise) -> Refused:
    """The refusal with what is refused in the same breath: "no notti né festivi", "no sabato, domenica".

    Over a comma, or over nothing, only times go on: whoever types "no call center, part time" wants the second.
    """
    last = target
    while target.end < len(reading):
        joint = reading.form(target.end)
        first = target.end + (joint in _JOINTS or joint == BREAK)
        if joint in _EITHER:
            following = _target_at(reading, _skip_fillers(reading, first, recognise), recognise)
        elif joint in _AND or last.stems in _times():
            following = _alike_at(reading, first, last, recognise)
        else:
            break
        if following is None:
            break
        target, last = _together(target, following), following
    return target


def _together(one: Refused, other: Refused) -> Refused:
    filters = dict(one.filters)
    for facet, codes in other.filters.items():
        filters[facet] = tuple(dict.fromkeys((*filters.get(facet, ()), *codes)))
    return Refused(one.first, other.end, filters, (*one.stems, *other.stems))


def _alike_at(reading: Reading, at: int, last: Refused, recognise: Recognise) -> Refused | None:
    """A further thing, or a code of the filter that was refused last: "no Milano e Como", but "no stage e part time"."""
    following = _known_at(reading, at, recognise)
    return following if following and following.filters.keys() == last.filters.keys() else None

"""Where: a comune, a radius around it, a province, a region, across the border.

A place is not a word that a notice must contain: who types "Gallarate" takes work in the next village too. So it becomes
a filter, with the small words around it ("vicino a Gallarate (VA) e dintorni"), as long as it can be nothing else. The
name of a street is no place, and an ordinary word is one only with a clue (see `federation.search.asking.ordinary`).
"""

import re
from functools import cache

from federation.search import places
from federation.search.asking import place_names
from federation.search.asking.ordinary import IDIOMS
from federation.search.asking.place_names import SHORTEST_PLAIN, Named
from federation.search.asking.reading import Found, Meant, Reading
from schemas.codes import comuni
from schemas.codes.phrases import BREAK, Phrases, spread
from schemas.search import RADIUS_MAX_KM

_STRONG, _WEAK = True, False
_LEADS = {
    _STRONG: (
        "in|- zona|zone di|-", "vicino|vicina|vicini a|ad|-", "nei pressi di", "nelle|- vicinanze di", "nei|- dintorni di",
        "intorno|attorno a|ad", "a|ad", "a|- citta di", "sede|sedi di|- lavoro|- a|ad|-", "residente|residenti a|ad",
        "in|nel comune di", "distanza|distante|lontano da", "provenienti da",
    ),
    _WEAK: ("in|di|da|per|su|verso|presso|tra|fra|nel|nella|nelle|dal", "tutta la", "in tutta la|-", "area|areale di|-"),
}  # fmt: skip
_PROVINCE = (
    "in|nella|della|tutta|- la|- provincia|prov|province di|del|della|dell|-", "in|- pv di", "province di",
    "tutta la provincia di|del|-",
)  # fmt: skip
_REGION = ("in|- regione", "tutta la|- regione")
_RADIUS = (
    "entro|max|massimo|circa|distanza|raggio|a|- max|massimo|circa|-", "nel|in|- un|- raggio di|- max|massimo|-",
    "non|- oltre|superiore a|i|-", "a meno di", "fino a", "non piu di|lontano di|-", "entro un|- raggio di|- circa|-",
    "distanza|distante massima|max|- di|-",
)  # fmt: skip
_KM = frozenset(("km", "chilometri", "chilometro", "kilometri", "kilometro", "kms"))
_AROUND = (
    "e|o dintorni|vicinanze|limitrofi|limitrofe|circondario|paraggi",
    "e|o comuni|paesi|zone|zona limitrofi|limitrofe|vicini",
)
_PARTS_OF_A_TOWN = frozenset(("centro", "citta", "nord", "sud", "est", "ovest"))
_PROVINCE_TOO = ("e|in provincia|prov|hinterland", "tutta la provincia")
_IDLE = (
    "vicino|vicinanze a|- casa|me", "vicino|vicinanze a casa mia", "in|nella mia|- zona", "nelle vicinanze",
    "dalle mie parti", "ovunque in|- italia|-", "dappertutto", "nei dintorni", "zona|zone", "in|- tutta italia",
)  # fmt: skip

# Here the name of a place is none.
_NO_PLACE = (
    "taglio|tagliare|sfalcio|sfalciare|rasare dell|l|- erba", "america|musica|ballo|balli|cucina latina",
    "prosciutto|crudo di|- parma", "gorgonzola|taleggio dop", "gru a ponte", "crema pasticcera", "san marino", "manutenzione prato|prati",
    "capo|responsabile|coordinatore|direttore|manager di|- zona",
)  # fmt: skip
_STREETS = frozenset(("via", "viale", "piazza", "piazzale", "largo", "vicolo", "strada"))
_NOT_A_SIGLA_IN_SMALL_LETTERS = frozenset(("no",))
_SIGLE_WITH_ANOTHER_MEANING = frozenset(
    """
    al at ba bi bo bt ce ct fe im it le li lo me ms no or pa pc pe pi po pr pt re ri ro sa si sp sr ss su te to tp tr tv ve vi vr
    """.split()  # noqa: SIM905
)
_ITALIAN_MARCHE = "Marche"
_LONGEST_SHORTENED = 4
_CUT_SHORT = re.compile(r"\w[./]")


@cache
def _leads() -> Phrases[bool]:
    return Phrases((phrase, kind) for kind, patterns in _LEADS.items() for each in patterns for phrase in spread(each))


@cache
def _phrases(patterns: tuple[str, ...]) -> Phrases[bool]:
    return Phrases((phrase, True) for each in patterns for phrase in spread(each))


def place_at(reading: Reading, at: int) -> Found | None:
    """What the text says about the place of work from token `at` on; the longest reading, or None."""
    if reading.form(at) == BREAK:
        return None
    if otherwise := _phrases(_NO_PLACE).longest(reading.forms, at):
        return Found(at, at + otherwise[0])
    radius = _radius_at(reading, at)
    if radius:
        return radius
    lead = _leads().longest(reading.forms, at)
    first, is_strong = (at + lead[0], lead[1]) if lead else (at, reading.form(at - 1) in _KM)
    found = [_province_at(reading, at), _area_at(reading, at, first), _comune_at(reading, at, first, is_strong)]
    if lead:  # "Città di Castello" begins like one and is none
        found.append(_comune_at(reading, at, at, _WEAK))
    found.append(_idle_at(reading, at))
    return max((each for each in found if each), key=lambda each: each.end, default=None)


def _idle_at(reading: Reading, at: int) -> Found | None:
    """Words about a place that name none: "vicino a casa", "zona" before what is no comune."""
    idle = _phrases(_IDLE).longest(reading.forms, at)
    return Found(at, at + idle[0], idle=True) if idle else None


def _radius_at(reading: Reading, at: int) -> Found | None:
    """ "entro 10 km", "nel raggio di 20 km", "+ 5km"; what is too far to make sense is cut to the greatest radius."""
    lead = _phrases(_RADIUS).longest(reading.forms, at)
    number = at + (lead[0] if lead else 0)
    if not reading.form(number).isdecimal() or reading.form(number + 1) not in _KM:
        return None
    return Found(at, number + 2, (Meant("radius_km", min(int(reading.form(number)), RADIUS_MAX_KM)),))


def _province_at(reading: Reading, at: int) -> Found | None:
    """ "provincia di Como", "prov. VA"."""
    lead = _phrases(_PROVINCE).longest(reading.forms, at)
    if not lead or at + lead[0] >= len(reading):
        return None
    first = at + lead[0]
    opened = reading.form(first) == BREAK
    named = (
        place_names.provinces_by_name().longest(reading.forms, first + opened)
        if first + opened < len(reading)
        else None
    )
    if named is None:
        return None
    end = first + opened + named[0]
    return Found(at, end + (opened and end < len(reading)), (Meant("province", named[1]),))


def _area_at(reading: Reading, at: int, first: int) -> Found | None:
    """A region, a part of the country that is called so, Switzerland."""
    region = _phrases(_REGION).longest(reading.forms, at)
    first = at + region[0] if region else first
    if first >= len(reading):
        return None
    named = place_names.areas().longest(reading.forms, first)
    if named is None:
        return None
    length, (name, value) = named
    if value == _ITALIAN_MARCHE and first == at:  # "marche" are brands as well
        return None
    return Found(at, first + length, (Meant(name, value),))


def _comune_at(reading: Reading, at: int, first: int, is_strong: bool) -> Found | None:
    if first >= len(reading) or reading.form(at - 1) in _STREETS:
        return None
    told = _named_at(reading, first)
    if told is None:
        return None
    length, named = told
    codes, end = _with_sigla(reading, first + length, named.codes)
    has_sigla = end > first + length
    if named.needs_clue and not has_sigla and not _has_clue(reading, at, first, is_strong):
        return None
    if province := _phrases(_PROVINCE_TOO).longest(reading.forms, end) if end < len(reading) else None:
        return Found(at, end + province[0], (Meant("province", places.province(codes[0]) or places.ABROAD),))
    if around := _phrases(_AROUND).longest(reading.forms, end) if end < len(reading) else None:
        end += around[0]
    elif reading.form(end) in _PARTS_OF_A_TOWN and reading.form(end + 1) == BREAK:
        end += 1
    return Found(at, end, (Meant("near", codes[0], codes[1:]),))


def _named_at(reading: Reading, first: int) -> tuple[int, Named] | None:
    """(tokens, places) of the longest name that begins here, shortened ones included: "Busto A.", "Castelletto S/T"."""
    told = place_names.comuni_and_abroad().longest(reading.forms, first)
    if reading.form(first) not in place_names.first_words() and not _is_cut_short(reading, first):
        return told
    for length in range(_LONGEST_SHORTENED, told[0] if told else 1, -1):
        found = _shortened(reading, first, first + length)
        if found:
            return length, Named(found)
    return told


def _shortened(reading: Reading, first: int, end: int) -> tuple[str, ...]:
    """The comuni whose name the tokens cut short; none when no token is cut."""
    if end > len(reading) or not reading.look_ups_left:
        return ()
    forms = reading.forms[first:end]
    written = reading.typed[reading.token(first).start : reading.token(end - 1).end + 1].strip()
    if BREAK in forms or forms[-1].isdecimal() or not _CUT_SHORT.search(written):
        return ()
    reading.look_ups_left -= 1
    return tuple(each.istat for each in comuni.find(written))


def _is_cut_short(reading: Reading, at: int) -> bool:
    """Whether a full stop follows the first letters of a word: "P.to Ceresio"."""
    end = reading.token(at).end
    return len(reading.form(at)) < SHORTEST_PLAIN and reading.typed[end : end + 1] == "."


def _has_clue(reading: Reading, at: int, first: int, is_strong: bool) -> bool:
    """Whether an ordinary word is a place here: behind "a" or "zona", or with a capital where small letters are usual."""
    word = reading.form(first)
    if reading.forms[max(0, at - 2) : at] == ["comune", "di"] or reading.form(at - 1) == "comune":
        return True
    if is_strong or word in IDIOMS:
        return word not in IDIOMS
    written = reading.written(first, first + 1)
    return first > 0 and written[0].isupper() and not written.isupper() and reading.tells_by_capitals


def _with_sigla(reading: Reading, end: int, codes: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The places narrowed by what stands behind the name, and where that ends: "(VA)", "VA", ", VA", "(CH)"."""
    at = end + (reading.form(end) == BREAK)
    sigla = reading.form(at)
    if sigla == BREAK:
        return codes, end
    is_bracketed = at > end and reading.form(at + 1) == BREAK and reading.written(end, end + 1) in "(["
    if sigla in ("ch", "svizzera") or (sigla == "ti" and (is_bracketed or reading.is_capital(at))):
        fitting = tuple(code for code in codes if places.province(code) == places.ABROAD)
    else:
        fitting = tuple(code for code in codes if (places.province(code) or "").lower() == sigla)
    if not fitting or not (is_bracketed or _is_sigla(reading, at, at > end)):
        return codes, end
    return fitting, at + 1 + is_bracketed


def _is_sigla(reading: Reading, at: int, is_apart: bool) -> bool:
    """Whether two letters behind a name are its province and not the beginning of something else."""
    if len(reading.form(at)) > 2:
        return True
    if reading.is_capital(at):
        return True
    return not is_apart and reading.form(at + 1) == BREAK and reading.form(at) not in _NOT_A_SIGLA_IN_SMALL_LETTERS


def sigla_at(reading: Reading, at: int) -> Found | None:
    """A province by its two letters alone: in brackets, or in capitals at the end of a thought, "magazziniere VA"."""
    form = reading.form(at)
    if form not in place_names.sigle() or reading.form(at + 1) != BREAK:
        return None
    is_bracketed = at > 0 and reading.form(at - 1) == BREAK and reading.written(at - 1, at) in "(["
    stands_out = reading.is_capital(at) and reading.tells_by_capitals and form not in _SIGLE_WITH_ANOTHER_MEANING
    if not is_bracketed and not stands_out:
        return None
    return Found(at, at + 1, (Meant("province", form.upper()),))

"""What in the title of a vacancy tells the trade.

A title is a trade wrapped in circumstances: "N. 3 camerieri/e di sala part time per ristorante - zona Gallarate". The
circumstances are not thrown away, because now and then one decides ("autista patente C", "infermiere notturno"): every
word keeps its place and gets a weight, by its meaning and by where it stands.
"""

import re
from typing import NamedTuple

from federation.search import text
from federation.search.stems import stem

LONGEST_TITLE = 400
LONGEST_KEY = 200

AFTER_WITH = 0.45
AFTER_PLACE = 0.2
ASIDE = 0.5
QUALIFIER = 0.12


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(each) for each in words.split())


# They say who is wanted, for how long and how badly, for any trade whatever.
QUALIFIERS = _stems(
    """
    aggiunta anni anno annuncio appartenente apprendista apprendistato assume assumere assumiamo assunzione
    automuniti automunito azienda aziende brevissimo candidati candidato candidature cat categoria categorie cerca
    cercasi cerchiamo cerco collaborazione comprovata contratto determinato diplomato disponibile disponibilita
    ditta domicilio esperienza estiva estivo figura figure flessibile freelance fulltime giovane
    giovani h24 immediata immediato indeterminato inserimento internship jr junior laureato lavoro legge madrelingua
    maternita max media mezza minima mobilita motivato neodiplomato neolaureato nuova nuovo offerta offresi orario
    ore part parttime patentato patente perditempo persona pluriennale posizione posti posto prima primo
    professionista protetta protette qualifica qualificato requisiti residente ricerca ricercasi ricerchiamo risorsa
    risorse seconda sede selezione selezioniamo senior seria serio settimana settimanali sostituzione specializzato
    sr stage stagionale stagione stagista straordinaria tempi tempo tirocinante tirocinio turni turnista turno
    urgente urgentissimo valida valido varie vario volenteroso weekend zona
    """
)

# The categories as `_joined` writes them. They decide between one driver and another, and say nothing of anybody else.
LICENCES = _stems("bpatente bepatente cpatente cepatente dpatente depatente")

# Words that begin hundreds of trades: alone they tell little.
HEADS = _stems(
    """
    addetto aiuto assistente capo collaboratore conduttore consulente coordinatore direttore donna esperto impiegato
    incaricato ingegnere insegnante installatore istruttore lavoratore manager montatore operaio operatore personale
    progettista responsabile specialista supervisore tecnico uomo vice vicedirettore worker
    """
)

# Heads that say no more than "somebody who does this": one stands for the other.
DOERS = _stems("addetto collaboratore incaricato lavoratore operaio operatore personale")

# "patente C", "cat. C", "pat. C+E": one word, since the letter alone means nothing and "d" is a stop word besides.
_LICENCE = re.compile(
    r"""
    \b (?:patent[ei] | pat | cat(?:egori[ae])?) \b \.? \s*
    (?: (?:di\s+)? (?:tipo | cat(?:egoria)?) \b \.? \s* )?
    ["'«“]? \b (?P<category> [bcd] (?:\+?e)? ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)

_WITH = frozenset(("con", "per", "in", "settore", "ambito", "reparto", "ramo", "comparto"))
_PLACE = frozenset(("presso", "zona", "sede", "c", "vicinanze", "provincia", "prov"))
_ASIDE = re.compile(r"[(\[|–—]|\s-|-\s")
_COUNT = re.compile(r"\d{1,2}|\d{4,}")  # of posts, hours or the year; three digits are a service: 118, 730


class Telling(NamedTuple):
    """A word of a title that may tell the trade; `weight` from 0 to 1."""

    form: str
    stem: str
    weight: float


def telling(title: str) -> list[Telling]:
    """The different words of a title in order, without stop words and counts."""
    title = _joined(title[:LONGEST_TITLE])
    found: dict[str, Telling] = {}
    place, end = 1.0, 0
    for word in text.words(title):
        if found and _ASIDE.search(title, end, word.start):
            place = ASIDE
        end = word.end
        if found and word.form in _PLACE:
            place = AFTER_PLACE
        elif found and word.form in _WITH:
            place = min(place, AFTER_WITH)
        if word.form in text.STOP_WORDS or _COUNT.fullmatch(word.form):
            continue
        meaning = QUALIFIER if word.stem in QUALIFIERS or word.stem in LICENCES else 1.0
        found.setdefault(word.stem, Telling(word.form, word.stem, place * meaning))
    return list(found.values())


def stems(name: str) -> tuple[str, ...]:
    """The stems of a trade's name, cut as a title is."""
    return tuple(text.stems(_joined(name)))


def _joined(written: str) -> str:
    return _LICENCE.sub(lambda found: f"{found['category'].replace('+', '')}patente", written)


def key(title: str) -> str:
    """The form under which a correction for this title is remembered; blank for a title without a word.

    It is equal for both genders, for any number, and whatever the title says about hours, contract and urgency.
    """
    words = telling(title)
    kept = [word.stem for word in words if word.stem not in QUALIFIERS] or [word.stem for word in words]
    return " ".join(kept)[:LONGEST_KEY]

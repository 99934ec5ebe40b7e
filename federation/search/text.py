"""Italian text as search sees it: words with their place in the original, and their stems.

The index stores stems made here and nothing of tantivy's own analysis, so that the words of a notice, the words of a
query and the words that a page highlights can never be cut differently. Offsets refer to the text as it was written:
a page marks hits over the original and escapes the pieces itself.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from federation.search.stems import stem

LONGEST_WORD = 40
_LONGEST_WRITTEN = 80  # with marks; what is remembered of words must not grow with what somebody pastes

Segments = list[tuple[str, bool]]  # pieces of a text in order, each with whether it is a hit


class Word(NamedTuple):
    """A word of a text: `text[start:end]`, its form in lower case without accents, and its stem."""

    start: int
    end: int
    form: str
    stem: str


# The first form is what the regular expression finds; the others of the family follow from its last letters.
_ABBREVIATIONS = {
    "amm.vo": "amministrativo", "amm.va": "amministrativa", "amm.vi": "amministrativi", "amm.ve": "amministrative",
    "amm.ne": "amministrazione", "amm.re": "amministratore", "amm.": "amministrazione", "comm.le": "commerciale",
    "comm.li": "commerciali", "add.": "addetto", "add.ta": "addetta", "add.to": "addetto", "ass.te": "assistente",
    "cont.le": "contabile", "dip.": "dipendente", "imp.": "impiegato", "imp.ta": "impiegata", "imp.to": "impiegato",
    "magazz.": "magazziniere", "manut.": "manutenzione", "mecc.": "meccanico", "op.": "operatore",
    "prod.": "produzione", "prod.ne": "produzione", "resp.": "responsabile", "segr.": "segretaria",
    "spec.": "specializzato", "tec.": "tecnico", "uff.": "ufficio",
}  # fmt: skip

# A word, and the sign behind it that may make it longer. Few words have one, so that most cost one plain match.
_WORD = re.compile(r"(\w[\w\u0300-\u036f]*)( ?[/(*@.+#-])?")
OPENERS = frozenset(("part", "full", "baby", "front", "back", "help", "socio"))  # "part time", without a sign

# The second half of "addetto/a", "operatore/trice", "cassiere (a)".
OTHER_GENDER = "a|e|i|o|he|ice|rice|trice|trici|tore|ora|tora|era|iera|aia|essa|esse"
_LETTER = r"[^\W\d_]"
_LONGER = re.compile(
    rf"""
      (?P<joined> (?: (?:part|full)[ -]?time | baby[ -]?sitter | (?:front|back)[ -]?office | help[ -]?desk
                    | socio[ -]?(?:sanitari|assistenzial)[oaei] ) \b )
    | (?P<code> c(?:\+\+|\#) )
    | (?P<initials> (?:{_LETTER}\.){{2,}} (?:{_LETTER}\b)? )
    | (?P<short> (?:{"|".join(re.escape(each) for each in sorted(_ABBREVIATIONS, key=len, reverse=True))}) (?!\w) )
    | (?P<gendered> \w[\w\u0300-\u036f]* ) (?: /(?:{OTHER_GENDER})\b | [ ]?\((?:{OTHER_GENDER})\) | [*@](?!\w) )
    """,
    re.VERBOSE,
)

_SHORTENED = frozenset(each.partition(".")[0] for each in _ABBREVIATIONS)

STOP_WORDS = frozenset(
    """
    a ad ai agli al all alla alle allo anche avra avranno che chi ci col come con cui d da dai dagli dal dall dalla
    dalle dallo degli dei del dell della delle dello deve di dove e ed essere fra gli ha hanno i il in inoltre l la le
    lo loro m ma mi n ne negli nei nel nell nella nelle nello no noi non nostra nostre nostri nostro o od oppure per
    presso quale quali quella quelle quelli quello questa queste questi questo s sara saranno se si sia siamo sono su
    sua sue sugli sui sul sull sulla sulle sullo suo suoi t ti tra tramite un una uno v vi voi
    """.split()  # noqa: SIM905
)


def words(text: str) -> Iterator[Word]:
    """Every word of a text in order, stop words included; slash forms and abbreviations are one word."""
    return (Word(*cut) for cut in cuts(text))


def stems(text: str) -> list[str]:
    """The stems of a text in order, with repetitions, without stop words."""
    return [stemmed for _start, _end, form, stemmed in cuts(text) if form not in STOP_WORDS]


def forms(text: str) -> list[str]:
    """The folded, unstemmed words of a text in order, with repetitions, without stop words."""
    return [form for _start, _end, form, _stem in cuts(text) if form not in STOP_WORDS]


def cuts(text: str) -> Iterator[tuple[int, int, str, str]]:
    """The members of each `Word`, as plain tuples: this runs over every word of every vacancy."""
    small = lowered(text)
    behind = 0
    for found in _WORD.finditer(small):
        start, end = found.span(1)
        if start < behind:
            continue
        kind, written = "word", found[1]
        if _may_be_longer(written, found[2]):
            longer = _LONGER.match(small, start)
            if longer:
                kind = longer.lastgroup or kind
                written, end = longer[kind], longer.end()
                behind = end
        form, stemmed = _analysed(kind, written[:_LONGEST_WRITTEN])
        if form:
            yield start, end, form, stemmed


def _may_be_longer(written: str, sign: str | None) -> bool:
    """Whether it is worth trying `_LONGER` on a word and the sign behind it: at most full stops and hyphens it is not."""
    if written in OPENERS:
        return True
    if sign is None or sign[-1] == "-":
        return False
    if sign[-1] == ".":
        return len(written) == 1 or written in _SHORTENED
    return sign[-1] not in "+#" or written == "c"


def lowered(text: str) -> str:
    """The text in small letters, each at its place; a rare one whose small form is two signs stays."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def fold(text: str) -> str:
    """Lower case without accents: "Cantù" and "CANTU" are one. Signs are kept."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@lru_cache(maxsize=16_384)
def _analysed(kind: str, written: str) -> tuple[str, str]:
    """(form, stem) of what was matched; blank when nothing but marks remains."""
    folded = fold(written)
    if kind == "code":
        return folded, folded
    if kind == "short":
        folded = _ABBREVIATIONS[folded]
    form = "".join(sign for sign in folded.removesuffix("ə") if sign.isalnum())[:LONGEST_WORD]
    return form, stem(form)


def highlight(text: str, wanted: Collection[str]) -> Segments:
    """The whole text in pieces, those that carry one of the wanted stems marked. The pieces joined are the text."""
    return _marked(text, 0, len(text), _hits(text, wanted))


def snippet(text: str, wanted: Collection[str], width: int = 220) -> Segments:
    """The part of a text, about `width` characters, that shows the most different wanted stems; else its beginning.

    Cut between words; an ellipsis stands where something was left out.
    """
    if len(text) <= width:
        return highlight(text, wanted)
    hits = _hits(text, wanted)
    begin = _first_boundary(text, _richest(hits, width))
    end = _last_boundary(text, begin, min(len(text), begin + width))
    inside = [word for word in hits if begin <= word.start and word.end <= end]
    before = [("… ", False)] if begin else []
    after = [("…", False)] if end < len(text) else []
    return before + _marked(text, begin, end, inside) + after


def _hits(text: str, wanted: Collection[str]) -> list[Word]:
    """The words that carry one of the wanted stems; whoever only browses wants none."""
    return [word for word in words(text) if word.stem in wanted] if wanted else []


def _marked(text: str, begin: int, end: int, hits: list[Word]) -> Segments:
    pieces: Segments = []
    for hit in hits:
        pieces += [(text[begin : hit.start], False), (text[hit.start : hit.end], True)]
        begin = hit.end
    return [piece for piece in [*pieces, (text[begin:end], False)] if piece[0]]


def _richest(hits: list[Word], width: int) -> int:
    """Where the window of `width` characters with the most different stems starts, a little ahead of its first hit."""
    best, start, first = 0, 0, 0
    for last, hit in enumerate(hits):
        while hit.end - hits[first].start > width - 40:
            first += 1
            if first > last:
                break
        seen = len({word.stem for word in hits[first : last + 1]})
        if seen > best:
            best, start = seen, max(0, hits[first].start - 40)
    return start


def _first_boundary(text: str, start: int) -> int:
    """The start of the first whole word at or after `start`."""
    if start == 0:
        return 0
    blank = text.find(" ", start - 1, start + 40)
    return blank + 1 if blank >= 0 else start


def _last_boundary(text: str, begin: int, end: int) -> int:
    if end == len(text):
        return end
    blank = text.rfind(" ", begin, end + 1)
    return blank if blank > begin else end

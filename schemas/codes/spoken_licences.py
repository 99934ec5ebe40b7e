"""Licences as people write them: "pat. C+E", "patenti B e C", "autista ce", "patentino del muletto", "CQC".

The trouble is in the letters: in "patente a Varese" and "patente c e cqc" the `a` and the `e` are words, in "patente A"
and "c e" they are categories. A letter counts only behind a word that announces it, and the doubtful two only where they
cannot be words.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from schemas.codes.phrases import BREAK, Phrases, Said, Token, spread

_LICENCE = ("patente", "patenti", "pat")
_LICENSED = ("patentato", "patentata", "patentati", "patentate")
_OF_WHAT_KIND = frozenset(("di", "guida", "tipo", "cat", "categoria", "categorie", "classe", "liv"))
_DRIVERS = frozenset(
    ("autista", "autisti", "camionista", "camionisti", "autotrasportatore", "autotrasportatori", "conducente", "cat")
)
_CATEGORIES = {"am", "a", "b", "c", "d", "be", "ce", "de"}
_AND = frozenset(("e", "ed", "o", "oppure"))
_PREPOSITIONS = frozenset(("a", "ad", "in", "zona", "per", "su", "da", "con", "presso"))
_WITH_TRAILER = {"B": "BE", "C": "CE", "C1": "C1E", "D": "DE", "D1": "D1E"}
_WITH_B = ("B", "B1", "AM")
_HOLDS_TOO = {
    "A1": ("AM",),
    "A2": ("A1", "AM"),
    "A": ("A2", "A1", "AM"),
    "B1": ("AM",),
    "B": ("B1", "AM"),
    "BE": _WITH_B,
    "C1": _WITH_B,
    "C1E": ("C1", "BE", *_WITH_B),
    "C": ("C1", *_WITH_B),
    "CE": ("C", "C1", "C1E", "BE", *_WITH_B),
    "D1": _WITH_B,
    "D1E": ("D1", "BE", *_WITH_B),
    "D": ("D1", *_WITH_B),
    "DE": ("D", "D1", "D1E", "BE", *_WITH_B),
}
ORDINARY = "B"
HEAVY = ("BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE")
"""The categories that few people hold."""
ROAD = ("AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE")

_TICKET = "patentino|patente|abilitazione|attestato|corso|certificato|brevetto|tesserino|licenza"
_TICKETS = {
    "CQC": ("carta|- qualificazione|cqc del|- conducente|merci|persone|trasporto|-",),
    "ADR": ("patentino|patente|certificato|- adr",),
    "KB": ("cap|patente|certificato kb",),
    "nautica": ("patente nautica|barca",),
    "ADP": ("patente|tesserino|con adp", "patente aeroportuale"),
    "muletto": (
        f"{_TICKET} di|del|per|da|il|al|- muletto|muletti|mulettista|carrellista",
        f"{_TICKET} di|del|per|il|al|- carrello|carrelli elevatore|elevatori|-",
    ),
    "ple": (f"{_TICKET} per|di|la|- piattaforma|piattaforme aerea|aeree|elevabile|elevabili|-", f"{_TICKET}|con ple"),
    "gru-autocarro": (f"{_TICKET} di|della|per|la|- gru su|per autocarro|camion", f"{_TICKET} autogrù retrocabina"),
    "gru-torre": (f"{_TICKET} di|della|per|la|- gru a torre|-", f"{_TICKET} gruista"),
    "gru-mobili": (f"{_TICKET} di|della|per|la|- gru mobile|mobili", f"{_TICKET} autogru"),
    "carroponte": (f"{_TICKET} di|del|al|per|il|- carroponte", f"{_TICKET} di|del|al|per|il|- carro ponte"),
    "movimento-terra": (
        f"{_TICKET} di|per|del|- macchine|mezzi|- movimento|movimentazione terra",
        f"{_TICKET} di|per|dell|del|l|- escavatore|escavatori|escavatorista|mmt|ruspa|terna|pala",
    ),
    "trattore": (f"{_TICKET} di|del|per|il|- trattore|trattori|trattorista",),
    "saldatura": (f"{_TICKET} di|da|per|la|- saldatura|saldatore|saldatori", "iso|en 9606"),
    "pes-pav": (f"{_TICKET}|con pes pav pei|-", f"{_TICKET}|con pes|pav|pei"),
    "fgas": (f"{_TICKET}|con f gas", f"{_TICKET}|con fgas", f"{_TICKET} di|da|- frigorista"),
    "vapore": (f"{_TICKET} conduzione|- di|per|- caldaie|caldaia|caldaista|vapore", f"{_TICKET} generatori di|- vapore"),
    "ponteggi": (f"{_TICKET} montaggio|- di|per|- ponteggi|ponteggio|ponteggiatore|pimus",),
    "lavori-in-quota": (f"{_TICKET}|con lavori in quota",),
    "fitosanitari": (f"{_TICKET} di|per|uso|- fitosanitario|fitosanitari|fitofarmaci|verde",),
    "haccp": (f"{_TICKET}|con haccp", f"{_TICKET} di|- alimentarista", "libretto sanitario"),
    "primo-soccorso": (f"{_TICKET} di|- primo soccorso", f"{_TICKET} blsd|bls"),
    "antincendio": (f"{_TICKET} di|- antincendio",),
    "assistente-bagnanti": (f"{_TICKET} di|da|- assistente bagnanti", f"{_TICKET} di|da|- bagnino"),
    "guardia-giurata": ("decreto di|- guardia giurata", "decreto gpg"),
}  # fmt: skip
_OTHERWISE = ("patente europea del|- computer|-", "patente a punti", "patente a crediti", "corso di|- muletto|-")

# In a cell headed "Patenti" the ticket needs not be called one.
_TICKETS_CELL = {
    "muletto": ("muletto|muletti|mulettista|carrellista|carrello|carrelli",),
    "ple": ("piattaforma|piattaforme|ple",),
    "gru-autocarro": ("gru su autocarro|camion",),
    "gru-torre": ("gru a torre|-",),
    "gru-mobili": ("autogru", "gru mobile|mobili"),
    "carroponte": ("carroponte", "carro ponte"),
    "movimento-terra": ("escavatore|escavatori|mmt|ruspa", "movimento terra"),
    "trattore": ("trattore|trattori",),
    "saldatura": ("saldatura|saldatore",),
    "pes-pav": ("pes|pav|pei", "pes pav pei|-"),
    "fgas": ("fgas", "f gas"),
    "haccp": ("haccp",),
    "ADP": ("adp",),
    "lavori-in-quota": ("lavori in quota",),
    "vapore": ("caldaie|caldaia|vapore",),
    "ponteggi": ("ponteggi|ponteggio",),
    "fitosanitari": ("fitosanitario|fitosanitari|fitofarmaci",),
    "primo-soccorso": ("primo soccorso",),
    "antincendio": ("antincendio",),
    "assistente-bagnanti": ("assistente bagnanti", "bagnino"),
    "guardia-giurata": ("guardia giurata", "gpg"),
    "nautica": ("nautica",),
    "KB": ("kb",),
    ORDINARY: ("si|patente|patentato|patentata|automunito|automunita|automuniti", "auto propria", "b2"),
}


def _pairs(tables: Sequence[dict[str, tuple[str, ...]]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for table in tables:
        for code, patterns in table.items():
            yield from ((phrase, (code,)) for each in patterns for phrase in spread(each))


@cache
def _tickets() -> Phrases[tuple[str, ...]]:
    otherwise = ((phrase, ()) for each in _OTHERWISE for phrase in spread(each))
    return Phrases([*_pairs([_TICKETS]), *otherwise])


@cache
def _cell() -> Phrases[tuple[str, ...]]:
    return Phrases(_pairs([_TICKETS_CELL, _TICKETS]))


def licences_at(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> Said | None:
    """The licences that a running text names from token `at` on; a bare "patente" is the ordinary one."""
    if ticket := _tickets().longest(forms, at):
        length, codes = ticket
        return Said(length, "licence" if codes else "", codes)
    if forms[at] in _LICENCE or forms[at] in _LICENSED:
        first = at + 1
        while first < len(forms) and forms[first] in _OF_WHAT_KIND:
            first += 1
        end, codes = _categories(text, found, forms, first)
        if codes:
            return Said(end - at, "licence", codes)
        return Said(_bare(forms, at), "licence", (ORDINARY,)) if forms[at] in _LICENCE else None
    if at and forms[at - 1] in _DRIVERS and forms[at] != "a":
        end, codes = _categories(text, found, forms, at)
        return Said(end - at, "licence", codes) if codes else None
    return None


def _bare(forms: Sequence[str], at: int) -> int:
    """How many words name the licence when no category follows: "patente di guida" or "patente"."""
    return 3 if tuple(forms[at + 1 : at + 3]) == ("di", "guida") else 1


def _categories(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> tuple[int, tuple[str, ...]]:
    """(end, codes) of "B", "C+E", "b e c", "B, C"; no code when none stands here."""
    codes: dict[str, None] = {}
    end, following = at, at
    while following < len(forms):
        read = _category(text, found, forms, following)
        if read is None:
            break
        end, code = read
        codes[code] = None
        following = end + 1 if end < len(forms) and _joins(text, found[end]) else end
    return end, tuple(codes)


def _joins(text: str, token: Token) -> bool:
    return token.form in _AND or text[token.start : token.end] == ","


def _category(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> tuple[int, str] | None:
    """(end, code) of the one category that stands here."""
    if forms[at] not in _CATEGORIES or (forms[at] == "a" and _is_a_word(text, found, forms, at)):
        return None
    code, end = forms[at].upper(), at + 1
    if end < len(forms) and forms[end] in ("1", "2") and found[end].start == found[at].end:
        code, end = code + forms[end], end + 1
    if code not in ROAD:
        return None
    if code in _WITH_TRAILER and end < len(forms) and forms[end] == "e" and _is_trailer(text, found, forms, end):
        code, end = _WITH_TRAILER[code], end + 1
    return end, code


def _is_a_word(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> bool:
    """Whether this `a` is no category: in "patente a Varese" and "automunito/a" it is a word, in "A1" and "a b" not."""
    if at and len(forms[at - 1]) > 2 and text[found[at - 1].end : found[at].start] == "/":
        return True
    following = forms[at + 1] if at + 1 < len(forms) else BREAK
    return not (
        text[found[at].start] == "A"
        or following == BREAK
        or following in _CATEGORIES
        or following in _AND
        or (following in ("1", "2") and found[at + 1].start == found[at].end)
    )


def _is_trailer(text: str, found: Sequence[Token], forms: Sequence[str], at: int) -> bool:
    """Whether this `e` is the category with a trailer and not the word "and"."""
    if text[found[at - 1].end : found[at].start].strip() or found[at - 1].end == found[at].start:
        return True
    following = forms[at + 1] if at + 1 < len(forms) else BREAK
    if following in _CATEGORIES - {"a"} or following in ("cqc", "adr", "kb", "patente", "patentino"):
        return False
    return text[found[at].start] == "E" or following == BREAK or following in _PREPOSITIONS


def named_in_cell(text: str, found: Sequence[Token], forms: Sequence[str]) -> tuple[str, ...]:
    """The codes that a cell about licences names, each once: "B, muletto", "C+E / CQC", "automunito", "sì"."""
    codes: dict[str, None] = {}
    at = 0
    while at < len(forms):
        said = licences_at(text, found, forms, at) if forms[at] != BREAK else None
        end, named = (at + said.length, said.codes) if said else _categories(text, found, forms, at)
        if said is None and not named and (ticket := _cell().longest(forms, at)):
            end, named = at + ticket[0], ticket[1]
        codes.update(dict.fromkeys(named))
        at = max(end, at + 1)
    return tuple(codes)


@cache
def within(category: str) -> frozenset[str]:
    """A category with those that whoever holds it holds too: with CE also C, C1, C1E, BE and B."""
    return frozenset((category, *_HOLDS_TOO.get(category, ())))

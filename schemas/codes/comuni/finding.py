"""Which comuni a person can mean: any spelling, a province or CAP beside the name, an abbreviation, a former name."""

import re
from collections.abc import Iterable
from functools import cache

from schemas.codes import spelling
from schemas.codes.comuni.abbreviations import CONNECTIVES, ENOUGH_LETTERS, Piece, fits, longest, pieces
from schemas.codes.comuni.register import ALL, Comune, comune, former_names

_ISTAT = re.compile(r"\d{6}")
_BELFIORE = re.compile(r"[A-Za-z]\d{3}")
_CAP = re.compile(r"(?P<before>\d{5})[\s,–-]+(?=\D)|(?<=\D)[\s,–-]+(?P<after>\d{5})")
_COMUNE_OF = re.compile(r"^com(?:une|\.)\s+di\s+(?=\w)", re.IGNORECASE)
_PROVINCE_IN_BRACKETS = re.compile(r"(?P<name>.*\S)\s*[(\[]\s*(?P<province>[^()\[\]]+?)\s*[)\]]")
_PROVINCE_IN_WORDS = re.compile(
    r"(?P<name>.*[^\s,–-])[\s,–-]+(?:in\s+)?prov(?:\.|incia)?\s*(?:di\s+)?(?P<province>\w.*)", re.IGNORECASE
)
_SIGLA_AT_THE_END = re.compile(r"(?P<name>.*[^\s,–-])[\s,–-]+(?P<province>[A-Za-z]{2})")
_PROVINCE = re.compile(r"prov(?:\.|incia)?\s*(?:di\s+)?(?=\w)", re.IGNORECASE)


@cache
def _by_belfiore() -> dict[str, Comune]:
    return {each.belfiore: each for each in ALL}


@cache
def _by_spelling() -> dict[str, tuple[Comune, ...]]:
    """Comuni by the compact form of their name, their second name, both in either order, and their former names."""
    found: dict[str, tuple[Comune, ...]] = {}
    for each in ALL:
        name, other = spelling.compact(each.name), spelling.compact(each.other_name)
        former = {spelling.compact(name) for name in former_names().get(each.istat, ())}
        for form in {name, other, name + other, other + name, *former} - {""}:
            found[form] = (*found.get(form, ()), each)
    return found


@cache
def _by_word() -> dict[str, tuple[Comune, ...]]:
    """Comuni by the words of either name from which a shortened name can be told."""
    found: dict[str, tuple[Comune, ...]] = {}
    for each in ALL:
        for word in {word for name in (each.name, each.other_name) for word in spelling.words(name)} - CONNECTIVES:
            if len(word) >= ENOUGH_LETTERS:
                found[word] = (*found.get(word, ()), each)
    return found


@cache
def _sigle() -> frozenset[str]:
    return frozenset(each.sigla for each in ALL)


def find(text: str) -> list[Comune]:
    """The comuni that a person can mean by `text`; several when the name is ambiguous, none when it is unknown.

    Understood: the name in any spelling, "Name (VA)", "Name (Varese)", "Name VA", "21026 Name", one name of a bilingual
    comune or both, a name given up in a merger, the ISTAT code, the Belfiore code. When no comune bears exactly that
    name, those whose name it shortens: "Travedona", "Reggio Emilia", "S. Angelo Lodigiano", "Busto A.", "Sesto C.de".
    The most populous comes first. A word broken off in the middle finds nothing: guessing is what `suggest` is for.
    """
    text = text.strip(" \t\r\n,;")
    if len(text) > spelling.LONGEST_NAME:
        return []
    bare = text.rstrip(".")
    if _ISTAT.fullmatch(bare):
        return [each for each in [comune(bare)] if each]
    if _BELFIORE.fullmatch(bare):
        return [each for each in [_by_belfiore().get(bare.upper())] if each]
    return _most_populous_first(_named(*_without_cap(_COMUNE_OF.sub("", text, count=1))))


def suggest(text: str, limit: int = 10) -> list[Comune]:
    """What to offer while `text` is being typed: what `find` finds, then names that start like this, big ones first."""
    typed = spelling.compact(text)
    if not typed:
        return []
    found = {each.istat: each for each in find(text)}
    starting = [each for form, those in _by_spelling().items() if form.startswith(typed) for each in those]
    for each in _most_populous_first(starting):
        found.setdefault(each.istat, each)
    return list(found.values())[:limit]


def _without_cap(text: str) -> tuple[str, str]:
    """The text and the postal code that stood before or after the name, blank when there was none."""
    beside = _CAP.match(text) or _CAP.search(text)
    if not beside:
        return text, ""
    return (text[: beside.start()] + text[beside.end() :]).strip(), beside["before"] or beside["after"]


def _named(text: str, cap: str) -> list[Comune]:
    name, province = _split(text)
    found = _with_name(name, province)
    if not found and province and not text.endswith((")", "]")):
        found = _shortened([*pieces(name), Piece(province.lower(), "", is_whole=False)], "")  # "Travedona MO"
    return [each for each in found if cap in each.cap.split()] or found if cap else found


def _with_name(name: str, province: str) -> list[Comune]:
    """Who bears the name; when nobody bears it any more, also those whose name of today it shortens (Solbiate)."""
    form = spelling.compact(name)
    exact = [each for each in _by_spelling().get(form, ()) if _lies_in(each, province)]
    if any(form not in map(spelling.compact, former_names().get(each.istat, ())) for each in exact):
        return _closest(exact, name)
    return list({each.istat: each for each in (*exact, *_shortened(pieces(name), province))}.values())


def _split(text: str) -> tuple[str, str]:
    """Name and province of "Name (VA)", "Name (Varese)", "Name VA", "Name, prov. di Varese"; the province may be blank."""
    for pattern in (_PROVINCE_IN_BRACKETS, _PROVINCE_IN_WORDS):
        told = pattern.fullmatch(text)
        if told:
            return told["name"], _PROVINCE.sub("", told["province"]).rstrip(".")
    ending = _SIGLA_AT_THE_END.fullmatch(text.rstrip("."))
    if ending and ending["province"].upper() in _sigle() and spelling.compact(text) not in _by_spelling():
        return ending["name"], ending["province"]
    return text, ""


def _closest(those: list[Comune], name: str) -> list[Comune]:
    """Of comuni whose names differ in blanks or accents only, those written as typed, where the typing tells.

    Tre Ville is not Treville, and Paternò is not Paterno; "paterno" may be either, since many type no accents.
    """
    typed = spelling.words(name)
    as_typed = [each for each in those if typed in map(spelling.words, _names(each))] or those
    if name.isascii():
        return as_typed
    return [each for each in as_typed if name.casefold() in map(str.casefold, _names(each))] or as_typed


def _names(each: Comune) -> tuple[str, ...]:
    return each.name, each.other_name, *former_names().get(each.istat, ())


def _lies_in(each: Comune, province: str) -> bool:
    """Whether the comune lies in the province, given as sigla or by name; a blank province is any."""
    if not province or each.sigla == province.upper():
        return True
    wanted = spelling.compact(province)
    return wanted in {spelling.compact(name) for name in (each.province, *each.province.split("/"))}


def _shortened(typed: list[Piece], province: str) -> list[Comune]:
    """The comuni whose name the pieces shorten; those of which every word is there hide those with more words."""
    telling = longest(typed)
    if telling is None:
        return []
    whole, longer = [], []
    for each in _having(telling):
        answers = [fits(typed, spelling.words(name)) for name in (each.name, each.other_name) if name]
        if any(answers) and _lies_in(each, province):
            whole.append(each)
        elif False in answers and _lies_in(each, province):
            longer.append(each)
    return whole or longer


def _having(piece: Piece) -> Iterable[Comune]:
    """The comuni with a word for which the piece can stand, each once."""
    if piece.is_whole:
        return _by_word().get(piece.start, ())
    found = {each.istat: each for word, those in _by_word().items() if piece.means(word) for each in those}
    return found.values()


def _most_populous_first(those: Iterable[Comune]) -> list[Comune]:
    return sorted(those, key=lambda each: (-each.population, each.istat))

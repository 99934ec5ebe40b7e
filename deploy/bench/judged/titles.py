"""How the starred titles of trades.jsonl read in ads: masculine, feminine, plural, with a slash.

Operatore* CNC    → Operatore CNC, Operatrice CNC, Operatori CNC, Operatore/trice CNC
Autista* di linea → Autista di linea, Autista di linea, Autisti di linea, Autista di linea
"""

import re
from functools import cache

STARRED = re.compile(r"([\wÀ-ÿ'-]+)\*")

# Endings of the masculine: what is cut off, feminine, plural, what stands after the slash. The first that fits counts.
ENDINGS = (
    ("tore", "trice", "tori", "/trice"),
    ("sore", "sora", "sori", "/a"),
    ("iere", "iera", "ieri", "/a"),
    ("cere", "cera", "ceri", "/a"),
    ("sta", "sta", "sti", ""),
    ("uto", "uta", "uti", "/a"),
    ("cuoco", "cuoca", "cuochi", "/a"),
    ("Cuoco", "Cuoca", "Cuochi", "/a"),
    ("go", "ga", "ghi", "/a"),
    ("io", "ia", "i", "/a"),
    ("o", "a", "i", "/a"),
    ("e", "e", "i", ""),
    ("a", "a", "i", ""),
)
PLURAL_OF_OLOGO = ("ologo", "ologi")
VOWELS = "aeiou"


@cache
def forms(word: str) -> tuple[str, str, str, str]:
    """Masculine, feminine, plural and slash form of one word."""
    for ending, feminine, plural, slash in ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if word.endswith(PLURAL_OF_OLOGO[0]):
                return word, stem + feminine, word[: -len(PLURAL_OF_OLOGO[0])] + PLURAL_OF_OLOGO[1], word + slash
            return word, stem + feminine, stem + plural, word + slash
    return word, word, word, word


def _every(title: str, form: int) -> str:
    return STARRED.sub(lambda found: forms(found[1])[form], title)


@cache
def masculine(title: str) -> str:
    return _every(title, 0)


@cache
def feminine(title: str) -> str:
    return _every(title, 1)


@cache
def plural(title: str) -> str:
    return _every(title, 2)


@cache
def slashed(title: str) -> str:
    return _every(title, 3)


@cache
def named(title: str) -> str:
    """The masculine as it stands inside a sentence: no capital, except that of an abbreviation."""
    return _lowered(masculine(title))


@cache
def named_all(title: str) -> str:
    return _lowered(plural(title))


def _lowered(title: str) -> str:
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _is_hard(name: str) -> bool:
    """Whether the noun takes lo and gli."""
    start = name[:2].lower()
    return start[0] in "zxy" or start in ("ps", "gn", "pn") or (start[0] == "s" and start[1:] not in {*VOWELS, ""})


def the(name: str) -> str:
    if name[0].lower() in VOWELS:
        return f"l'{name}"
    return f"lo {name}" if _is_hard(name) else f"il {name}"


def the_all(names: str) -> str:
    return f"gli {names}" if names[0].lower() in VOWELS or _is_hard(names) else f"i {names}"


def to_the(name: str) -> str:
    if name[0].lower() in VOWELS:
        return f"all'{name}"
    return f"allo {name}" if _is_hard(name) else f"al {name}"

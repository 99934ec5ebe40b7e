"""Questions as the world sends them: half of what arrives at a public address was typed by nobody.

Made by a seeded generator, so that a run can be repeated. Each says which parameters are wrong in it, by their names on
the page; nothing wrong means that it must be answered.
"""

from random import Random
from typing import NamedTuple
from urllib.parse import quote, quote_from_bytes

TRADES = "magazziniere carrellista OSS cameriera saldatore autista cuoco impiegata operaio barista".split()  # noqa: SIM905
PLACES = ["Gavirate", "varese", "Sesto C.de", "a Lugano", "vicino a Vergiate", "Castro", "(VA)", "provincia di Como"]
SAID = ["part time", "no notti", "senza esperienza", "entro 10 km", "patente B", "«a turni»", "art. 18", "da oggi", "-"]
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title><svg/onload=1>", "{{7*7}}", "${7*7}", "%{7}",
    "<!--", "&lt;b&gt;", "]]>", "<a href='javascript:1'>", "\\x3cscript\\x3e", "{% raw %}", "\"><b>", "' autofocus='",
]  # fmt: skip
PATTERNS = [
    "(", ")", "[", "]", "{", "}", "*", "+", "?", "^", "$", "|", "\\", "(a+)+$", ".*.*.*.*b", "[^", "(?=", "\\1", "a{9999}",
    "title:oss", "+oss -rsa", "oss~9", "oss^1e9", "*:*", "[a TO z]", "AND OR NOT", "\"", "\"\"", "\" AND", "oss AND (", "!",
]  # fmt: skip
SQL = [
    "' OR '1'='1", "'; DROP TABLE vacancy; --", "\" OR 1=1 --", "1 UNION SELECT * FROM operator", "%' AND 1=0 --", "\\'",
    "0x27", "x' || (SELECT 1) || '", "WAITFOR DELAY '0:0:9'", "/**/OR/**/1=1", "') OR ('a'='a",
]  # fmt: skip
HIDDEN = (
    "\x00\x01\x07\b\t\n\x0b\r\x1b\x7f\x85\xa0\xad\u061c\u200b\u200d\u200e\u2028\u2029\u202e\u2066\ufeff\ufffe\U000e0001"
)
STRANGE = "🚜👩🏽‍🍳🇮🇹é́ẛ̣ﬁŉ︸Ⅷ²㌔İıſßΣςﷺ〱𝕆𝒮𝒮אبगあ漢\u0300\u0489\U0001f9d1\U000e0067"
TORN = [
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xff",
    b"\xc0\xaf",
    b"\xf4\x90\x80\x80",
    b"\xe2\x82",
    b"oss\x80",
    b"\xfe\xff",
]

WRONG_VALUES = {
    "contract": ["fisso", "indeterminato;", "INDETERMINATO", "a\x00b", "'"],
    "hours": ["notte", "part time", "<b>"],
    "sector": ["ZZ", "999", "C1", "*"],
    "occupation": ["abc", "99999", "5131'", "-1", "٥١٣١"],
    "reserved": ["si", "art-2"],
    "remote": ["casa", "1"],
    "experience": ["tanta", "0"],
    "licence": ["Z", "patente B"],
    "province": ["XX", "Atlantide", "V A L"],
    "region": ["Padania", "%"],
    "since": ["ieri", "0-giorni", "settimana,mese"],
    "sort": ["paga", "relevance desc", "distance;"],
    "shifts": ["forse", "1"],
    "page": ["0", "-1", "1e3", "dieci", "10001", "9" * 400, "1.5", "１", "0x10"],
    "km": ["-1", "201", "1e9", "9" * 400, "dieci", "NaN", "inf", "٣", "1,5", "5 km", "0x5"],
    "comune": ["Atlantide", "Castro", "x" * 10_000, "000000", "<b>", "' OR 1=1", "(((", "🚜"],
    "origin": ["public", "../..", "X", "nessun-nodo", "a" * 41],
}
RIGHT_VALUES = {
    "contract": ["stagionale", "indeterminato,tirocinio", ",,stagionale,", ""],
    "hours": ["part-time", "tempo-pieno", " "],
    "sector": ["C", "10", ""],
    "occupation": ["8344", "83", "9"],
    "province": ["VA", "varese", "estero"],
    "region": ["Lombardia", "lombardia"],
    "since": ["oggi", "mese"],
    "sort": ["recent", "closing", "relevance"],
    "page": ["1", ""],
    "comune": ["Gavirate", "012138", "Lugano (CH)", "sesto c.de"],
    "employer": ["Rossi & C., S.n.c.", "azienda gavirate 1", "'; --", "x" * 200],
    "origin": ["gavirate", "vergiate"],
}
UNKNOWN = ["foo", "Q", "contratto", "page[]", "__proto__", "q ", "<b>", "order by", "ke\x00y", "🚜", "a" * 5_000]


class Question(NamedTuple):
    """`query`: percent-encoded, as it stands in the address; `text`: its words alone, in the same way; `wrong`: the
    parameters at fault; `is_beyond`: it asks for a page far behind the last."""

    query: str
    text: str
    wrong: frozenset[str]
    is_beyond: bool


def questions(seed, number):
    """So many questions, the same for the same seed."""
    dice = Random(seed)
    return [question(dice) for _ in range(number)]


def question(dice):
    pairs, wrong = [], set()
    if dice.random() < 0.85:
        text = typed(dice)
        pairs.append(("q", text))
        if characters(text) > 500:
            wrong.add("q")
    for name in dice.sample(sorted(WRONG_VALUES), dice.choice((0, 0, 0, 1, 1, 2))):
        pairs.append((name, dice.choice(WRONG_VALUES[name])))
        wrong.add(name)
    right = dice.sample(sorted(RIGHT_VALUES), dice.choice((0, 0, 1, 1, 2, 3)))
    pairs += [(name, dice.choice(RIGHT_VALUES[name])) for name in right if name not in wrong]
    if dice.random() < 0.08:
        name = dice.choice(UNKNOWN)
        pairs.append((name, "1"))
        wrong.add(name)
    is_beyond = dice.random() < 0.05 and "page" not in dict(pairs)
    if is_beyond:
        pairs.append(("page", "9000"))
    dice.shuffle(pairs)
    text = encoded((name, value) for name, value in pairs if name == "q")
    return Question(encoded(pairs), text, frozenset(wrong), is_beyond)


def encoded(pairs):
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs)


def typed(dice):
    """What stands in the search field: text, or bytes that are no text."""
    kind = dice.choice((ordinary, ordinary, ordinary, spoilt, spoilt, symbols, long_words, novel, torn))
    return kind(dice)


def ordinary(dice):
    return " ".join([dice.choice(TRADES), *(dice.choice(PLACES + SAID) for _ in range(dice.randrange(3)))])


def spoilt(dice):
    """An ordinary text with something in it that is none."""
    text, place = ordinary(dice), dice.randrange(8)
    return text[:place] + dice.choice([*MARKUP, *PATTERNS, *SQL, *HIDDEN, *STRANGE]) + text[place:]


def symbols(dice):
    return "".join(dice.choice([*PATTERNS, *HIDDEN, *STRANGE, " "]) for _ in range(dice.randrange(1, 40)))


def long_words(dice):
    return dice.choice(("a", "oss", "è", "🚜", "ab" * 40)) * dice.randrange(1, 120)


def novel(dice):
    """Somebody has pasted the whole advertisement."""
    return " ".join(dice.choice(TRADES + PLACES + SAID + SQL) for _ in range(dice.choice((10, 10, 10, 30, 80, 1_000))))


def torn(dice):
    """Halves of surrogates, bytes of another encoding."""
    return ordinary(dice).encode() + b" ".join(dice.choice(TORN) for _ in range(dice.randrange(1, 5)))


def characters(text):
    return len(text if isinstance(text, str) else text.decode("utf-8", "replace"))


def escaped(value):
    return quote_from_bytes(value) if isinstance(value, bytes) else quote(value, safe="")

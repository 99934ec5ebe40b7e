"""Amounts that stand for a code: "20 ore" is a part-time, "almeno 3 anni di esperienza" a band of experience."""

from collections.abc import Sequence

from schemas.codes.phrases import Said

FULL_TIME_HOURS = 36  # a week; public offices and several agreements have no more
FULL_DAY_HOURS = 7
LONGEST_WEEK = 60
LONGEST_DAY = 12
LONGEST_CAREER = 50

_NUMBERS = {
    "un": 1, "uno": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8,
    "dieci": 10, "dodici": 12, "quindici": 15, "sedici": 16, "diciotto": 18, "venti": 20, "ventiquattro": 24,
    "venticinque": 25, "trenta": 30, "quaranta": 40,
}  # fmt: skip
_HOURS = frozenset(("ora", "ore", "h", "hh", "hours", "hrs"))
_A_DAY = (("al", "giorno"), ("giornaliere",), ("die",), ("giorno",), ("a", "day"))
_A_WEEK = (
    ("alla", "settimana"), ("a", "settimana"), ("settimanali",), ("sett",), ("settimana",), ("per", "settimana"),
    ("a", "week"), ("week",),
)  # fmt: skip
_NOT_OF_WORK = frozenset(("su", "corso", "di"))  # "24 ore su 24", "80 ore di corso"

_YEARS = frozenset(("anno", "anni", "aa", "year", "years"))
_MONTHS = frozenset(("mese", "mesi", "month", "months"))
_EXPERIENCE = frozenset(("esperienza", "esperienze", "exp", "experience"))
_BETWEEN = frozenset(("di", "d", "da", "a", "in", "of", "con"))
_AT_LEAST = frozenset(("almeno", "minimo", "min", "oltre", "piu", "maggiore", "superiore"))
_RANGE = frozenset(("a", "ai", "o", "e", "ed"))
_LEAD = _AT_LEAST | frozenset(("da", "dai", "di", "con", "circa", "fino", "a", "max", "massimo"))


def number_at(forms: Sequence[str], at: int) -> int | None:
    """The number that the word stands for, in figures or in letters; None when it is no number."""
    if at >= len(forms):
        return None
    form = forms[at]
    return int(form) if form.isdecimal() else _NUMBERS.get(form)


def hours_at(forms: Sequence[str], at: int) -> Said | None:
    """Hours of work: "20 ore", "40h settimanali", "4 ore al giorno"; not "24 ore su 24", not "80 ore di corso"."""
    amount = number_at(forms, at)
    if amount is None or at + 1 >= len(forms) or forms[at + 1] not in _HOURS:
        return None
    after = at + 2
    a_day, a_week = _ending(forms, after, _A_DAY), _ending(forms, after, _A_WEEK)
    if not a_day and not a_week and after < len(forms) and forms[after] in _NOT_OF_WORK:
        return None
    is_daily = bool(a_day) or (not a_week and amount <= LONGEST_DAY)
    if not 1 <= amount <= (LONGEST_DAY if is_daily else LONGEST_WEEK):
        return None
    full = amount >= (FULL_DAY_HOURS if is_daily else FULL_TIME_HOURS)
    return Said(2 + max(a_day, a_week), "hours", ("tempo-pieno" if full else "part-time",))


def _ending(forms: Sequence[str], at: int, endings: Sequence[tuple[str, ...]]) -> int:
    """How many words one of the endings takes here; 0 when none stands here."""
    return max((len(each) for each in endings if tuple(forms[at : at + len(each)]) == each), default=0)


def experience_at(forms: Sequence[str], at: int) -> Said | None:
    """A length of experience: "2 anni di esperienza", "esperienza di almeno 3 anni", "con 6 mesi d'esperienza"."""
    if forms[at] in _EXPERIENCE:
        told = _span_at(forms, _skip(forms, at + 1, _BETWEEN))
        return Said(told[0] - at, "experience", (told[1],)) if told else None
    told = _span_at(forms, at)
    if told is None:
        return None
    end = _skip(forms, told[0], _BETWEEN)
    if end < len(forms) and forms[end] in _EXPERIENCE:
        return Said(end + 1 - at, "experience", (told[1],))
    return None


def years_said(forms: Sequence[str]) -> str | None:
    """The band of a cell about experience that holds a length of time and nothing about the word: "2-3 anni"."""
    for at in range(len(forms)):
        told = _span_at(forms, at)
        if told:
            return told[1]
    return None


def _skip(forms: Sequence[str], at: int, words: frozenset[str]) -> int:
    while at < len(forms) and forms[at] in words:
        at += 1
    return at


def _span_at(forms: Sequence[str], at: int) -> tuple[int, str] | None:
    """(end, band) of a length of time with the words before it: "almeno 3 anni", "da 1 a 3 anni", "6 mesi"."""
    first = _skip(forms, at, _LEAD)
    at_least = not _AT_LEAST.isdisjoint(forms[at:first])
    least = number_at(forms, first)
    if least is None:
        return None
    end, most = first + 1, None
    upper = _skip(forms, end, _RANGE)
    if number_at(forms, upper) is not None and least < (number_at(forms, upper) or 0):
        most, end = number_at(forms, upper), upper + 1
    if end >= len(forms) or least > LONGEST_CAREER:
        return None
    if forms[end] in _MONTHS:
        return end + 1, "fino-a-1-anno" if (most or least) <= LONGEST_DAY else "1-3-anni"
    if forms[end] in _YEARS:
        return end + 1, _band((least + most) / 2 if most else least + at_least)
    return None


def _band(years: float) -> str:
    """The band in which so many years lie. "At least 3" counts as 4: it begins the band that 3 ends."""
    if years <= 1:
        return "fino-a-1-anno"
    if years <= 3:
        return "1-3-anni"
    return "3-5-anni" if years <= 5 else "oltre-5-anni"

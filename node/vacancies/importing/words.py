"""Optional cells in words: hours, licences, studies, languages and the rest, turned into codes where they mean one.

What means no code we know is not thrown away: it is kept as a line of the text that people read ("Titolo di studio:
perito chimico"), and the report says so.
"""

import re
from collections.abc import Callable

from node.vacancies.importing import money
from node.vacancies.importing.draft import Draft
from schemas import amounts
from schemas.codes import EDUCATION, LANGUAGES, PAY_PERIODS, SECTORS, spelling, spoken
from schemas.codes.sectors import recognise as recognise_sector
from schemas.messages import Message
from schemas.vacancy import LICENCES_MAX, POSITIONS_MAX, WEEKLY_HOURS_MAX

_NO = re.compile(r"no|nessun[ao]?|nulla|non (?:serve|richiest[ao]|necessari[ao]|previst[ao])|indifferente|0|false", re.IGNORECASE)  # fmt: skip
_YES = re.compile(r"s[iìí]'?|x|1|true|vero|yes", re.IGNORECASE)
_HOURS_A_WEEK = re.compile(r"(\d{1,2}(?:[.,]\d)?)\s*(?:h\b|ore\b|hours?\b)", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,4}")
_COUNTED = {"un": 1, "uno": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10}  # fmt: skip
_SCHOOL = (
    ("1", r"licenza\s+media|terza\s+media|scuola\s+media|medie\b"),
    ("2", r"obbligo"),
    ("3", r"qualifica|triennale\s+profess"),
    ("4", r"diplom|maturit|perit[oi]|ragionier|geometra|lice[oa]|superiori"),
    ("5", r"\bits\b|tecnico\s+superiore"),
    ("6", r"laurea(?!\s*(?:magistral|specialistic|a\s+ciclo|vecchio|quinquennal))|lauread?t[oaie]"),
    ("7", r"laurea\s*(?:magistral|specialistic|a\s+ciclo|vecchio|quinquennal)|master"),
    ("8", r"dottorat|specializzazione\s+(?:medic|post)"),
)
_LEVEL = re.compile(r"\b([ABC][12])\b")
_ORDINARY = re.compile(r"ordinari|normal|standard|generic|nessun|\bno\b|libera|tutti", re.IGNORECASE)
_ARTICLE = re.compile(r"\bart(?:icolo|\.)?\s*(18|1)\b", re.IGNORECASE)
_LAW = re.compile(r"\b68\s*/\s*(?:19)?99|legge\s+68|\bl\.?\s*68|collocamento\s+mirato", re.IGNORECASE)


def read_hours(draft: Draft, text: str) -> None:
    """Full or part time; the hours of the week and the shifts that the same cell may tell."""
    code, weekly = spoken.hours(text), _HOURS_A_WEEK.search(text)
    draft.put("hours", code)
    if weekly:
        _weekly_hours(draft, weekly[1])
    has_shifts = re.search(r"\bturn[io]", text, re.IGNORECASE) is not None and spoken.shifts(text)
    draft.put("shifts", "true" if has_shifts else None)
    if code is None:
        draft.keep("description", "hours", text, is_warning=None if has_shifts or weekly else True)
    elif len(text) > len("part-time orizzontale 20 ore"):
        draft.keep("description", "hours", text, is_warning=None)


def read_weekly_hours(draft: Draft, text: str) -> None:
    number = re.search(r"\d{1,2}(?:[.,]\d{1,2})?", text)
    if number is None or not _weekly_hours(draft, number[0]):
        draft.keep("description", "weekly_hours", text)


def _weekly_hours(draft: Draft, number: str) -> bool:
    read = amounts.read(number)
    if read is None or not 1 <= read <= WEEKLY_HOURS_MAX:
        return False
    draft.typed["weekly_hours"] = number
    draft.offer("hours", spoken.hours(f"{number.partition(',')[0]} ore settimanali"))
    return True


def read_shifts(draft: Draft, text: str) -> None:
    told = spoken.shifts(text)
    if told:
        draft.typed["shifts"] = "true"
    if told is None or len(text) > len("su tre turni"):
        draft.keep("description", "shifts", text, is_warning=True if told is None else None)


def read_remote(draft: Draft, text: str) -> None:
    if _NO.fullmatch(text):
        return
    code = "ibrido" if _YES.fullmatch(text) else spoken.remote(text)
    draft.put("remote", code)
    if code is None:
        draft.keep("description", "remote", text)


def read_positions(draft: Draft, text: str) -> None:
    found = _WHOLE.search(text)
    number = int(found[0]) if found else _COUNTED.get(text.lower().partition(" ")[0])
    if number is None or not 1 <= number <= POSITIONS_MAX:
        draft.keep("description", "positions", text)
    else:
        draft.typed["positions"] = str(number)


def read_pay(draft: Draft, text: str) -> None:
    pay = money.read(text)
    if pay is None:
        draft.keep("offer", "pay", text, is_warning=False)
        return
    draft.typed["pay_min"] = amounts.written(pay.lowest)
    if pay.highest is not None:
        draft.typed["pay_max"] = amounts.written(pay.highest)
    draft.typed["pay_period"] = pay.period


def read_pay_end(name: str) -> Callable[[Draft, str], None]:
    def read(draft: Draft, text: str) -> None:
        pay = money.read(text)
        if pay is None or pay.highest is not None:
            draft.keep("offer", name, text)
            return
        draft.typed[name] = amounts.written(pay.lowest)
        draft.offer("pay_period", pay.period)

    return read


def read_pay_period(draft: Draft, text: str) -> None:
    told = next((code for code, label in PAY_PERIODS.choices() if text.casefold() in (code, label)), None)
    draft.put("pay_period", told or money.period(text))


def read_education(draft: Draft, text: str) -> None:
    """The lowest title that is named: "diploma o laurea" asks for a diploma."""
    if _NO.match(text):
        return
    labels = {spelling.compact(label): code for code, label in [*EDUCATION.choices(), *EDUCATION.choices("en")]}
    level = re.fullmatch(r"(?:eqf\s*)?([1-8])", text, re.IGNORECASE)
    named = [code for code, words in _SCHOOL if re.search(words, text, re.IGNORECASE)]
    found = labels.get(spelling.compact(text)) or (level and level[1]) or next(iter(named), None)
    draft.put("education", found)
    if not (level or spelling.compact(text) in labels):
        draft.keep("requirements", "education", text, is_warning=True if found is None else None)


def read_experience(draft: Draft, text: str) -> None:
    found = "nessuna" if _NO.fullmatch(text) else spoken.experience(text)
    draft.put("experience", found)
    if found is None or len(text) > len("esperienza di almeno 3 anni"):
        draft.keep("requirements", "experience", text, is_warning=True if found is None else None)


def read_licences(draft: Draft, text: str) -> None:
    if _NO.fullmatch(text):
        return
    found = list(dict.fromkeys(code for part in re.split(r"[;\n]", text) for code in spoken.licences(part)))
    draft.put("licences", found[:LICENCES_MAX])
    if not found:
        draft.keep("requirements", "licences", text)


def read_languages(draft: Draft, text: str) -> None:
    """Each language that the cell names, with the level that follows it before the next one."""
    if _NO.fullmatch(text):
        return
    called = {spelling.words(label.partition(" (")[0])[0]: code for lang in ("it", "en") for code, label in LANGUAGES.choices(lang)}  # fmt: skip
    pieces = re.split(r"([^\W\d_]+)", text)
    rows: list[dict[str, str]] = []
    for word, after in zip(pieces[1::2], pieces[2::2], strict=False):
        code = called.get(spelling.compact(word))
        level = _LEVEL.search(word + after)
        if code and code not in {row["code"] for row in rows}:
            rows.append({"code": code})
        elif level and rows and "level" not in rows[-1]:
            rows[-1]["level"] = level[1]
    draft.put("languages", rows)
    if not rows:
        draft.keep("requirements", "languages", text)


def read_reserved(draft: Draft, text: str) -> None:
    found = spoken.reserved(text)
    draft.put("reserved", found)
    if found is None and not _NO.fullmatch(text) and not _ORDINARY.search(text):
        draft.keep("description", "reserved", text, is_warning=bool(_LAW.search(text)))


def reserved_by_title(title: str, text: str) -> str | None:
    """The article of law 68/99 that a title names, by itself or with the law in the text beside it."""
    article = _ARTICLE.search(title)
    if article and (article[1] == "18" or _LAW.search(f"{title} {text}")):
        return f"art-{article[1]}"
    return None


def read_sector(draft: Draft, text: str) -> None:
    first = text.partition(" ")[0]
    is_ours = first in SECTORS and text == f"{first} {SECTORS.label(first)}"
    code = first if is_ours else recognise_sector(text)
    draft.put("sector", code)
    if code is None:
        draft.keep("description", "sector", text)


def read_hidden(draft: Draft, text: str) -> None:
    if _YES.fullmatch(text):
        draft.typed["employer_hidden"] = "true"


def read_contract(draft: Draft, text: str) -> None:
    """The contract; a cell that also says full or part time is not asked twice."""
    code = spoken.contract(text)
    if code is None:
        draft.warn("contract", Message("«{typed}» non è tra i contratti dell'elenco: messo «Altro contratto».", typed=text[:60]))  # fmt: skip
        draft.keep("description", "contract", text, is_warning=None)
    draft.put("contract", code or "altro")
    draft.put("hours", spoken.hours(text))


READERS: dict[str, Callable[[Draft, str], None]] = {
    "contract": read_contract,
    "hours": read_hours,
    "weekly_hours": read_weekly_hours,
    "shifts": read_shifts,
    "remote": read_remote,
    "positions": read_positions,
    "pay": read_pay,
    "pay_period": read_pay_period,
    "pay_min": read_pay_end("pay_min"),
    "pay_max": read_pay_end("pay_max"),
    "education": read_education,
    "experience": read_experience,
    "licences": read_licences,
    "languages": read_languages,
    "reserved": read_reserved,
    "sector": read_sector,
    "employer_hidden": read_hidden,
}
"""In the order in which they are read: a column of its own comes after what another cell says as well, and wins."""

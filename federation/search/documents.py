"""What the index keeps of a vacancy: stems to find it, codes to filter and count it, its key; no text.

Titles and descriptions are shown from the replica, so the index stays small, and a withdrawn record leaves nothing
readable behind. `VERSION` must grow with every change here or in the analysis: the folder bears it in its name, and
an index of another version is left alone and built anew.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import tantivy

from federation.replica import Copy
from federation.search import places, text
from schemas import days
from schemas.codes import CONTRACTS, HOURS, REMOTE, RESERVED, comuni, occupations, sectors

VERSION = 1

# Text in stems, with the weight of a hit in each: a word of the title says more than one of the description.
WEIGHTS = {"title": 6.0, "trade": 3.0, "names": 2.5, "body": 1.0}

# The codes that can be filtered by, and the field in which each is counted: an occupation is filtered by any number
# of its digits and counted by sub-major group, a sector is filtered by section or division and counted by section.
FILTERED = ("comune", "province", "contract", "sector", "hours", "reserved", "occupation", "origin", "remote")
COUNTED = {code: code for code in FILTERED} | {"sector": "section", "occupation": "occupation_group"}

_BODY = ("description", "tasks", "requirements", "offer")
_LABELLED = {"contract": CONTRACTS, "hours": HOURS, "remote": REMOTE, "reserved": RESERVED}

# A vacancy loses half of its weight in so many days. The weight doubles with time instead of fading, which orders the
# same at every moment and needs no rewriting; its first day only keeps the numbers small.
HALF_LIFE_DAYS = 120
_FIRST_DAY = date(2020, 1, 1)


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
    for field in WEIGHTS:
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    builder.add_text_field("forms", tokenizer_name="words", index_option="basic")
    for field in sorted({*FILTERED, *COUNTED.values()}):
        builder.add_text_field(field, stored=field == "comune", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("shifts", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("until", indexed=True)
    for field in ("position", "seq", "published", "closes"):
        builder.add_integer_field(field, fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def key(origin: str, id: str) -> str:
    return f"{origin}/{id}"


def names_of(key: str) -> tuple[str, str]:
    """Origin and id."""
    origin, _, record = key.partition("/")
    return origin, record


def of(copy: Copy) -> tantivy.Document:
    """The index's document of a used public vacancy."""
    body = copy.body
    document = tantivy.Document()
    document.add_text("key", key(copy.origin, copy.id))
    document.add_integer("position", copy.position)
    document.add_integer("seq", copy.seq)
    _add_texts(document, body)
    for field, codes in _codes(copy.origin, body).items():
        for code in sorted(codes):
            document.add_text(field, code)
    _add_times(document, copy, body)
    return document


def weight_on(day: date) -> float:
    """The factor of relevance of a vacancy published on `day`; meaningful only beside another day's."""
    return float(2 ** ((day - _FIRST_DAY).days / HALF_LIFE_DAYS))


def _add_texts(document: tantivy.Document, body: Mapping[str, Any]) -> None:
    title, trade = body["title"], _trade(body)
    texts = {"title": title, "trade": trade, "names": _names(body), "body": _prose(body)}
    for field, written in texts.items():
        document.add_text(field, " ".join(text.stems(written)))
    document.add_text("forms", " ".join(sorted({*text.forms(title), *text.forms(trade)})))


def _prose(body: Mapping[str, Any]) -> str:
    """What the employer wrote, and what the codes say in words: people type "part time" without knowing of a filter."""
    labels = [codes.label(body[field]) for field, codes in _LABELLED.items() if body.get(field) in codes]
    return "\n".join([*(body.get(part, "") for part in _BODY), *labels])


def _trade(body: Mapping[str, Any]) -> str:
    """The titles of the unit group in both languages; blank when this version does not know the code."""
    group = occupations.occupation(body.get("occupation", ""))
    return f"{group.title_it} {group.title_en}" if group else ""


def _names(body: Mapping[str, Any]) -> str:
    """The employer and the places; a comune by its official names, whatever the document calls it."""
    names = [(body.get("employer") or {}).get("name", "")]
    for place in body["places"]:
        comune = comuni.comune(place.get("istat", ""))
        names += [comune.name, comune.other_name] if comune else [place.get("name") or place.get("locality", "")]
    return "\n".join(names)


def _codes(origin: str, body: Mapping[str, Any]) -> dict[str, set[str]]:
    where = {places.code_of(place) for place in body["places"]}
    occupation, sector = body.get("occupation", ""), body.get("sector", "")
    section = sectors.section_of(sector) or ""
    codes: dict[str, set[str]] = {
        "comune": where,
        "province": {places.province(code) or "" for code in where},
        "sector": {sector, section},
        "section": {section},
        "occupation": {occupation[:digits] for digits in range(1, 5)},
        "occupation_group": {occupation[:2]},
        "origin": {origin},
        "shifts": {"si"} if body.get("shifts") else set(),
    }
    for field in ("contract", "hours", "reserved", "remote"):
        codes[field] = {body.get(field, "")}
    return {field: found - {""} for field, found in codes.items()}


def _add_times(document: tantivy.Document, copy: Copy, body: Mapping[str, Any]) -> None:
    closes_on = date.fromisoformat(body["closes_on"])
    # A peer that dates its notices ahead must not stand above everybody else's.
    published_on = min(date.fromisoformat(body["published_on"]), copy.issued_at.date())
    until = min(copy.not_after, days.closing_instant(min(closes_on, days.LAST_DAY)))
    document.add_integer("until", seconds(until))
    document.add_integer("published", (published_on - _FIRST_DAY).days)
    document.add_integer("closes", (closes_on - _FIRST_DAY).days)
    document.add_float("weight", weight_on(published_on))


def seconds(instant: datetime) -> int:
    """Whole seconds of Unix time, rounded down."""
    return int(instant.astimezone(UTC).timestamp())

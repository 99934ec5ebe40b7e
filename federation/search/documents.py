"""What the index keeps of a vacancy: stems to find it, codes to filter and count it, its key; no text.

Titles and descriptions are shown from the replica, so the index stays small, and a withdrawn record leaves nothing
readable behind but its key and the name of its employer, which suggestions need. Codes lie in two fields of many
branches, those that are counted by name and those that are only asked for (`columns` says what is counted how): a field
of its own would cost each code a byte of norms in every vacancy. The title of the unit group is not indexed: a typed
word is looked up in the 436 titles when it is typed (`group_titles`).

`VERSION` must grow with every change here or in the analysis: the folder bears it in its name, and an index of another
version is left alone and built anew.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import tantivy

from federation.replica import Copy
from federation.search import clusters, columns, conditions, employers, freshness, places, prose, text, trades
from schemas import days
from schemas.codes import CONTRACTS, HOURS, LANGUAGES, LICENCES, REMOTE, RESERVED, comuni, sectors

VERSION = 3

# Text in stems, with the weight of a hit in each: a word of the title says more than one of the description.
WEIGHTS = {"title": 6.0, "names": 2.5, "body": 1.0}

DAYS_BEHIND = 150
"""A vacancy that the law reserves stands where one so much older would, since most people may not apply; whoever asks for
reserved ones sees no others."""

# How long ago a vacancy was published, in days before today; each period holds the ones before it.
SINCE = {"oggi": 0, "3-giorni": 2, "settimana": 6, "mese": 30}

CURSOR_TERM = 0
"""Stands for the one document that is no vacancy; no key of 63 bits is likely to be it."""

_BODY = ("description", "tasks", "requirements", "offer")
_ALSO_IN_TEXT = ("hours", "experience")
"""What the text tells where the field is empty."""
_LABELLED = {"contract": CONTRACTS, "hours": HOURS, "remote": REMOTE, "reserved": RESERVED}

_FIRST_DAY = date(2020, 1, 1)  # keeps the numbers of days small


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True)
    builder.add_bytes_field("card", stored=True)
    for field in WEIGHTS:
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    builder.add_text_field("forms", tokenizer_name="words", index_option="basic")
    builder.add_text_field("employer", tokenizer_name="raw", index_option="basic")
    builder.add_json_field("code", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_json_field("mark", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("until", indexed=True)
    builder.add_integer_field("cluster", indexed=True, fast=True)
    for field in ("position", "seq", "published", "closes", *columns.NUMBERS):
        builder.add_integer_field(field, fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def key(origin: str, id: str) -> str:
    return f"{origin}/{id}"


def names_of(key: str) -> tuple[str, str]:
    """Origin and id."""
    origin, _, record = key.partition("/")
    return origin, record


def term(key: str, salt: bytes) -> int:
    """The number that stands for a key in one index: a third of the size of the text.

    Salted with what nobody outside knows, so that no origin can choose an id that drives out another's vacancy.
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=8, key=salt).digest()) >> 1


def card(key: str, told: Iterable[str]) -> bytes:
    """What is read back from a document that was found: its key, and the codes of its places."""
    return "\n".join([key, *told]).encode()


def read_card(document: tantivy.Document) -> tuple[str, list[str]]:
    """(key, codes of the places) of a document that was found."""
    key, *told = bytes(document.get_first("card") or b"").decode().split("\n")
    return key, told


def of(copy: Copy, salt: bytes, begun_on: date) -> tantivy.Document:
    """The document of a used public vacancy, for the index with this salt that was begun on that day."""
    body = copy.body
    where = list(dict.fromkeys(places.code_of(place) for place in body["places"]))
    document = tantivy.Document()
    own = key(copy.origin, copy.id)
    document.add_integer("key", term(own, salt))
    document.add_bytes("card", card(own, where))
    document.add_integer("position", copy.position)
    document.add_integer("seq", copy.seq)
    denied = _add_texts(document, own, body)
    _add_codes(document, copy.origin, body, where, denied)
    _add_times(document, copy, body, begun_on)
    return document


def day_number(day: date) -> int:
    """A day as the fields `published` and `closes` hold it."""
    return (day - _FIRST_DAY).days


def _add_texts(document: tantivy.Document, key: str, body: Mapping[str, Any]) -> set[str]:
    """Add the stems, the employer and the cluster; returns the stems that the text denies."""
    title = [word for word in text.words(body["title"]) if word.form not in text.STOP_WORDS]
    called = [word.stem for word in title]
    told = prose.told("\n".join(body.get(part, "") for part in _BODY))
    employer = (body.get("employer") or {}).get("name", "")
    folded, where = employers.folded(employer), _place_stems(body)
    document.add_text("title", " ".join(called))
    document.add_text("names", " ".join([*_stems(employer), *where]))
    document.add_text("body", " ".join([*told.stems, *_label_stems(body)]))
    document.add_text("forms", " ".join(sorted({word.form for word in title})))
    for name in employers.terms(folded, employer):
        document.add_text("employer", name)
    cluster = clusters.number(key, folded, called, told.stems, where, body.get("contract", ""))
    document.add_integer("cluster", cluster)
    return told.denied


def _label_stems(body: Mapping[str, Any]) -> list[str]:
    """What the codes say in words: people type "part time" without knowing of a filter."""
    labels = [codes.label(body[field]) for field, codes in _LABELLED.items() if body.get(field) in codes]
    labels += [LICENCES.label(code) for code in body.get("licences", ()) if code in LICENCES]
    labels += [LANGUAGES.label(each["code"]) for each in body.get("languages", ()) if each["code"] in LANGUAGES]
    return [stem for label in labels for stem in _stems(label)]


def _place_stems(body: Mapping[str, Any]) -> list[str]:
    """The stems of the names of the places; a comune by its official ones, whatever the document calls it."""
    names = []
    for place in body["places"]:
        comune = comuni.comune(place.get("istat", ""))
        names += [comune.name, comune.other_name] if comune else [place.get("name") or place.get("locality", "")]
    return [stem for name in names for stem in _stems(name)]


@lru_cache(maxsize=16_384)
def _stems(name: str) -> tuple[str, ...]:
    """The stems of what comes again and again: comuni, employers, labels."""
    return tuple(text.stems(name))


def _add_codes(
    document: tantivy.Document, origin: str, body: Mapping[str, Any], where: list[str], denied: Collection[str]
) -> None:
    occupation, sector = body.get("occupation", ""), body.get("sector", "")
    section = sectors.section_of(sector) or ""
    provinces = list(dict.fromkeys(filter(None, map(places.province, where))))
    said = conditions.told(body["title"], *(body.get(part, "") for part in _BODY))
    counted: dict[str, Collection[str]] = {
        "licence": {*body.get("licences", ()), *said.codes.get("licence", ())},
        "origin": [origin],
        "abroad": [code for code in where if places.abroad(code)],
    }
    counted |= {field: [body.get(field, "")] for field in ("contract", "reserved", "remote")}
    counted |= {field: [body[field]] if body.get(field) else said.codes.get(field, ()) for field in _ALSO_IN_TEXT}
    asked: dict[str, Collection[str]] = {
        "comune": where,
        "province": provinces,
        "sector": [sector],
        "section": [section],
        "occupation": [occupation],
        "occupation_group": [occupation[:2]],
        "guessed": () if occupation else _guessed(body["title"]),
        "shifts": ["si"]
        if body.get("shifts") or said.times.get(conditions.SHIFTS, conditions.NO) != conditions.NO
        else (),
        "times": said.marks,
        "denied": denied,
    }
    for field, branches in (("code", counted), ("mark", asked)):
        document.add_json(field, {name: told for name, codes in branches.items() if (told := sorted({*codes} - {""}))})
    for numbers in (
        columns.of_places(where),
        columns.of_provinces(provinces),
        columns.of_section(section),
        columns.of_occupation(occupation),
    ):
        for field, found in numbers.items():
            for number in found:
                document.add_integer(field, number)


def _guessed(title: str) -> set[str]:
    """The unit group of a vacancy that names none; it serves to find it, and is neither shown nor counted."""
    named = trades.recognise(list(text.words(title)))
    return set(named[0].codes) if named and len(named[0].codes) == 1 else set()


def _add_times(document: tantivy.Document, copy: Copy, body: Mapping[str, Any], begun_on: date) -> None:
    closes_on = date.fromisoformat(body["closes_on"])
    # A peer that dates its notices ahead must not stand above everybody else's.
    published_on = min(date.fromisoformat(body["published_on"]), copy.issued_at.date(), copy.received_at.date())
    until = min(copy.not_after, days.closing_instant(min(closes_on, days.LAST_DAY)))
    document.add_integer("until", minute(until))
    document.add_integer("published", day_number(published_on))
    document.add_integer("closes", day_number(closes_on))
    days_behind = DAYS_BEHIND if body.get("reserved") else 0
    document.add_float("weight", freshness.weight(published_on - timedelta(days=days_behind), begun_on))


def minute(instant: datetime) -> int:
    """Whole minutes of Unix time, rounded down."""
    return int(instant.astimezone(UTC).timestamp()) // 60

"""What a person means by what she types: filters that a page can show and take away, refusals, and the words that remain.

"magazziniere part time Gallarate no notti" is a trade, a filter, a place and a refusal. Searched as four words it finds
the notices that happen to contain them all; understood, it finds the work. Nothing is guessed in silence: every filter
says which typed words it came from, and `Understood.without` gives the text that does not say it any more.

Rules are rules of how Italians write, kept as tables in `schemas.codes.sayings` and `federation.search.asking`. Pure,
total on any text, a tenth of a millisecond for a usual search.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from federation.search.asking import refusals, whereabouts
from federation.search.asking.employer_names import Employers, employer_at
from federation.search.asking.reading import Found, Meant, Reading, Refused, Value
from schemas.codes import spoken

# A search has one of these; the first that is typed counts, a further one stays among the words.
_ONE_ONLY = frozenset(("radius_km", "since"))
_SMALL_WORDS_BEFORE = frozenset(
    """
    a anche come con da di e ed esclusivamente in magari meglio per possibilmente preferibilmente solo soltanto su
    """.split()  # noqa: SIM905
)

# What is left hanging where something was cut out of a text.
_HANGING_LEFT = re.compile(
    r"(?:[\s,;:–—|/-]|(?<![\w/])(?:e|ed|o|oppure|con|ma|in|a|di|per|da)(?!\w)|(?<!\S)\+)+\Z", re.IGNORECASE
)
_HANGING_RIGHT = re.compile(r"\A(?:[\s,;:.–—|/-]|['’`´](?=\s|\Z)|(?:e|ed|o|oppure|ma)(?!\w))+", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")

Span = tuple[int, int]


def nobody(_words: str) -> None:
    """Knows no employer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A filter that the text says: `name` and `value` as `SearchRequest` takes them, `words` = typed[start:end].

    near: the code of a place (`federation.search.places`), `ambiguous` the other places of the same name, the most
    populous first. comune: as near, where the text names several places. radius_km: whole kilometres. province: a sigla
    or "estero". region, contract, hours, experience, licence, reserved, remote, since: codes. shifts: "si". employer:
    whatever the caller's function answered. Words that mean two codes ("categorie protette") give a Part for each.
    """

    name: str
    value: Value
    words: str
    start: int
    end: int
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something refused: `words` = typed[start:end]; `filters`: codes by facet; `stems`: groups of stems, a notice that
    has all stems of one group is not wanted."""

    words: str
    start: int
    end: int
    filters: Mapping[str, tuple[str, ...]] = field(hash=False)
    stems: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """`rest`: what remains to be searched as words; `parts` and `excluded` in the order of the text.

    `repeated`: what was typed a second time, such as "part time, 20 ore"; it is taken away with the first.
    """

    typed: str
    rest: str
    parts: tuple[Part, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    repeated: tuple[Part, ...] = ()
    employers: Employers = field(default=nobody, repr=False, compare=False)

    def said(self) -> list[Part | Exclusion]:
        """All that was understood, wanted first."""
        return [*self.parts, *self.excluded]

    def without(self, part: Part | Exclusion) -> str:
        """The text, tidy, without the words of a part: understood again, it says all the rest and this no more."""
        spans = {(part.start, part.end)}
        spans |= {(each.start, each.end) for each in self.repeated if _meaning(each) == _meaning(part)}
        everything = [*self.said(), *self.repeated]
        kept = {_meaning(each) for each in everything if (each.start, each.end) not in spans}
        for joint in (" ", ", "):  # "part Como time" without Como would be "part time": a comma keeps it apart
            left = _cut(self.typed, spans, joint)
            if {_meaning(each) for each in understand(left, self.employers).said()} == kept:
                break
        return left


def understand(typed: str, employers: Employers = nobody) -> Understood:
    """What `typed` asks for. Total: any text is harmless, and what says nothing known stays in `rest`.

    `employers` is asked about runs of typed words: it answers with the value of the filter, or None.
    """
    reading = Reading(typed)
    idle: list[Span] = []
    parts: list[Part] = []
    repeated: list[Part] = []
    excluded: list[Exclusion] = []
    for each in _settled(_scan(reading, employers)):
        start, end = _span(reading, each)
        words = typed[start:end]
        if isinstance(each, Refused):
            excluded.append(Exclusion(words, start, end, each.filters, each.stems))
            continue
        if each.idle:
            idle.append((start, end))
        for name, value, ambiguous in each.meant:
            part = Part(name, value, words, start, end, ambiguous)
            (repeated if _meaning(part) in map(_meaning, parts) else parts).append(part)
    spans = {*idle, *((part.start, part.end) for part in (*parts, *repeated)), *((no.start, no.end) for no in excluded)}
    return Understood(typed, _cut(typed, spans, " "), tuple(parts), tuple(excluded), tuple(repeated), employers)


def _scan(reading: Reading, employers: Employers) -> list[Found | Refused]:
    """All that is found from left to right, without overlap; at each token the longest."""

    def recognise(reading: Reading, at: int) -> Found | None:
        return _recognise(reading, at, employers)

    found: list[Found | Refused] = []
    at = behind = 0
    has_no = "no" in reading.forms
    while at < len(reading):
        each: Found | Refused | None = refusals.refused_behind(reading, at, recognise) if has_no else None
        each = each or recognise(reading, at) or refusals.refused_at(reading, at, recognise)
        if each is None:
            at += 1
            continue
        is_wanted = isinstance(each, Found) and bool(each.meant)
        if is_wanted and at > behind and reading.form(at - 1) in _SMALL_WORDS_BEFORE:
            each = each._replace(first=at - 1)
        found.append(each)
        at = behind = each.end
    return found


def _recognise(reading: Reading, at: int, employers: Employers) -> Found | None:
    """The longest of what a code, a place or an employer says here; of equals, in this order."""
    said = spoken.said_at(reading.typed, reading.tokens, reading.forms, at)
    of_code = said and Found(at, at + said.length, tuple(Meant(said.filter, code) for code in said.codes))
    of_place = whereabouts.place_at(reading, at) or whereabouts.sigla_at(reading, at)
    of_employer = None if employers is nobody else employer_at(reading, at, employers)
    found = [each for each in (of_code, of_place, of_employer) if each]
    return max(found, key=lambda each: each.end, default=None)


def _settled(found: Iterable[Found | Refused]) -> list[Found | Refused]:
    """What a search can hold at once: one radius around one place; several places without a radius are a choice."""
    found = list(found)
    names = [meant.name for each in found if isinstance(each, Found) for meant in each.meant]
    has_radius = "radius_km" in names
    is_choice = len({each.meant for each in found if isinstance(each, Found) and _is(each, "near")}) > 1
    settled: list[Found | Refused] = []
    seen: set[str] = set()
    for each in found:
        if isinstance(each, Found) and each.meant:
            name = each.meant[0].name
            if name in seen and (name in _ONE_ONLY or (name == "near" and has_radius)):
                continue
            if name == "near" and is_choice and not has_radius:
                each = each._replace(meant=(each.meant[0]._replace(name="comune"),))
            seen.add(name)
        settled.append(each)
    return settled


def _is(found: Found, name: str) -> bool:
    return bool(found.meant) and found.meant[0].name == name


def _span(reading: Reading, each: Found | Refused) -> Span:
    return reading.token(each.first).start, reading.token(each.end - 1).end


def _meaning(each: Part | Exclusion) -> object:
    if isinstance(each, Part):
        return ("near" if each.name == "comune" else each.name), each.value
    return tuple(sorted(each.filters.items())), each.stems


def _cut(typed: str, spans: Iterable[Span], joint: str) -> str:
    """The text without the spans, and without what would be left hanging at their edges."""
    pieces, at = [], 0
    for start, end in [*sorted(spans), (len(typed), len(typed))]:
        piece = typed[at : max(at, start)]
        if at:
            piece = _HANGING_RIGHT.sub("", piece)
        if start < len(typed):
            piece = _HANGING_LEFT.sub("", piece)
        pieces.append(piece)
        at = max(at, end)
    left = " ".join(_EMPTY_BRACKETS.sub(" ", joint.join(piece for piece in pieces if piece.strip())).split())
    return left if any(sign.isalnum() for sign in left) else ""

"""Wordings that the law forbids in a job advertisement, found before they are published.

The desk mediates work under art. 6 d.lgs. 276/2003, so an ad that asks for sex, age, nationality or a photograph is the
comune's own breach, not only the employer's. A machine cannot know every context: what it finds are warnings that name
the law, the reason, a better wording and the exceptions; the operator decides and writes down why.

The rules themselves stand in `schemas.wording_rules`. Each is tried on the text in lower case without accents, which has
the same length as the text, so that a finding quotes exactly what was written.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from schemas.messages import Message
from schemas.wording_rules import AGE, RULES, Ground, Rule, Severity

WORDED_FIELDS = ("title", "description", "tasks", "requirements", "offer", "how_to_apply")

APPRENTICE_AGES = range(15, 30)

# "Not asked for" says the contrary of what the rest of the sentence seems to say.
_NEGATED = re.compile(
    r"(?:\b(?:nessun[ao]?\s+(?:limit|requisit|obblig|vincol)\w*"
    r"|senza\s+(?:limit|requisit|obblig|vincol|necessit|preferenz)\w*"
    r"|(?:a\s+prescindere|indipendentemente)\s+d\w+|qualsiasi|qualunque"
    r"|non\s+(?:e|sono|serv|occorr|import|si\s+richied|richied|chied|necessit|invi|alleg|inser|mand)\w*)\b[^,.;\n]{0,40}"
    r"|\bsenza\s+(?:alcuna\s+)?(?:distinzion|discriminazion|preclusion)\w*[^.;\n]{0,120})\Z"
)
_BEFORE = 160  # characters of context, enough for the longest of the patterns that look back
_BELOW = re.compile(r"\b(?:under|meno\s+di|sotto\s+i|inferiore|compiuto)\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One wording that may not stand: where, which, and what the operator should know to decide.

    `severity` is "forbidden" when the words can hardly be meant otherwise, "doubtful" when it depends on the context;
    `exception` says when the law allows it, None when it never does.
    """

    field: str
    term: str
    severity: Severity
    law: Message
    why: Message
    instead: Message
    exception: Message | None


def forbidden_terms(text_by_field: Mapping[str, str | None], contract: str | None = None) -> list[Finding]:
    """The forbidden wordings of an ad, field by field, in the order of the text; each term once a field.

    `contract` is the code of the contract: apprenticeship is open by law to ages 15 to 29 (d.lgs. 81/2015, artt. 43-45),
    so an age within them is no finding there.
    """
    both_sexes = any(_BOTH_SEXES.search(_plain(text)) for text in text_by_field.values() if text)
    findings = []
    for field, text in text_by_field.items():
        if not text:
            continue
        for rule, term in _found(field, text):
            if rule.only_without_both_sexes and both_sexes:
                continue
            if rule.ground is AGE and contract == "apprendistato" and _fits_apprentices(_plain(term)):
                continue
            ground = rule.ground
            findings.append(
                Finding(field, term, rule.severity, ground.law, ground.why, ground.instead, ground.exception)
            )
    return findings


_BOTH_SEXES = re.compile(
    r"\bsteward\b|\bambo\s*(?:i\s+)?sessi\b|\bentrambi\s+i\s+sessi\b|\b[mf]\s?/\s?[fmd](?:\s?/\s?[dx])?\b"
)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _found(field: str, text: str) -> Iterator[tuple[Rule, str]]:
    """(rule, term as written) of a field in the order of the text; what two rules of one ground find is said once."""
    plain = _plain(text)
    found: list[tuple[int, int, Rule]] = []
    for rule in RULES:
        if rule.only_in and field != rule.only_in:
            continue
        for match in compiled(rule.pattern).finditer(plain):
            start, end = match.span()
            if not _is_harmless(rule, plain[max(0, start - _BEFORE) : start]) and not _overlaps(
                found, start, end, rule.ground
            ):
                found.append((start, end, rule))
    said = set()
    for start, end, rule in sorted(found, key=lambda each: each[:2]):
        term = " ".join(text[start:end].split()).strip(" ,:;(")
        if (term.casefold(), rule.ground.law) not in said:
            said.add((term.casefold(), rule.ground.law))
            yield rule, term


def _is_harmless(rule: Rule, before: str) -> bool:
    """Whether the words before a match turn its meaning: they negate it or speak of somebody else."""
    return bool(_NEGATED.search(before) or (rule.unless_after and compiled(rule.unless_after).search(before)))


def _overlaps(found: list[tuple[int, int, Rule]], start: int, end: int, ground: Ground) -> bool:
    return any(
        start < other_end and other_start < end and rule.ground is ground for other_start, other_end, rule in found
    )


def _fits_apprentices(term: str) -> bool:
    """Whether all ages named are those of apprentices; "under 30" means 29 at most."""
    ages = [int(number) for number in _NUMBER.findall(term)]
    last = APPRENTICE_AGES.stop - 1 + bool(_BELOW.search(term))
    return all(APPRENTICE_AGES.start <= age <= last for age in ages)


def _plain(text: str) -> str:
    """The text in lower case, without accents and with one kind of apostrophe, character by character."""
    return text.lower() if text.isascii() else "".join(_plain_character(character) for character in text)


def _plain_character(character: str) -> str:
    if character.isascii() and character != "`":
        return character.lower()
    if character in "’‘´`":
        return "'"
    lowered = unicodedata.normalize("NFD", character)[0].lower()
    return lowered if len(lowered) == 1 else character

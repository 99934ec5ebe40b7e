"""What a results page says of a question: what was understood, what was done about a slip, and the ways out of nothing.

Each sentence is a link that does what it says.
"""

from collections.abc import Iterator
from typing import NamedTuple

from federation.search.query import Results
from node.citizens.addresses import address, full_name
from node.citizens.filters import label_of
from node.citizens.otherwise import Otherwise
from node.citizens.question import Asked, Narrowing, place_name
from node.core.i18n import gettext as _
from node.core.i18n import km, ngettext


class Chip(NamedTuple):
    """One thing that narrows the search; `url` is the same search without it."""

    label: str
    url: str


class Hint(NamedTuple):
    """What the page remarks, and where it could lead: (label, address)."""

    text: str
    links: list[tuple[str, str]]


class WayOut(NamedTuple):
    """Searches of one kind that do find something: (label with its count, address)."""

    title: str
    links: list[tuple[str, str]]


def chips(question: Asked) -> list[Chip]:
    return [Chip(label(question, each), address(question.without(each))) for each in question.narrowings()]


def label(question: Asked, narrowing: Narrowing) -> str:
    """What a chip says; a value that means nothing by itself brings its filter along."""
    name, value = narrowing.name, narrowing.values[0]
    if name == "q":
        return f"«{value}»"
    if name == "comune":
        return around(question)
    if name == "excluded" or len(narrowing.values) > 1:
        return narrowing.words
    told = narrowing.words if name == "employer" and narrowing.words else label_of(name, value)
    if name == "province":
        return _("provincia: %(name)s", name=told)
    return _("pubblicata %(when)s", when=told) if name == "since" else told


def around(question: Asked) -> str:
    """`entro 10 km da Gavirate`, or `Gavirate` alone."""
    place = place_name(question.centre or "")
    return _("entro %(km)s da %(place)s", km=km(question.reach_km), place=place) if question.reach_km else place


def where(question: Asked) -> str:
    """The end of "12 offerte …", blank for everywhere."""
    if question.centre is None:
        return ""
    return around(question) if question.reach_km else _("a %(place)s", place=place_name(question.centre))


def hints(question: Asked, results: Results) -> Iterator[Hint]:
    """What was searched instead of what was typed, and what could be meant."""
    for part in question.parts:
        if part.name == "near" and part.ambiguous:
            taken, *others = question.namesakes(part)
            links = [(full_name(code), address(question.at(code, part))) for code in others]
            yield Hint(_("Abbiamo cercato a %(place)s. Intendevi…", place=full_name(taken)), links)
    if results.meant:
        yield Hint(_("Intendevi…"), [(f"«{results.meant}»", address(question.respelled(results.meant)))])
    for typed, used in results.corrections.items():
        yield Hint(_("«%(typed)s» non si trova: abbiamo cercato «%(used)s».", typed=typed, used=used), [])
    if results.relaxed:
        yield Hint(_("Nessuna offerta ha tutte le parole: queste ne hanno alcune."), [])


def ways_out(question: Asked, otherwise: Otherwise) -> list[WayOut]:
    """What there is instead of nothing."""
    found = [
        WayOut(
            _("Più lontano ce ne sono:"),
            [(counted(_("entro %(km)s", km=km(radius)), count), address(there)) for radius, count, there in otherwise.wider],
        ),
        WayOut(
            _("Nei Comuni vicini:"),
            [
                (counted(_("%(place)s, a %(km)s", place=place_name(each.code), km=km(each.km)), each.count), address(each.asked))
                for each in otherwise.neighbours
            ],
        ),
        WayOut(
            _("Mestieri vicini:") if otherwise.related_near else _("Mestieri vicini, in tutta la rete:"),
            [(counted(label_of("occupation", code), count), address(there)) for code, count, there in otherwise.related],
        ),
        WayOut(
            _("Cercando un po’ meno:"),
            [(counted(left_out(question, each), count), address(there)) for each, count, there in otherwise.looser],
        ),
    ]  # fmt: skip
    return [each for each in found if each.links]


def counted(told: str, count: int) -> str:
    return f"{told}: {ngettext('%(num)s offerta', '%(num)s offerte', count)}"


def left_out(question: Asked, narrowing: Narrowing | None) -> str:
    """How a sentence says that this is left out; None is everything but the words."""
    if narrowing is None:
        return _("«%(words)s» in tutta la rete, senza filtri", words=question.text)
    if narrowing.name == "comune":
        return _("in tutta la rete")
    if narrowing.name == "excluded":
        return _("senza escludere «%(words)s»", words=narrowing.words)
    return _("senza %(filter)s", filter=label(question, narrowing))

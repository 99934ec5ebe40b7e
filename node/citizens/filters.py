"""The filters of a results page: what is chosen, what could be, and where each click leads.

Every address is made from the one that was asked for, so that a click changes one thing and the back button undoes it.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from federation.search import places
from federation.search.query import Results
from node.citizens.asked import FORM, Asked
from node.core.i18n import gettext as _
from node.core.i18n import km, language, lazy
from schemas.codes import CONTRACTS, HOURS, REMOTE, RESERVED, SECTORS, comuni, occupations, ticino

SHOWN_AT_ONCE = 6
MEANT = 6
RADII_KM = (0, 5, 10, 25, 50, 100)

GROUPS = {
    "place": ("comune", lazy("Comune")),
    "contract": ("contract", lazy("Contratto")),
    "hours": ("hours", lazy("Orario")),
    "sector": ("sector", lazy("Settore")),
    "occupation": ("occupation", lazy("Tipo di lavoro")),
    "reserved": ("reserved", lazy("Categorie protette")),
    "remote": ("remote", lazy("Da casa o in sede")),
}
"""Parameter -> (facet, title)."""

CODES: dict[str, Any] = {
    "contract": CONTRACTS,
    "hours": HOURS,
    "sector": SECTORS,
    "reserved": RESERVED,
    "remote": REMOTE,
}

SORT_LABELS = {
    "relevance": lazy("Più adatte"),
    "recent": lazy("Più recenti"),
    "closing": lazy("In scadenza"),
    "distance": lazy("Più vicine"),
}


class Choice(NamedTuple):
    value: str
    label: str
    count: int
    is_chosen: bool


class Group(NamedTuple):
    """The choices of one filter; `more` are those that stay folded."""

    name: str
    title: str
    choices: list[Choice]
    more: list[Choice]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in [*self.choices, *self.more])


class Chip(NamedTuple):
    """One thing that narrows the search; `url` is the same search without it, `count` what that would find.

    `without` is how a sentence says that it is left out.
    """

    label: str
    url: str
    count: int | None
    without: str


def label_of(name: str, value: str) -> str:
    """What people call a value of a filter."""
    if name == "place":
        return places.name(value) or value
    if name == "occupation":
        return occupations.label(value, language())
    return str(CODES[name].label(value, language()))


def groups(question: Asked, results: Results) -> list[Group]:
    """Every filter that has something to choose, the most frequent choice first, chosen ones always in sight."""
    found = []
    for name, (facet, title) in GROUPS.items():
        chosen = chosen_values(question, name)
        counts = dict(results.facets[facet]) | {value: dict(results.facets[facet]).get(value, 0) for value in chosen}
        choices = [
            Choice(sent_as(name, value), label_of(name, value), count, value in chosen)
            for value, count in counts.items()
            if can_be_sent(name, value)
        ]
        first = [choice for order, choice in enumerate(choices) if order < SHOWN_AT_ONCE or choice.is_chosen]
        if choices:
            found.append(Group(name, str(title), first, [choice for choice in choices if choice not in first]))
    return found


def chosen_values(question: Asked, name: str) -> tuple[str, ...]:
    if name == "place":
        return tuple(places.code_of(place) for place in question.ticked)
    return question.filters.get(name, ())


def sent_as(name: str, value: str) -> str:
    """A place abroad travels by its name, which people can read in the address."""
    return places.name(value) or value if name == "place" and places.abroad(value) else value


def can_be_sent(name: str, value: str) -> bool:
    """Places abroad beyond those of Ticino have no name that the form could read back."""
    abroad = places.abroad(value) if name == "place" else None
    return abroad is None or ticino.foreign(f"{abroad.locality} ({abroad.country})") is not None


def chips(question: Asked) -> list[Chip]:
    """What narrows this search, each with the address of the search without it."""
    return [chip(question, name, value) for name, value in question.parts()]


def chip(question: Asked, name: str, value: str, count: int | None = None) -> Chip:
    if name == "comune":
        where = place_name(question.near)
        label = _("entro %(km)s da %(place)s", km=km(question.radius_km), place=where) if question.radius_km else where
        return Chip(label, link(without=["comune", "km", "sort"]), count, _("in tutta la rete"))
    label = f"«{question.text}»" if name == "q" else label_of(name, value)
    url = link(without=["q", "sort"]) if name == "q" else link(dropping=(name, value))
    return Chip(label, url, count, _("senza %(filter)s", filter=label))


def place_name(place: dict[str, Any]) -> str:
    return place.get("name") or place["locality"]


def as_typed(question: Asked) -> dict[str, str]:
    """What stands in the fields of the search form: what was typed, a code as the name that it means."""
    typed = request.args.to_dict()
    if question.near and not places.abroad(places.code_of(question.near)):
        known = comuni.comune(question.near["istat"])
        typed["comune"] = known.name if len(comuni.find(known.name)) == 1 else known.full_name
    return typed


def kept(wrong: Collection[str]) -> list[tuple[str, str]]:
    """What a search that is put right must not lose: the filters chosen that were not `wrong`."""
    return [(name, value) for name, value in request.args.items(multi=True) if name in GROUPS and name not in wrong]


def meant(name: str, wrong: Collection[str]) -> list[tuple[str, str]]:
    """Comuni that a name may mean which is ambiguous, unfinished or misspelt: (full name, the search there).

    The searches leave out what else was `wrong`.
    """
    found = comuni.find(name) or comuni.suggest(name, MEANT)
    if not found:
        known = {each.name.casefold(): each for each in comuni.ALL}
        found = [known[close] for close in get_close_matches(name.casefold()[:40], known, MEANT, cutoff=0.75)]
    return [(each.full_name, link(without=wrong, comune=each.full_name)) for each in found[:MEANT]]


def link(without: Iterable[str] = (), dropping: tuple[str, str] | None = None, **changes: Any) -> str:
    """The address asked for, changed; the first page unless one is given."""
    kept: MultiDict[str, Any] = MultiDict()
    for name, value in request.args.items(multi=True):
        if value and name in FORM.load_fields and name not in {"page", *without, *changes}:
            kept.add(name, value)
    if dropping:
        name, value = dropping
        kept.setlist(name, [each for each in kept.getlist(name) if each not in (value, sent_as(name, value))])
    return url_for("citizens.results", **{name: kept.getlist(name) for name in kept} | changes)

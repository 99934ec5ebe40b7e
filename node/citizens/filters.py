"""The filters of a results page: what is chosen, what could be, and how many offers each choice would add or keep."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup

from federation.search import places
from federation.search.query import Results
from federation.search.request import DEFAULT_RADIUS_KM
from node.citizens.addresses import can_be_sent, sent_as, written
from node.citizens.question import Asked
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy, number
from node.core.markup import joined, safe
from node.core.rooms import rooms
from schemas.codes import CONTRACTS, EXPERIENCE, HOURS, LICENCES, REMOTE, RESERVED, SECTORS, comuni, occupations
from schemas.search import ABROAD, SINCE

SHOWN_AT_ONCE = 6
MOST_CHOICES = 24
MEANT = 6
RADII_KM = (0, 5, 10, 15, 25, 50, 100)

GROUPS = {
    "place": ("comune", lazy("Comune")),
    "province": ("province", lazy("Provincia")),
    "since": ("since", lazy("Pubblicata")),
    "contract": ("contract", lazy("Contratto")),
    "hours": ("hours", lazy("Orario")),
    "occupation": ("occupation", lazy("Tipo di lavoro")),
    "sector": ("sector", lazy("Settore")),
    "experience": ("experience", lazy("Esperienza")),
    "licence": ("licence", lazy("Patenti")),
    "reserved": ("reserved", lazy("Categorie protette")),
    "remote": ("remote", lazy("Da casa o in sede")),
    "origin": ("origin", lazy("Sportello")),
}
"""Parameter -> (facet, title), in the order of the page."""

CODES: dict[str, Any] = {
    "contract": CONTRACTS,
    "hours": HOURS,
    "experience": EXPERIENCE,
    "licence": LICENCES,
    "sector": SECTORS,
    "reserved": RESERVED,
    "remote": REMOTE,
}

PERIODS = {
    "oggi": lazy("oggi"),
    "3-giorni": lazy("negli ultimi 3 giorni"),
    "settimana": lazy("nell’ultima settimana"),
    "mese": lazy("nell’ultimo mese"),
}

SORT_LABELS = {
    "relevance": lazy("Più adatte"),
    "recent": lazy("Più recenti"),
    "closing": lazy("In scadenza"),
    "distance": lazy("Più vicine"),
}


class Choice(NamedTuple):
    """`count` is written for people."""

    code: str
    label: str
    count: str
    is_chosen: bool


class Group(NamedTuple):
    """The choices of one filter; `more` are those that stay folded, `left_out` how many are not even there.

    `is_single`: of its choices only one can hold, the first being none of them.
    `understood`: the values that the words say, which nobody ticked.
    """

    name: str
    title: str
    choices: list[Choice]
    more: list[Choice]
    left_out: int
    is_single: bool
    understood: list[str]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen and choice.code != "" for choice in [*self.choices, *self.more])

    def boxes(self, choices: Iterable[Choice]) -> Markup:
        """The boxes of some of its choices, tied to the search on top of the page; single choices are round."""
        kind = "radio" if self.is_single else "checkbox"
        parts = []
        for code, label, count, is_chosen in choices:
            box, told = box_of(kind, self.name, code, label)
            parts += (
                box,
                " checked" if is_chosen else "",
                told,
                f' <span class="count">{count}</span>' if count else "",
                END,
            )
        return joined(*parts)


END = "</label></div>\n"


@lru_cache(maxsize=1024)
def box_of(kind: str, name: str, code: str, label: str) -> tuple[str, str]:
    """What of a box comes before the tick, and what behind it up to its label; its id is unique on the page."""
    own = safe(f"{name}-{code}".replace(" ", "-"))
    tied = f'type="{kind}" form="cerca" id="{own}" name="{name}" value="{safe(sent_as(name, code))}"'
    return f'<div class="form-check"><input {tied}', f'><label for="{own}">{safe(label)}'


def label_of(name: str, value: str, spoken: str | None = None) -> str:
    """What people call a value of a filter, where its title stands above it; `spoken`: the language of the page."""
    if name == "origin":
        member = rooms().roster.current().members.get(value)
        return member.name if member else value
    if name == "employer":
        return value
    return label_in(spoken or language(), name, value)


@lru_cache(maxsize=8192)
def label_in(spoken: str, name: str, value: str) -> str:
    """Called while the request speaks that language; a page asks it for a hundred values."""
    match name:
        case "place":
            return places.name(value) or value
        case "province":
            return province_names().get(value) or _("all’estero")
        case "region":
            return _("all’estero") if value == ABROAD else value
        case "occupation":
            return occupations.label(value, spoken)
        case "since":
            return str(PERIODS[value])
        case "shifts":
            return _("a turni")
        case _:
            return str(CODES[name].label(value, spoken)) if name in CODES else value


@cache
def province_names() -> dict[str, str]:
    return {each.sigla: each.province for each in comuni.ALL}


def groups(question: Asked, results: Results) -> list[Group]:
    """Every filter that has something to choose, the most frequent choice first, chosen ones always in sight."""
    found = []
    for name, (facet, title) in GROUPS.items():
        chosen = question.filters.get(name, ())
        counts = dict(results.facets[facet])
        counts |= {value: 0 for value in chosen if value not in counts}
        if any(value in chosen or count < results.total for value, count in counts.items()):
            make = periods if name == "since" else several
            found.append(make(question, name, str(title), counts))
    return found


def several(question: Asked, name: str, title: str, counts: dict[str, int]) -> Group:
    """A filter of which several values may hold."""
    chosen, spoken = question.filters.get(name, ()), language()
    choices = [
        Choice(
            code=value,
            label=label_of(name, value, spoken),
            count=number(count, spoken),
            is_chosen=is_chosen,
        )
        for order, (value, count) in enumerate(counts.items())
        if (is_chosen := value in chosen) or (order < MOST_CHOICES and can_be_sent(name, value))
    ]
    choices.sort(key=lambda choice: not choice.is_chosen)
    shown = max(SHOWN_AT_ONCE, sum(choice.is_chosen for choice in choices))
    left_out = len(counts) - len(choices)
    return Group(name, title, choices[:shown], choices[shown:], left_out, False, understood(question, name))


def periods(question: Asked, name: str, title: str, counts: dict[str, int]) -> Group:
    """How long ago: one choice, of which the first is any time."""
    chosen = question.filters.get(name, ())
    choices = [Choice("", _("quando si vuole"), "", not chosen)]
    choices += [
        Choice(period, label_of(name, period), number(counts[period]), period in chosen)
        for period in SINCE
        if period in counts
    ]
    return Group(name, title, choices, [], 0, True, understood(question, name))


def understood(question: Asked, name: str) -> list[str]:
    """The values of a filter that only the words say."""
    return [value for value in question.filters.get(name, ()) if value not in question.chosen.get(name, ())]


def sorts(question: Asked) -> list[tuple[str, str, bool]]:
    """(value, label, whether it is the order of the page); the usual order needs no value."""
    usual, now = question.usual_sort, question.sort or question.usual_sort
    possible = [
        sort
        for sort in SORT_LABELS
        if (sort != "distance" or question.centre) and (sort != "relevance" or question.text)
    ]
    return [("" if sort == usual else sort, str(SORT_LABELS[sort]), sort == now) for sort in possible]


def radii(chosen: int | None = None) -> list[tuple[str, str, bool]]:
    """(value, label, whether it is chosen) of the distances; the usual one needs no value."""
    known = sorted({*RADII_KM, *([] if chosen is None else [chosen])})
    found = []
    for radius in known:
        value = "" if radius == DEFAULT_RADIUS_KM else str(radius)
        label = _("entro %(km)s km", km=radius) if radius else _("solo lì")
        found.append((value, label, radius == (DEFAULT_RADIUS_KM if chosen is None else chosen)))
    return found


def as_typed(question: Asked) -> dict[str, str]:
    """What stands in the fields of the search form: what was typed, a code as the name that it means."""
    return {"q": question.typed, "comune": written(question.near) if question.near else ""}


def meant(typed: str) -> list[str]:
    """Full names of comuni that a name may mean which is ambiguous, unfinished or misspelt."""
    found = comuni.find(typed) or comuni.suggest(typed, MEANT)
    if not found:
        known = {each.name.casefold(): each for each in comuni.ALL}
        found = [known[close] for close in get_close_matches(typed.casefold()[:40], known, MEANT, cutoff=0.75)]
    return [each.full_name for each in found[:MEANT]]

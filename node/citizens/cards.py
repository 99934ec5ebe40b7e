"""What a card says of a vacancy, as finished texts: a page shows twenty, and a template only sets them in place.

A sentence that every card repeats is translated once a language, what is said of an origin once a page: done per card,
it would cost more than the search.
"""

from datetime import date
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from federation.search.text import Segments
from node.citizens import addresses
from node.citizens.offers import Offer
from node.core import clock
from node.core.i18n import ago, km, language, ngettext, pay
from node.core.i18n import gettext as _
from node.core.markup import joined
from schemas.codes import CONTRACTS, HOURS

CLOSING_SOON_DAYS = 3


class Words(NamedTuple):
    """What cards say, in one language."""

    hidden_employer: str
    shifts: str
    law_68: str
    new: str
    waiting: str
    doubtful: str
    today: str
    yesterday: str
    closes_today: str
    closes_tomorrow: str


class Also(NamedTuple):
    """The same vacancy elsewhere."""

    url: str
    title: str
    where: str
    source: str


class Card(NamedTuple):
    """`key` names it among the favourites. Texts are blank where there is nothing to say; Markup is safe as it is."""

    key: str
    url: str
    title: Markup
    employer: str
    badges: list[tuple[str, str]]
    where: str
    work: str
    pay: str
    snippet: Markup
    fresh: str
    published: str
    is_grey: bool
    also_label: str
    also: list[Also]


@cache
def words(_language: str) -> Words:
    """Called while the request speaks that language."""
    return Words(
        hidden_employer=_("Azienda seguita dallo sportello"),
        shifts=_("a turni"),
        law_68=_("L. 68/99"),
        new=_("nuova"),
        waiting=_("in attesa di conferma"),
        doubtful=_("potrebbe non essere più aperta: chiedi allo sportello"),
        today=_("pubblicata oggi"),
        yesterday=_("pubblicata ieri"),
        closes_today=_("scade oggi"),
        closes_tomorrow=_("scade domani"),
    )


class Cards:
    """Makes the cards of one page; `near` is the name of the place from which distances count, `home` its code."""

    def __init__(self, near: str | None = None, home: str | None = None) -> None:
        self.near = near
        self.language = language()
        self.words = words(self.language)
        self.now, self.today = clock.now(), clock.today()
        self.sources: dict[str, str] = {}
        self.counted_from = addresses.counted_from(home)

    def card(self, offer: Offer) -> Card:
        document = offer.document
        employer = document.get("employer")
        snippet = offer.snippet
        return Card(
            key=f"{offer.origin}/{offer.id}",
            url=self.url(offer),
            title=marked(offer.title),
            employer=employer["name"] if employer else self.words.hidden_employer,
            badges=self.badges(offer),
            where=self.where(offer),
            work=self.work(document),
            pay=pay(document["pay"]) if document.get("pay") else "",
            snippet=marked(snippet) if snippet else Markup(),
            fresh=self.fresh(offer),
            published=self.published(offer),
            is_grey=offer.is_grey(self.now),
            also_label=also_label(offer) if offer.also else "",
            also=[self.elsewhere(each) for each in offer.also],
        )

    def url(self, offer: Offer) -> str:
        return f"{addresses.of_vacancy(offer.origin, offer.id)}{self.counted_from}"

    def badges(self, offer: Offer) -> list[tuple[str, str]]:
        """(word, colour), what matters most first."""
        found = []
        if offer.is_new(self.today):
            found.append((self.words.new, "success"))
        if soon := self.closing(date.fromisoformat(offer.document["closes_on"])):
            found.append((soon, "warning"))
        if offer.document.get("reserved"):
            found.append((self.words.law_68, "primary"))
        return found

    def closing(self, on: date) -> str:
        left = (on - self.today).days
        if not 0 <= left <= CLOSING_SOON_DAYS:
            return ""
        if left < 2:
            return self.words.closes_tomorrow if left else self.words.closes_today
        return ngettext("scade tra %(num)s giorno", "scade tra %(num)s giorni", left)

    def where(self, offer: Offer) -> str:
        place = place_of(offer)
        if self.near and offer.distance_km:
            return f"{place} · {_('%(km)s da %(place)s', km=km(offer.distance_km), place=self.near)}"
        return place

    def work(self, document: Any) -> str:
        """Contract, hours, shifts."""
        told = [CONTRACTS.label(document["contract"], self.language)]
        if document.get("hours"):
            told.append(HOURS.label(document["hours"], self.language).lower())
        if document.get("shifts"):
            told.append(self.words.shifts)
        return " · ".join(told)

    def fresh(self, offer: Offer) -> str:
        """`dal Comune di Vergiate · confermato 12 minuti fa`; in doubt, it says so. All offers of an origin say the same."""
        told = self.sources.get(offer.origin)
        if told is None:
            doubt = [self.words.doubtful] if offer.is_grey(self.now) else []
            told = self.sources[offer.origin] = " · ".join([source_of(offer), self.confirmed(offer), *doubt])
        return told

    def confirmed(self, offer: Offer) -> str:
        if offer.confirmed_at is None:
            return self.words.waiting
        return _("confermato %(ago)s", ago=ago(offer.confirmed_at))

    def published(self, offer: Offer) -> str:
        days = (self.today - date.fromisoformat(offer.document["published_on"])).days
        return published_before(days, self.language) if days > 1 else (self.words.today, self.words.yesterday)[days > 0]

    def elsewhere(self, offer: Offer) -> Also:
        return Also(self.url(offer), offer.document["title"], self.where(offer), source_of(offer))


@cache
def published_before(days: int, _language: str) -> str:
    """A day, a week, a month: nobody counts further."""
    if days < 14:
        return ngettext("pubblicata %(num)s giorno fa", "pubblicata %(num)s giorni fa", days)
    if days < 60:
        return ngettext("pubblicata %(num)s settimana fa", "pubblicata %(num)s settimane fa", days // 7)
    return ngettext("pubblicata %(num)s mese fa", "pubblicata %(num)s mesi fa", days // 30)


def marked(segments: Segments) -> Markup:
    """A text whose searched words are marked."""
    return joined(*(f"<mark>{escape(text)}</mark>" if is_hit else escape(text) for text, is_hit in segments))


def also_label(offer: Offer) -> str:
    """Why there is more than one: other places, or other desks for the same place."""
    named = set(map(place_of, offer.also)) - {place_of(offer)}
    if named:
        return ngettext("Anche in un altro luogo", "Anche in altri %(num)s luoghi", len(named))
    return ngettext("Anche da un altro sportello", "Anche da altri %(num)s sportelli", len(offer.also))


def source_of(offer: Offer) -> str:
    """`dal Comune di Vergiate`."""
    if offer.source.startswith("Comuni "):
        return _("dai %(name)s", name=offer.source)
    if offer.source.startswith("Comune "):
        return _("dal %(name)s", name=offer.source)
    return _("da %(name)s", name=offer.source)


def place_of(offer: Offer) -> str:
    """The first place and how many more there are."""
    first, *others = offer.document["places"]
    name = first.get("name") or f"{first['locality']} ({first['country']})"
    if len(others) > 1:
        return _("%(place)s e altri %(count)s luoghi", place=name, count=len(others))
    return ", ".join(chain([name], (each.get("name") or each["locality"] for each in others)))

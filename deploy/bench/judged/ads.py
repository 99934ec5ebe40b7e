"""A truth turned into the ad that a desk or a small firm would write, and into what that ad lets a judge know.

Ads tell some things in a field, some in a sentence, some in the title and some nowhere. Each is decided here at one
place for the document and for the facts, so that a judge never knows more than the whole ad tells.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from deploy.bench.judged.facts import NEVER, ONLY, Facts
from deploy.bench.judged.headlines import headline
from deploy.bench.judged.titles import feminine, masculine, named, named_all, the, the_all, to_the
from deploy.bench.judged.truth import SCHEDULES, Truth, in_setting
from deploy.bench.judged.wording import wording

DAYS_BACK = 90
OPEN_AT_LEAST, OPEN_AT_MOST = 3, 120
SHARE_WITH_OCCUPATION = 0.7
SHARE_WITH_SECTOR = 0.6
SHARE_GENERIC_TITLE = 0.03
ENOUGH_COLLEAGUES = 4
SHARE_OF_COLLEAGUES = 0.75
PAY = {"ufficio": (1300, 2100), "it": (1500, 2600), "fabbrica": (1250, 1800), "officina": (1350, 2100)}
USUAL_PAY = (1100, 1700)
SILENT, FIELD, TEXT, BOTH = "silent", "field", "text", "both"


class Ad:
    """One ad on its way to the document; `tell` decides where a thing is told and keeps the sentences."""

    def __init__(self, rng: Random, truth: Truth):
        self.rng, self.truth = rng, truth
        self.fields: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.requirements: list[str] = []
        self.offer: list[str] = []

    def where(self, field: float, text: float, both: float) -> str:
        """Where it is told: three shares, and silent for the rest."""
        point = self.rng.random()
        if point < field:
            return FIELD
        if point < field + text:
            return TEXT
        return BOTH if point < field + text + both else SILENT

    def tell(self, name: str, value: Any, where: str, sentences: list[str], told: list[str]) -> None:
        if where in (FIELD, BOTH):
            self.fields[name] = value
        if where in (TEXT, BOTH):
            told.append(self.rng.choice(sentences))
        if where != SILENT:
            self.known[name] = value


def write(rng: Random, truth: Truth, today: date) -> tuple[dict[str, Any], Facts]:
    """The document without its desk, and the facts."""
    ad = Ad(rng, truth)
    tell_conditions(ad)
    tell_times(ad)
    tell_demands(ad)
    is_generic = rng.random() < SHARE_GENERIC_TITLE
    title = headline(rng, truth, ad.known, is_generic)
    document = {
        "title": title,
        "places": [spot.document() for spot in truth.spots],
        "contract": truth.contract,
        **days(rng, today),
        "how_to_apply": rng.choice(wording()["how_to_apply"]),
        **ad.fields,
        **sections(ad, is_generic),
        **extras(ad),
    }
    document["employer"] = {"name": truth.employer} if truth.employer else None
    facts = Facts(
        trade=truth.trade.key,
        family=truth.trade.family,
        places=tuple(spot.code for spot in truth.spots),
        contract=truth.contract,
        employer=truth.employer,
        **ad.known,
    )
    return document, facts


def days(rng: Random, today: date) -> dict[str, str]:
    published = today - timedelta(days=rng.randrange(DAYS_BACK))
    closes = today + timedelta(days=rng.randint(OPEN_AT_LEAST, OPEN_AT_MOST))
    return {"published_on": published.isoformat(), "closes_on": closes.isoformat()}


def tell_conditions(ad: Ad) -> None:
    """Contract, hours, who it is reserved to, home office, journeys."""
    rng, truth, told = ad.rng, ad.truth, wording()
    if rng.random() < (0.7 if truth.contract in ("autonomo", "intermittente", "tirocinio") else 0.25):
        ad.offer.append(rng.choice(told["contract"][truth.contract]))
    weekly = rng.choice((16, 20, 24, 25, 30))
    hours = [sentence.format(n=weekly) for sentence in told["hours"][truth.hours]]
    is_short = truth.hours == "part-time"
    ad.tell("hours", truth.hours, ad.where(0.62, 0.08, 0.22 if is_short else 0.14), hours, ad.offer)
    if truth.reserved:
        ad.tell(
            "reserved", truth.reserved, ad.where(0.4, 0.08, 0.52), told["reserved"][truth.reserved], ad.requirements
        )
    if "remote" in truth.setting and truth.remote != "sede":
        ad.tell("remote", truth.remote, ad.where(0.3, 0.25, 0.4), told["remote"][truth.remote], ad.offer)
    elif "remote" in truth.setting:
        ad.tell("remote", "sede", ad.where(0.12, 0.05, 0.02), told["remote"]["sede"], ad.offer)
    else:
        ad.known["remote"] = "sede"
    if truth.travel or rng.random() < (0.15 if "travel" in truth.setting else 0.0):
        ad.requirements.append(rng.choice(told["travel"]["yes" if truth.travel else "no"]))
        ad.known["travel"] = truth.travel


def tell_times(ad: Ad) -> None:
    """Shifts have a field; which shifts they are stands in a sentence or nowhere."""
    shifts, nights, weekends = SCHEDULES[ad.truth.schedule]
    chance = ad.rng.random()
    if chance < (0.62 if shifts or weekends != NEVER else 0.4):
        ad.offer.append(ad.rng.choice(wording()["schedules"][ad.truth.schedule]))
        ad.known |= {"shifts": shifts, "nights": nights, "weekends": weekends}
    if ad.rng.random() < (0.7 if shifts else 0.15):
        ad.fields["shifts"] = ad.known["shifts"] = shifts
    if ad.truth.setting.get("is_day"):
        ad.known |= {"nights": NEVER, "weekends": NEVER}
    if ad.truth.trade.setting == "notte":
        ad.known["nights"] = ONLY


def tell_demands(ad: Ad) -> None:
    """Experience, licences, languages."""
    rng, truth, told = ad.rng, ad.truth, wording()
    where = ad.where(0.45, 0.18, 0.15)
    ad.tell("experience", truth.experience, where, told["experience"][truth.experience], ad.requirements)
    if truth.licences:
        asked = ", ".join(told["licences"][code] for code in truth.licences)
        sentences = [f"Richiesto: {asked}.", f"Indispensabile {asked}.", f"Necessario possesso di {asked}."]
        ad.tell("licences", truth.licences, ad.where(0.4, 0.25, 0.35), sentences, ad.requirements)
        if "licences" in ad.fields:
            ad.fields["licences"] = list(truth.licences)
    if truth.languages:
        name = told["languages"][truth.languages[0]]
        sentences = [
            f"Buona conoscenza della lingua {name}.",
            f"Richiesto {name} parlato.",
            f"Necessario {name} fluente.",
        ]
        ad.tell("languages", truth.languages, ad.where(0.3, 0.35, 0.35), sentences, ad.requirements)
        if "languages" in ad.fields:
            ad.fields["languages"] = [
                {"code": code, "level": rng.choice(("A2", "B1", "B2"))} for code in truth.languages
            ]


def sections(ad: Ad, is_generic: bool) -> dict[str, str]:
    """All in the description, or split over the sections of the form."""
    rng, truth = ad.rng, ad.truth
    opening = [intro(rng, truth, is_generic)]
    tasks = [rng.choice(wording()["task_intros"]).format(tasks=", ".join(some(rng, truth.trade.tasks)))]
    if rng.random() < 0.55:
        tasks.append(mention(rng, truth))
    if rng.random() < 0.3:
        ad.requirements.append(mention(rng, truth))
    if rng.random() < 0.6:
        ad.offer.append(rng.choice(wording()["offers"]))
    if rng.random() < 0.5:
        return {"description": " ".join(opening + tasks + ad.requirements + ad.offer)}
    split = {"description": opening, "tasks": tasks, "requirements": ad.requirements, "offer": ad.offer}
    return {name: " ".join(sentences) for name, sentences in split.items() if sentences}


def some(rng: Random, tasks: tuple[str, ...]) -> list[str]:
    return rng.sample(tasks, rng.randint(1, len(tasks)))


def intro(rng: Random, truth: Truth, is_generic: bool) -> str:
    """The first sentence, which in half of the ads names the trade, often by another of its names."""
    place = truth.spots[0].name
    if is_generic or rng.random() < 0.5:
        titles = truth.trade.titles[:1] if is_generic else truth.trade.titles
        title = rng.choice(titles)
        word = feminine(title) if rng.random() < 0.25 else masculine(title)
        word = word if word[1:2].isupper() else word[:1].lower() + word[1:]
        return str(rng.choice(wording()["named_intros"])).format(word=word, place=place)
    return str(rng.choice(wording()["intros"])).format(place=place)


def mention(rng: Random, truth: Truth) -> str:
    """A sentence about colleagues of other trades, most of whom work at the same place."""
    around = in_setting(truth.trade.setting)
    pool = around if len(around) >= ENOUGH_COLLEAGUES and rng.random() < SHARE_OF_COLLEAGUES else in_setting("")
    one, two = [trade.titles[0] for trade in rng.sample(pool, 3) if trade is not truth.trade][:2]
    a = named(one)
    sentence: str = rng.choice(wording()["mentions"]).format(
        a=a, the_a=the(a), to_a=to_the(a), with_a=f"con {the(a)}", n=rng.randint(4, 20),
        the_as=the_all(named_all(one)), the_bs=the_all(named_all(two)),
    )  # fmt: skip
    return sentence


def extras(ad: Ad) -> dict[str, Any]:
    rng, trade = ad.rng, ad.truth.trade
    found: dict[str, Any] = {}
    if rng.random() < SHARE_WITH_OCCUPATION:
        found["occupation"] = trade.occupations[0] if rng.random() < 0.8 else rng.choice(trade.occupations)
    if rng.random() < SHARE_WITH_SECTOR:
        found["sector"] = rng.choice(trade.sectors)
    if rng.random() < 0.2:
        found["positions"] = rng.randint(2, 6)
    if rng.random() < 0.5:
        low, high = PAY.get(trade.setting, USUAL_PAY)
        least = low + 50 * rng.randint(0, (high - low) // 100)
        found["pay"] = {"min": least, "max": least + 50 * rng.randint(1, 8), "period": "mese", "currency": "EUR"}
    return found

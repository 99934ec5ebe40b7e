"""The title of an ad, as desks and firms put it: in one gender or both, in capitals, with a condition, with a slip."""

from random import Random
from typing import Any

from deploy.bench.judged.facts import ONLY
from deploy.bench.judged.titles import feminine, masculine, plural, slashed
from deploy.bench.judged.truth import Truth
from deploy.bench.judged.wording import wording

SHARE_WITH_SLIP = 0.015
LATER_TITLES = 0.75
"""The weight of each title against the one before it: the first is what most ads say."""

FEMININE_TRADES = frozenset((
    "estetista", "colf", "badante", "babysitter", "cameriera-piani", "segretario", "stiratore", "educatore-nido",
    "addetto-pulizie", "maestra-infanzia", "segretaria-medica", "segretaria-legale", "assistente-familiare",
    "addetto-cucito", "sarto", "ostetrica", "aso",
))  # fmt: skip
PREFIXES_OF_MANY = {"Cercasi": "Cercansi", "Si ricerca": "Si ricercano"}


def headline(rng: Random, truth: Truth, known: dict[str, Any], is_generic: bool) -> str:
    """What stands above the ad; `known` grows by what the title alone tells."""
    if is_generic:
        return cased(rng, plural(rng.choice(truth.setting["generic"])))
    titles = truth.trade.titles
    title = rng.choices(titles, [LATER_TITLES**place for place in range(len(titles))])[0]
    words, is_many = inflected(rng, title, truth.trade.key in FEMININE_TRADES)
    words = cased(rng, slipped(words, rng) if rng.random() < SHARE_WITH_SLIP else words)
    if rng.random() < 0.14:
        prefix = rng.choice(wording()["prefixes"])
        words = f"{PREFIXES_OF_MANY.get(prefix, prefix) if is_many else prefix} {words}"
    return words + added(rng, truth, known)


def inflected(rng: Random, title: str, is_feminine: bool) -> tuple[str, bool]:
    """The title in a gender and number; whether it is plural."""
    point = rng.random() - (0.2 if is_feminine else 0.0)
    if point < 0.08:
        return feminine(title), False
    if point < 0.44:
        return masculine(title), False
    if point < 0.5:
        return plural(title), True
    if point < 0.62:
        return masculine(title) + rng.choice((" (m/f)", " M/F", " m/f", " (M/F)")), False
    return slashed(title), False


def cased(rng: Random, words: str) -> str:
    point = rng.random()
    if point < 0.13:
        return words.upper()
    if point < 0.18:
        return words.lower()
    return words


def slipped(words: str, rng: Random) -> str:
    """One letter lost somewhere inside, as in real ads."""
    place = rng.randint(2, max(2, len(words) - 2))
    return words[:place] + words[place + 1 :]


def added(rng: Random, truth: Truth, known: dict[str, Any]) -> str:
    """What stands behind the trade: nothing, a qualification, the place, a condition."""
    point = rng.random()
    if point < 0.56:
        return ""
    joint = rng.choice((" - ", " – ", ", ", " "))
    if point < 0.78:
        return " " + rng.choice(truth.trade.qualifiers)
    if point < 0.85:
        return rng.choice((" - ", " – ", " ")) + rng.choice((truth.spots[0].name, f"zona {truth.spots[0].name}"))
    if point < 0.88:
        return f"{rng.choice((' - ', ' '))}rif. {rng.randint(100, 9999)}"
    return condition(rng, truth, known, joint)


def condition(rng: Random, truth: Truth, known: dict[str, Any], joint: str) -> str:
    """One condition that is true, which the judge knows from here on."""
    told: list[tuple[str, Any, str]] = []
    if truth.hours == "part-time":
        told.append(("hours", "part-time", rng.choice(("part time", "part-time", "PT"))))
    elif rng.random() < 0.3:
        told.append(("hours", "tempo-pieno", "full time"))
    if truth.schedule.startswith("notte"):
        told += [("nights", ONLY, "turno di notte"), ("nights", ONLY, "notturno")]
    if truth.schedule == "weekend":
        told.append(("weekends", ONLY, "weekend"))
    if truth.schedule == "tre-turni":
        told.append(("shifts", True, "su turni"))
    if truth.experience == "nessuna":
        told.append(("experience", "nessuna", "anche senza esperienza"))
    if truth.reserved:
        told.append(("reserved", truth.reserved, "categorie protette" if truth.reserved == "art-18" else "L. 68/99"))
    if truth.contract in ("indeterminato", "stagionale", "tirocinio", "autonomo", "apprendistato"):
        label = {"indeterminato": "tempo indeterminato", "tirocinio": "stage", "autonomo": "P. IVA"}
        told.append(("", None, label.get(truth.contract, truth.contract)))
    if "muletto" in truth.licences:
        told.append(("", None, "con patentino muletto"))
    if not told:
        return ""
    name, value, words = rng.choice(told)
    if name:
        known[name] = value
    return joint + words

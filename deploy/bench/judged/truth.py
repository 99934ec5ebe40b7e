"""What a generated vacancy is in truth, drawn before a word of the ad is written."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from deploy.bench.judged import places
from deploy.bench.judged.facts import ALSO, NEVER, ONLY
from deploy.bench.judged.trades import Trade, settings, trades
from deploy.bench.judged.wording import wording

SECOND_PLACE = 0.07
SECOND_PLACE_KM = 25.0
SHARE_RESERVED = 0.035
SHARE_ART_1 = 0.7
SHARE_UNNAMED = 0.15
EXPERIENCE = {"nessuna": 30, "fino-a-1-anno": 20, "1-3-anni": 28, "3-5-anni": 15, "oltre-5-anni": 7}
LANGUAGES = {"en": 62, "de": 24, "fr": 9, "es": 5}
BEGINNERS = frozenset({"apprendistato", "tirocinio"})

# schedule: (in shifts, nights, weekends)
SCHEDULES: dict[str, tuple[bool, str, str]] = {
    "giornata": (False, NEVER, NEVER),
    "due-turni": (True, NEVER, NEVER),
    "tre-turni": (True, ALSO, NEVER),
    "ciclo": (True, ALSO, ALSO),
    "notte": (True, ONLY, NEVER),
    "notte-festivi": (True, ONLY, ALSO),
    "diurni-festivi": (True, NEVER, ALSO),
    "aperto": (False, NEVER, ALSO),
    "sera": (False, NEVER, NEVER),
    "weekend": (False, NEVER, ONLY),
}
SHORT_SCHEDULES = frozenset({"sera", "weekend"})


@dataclass(slots=True)
class Truth:
    """Everything that is so, told in the ad or not."""

    trade: Trade
    setting: dict[str, Any]
    spots: tuple[places.Spot, ...]
    contract: str
    hours: str
    schedule: str
    experience: str
    licences: tuple[str, ...]
    languages: tuple[str, ...]
    reserved: str | None
    remote: str
    travel: bool
    employer: str | None


def drawn(rng: Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


@cache
def _by_weight() -> tuple[tuple[Trade, ...], tuple[float, ...]]:
    """All trades, and their weights summed up from the first on."""
    every = tuple(trades().values())
    return every, tuple(accumulate(trade.weight for trade in every))


@cache
def in_setting(setting: str) -> tuple[Trade, ...]:
    """The trades that one meets at work in this setting; all of them in none."""
    return tuple(trade for trade in trades().values() if setting in ("", trade.setting))


def draw(rng: Random) -> Truth:
    every, sums = _by_weight()
    trade = rng.choices(every, cum_weights=sums)[0]
    setting = settings()[trade.setting]
    contract = drawn(rng, wording()["contracts"][setting["contracts"]])
    schedule = drawn(rng, setting["schedules"])
    reserved = None
    if rng.random() < SHARE_RESERVED:
        reserved = "art-1" if rng.random() < SHARE_ART_1 else "art-18"
    part_time = setting["part_time"] + (0.25 if reserved else 0.0)
    is_short = schedule in SHORT_SCHEDULES or rng.random() < part_time
    return Truth(
        trade=trade,
        setting=setting,
        spots=_spots(rng),
        contract=contract,
        hours="part-time" if is_short else "tempo-pieno",
        schedule=schedule,
        experience="nessuna" if contract in BEGINNERS else drawn(rng, EXPERIENCE),
        licences=tuple(code for code, share in trade.licences.items() if rng.random() < share),
        languages=(drawn(rng, LANGUAGES),) if rng.random() < setting.get("languages", 0.02) else (),
        reserved=reserved,
        remote=_remote(rng, setting),
        travel=rng.random() < setting.get("travel", 0.0),
        employer=None if rng.random() < SHARE_UNNAMED or trade.setting == "casa" else _employer(rng),
    )


def _spots(rng: Random) -> tuple[places.Spot, ...]:
    every, sums = places.weighted()
    first = rng.choices(every, cum_weights=sums)[0]
    if rng.random() >= SECOND_PLACE:
        return (first,)
    return (first, rng.choice(_neighbours(first)))


@cache
def _neighbours(spot: places.Spot) -> tuple[places.Spot, ...]:
    every, _sums = places.weighted()
    near = (each for each in every if places.distance_km(spot.code, each.code) < SECOND_PLACE_KM)
    return tuple(each for each in near if each is not spot)


def _remote(rng: Random, setting: dict[str, Any]) -> str:
    partly, wholly = setting.get("remote", (0.0, 0.0))
    point = rng.random()
    if point < wholly:
        return "remoto"
    return "ibrido" if point < wholly + partly else "sede"


def _employer(rng: Random) -> str:
    names = wording()["employers"]
    pattern: str = rng.choice(names["patterns"])
    return pattern.format(rng.choice(names["words"]))

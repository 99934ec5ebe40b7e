"""What a judge knows of a vacancy once the whole ad has been read, however the ad words it.

None always means that the ad does not tell and that common sense does not either. An office clerk whose ad is silent
does not work at night; a nurse whose ad is silent may.
"""

from dataclasses import dataclass
from typing import Any

NEVER, ALSO, ONLY = "never", "also", "only"
"""Of nights and weekends: no, among other times, nothing else."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One vacancy. Codes are those of `schemas.codes`.

    `trade` and `family` are keys of trades.jsonl; `also` are trades that the same ad seeks as well ("ASA o OSS").
    `places`: ISTAT codes, and `Lugano (CH)` for a place of Ticino. `licences`: what is asked for. `languages`:
    ISO 639-1. `reserved`: None is open to everybody. `travel`: whether one sleeps away from home now and then.
    """

    trade: str
    family: str
    places: tuple[str, ...]
    contract: str
    hours: str | None = None
    shifts: bool | None = None
    nights: str | None = None
    weekends: str | None = None
    experience: str | None = None
    licences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reserved: str | None = None
    remote: str | None = None
    travel: bool | None = None
    employer: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A vacancy as the network sees it, and what it is in truth.

    `document` is a wire dict of VacancyDocument; (`origin`, `id`) is unique within a corpus.
    """

    origin: str
    id: str
    document: dict[str, Any]
    facts: Facts

"""The page at /api: what the API is, for whoever wants to use it, with examples that really answer."""

from flask import render_template

from node.citizens.api.answering import PREFIX
from node.citizens.api.description import VERSIONS
from node.core.i18n import gettext as _
from node.core.i18n import lazy, number
from node.core.rooms import rooms

EXAMPLES = (
    (
        lazy("Le offerte per magazzinieri entro 15 km da Gavirate"),
        "",
        "/vacancies?q=magazziniere&comune=Gavirate&radius_km=15",
    ),
    (lazy("Quale comune è «Sesto C.de»"), "", "/comuni?q=Sesto%20C.de"),
    (lazy("Quale professione è un titolo, in inglese"), "-H 'Accept-Language: en' ", "/occupations?title=saldatrice"),
)
"""(what it asks, options of curl, address)."""

PERIODS = {
    "second": lazy("al secondo"),
    "minute": lazy("al minuto"),
    "hour": lazy("all’ora"),
    "day": lazy("al giorno"),
}


def api_page():
    return render_template(
        "citizens/api.html",
        examples=[(told, f"curl {options}'{rooms().config.url}{PREFIX}{path}'") for told, options, path in EXAMPLES],
        descriptions=[(f"OpenAPI {version}", f"{PREFIX}/{name}") for name, version in VERSIONS.items()],
        limit=in_words(rooms().config.api_limit) if rooms().config.rate_limits else None,
    )


def in_words(rate: str) -> str:
    """`120 richieste al minuto` for "120 per minute"."""
    requests, _per, period = rate.split(" ")
    return _("%(requests)s richieste %(period)s", requests=number(int(requests)), period=PERIODS[period])

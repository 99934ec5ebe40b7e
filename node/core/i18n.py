"""Italian is what the code says; every other language is a catalogue.

The language comes from the cookie that the language switch sets, else the operator's preference, else the browser.
Days, distances and sums are written here and nowhere else, so that they read the same on every page.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from flask_babel import lazy_gettext as lazy

from node.core import clock
from schemas.codes import PAY_PERIODS
from schemas.days import ROME
from schemas.messages import Message

__all__ = ["COOKIE", "LANGUAGES", "gettext", "language", "lazy", "ngettext", "translate"]

LANGUAGES = {"it": "Italiano", "en": "English"}
COOKIE = "lingua"


def register(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "it"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Rome"
    Babel(app, locale_selector=chosen_language)
    app.jinja_env.install_gettext_callables(
        lambda sentence: catalogue(language()).gettext(sentence),
        lambda one, many, num: catalogue(language()).ngettext(one, many, num),
        newstyle=True,
    )  # templates put in what is named themselves, escaped
    app.jinja_env.filters.update(
        ago=ago,
        day=day,
        hour=hour,
        km=km,
        moment=moment,
        money=money,
        number=number,
        pay=pay,
        short_day=short_day,
        translate=translate,
    )
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES, "today": clock.today()})


def chosen_language() -> str:
    if not has_request_context():
        return "it"
    wishes = (request.cookies.get(COOKIE), getattr(g.get("operator"), "language", None))
    asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((wish for wish in (*wishes, *asked) if wish in LANGUAGES), "it")


def language() -> str:
    """`it` or `en`: what the page being rendered is written in. Asked hundreds of times a page, so it is kept."""
    if not has_request_context():
        locale = get_locale()
        return locale.language if locale else "it"
    kept: str | None = g.get("language")
    if kept is None:
        kept = g.language = chosen_language()
    return kept


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """What is rendered meanwhile speaks that language, whatever the reader of the page around it speaks."""
    before = language()
    with force_locale(code):
        g.language = code
        try:
            yield
        finally:
            g.language = before


def gettext(sentence: str, **named: Any) -> str:
    """The sentence in the reader's language, with what is named put into it.

    Our own instead of Flask-Babel's, which looks for the locale and the catalogue anew for each of a page's sentences.
    """
    told = catalogue(language()).gettext(sentence)
    return told % named if named else told


def ngettext(one: str, many: str, num: int, **named: Any) -> str:
    """The sentence for so many, which may say `%(num)s`."""
    return catalogue(language()).ngettext(one, many, num) % {"num": number(num), **named}


@cache
def catalogue(_language: str) -> NullTranslations:
    """Called while the request, or the program, speaks that language."""
    return get_translations()


def translate(message: str) -> str:
    """A Message (and the Messages inside it) in the reader's language; any other text as it is."""
    if not isinstance(message, Message):
        return str(message)
    params = {name: translate(value) if isinstance(value, Message) else value for name, value in message.params.items()}
    return gettext(message.msgid).format(**params)


def in_rome(when: date | datetime | str) -> date | datetime:
    """Documents carry ISO strings, models dates and aware moments."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)
    return when.astimezone(ROME) if isinstance(when, datetime) else when


def day(when: date | datetime | str) -> str:
    """`venerdì 3 ottobre 2026`."""
    return format_date(in_rome(when), "EEEE d MMMM y", language())


def short_day(when: date | datetime | str) -> str:
    """`3 ott 2026`."""
    return format_date(in_rome(when), "d MMM y", language())


def hour(when: datetime | str) -> str:
    """`12:40`."""
    return format_time(in_rome(when), "HH:mm", locale=language())


def moment(when: datetime | str) -> str:
    """`venerdì 3 ottobre 2026, 12:40`."""
    return f"{day(when)}, {hour(when)}"


def ago(when: datetime | str) -> str:
    """`12 minuti fa`; below a minute `adesso`, whatever the two clocks disagree about."""
    passed = clock.now() - in_rome(when)
    if passed < timedelta(minutes=1):
        return gettext("adesso")
    return passed_by(passed // timedelta(minutes=1), language())


def lasted(span: timedelta) -> str:
    """`12 secondi`, `2 ore`; what took no time at all took a second."""
    return format_timedelta(max(span, timedelta(seconds=1)), threshold=1.5, locale=language())


@lru_cache(maxsize=4096)
def passed_by(minutes: int, code: str) -> str:
    """Kept, like the numbers: a page says it of every offer, and all of them were confirmed in the same few minutes."""
    passed = timedelta(minutes=minutes)
    return format_timedelta(-passed, granularity="minute", threshold=1.5, add_direction=True, locale=code)


def number(value: float | Decimal, code: str | None = None) -> str:
    """`1.234`; `code` is the language of the page, for whoever writes hundreds and has asked for it once."""
    return written(value, None, code or language())


def km(distance: float) -> str:
    """`8 km`; nobody walks a fraction of one."""
    return gettext("meno di 1 km") if 0 < distance < 1 else f"{number(round(distance))} km"


def money(amount: float | Decimal) -> str:
    """`1.450 €`, `9,50 €`: cents only where there are some."""
    pattern = "#,##0" if amount == int(amount) else "#,##0.00"
    return f"{written(amount, pattern, language())} €"


def pay(told: Mapping[str, Any]) -> str:
    """`1.450–1.600 € al mese lordi`: the pay of a document, a range or one of its ends."""
    least, most, period = told.get("min"), told.get("max"), told.get("period")
    if least and most and least != most:
        amount = f"{money(least).removesuffix(' €')}–{money(most)}"
    elif least and not most:
        amount = gettext("da %(sum)s", sum=money(least))
    else:
        amount = money(most) if least else gettext("fino a %(sum)s", sum=money(most))
    return " ".join([amount, *([PAY_PERIODS.label(period, language())] if period else []), gettext("lordi")])


@lru_cache(maxsize=4096)
def written(value: float | Decimal, pattern: str | None, code: str) -> str:
    """Kept, because a page of results writes two hundred numbers and Babel takes its time for each."""
    return format_decimal(value, pattern, locale=code)

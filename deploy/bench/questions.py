"""What citizens ask: the searches that the results page is measured with, each as the parameters of its address.

One or several words, with and without accents, with slips of the finger, words that nothing has, filters, places with a
radius, other orders, second pages, and walking along the shelves without any word.
"""

from urllib.parse import urlencode

QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"page": "2"},
    {"sort": "closing"},
    {"sort": "recent", "page": "2"},
    {"q": "saldatore"},
    {"q": "cameriere"},
    {"q": "infermiera"},
    {"q": "magazzino"},
    {"q": "autista"},
    {"q": "elettricista"},
    {"q": "giardiniere"},
    {"q": "barista"},
    {"q": "operaio"},
    {"q": "impiegata amministrativa"},
    {"q": "aiuto cuoco"},
    {"q": "addetta pulizie"},
    {"q": "tornitore cnc"},
    {"q": "assistenza anziani"},
    {"q": "carrello elevatore"},
    {"q": "lavoro in albergo sul lago"},
    {"q": "commessa inglese tedesco"},
    {"q": "attività con bambini"},
    {"q": "saldatroe"},
    {"q": "camerire"},
    {"q": "astronauta"},
    {"q": "meccanico", "contract": "indeterminato"},
    {"q": "cuoco", "hours": "part-time"},
    {"q": "impiegato", "comune": "Varese", "km": "10"},
    {"q": "autista", "comune": "Gavirate", "km": "25"},
    {"q": "operatore", "comune": "Somma Lombardo", "km": "25", "sort": "distance"},
    {"comune": "Ispra"},
    {"comune": "Sesto Calende", "km": "5"},
    {"comune": "Varese", "km": "10"},
    {"comune": "Vergiate", "km": "50", "sort": "distance"},
    {"comune": "Lonate Pozzolo", "km": "25", "contract": "determinato"},
    {"contract": "apprendistato"},
    {"contract": "tirocinio"},
    {"hours": "part-time"},
    {"hours": "part-time", "contract": "indeterminato"},
    {"sector": "I"},
    {"sector": "28"},
    {"occupation": "5"},
    {"reserved": "art-1"},
)

API_NAMES = {"km": "radius_km"}
"""What the API calls otherwise than the page."""


def page_address(question: dict[str, str]) -> str:
    return f"/lavoro?{urlencode(question)}"


def api_address(question: dict[str, str]) -> str:
    return f"/api/v1/vacancies?{urlencode({API_NAMES.get(name, name): value for name, value in question.items()})}"

"""Invented persons for the demo, the same ones each time: taken in over the past year, some completed, some long gone.

No name is anybody's: they are drawn from lists of first and family names, with telephone numbers that nobody can have.
"""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from deploy.demo.sample import given
from node.candidates.actions import stop_following, take_in, update_candidate
from node.core import clock
from node.core.actors import NODE
from node.desks.queries import all_desks
from node.plans.actions import start_plan
from node.plans.words import usual_plan
from node.scopes.actions import choose_scope
from schemas.candidate import CandidateForm
from schemas.codes import comuni
from schemas.scope import ScopeForm

PERSONS = 60
NEARBY_KM = 12
SEEN_BY_THE_NETWORK = 0.35
ONE_IN_WITH_A_PLAN = 5
FAMILY_NAMES = (
    "Aliprandi", "Bardelli", "Brusa", "Caravati", "Crespi", "Daverio", "El Amrani", "Fontana", "Ghiringhelli", "Giudici",
    "Hoxha", "Ielmini", "Lamberti", "Macchi", "Mascheroni", "Nicora", "Ossola", "Pariani", "Popescu", "Quaglia",
    "Ravasi", "Sartorelli", "Shehu", "Tamborini", "Ugolini", "Vanoni", "Zanzi", "Zambon", "Bossi", "Colli",
)  # fmt: skip
GIVEN_NAMES = {
    "F": (
        "Adele", "Amina", "Beatrice", "Camilla", "Daniela", "Elisa", "Federica", "Giada", "Ilaria", "Laura", "Mirela",
        "Noemi", "Ornella", "Patrizia", "Rita", "Silvia", "Tatiana", "Vera",
    ),
    "M": (
        "Adriano", "Bruno", "Carlo", "Dario", "Ettore", "Fabio", "Giorgio", "Ivan", "Karim", "Lorenzo", "Marco",
        "Nicola", "Omar", "Pietro", "Renato", "Stefano", "Tommaso", "Valerio",
    ),
}  # fmt: skip
TRADES = (
    ("magazziniere", "addetto al confezionamento"), ("commessa", "cassiera"), ("cameriera", "barista"),
    ("operatore socio sanitario",), ("badante", "addetta alle pulizie"), ("impiegata amministrativa", "segretaria"),
    ("autista", "fattorino"), ("muratore", "imbianchino"), ("elettricista",), ("idraulico",), ("saldatore", "operaio meccanico"),
    ("operatore di macchine utensili",), ("cuoco", "aiuto cuoco"), ("parrucchiera",), ("giardiniere",), ("educatrice",),
    ("contabile",), ("tecnico informatico",), ("addetta alle pulizie", "cameriera ai piani"), ("operaia tessile",),
)  # fmt: skip
LICENCES = ((), ("B",), ("B",), ("B",), ("B", "C"))
LANGUAGES = (
    (),
    (("en", "A2"),),
    (("en", "B1"),),
    (("fr", "B1"),),
    (("de", "A2"), ("en", "B2")),
    (("it", "B1"), ("ar", "C2")),
)


def take_in_persons(session: Session, node: str, comune: str, codes: Path) -> None:
    """Sixty persons of that comune (ISTAT code) and around, a third of whom the network may see, through the forms' actions."""
    told = random.Random(node)
    around = [istat for istat, _km in comuni.within(comune, NEARBY_KM)]
    now = clock.now()
    for number in range(PERSONS):
        taken_in_at = now - timedelta(days=told.randint(0, 330), hours=told.randint(0, 8))
        with clock.at(taken_in_at):
            typed = first_typed(told, number)
            candidate = take_in(session, NODE, CandidateForm().load(typed), codes)
            if number % ONE_IN_WITH_A_PLAN == 0:
                start_plan(session, NODE, candidate, usual_plan(all_desks(session)))
        if told.random() < 0.8:
            with clock.at(min(now, taken_in_at + timedelta(days=told.randint(0, 20)))):
                more = given(typed | completed(told, around, now), set())
                update_candidate(session, NODE, candidate, completing().load(more), codes)
        if told.random() < SEEN_BY_THE_NETWORK:
            with clock.at(max(taken_in_at, now - timedelta(days=told.randint(0, 175)))):
                choose_scope(session, NODE, candidate, chosen(told))
        if told.random() < 0.12:
            with clock.at(now - timedelta(days=told.randint(0, 30))):
                stop_following(session, NODE, candidate)


def completing() -> CandidateForm:
    return CandidateForm(exclude=("notice_given",))


def chosen(told: random.Random) -> dict[str, Any]:
    """She lets the whole network see her; the earliest of these choices end within days."""
    return ScopeForm(clock.today).load(
        {"scope": "rete", "channel": told.choice(("persona", "persona", "telefono", "carta"))}
    )


def first_typed(told: random.Random, number: int) -> dict[str, Any]:
    """What is asked at the counter; one in ten has no telephone."""
    typed = {
        "family_name": told.choice(FAMILY_NAMES),
        "given_name": told.choice(GIVEN_NAMES[told.choice("FM")]),
        "trades": list(told.choice(TRADES)),
        "notice_given": "true",
    }
    if told.random() < 0.9:
        return typed | {"phone": f"000 55{told.randint(0, 99):02d}{number:02d}"}
    return typed | {"reach": "passa il martedì mattina"}


def completed(told: random.Random, around: list[str], now: datetime) -> dict[str, Any]:
    """What is added when there is time."""
    home = comuni.comune(told.choice(around))
    born_on = date(now.year - told.randint(19, 62), told.randint(1, 12), told.randint(1, 28))
    trade = told.choice(told.choice(TRADES))
    return {
        "born_on": born_on.isoformat(),
        "residence": home.full_name if home else None,
        "situation": told.choice(("disoccupato", "disoccupato", "occupato", "prima-occupazione")),
        "education": str(told.choice((1, 2, 3, 3, 4, 4, 4, 6))),
        "experiences": [
            {"trade": trade, "years": str(told.randint(1, 15)), "until": str(now.year - told.randint(0, 4))}
        ],
        "languages": [{"code": code, "level": level} for code, level in told.choice(LANGUAGES)],
        "licences": list(told.choice(LICENCES)),
        "own_transport": told.choice(("true", "")),
        "hours": told.choice(("", "tempo-pieno", "part-time")),
        "shifts": told.choice(("true", "")),
        "weekends": told.choice(("true", "")),
        "radius_km": str(told.choice((5, 10, 15, 20, 30))),
    }

"""One good example of each question and of each answer; the tests ask the questions and check the answers."""

from typing import Any

QUESTIONS: dict[str, Any] = {
    "q": "magazziniere part time",
    "comune": ["Gavirate"],
    "radius_km": 15,
    "province": ["VA"],
    "region": ["Lombardia"],
    "contract": ["determinato", "indeterminato"],
    "sector": ["H"],
    "occupation": ["4321"],
    "hours": ["part-time"],
    "shifts": "si",
    "experience": ["nessuna"],
    "licence": ["muletto"],
    "reserved": ["art-1"],
    "remote": ["sede"],
    "employer": ["Laghi Logistica Srl"],
    "origin": "gavirate",
    "since": "settimana",
    "sort": "recent",
    "page": 1,
    "page_size": 20,
    "limit": 5,
    "title": "addetto/a al magazzino",
    "id": "k3v9q2m7x1",
}
"""By parameter; where an operation takes one value of what is a list elsewhere, the first stands for it."""

DOCUMENT: dict[str, Any] = {
    "title": "Magazziniere con patentino",
    "employer": {"name": "Laghi Logistica Srl", "id": "a8d2k4w6p0"},
    "desk": "sportello-1",
    "places": [{"istat": "012072", "name": "Gavirate"}],
    "contract": "determinato",
    "published_on": "2026-10-01",
    "closes_on": "2026-10-31",
    "how_to_apply": "Allo sportello, con un documento.",
    "occupation": "4321",
    "description": "Carico, scarico e preparazione degli ordini.",
    "hours": "part-time",
    "weekly_hours": 24,
    "positions": 2,
    "pay": {"min": 1100, "max": 1250, "period": "mese", "currency": "EUR"},
    "experience": "nessuna",
    "licences": ["muletto"],
    "sector": "H",
}
DESK = {
    "name": "Sportello lavoro di Gavirate",
    "comune": {"istat": "012072", "name": "Gavirate"},
    "address": "Piazza Matteotti 8",
    "phone": "0332 748211",
    "opening_hours": "martedì e giovedì 9–12",
    "authorised": True,
}
NAMED = {
    "origin": "gavirate",
    "id": "k3v9q2m7x1",
    "source": "Comune di Gavirate",
    "confirmed_at": "2026-10-03T08:15:00Z",
    "url": "https://lavoro.comune.gavirate.example/lavoro/gavirate/k3v9q2m7x1",
}
ELSEWHERE = {
    "origin": "vergiate",
    "id": "p5t8n0c2r6",
    "source": "Comune di Vergiate",
    "comune": "Vergiate",
    "url": "https://lavoro.comune.gavirate.example/lavoro/vergiate/p5t8n0c2r6",
}
LISTED = (
    "title", "employer", "desk", "contract", "published_on", "closes_on", "occupation", "hours", "weekly_hours",
    "positions", "pay", "experience", "licences", "sector",
)  # fmt: skip

ANSWERS: dict[str, dict[str, Any]] = {
    "vacancies": {
        "total": 2,
        "groups": 1,
        "facets": {
            "comune": [{"code": "012072", "count": 1}, {"code": "012138", "count": 1}],
            "province": [{"code": "VA", "count": 2}],
            "contract": [{"code": "determinato", "count": 2}],
            "sector": [{"code": "H", "count": 2}],
            "hours": [{"code": "part-time", "count": 2}, {"code": "tempo-pieno", "count": 5}],
            "reserved": [],
            "occupation": [{"code": "43", "count": 2}],
            "origin": [{"code": "gavirate", "count": 1}, {"code": "vergiate", "count": 1}],
            "remote": [],
            "experience": [{"code": "nessuna", "count": 2}],
            "licence": [{"code": "muletto", "count": 2}],
            "since": [{"code": "settimana", "count": 2}, {"code": "mese", "count": 2}],
        },
        "understood": [
            {"name": "hours", "value": "part-time", "label": "part time", "words": "part time", "ambiguous": []}
        ],
        "excluded": [],
        "meant": None,
        "items": [
            {
                **{name: DOCUMENT[name] for name in LISTED},
                **NAMED,
                "comune": "Gavirate",
                "istat": "012072",
                "places": [{"istat": "012072", "name": "Gavirate", "code": "012072"}],
                "distance_km": 0,
                "also": [ELSEWHERE],
            }
        ],
        "page": 1,
        "page_size": 20,
        "took_ms": 3.2,
    },
    "vacancy": {
        **NAMED,
        "is_confirmed": True,
        "valid_until": "2026-10-31T23:00:00Z",
        "distance_km": None,
        "document": DOCUMENT,
        "desk": DESK,
    },
    "suggestions": {
        "items": [
            {"kind": "title", "text": "magazziniere", "value": "magazziniere", "count": 14},
            {"kind": "comune", "text": "Magenta", "value": "015130", "count": 3},
        ]
    },
    "comuni": {
        "ambiguous": True,
        "items": [
            {
                "istat": "016065",
                "name": "Castro",
                "full_name": "Castro (BG)",
                "province": "BG",
                "region": "Lombardia",
                "population": 1206,
                "lat": 45.80002,
                "lon": 10.06496,
                "is_meant": True,
            }
        ],
    },
    "occupations": {
        "items": [
            {
                "code": "4321",
                "title": "Impiegati addetti al magazzino",
                "score": 0.99,
                "reason": "«magazziniere» è di questo gruppo.",
            }
        ]
    },
    "desks": {
        "total": 9,
        "items": [{**DESK, "origin": "gavirate", "id": "sportello-1", "source": "Comune di Gavirate"}],
        "page": 1,
        "page_size": 100,
    },
}

PROBLEMS: dict[str, dict[str, Any]] = {
    "400": {
        "type": "about:blank",
        "title": "La richiesta non è chiara",
        "status": 400,
        "detail": "«notte» non è un valore di hours. I valori sono: tempo-pieno, part-time.",
        "errors": {"hours": ["«notte» non è un valore di hours. I valori sono: tempo-pieno, part-time."]},
        "allowed": {"hours": ["tempo-pieno", "part-time"]},
    },
    "404": {
        "type": "about:blank",
        "title": "Questa pagina non c’è",
        "status": 404,
        "detail": "Non conosciamo l’offerta k3v9q2m7x1 di gavirate.",
    },
    "406": {
        "type": "about:blank",
        "title": "Questo formato non c’è",
        "status": 406,
        "detail": "Questo indirizzo risponde solo in application/json.",
    },
    "410": {
        "type": "about:blank",
        "title": "Questa offerta non c’è più",
        "status": 410,
        "detail": "L’offerta k3v9q2m7x1 di gavirate è stata chiusa o è scaduta.",
    },
    "429": {
        "type": "about:blank",
        "title": "Troppe richieste in poco tempo",
        "status": 429,
        "detail": "Aspetta un minuto e riprova.",
    },
}

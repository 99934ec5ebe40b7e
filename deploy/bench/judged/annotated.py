"""The demo's open vacancies as documents, with the facts that a person who read them wrote into demo.jsonl.

What the form's fields tell is taken from them; demo.jsonl adds the trade, and of the times what only the text tells.
An annotation names node, position and title, and one that no longer fits its vacancy is refused: a grade for another
ad would be worse than none.
"""

import json
from datetime import date, timedelta
from typing import Any

from deploy.bench.judged.facts import NEVER, ONLY, Facts, Judged
from deploy.bench.judged.places import code_of
from deploy.bench.judged.trades import FOLDER, Trade, settings, trades
from schemas.places import read_place

DEMO_FOLDER = FOLDER.parent.parent / "demo" / "data"
USUAL_DAYS_OPEN = 30
TEXTS = ("title", "contract", "how_to_apply", "description", "tasks", "requirements", "offer", "education", "ccnl")
CODES = ("occupation", "remote", "hours", "experience", "reserved", "sector")
OTHERS = ("shifts", "weekly_hours", "positions", "licences", "languages")


def annotated(today: date) -> list[Judged]:
    """The open vacancies in the order of demo.jsonl. Raises ValueError where the demo has changed under them."""
    samples = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEMO_FOLDER.glob("*.json"))}
    notes = [json.loads(line) for line in (FOLDER / "demo.jsonl").read_text("utf-8").splitlines()]
    noted = {(note["node"], note["position"]) for note in notes}
    there = {
        (node, position)
        for node, sample in samples.items()
        for position, told in enumerate(sample["vacancies"])
        if told.get("state", "open") == "open"
    }
    if noted != there:
        raise ValueError(f"open in the demo and not annotated, or the reverse: {sorted(noted ^ there)}")
    return [_judged(note, samples[note["node"]], today) for note in notes]


def _judged(note: dict[str, Any], sample: dict[str, Any], today: date) -> Judged:
    told = sample["vacancies"][note["position"]]
    if told["title"] != note["title"]:
        raise ValueError(f"{note['node']}, {note['position']}: {told['title']!r} is annotated as {note['title']!r}")
    employer = _employer(told, sample)
    document = _document(told, today) | {"desk": f"desk-{note['node']}", "employer": employer}
    identity = f"demo-{note['position']:03d}"
    return Judged(note["node"], identity, document, _facts(note, told, employer and employer["name"]))


def _employer(told: dict[str, Any], sample: dict[str, Any]) -> dict[str, str] | None:
    if told.get("employer_hidden") or not told.get("employer"):
        return None
    return next({"name": each["name"]} for each in sample["employers"] if each["key"] == told["employer"])


def _document(told: dict[str, Any], today: date) -> dict[str, Any]:
    published = today - timedelta(days=told.get("published_days_ago", 0))
    closes = today + timedelta(days=told.get("closes_in_days", USUAL_DAYS_OPEN))
    document = {name: told[name] for name in TEXTS + CODES + OTHERS if told.get(name) not in (None, "", [])}
    document |= {
        "places": [read_place(name) for name in told["places"]],
        "published_on": published.isoformat(),
        "closes_on": closes.isoformat(),
    }
    if "starts_in_days" in told:
        document["starts_on"] = (today + timedelta(days=told["starts_in_days"])).isoformat()
    ends = {end: told[f"pay_{end}"] for end in ("min", "max") if told.get(f"pay_{end}") is not None}
    if ends:
        document["pay"] = ends | {"period": told["pay_period"], "currency": "EUR"}
    return document


def _facts(note: dict[str, Any], told: dict[str, Any], employer: str | None) -> Facts:
    trade = trades()[note["trade"]]
    known = {name: told[name] for name in ("hours", "shifts", "experience", "reserved") if told.get(name) is not None}
    return Facts(
        trade=trade.key,
        family=trade.family,
        also=tuple(note.get("also", ())),
        places=tuple(code_of(name) for name in told["places"]),
        contract=told["contract"],
        licences=tuple(told.get("licences") or ()),
        languages=tuple(each["code"] for each in told.get("languages") or ()),
        remote=told.get("remote") or (None if "remote" in settings()[trade.setting] else "sede"),
        employer=employer,
        **(known | _usual_times(trade) | note.get("told", {})),
    )


def _usual_times(trade: Trade) -> dict[str, str]:
    """What goes without saying in this trade."""
    if settings()[trade.setting].get("is_day"):
        return {"nights": NEVER, "weekends": NEVER}
    return {"nights": ONLY} if trade.setting == "notte" else {}

"""What stands in the desk's side menu, its acts with a key, and its first page; each slice brings its own, the layout only draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.orm import Session

from node.core.actors import ADMINISTRATOR, OPERATOR, Actor


@dataclass(frozen=True)
class Link:
    label: Any
    endpoint: str
    icon: str
    roles: frozenset[str]
    order: int


@dataclass(frozen=True)
class Shortcut:
    """One of the commonest acts, a step away on every page; `key` is the digit that the browser's own access key takes."""

    label: Any
    endpoint: str
    key: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Tile:
    """A number on the page "Oggi" that leads to a list one can act on. `tone`: neutral, good, warning, danger."""

    label: str
    count: int
    url: str
    icon: str
    tone: str = "neutral"


_URGENCY = {"danger": 0, "warning": 1}
_links: dict[str, Link] = {}
_shortcuts: dict[str, Shortcut] = {}
_tiles: list[Callable[[Session, Actor], Tile | None]] = []


def link(
    label: Any, endpoint: str, icon: str, roles: tuple[str, ...] = (OPERATOR, ADMINISTRATOR), order: int = 50
) -> None:
    """Add an entry to the side menu; `label` is a lazy text, `icon` a name in Bootstrap Italia's sprite."""
    _links[endpoint] = Link(label, endpoint, icon, frozenset(roles), order)


def shortcut(label: Any, endpoint: str, key: str, roles: tuple[str, ...] = (OPERATOR, ADMINISTRATOR)) -> None:
    """Add an act that has a key of its own; `label` is a lazy text, `key` a digit."""
    _shortcuts[key] = Shortcut(label, endpoint, key, frozenset(roles))


def tile(function: Callable[[Session, Actor], Tile | None]) -> Callable[[Session, Actor], Tile | None]:
    """Add a tile to the page "Oggi"; a decorator. The function may return None when it has nothing to say."""
    if function not in _tiles:
        _tiles.append(function)
    return function


def links_for(operator: Actor | None) -> list[Link]:
    """The entries that this operator may follow in this process."""
    if operator is None:
        return []
    served = current_app.view_functions
    mine = (entry for entry in _links.values() if operator.role in entry.roles and entry.endpoint in served)
    return sorted(mine, key=lambda entry: entry.order)


def shortcuts_for(operator: Actor | None) -> list[Shortcut]:
    """By key, those of this operator in this process."""
    served = current_app.view_functions
    mine = [each for each in _shortcuts.values() if operator and operator.role in each.roles]
    return sorted((each for each in mine if each.endpoint in served), key=lambda each: each.key)


def tiles_for(session: Session, operator: Actor) -> list[Tile]:
    """What is most urgent first."""
    drawn = [tile for draw in _tiles if (tile := draw(session, operator)) is not None]
    return sorted(drawn, key=lambda tile: (_URGENCY.get(tile.tone, len(_URGENCY)), not tile.count))


def drawn() -> list[dict[str, Any]]:
    """The side menu of this request; the entry under whose address the page stands is the current one.

    An address with a slash at its end is a first page, under which nothing else stands.
    """
    found = [(entry, url_for(entry.endpoint)) for entry in links_for(g.get("operator"))]
    above = [url for _, url in found if request.path == url or request.path.startswith(f"{url}/")]
    here = max(above, key=len, default=None)
    return [{"label": entry.label, "url": url, "icon": entry.icon, "is_current": url == here} for entry, url in found]


def register(app: Flask) -> None:
    app.context_processor(lambda: {"desk_menu": drawn(), "shortcuts": shortcuts_for(g.get("operator"))})

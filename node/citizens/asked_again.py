"""Results that many ask for at the same moment: an address sent round to a thousand phones is worked out once.

A page is kept for the minute in which it was made, and only as long as nothing has happened that could change it: no
copy has come or gone, the index and the roster are the same. Nothing of it depends on who asks but the language, which
is part of the question. Kept compressed, a page takes some 10 KB.
"""

from collections.abc import Callable, Hashable
from threading import Lock

import zstandard
from flask import current_app, request

from federation import replica
from node.core import clock
from node.core.i18n import language
from node.core.rooms import rooms

NAME = "pages-asked-again"
MOST_PAGES = 500
LEVEL = 1


class PageMemory:
    """Pages of one state of the node. Safe to use from several threads."""

    def __init__(self) -> None:
        self._state: Hashable = None
        self._pages: dict[Hashable, bytes] = {}
        self._guard = Lock()

    def page(self, state: Hashable, address: Hashable, make: Callable[[], str]) -> str:
        """The page at an address, made anew where this state has none."""
        with self._guard:
            if state != self._state:
                self._state, self._pages = state, {}
            pages, kept = self._pages, self._pages.get(address)
        if kept is not None:
            return zstandard.decompress(kept).decode()
        made = make()
        if len(pages) < MOST_PAGES:
            pages[address] = zstandard.compress(made.encode(), LEVEL)
        return made


def remembered(make: Callable[[], str]) -> str:
    """The answer to the request at hand, which `make` would make; what it raises is raised, and nothing kept."""
    memory: PageMemory = current_app.extensions.setdefault(NAME, PageMemory())
    with rooms().replica.reading() as session:
        position = replica.position(session)
    minute = clock.now().replace(second=0, microsecond=0)
    state = (position, rooms().index.snapshot(), rooms().roster.current(), minute)
    return memory.page(state, (request.script_root, request.full_path, language()), make)

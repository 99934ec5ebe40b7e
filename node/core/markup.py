"""Markup that costs a page next to nothing: made once where it is the same for all, joined of ready parts where it repeats.

A page of results is some sixty kilobytes of which a template would escape and look up fifteen hundred pieces one by one.
Whoever joins markup in Python escapes every text with `safe`.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from flask import Flask, has_request_context, request, url_for
from markupsafe import Markup, escape

from node.core.i18n import language

MOST_PIECES = 200
"""A few kilobytes each: some twenty pages with four pieces of their own, in two languages."""


def register(app: Flask) -> None:
    """Templates say `{% call once("name") %}…{% endcall %}` around what depends on nothing but the language."""
    pieces: dict[Hashable, Markup] = {}

    def once(name: str, *of: Hashable, caller: Callable[[], Markup]) -> Markup:
        """A piece of a page, made anew only for another language, place of the node, or thing that it is `of`."""
        asked = (name, language(), request.script_root, *of)
        piece = pieces.get(asked)
        if piece is None:
            piece = caller()
            if len(pieces) < MOST_PIECES:
                pieces[asked] = piece
        return piece

    app.jinja_env.globals.update(once=once, url_for=address_of)


def address_of(endpoint: str, **values: str) -> str:
    """`url_for`; the address of a page without parameters, or of a file, is worked out once."""
    if endpoint.startswith(".") or values.keys() - {"filename"} or not has_request_context():
        return url_for(endpoint, **values)
    return fixed(request.script_root, endpoint, values.get("filename"))


@lru_cache(maxsize=512)
def fixed(_root: str, endpoint: str, filename: str | None) -> str:
    """Called during a request to a node that stands there."""
    return url_for(endpoint, filename=filename) if filename else url_for(endpoint)


def joined(*parts: str) -> Markup:
    """Markup of parts that are markup: written by us, or made by `safe`."""
    return Markup("".join(parts))  # noqa: S704


@lru_cache(maxsize=2048)
def safe(text: str) -> str:
    """A text as markup says it, remembered: employers, places and hours come again and again."""
    return str(escape(text))

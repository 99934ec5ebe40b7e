"""Cells as plain text: HTML taken off, formulas recognised, signs that mean "nothing" read as nothing.

Texts are copied out of web pages with all their tags, and a cell that begins with an equals sign is a program for the next
spreadsheet that opens it. Neither may reach the network.
"""

import re
from html import unescape
from html.parser import HTMLParser

from node.core.spreadsheets import RUNS
from schemas import plain_text

_BLOCKS = frozenset("p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer dd dt blockquote".split())  # noqa: SIM905  # fmt: skip
_SILENT = frozenset(("script", "style", "head", "title", "template", "iframe", "object", "svg"))
LAYERS = 3
"""How deep tags may be hidden in entities ("&lt;b&gt;"); what is still one after that loses its brackets."""

_TAG_SIGNS = re.compile("[<>]")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_NOTHING = re.compile(r"[-–—_./\\?]{0,3}|n\.?\s?[dac]\.?|n/[dac]|null|none|nan|nil|#n/[da]|#[a-z]+[/!?]0?!?|non (?:disponibile|indicato|specificato)", re.IGNORECASE)  # fmt: skip
# "=A1", "+SUM(1;2)", "@SUM(…)", "-2+3+cmd|' /C calc'!A0"; not "+39 0332 748201", "- addetto", "=== Cuoco ===".
_FORMULA = re.compile(r"=(?![=\s])|[=+\-@]\s*[A-Za-z_.]+\s*\(|[+\-@=].*\|.*!", re.DOTALL)


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say: "-", "n.d.", "#N/D"."""
    return _NOTHING.fullmatch(text.strip()) is not None


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute the cell instead of showing it."""
    return _FORMULA.match(text.strip()) is not None


def plain(text: str) -> str:
    """The text of a cell: tags gone, paragraphs and list marks kept, entities written out, an apostrophe of ours gone."""
    text = text[1:] if text.startswith("'") and text[1:].startswith(RUNS) else text
    for _layer in range(LAYERS):
        if plain_text.first_tag(text):
            text = _Text.of(text)
        elif _ENTITY.search(text):
            text = unescape(text)
    return plain_text.paragraphs(_TAG_SIGNS.sub(" ", text) if plain_text.first_tag(text) else text)


class _Text(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0

    @classmethod
    def of(cls, text: str) -> str:
        reader = cls()
        reader.feed(text)
        reader.close()
        return "".join(reader._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its own name
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._pieces.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _SILENT), 0)
        if tag in _BLOCKS and tag not in ("li", "br"):
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(re.sub(r"\s+", " ", data))

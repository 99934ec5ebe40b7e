"""Plain text, made clean once when a person types it, so that nobody downstream has to wonder.

Control characters, invisible direction marks and half surrogates arrive by pasting from office documents and by malice;
either way they are no part of what the person meant, and a page or a terminal may obey them.
"""

import re
import unicodedata

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")
# Control characters (without tab and line feed), surrogates, zero-width marks, direction overrides, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--.*?-->|<!doctype\b[^<>]*>", re.IGNORECASE | re.DOTALL)


def has_invisible(text: str) -> bool:
    """Whether the text holds characters that show nothing and may act: control, direction, surrogates."""
    # Nothing invisible counts as printable, and to ask for that is ten times quicker than to search.
    return not text.replace("\n", "").isprintable() and _INVISIBLE.search(text) is not None


def first_tag(text: str) -> str | None:
    """The first HTML tag in the text, or None; "paga < 2.000" and "<nome@esempio.it>" have none."""
    found = _TAG.search(text)
    return found[0] if found else None


def one_line(text: str) -> str:
    """The text without invisible characters, trimmed, every run of blanks and line breaks one blank."""
    return " ".join(_cleaned(text).split())


def paragraphs(text: str) -> str:
    """The text without invisible characters, trimmed, with its line breaks and at most one empty line between two."""
    text = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", _cleaned(text)))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _cleaned(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAKS.sub("\n", text)))

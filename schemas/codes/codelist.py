"""A closed list of codes with its labels.

The network carries codes, people read labels. A peer of a later version may send a code that this version does not
know yet, so a label never fails: an unknown code reads "altro".
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple


class Label(NamedTuple):
    """The same meaning in the two languages of the interface."""

    it: str
    en: str

    def in_language(self, lang: str) -> str:
        """The text for a language tag such as "it", "en" or "en-GB"; Italian for any other language."""
        return self.en if lang.lower().startswith("en") else self.it


UNKNOWN = Label("altro", "other")


class CodeList:
    """Codes in their natural order (not alphabetical: A1 comes before C2, an hour before a month).

    `labels` maps each code to its (Italian, English) label; a list read from a file gives a function instead, which is
    called at the first use, so that importing this package reads no file.
    """

    def __init__(
        self, name: str, labels: Mapping[str, tuple[str, str]] | Callable[[], Mapping[str, tuple[str, str]]]
    ) -> None:
        self.name = name
        self._source = labels

    @cached_property
    def _labels(self) -> dict[str, Label]:
        source = self._source() if callable(self._source) else self._source
        return {code: Label(*texts) for code, texts in source.items()}

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order."""
        return tuple(self._labels)

    def label(self, code: str | None, lang: str = "it") -> str:
        """What people read for `code`; "altro" or "other" when this version does not know the code."""
        return self._labels.get(code or "", UNKNOWN).in_language(lang)

    def choices(self, lang: str = "it") -> list[tuple[str, str]]:
        """(code, label) pairs for a select field, in order."""
        return [(code, label.in_language(lang)) for code, label in self._labels.items()]

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._labels

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    def __repr__(self) -> str:
        return f"CodeList({self.name!r})"

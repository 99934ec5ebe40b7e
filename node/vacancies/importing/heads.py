"""What the heads of somebody else's table mean, whatever the table is about.

A proposal is made from the head, from what the operator chose for a column of that name the last time, and for a head
that says nothing from what stands below it. The operator sees the proposal and has the last word.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from schemas.codes import spelling

IGNORED = ""
"""The field of a column that is not imported."""

_SMALL = frozenset("a al alla allo ad da dal del della dell dello dei degli delle di e ed i il in l la le lo per con su".split())  # noqa: SIM905  # fmt: skip
_HUMP = re.compile(r"(?<=[a-zà-ù])(?=[A-Z])")

SURE, WEAK = 1.0, 0.7
KNOWN_AT = 0.5
OF_CONTENT = 0.4
MOST = 0.6  # of the cells that are not blank


class Guess(NamedTuple):
    score: float
    column: int
    field: str


def folded_head(head: str) -> str:
    """The head as it is compared and remembered: "Data di Scadenza" and "data_scadenza" are one."""
    words = spelling.words(_HUMP.sub(" ", head))
    return " ".join([word for word in words if word not in _SMALL] or words)


class Heads:
    """The names by which the fields of one kind of table are known.

    `names`: field -> names, the likeliest first, behind the bar those that more often mean something else; `labels`:
    field -> our own name; `several`: fields of which there may be more than one column; `telling`: field -> whether a cell
    can be nothing else; `contradicts(field, cells)`: whether what stands in a column cannot be that; `needed`: a field that
    the nearest column becomes where none is called so.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        labels: Mapping[str, str],
        several: frozenset[str] = frozenset(),
        telling: Mapping[str, Callable[[str], object]] | None = None,
        contradicts: Callable[[str, Sequence[str]], bool] = lambda _field, _cells: False,
        needed: str | None = None,
    ) -> None:
        self._several, self._telling = several, telling or {}
        self._contradicts, self._needed = contradicts, needed
        self._by_name: dict[str, list[tuple[str, float]]] = {}
        for field, called in names.items():
            for trust, part in zip((SURE, WEAK), called.split(" | "), strict=False):
                for place, name in enumerate(part.split(", ")):
                    self._by_name.setdefault(folded_head(name), []).append((field, trust - place / 1000))
        for field, label in labels.items():
            for name in (label, field):
                self._by_name.setdefault(folded_head(name), []).append((field, SURE))

    def is_known(self, head: str) -> bool:
        """Whether we know what a column of this name holds."""
        folded = folded_head(head)
        return bool(folded) and folded in self._by_name

    def propose(
        self, heads: Sequence[str], samples: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None
    ) -> list[str]:
        """The field of each column, IGNORED for one that nobody understands.

        `samples` are rows of cells; `remembered` maps `folded_head` to the field that was chosen for such a column before.
        """
        known = remembered or {}
        chosen = {at: known[name] for at, head in enumerate(heads) if (name := folded_head(head)) in known}
        guesses = [
            guess
            for at, head in enumerate(heads)
            if at not in chosen
            for guess in self._guesses(at, head, [row[at] for row in samples if row[at].strip()])
        ]
        for _score, at, name in sorted(guesses, key=lambda guess: (-guess.score, guess.column)):
            if at not in chosen and (name in self._several or name not in chosen.values()):
                chosen[at] = name
        self._find_the_needed(chosen, heads)
        return [chosen.get(at, IGNORED) for at in range(len(heads))]

    def _find_the_needed(self, chosen: dict[int, str], heads: Sequence[str]) -> None:
        """The column whose head comes nearest to the needed field gives its other meaning up."""
        if self._needed is None or self._needed in chosen.values():
            return
        called = [
            name.split()
            for name, fields in self._by_name.items()
            if any(field == self._needed for field, _trust in fields)
        ]
        nearest = [max(_share(name, folded_head(head).split()) for name in called) for head in heads]
        best = max(range(len(heads)), key=nearest.__getitem__, default=None)
        if best is not None and nearest[best]:
            chosen[best] = self._needed

    def _guesses(self, column: int, head: str, cells: Sequence[str]) -> list[Guess]:
        """What the column may be, by its head; by its cells when the head says nothing."""
        folded = folded_head(head)
        found: dict[str, float] = {}
        for field, trust in self._by_name.get(folded, ()):
            found[field] = max(found.get(field, 0), trust)
        if not found:
            words = folded.split()
            for name, fields in self._by_name.items():
                share = _share(name.split(), words)
                if share >= KNOWN_AT:
                    for field, trust in fields:
                        found[field] = max(found.get(field, 0), share * trust)
        if not found:
            found = {field: OF_CONTENT for field, is_such in self._telling.items() if _mostly(is_such, cells)}
        return [Guess(score, column, field) for field, score in found.items() if not self._contradicts(field, cells)]


def _share(name: Sequence[str], words: Sequence[str]) -> float:
    """How much of a head a known name makes up, when the head has all its words."""
    if not words or not set(name) <= set(words) or len("".join(name)) < 4:
        return 0.0
    return 0.9 * len(name) / len(words)


def _mostly(is_such: Callable[[str], object], cells: Sequence[str]) -> bool:
    return bool(cells) and sum(map(bool, map(is_such, cells))) >= MOST * len(cells)

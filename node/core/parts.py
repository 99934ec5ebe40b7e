"""What a later slice adds to a page of an earlier one, which cannot know it: the page only draws what was handed in."""

from collections.abc import Callable
from functools import partial
from typing import Any, overload

from markupsafe import Markup
from sqlalchemy.orm import Session

Part = Callable[[Session, Any], Markup | None]


class Parts:
    """The parts of one page; called with a function it adds it, so it serves as a decorator, with or without an `order`.

    The function gets the session and the record that the page shows; it may return None when it has nothing to say.
    """

    def __init__(self) -> None:
        self._parts: dict[Part, int] = {}

    @overload
    def __call__(self, part: Part) -> Part: ...
    @overload
    def __call__(self, *, order: int) -> Callable[[Part], Part]: ...
    def __call__(self, part: Part | None = None, *, order: int = 50) -> Part | Callable[[Part], Part]:
        if part is None:
            return partial(self._add, order=order)
        return self._add(part, order)

    def drawn(self, session: Session, record: Any) -> list[Markup]:
        """What the page shows for this record, by `order`."""
        parts = sorted(self._parts, key=lambda part: self._parts[part])
        return [drawn for part in parts if (drawn := part(session, record)) is not None]

    def _add(self, part: Part, order: int) -> Part:
        self._parts.setdefault(part, order)
        return part

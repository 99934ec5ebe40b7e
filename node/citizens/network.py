"""Which comuni the network serves, and which of them lie around this counter."""

from functools import lru_cache

from node.core.rooms import rooms
from schemas.codes import comuni

SUGGESTED = 40


def member_comuni() -> tuple[str, ...]:
    """The ISTAT codes of all comuni of the network."""
    return tuple(code for member in rooms().roster.current().members.values() for code in member.comuni)


def own_comune() -> str:
    return rooms().config.comuni[0]


def names_nearby() -> tuple[str, ...]:
    """The comuni of the network nearest to this counter, by name: what a form suggests."""
    return nearest(member_comuni(), own_comune())


@lru_cache(maxsize=16)
def nearest(codes: tuple[str, ...], centre: str) -> tuple[str, ...]:
    close = sorted(codes, key=lambda code: comuni.distance_km(centre, code))[:SUGGESTED]
    return tuple(sorted({comuni.comune(code).name for code in close}))

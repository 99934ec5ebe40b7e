"""Trades as people in Italy call them, each with its unit group of ISCO-08.

A classification says "Conduttori di carrelli elevatori", a notice says "mulettista". The table holds one row a trade, in
the masculine singular, and beside it the other names by which the same trade is known: abbreviations, English titles,
colloquial words. Gender, number and forms with a slash are not in the table, since they follow by rule (see
`federation.search.stems`).
"""

from functools import cache
from typing import NamedTuple

from schemas.codes import tables

BETWEEN_NAMES = "|"


class Trade(NamedTuple):
    """One trade: its usual name, the code of its unit group, its other names."""

    name: str
    isco: str
    variants: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The usual name first."""
        return self.name, *self.variants


@cache
def trades() -> tuple[Trade, ...]:
    """All trades of the table, in its order."""
    return tuple(
        Trade(name, isco, tuple(variants.split(BETWEEN_NAMES)) if variants else ())
        for name, isco, variants in tables.rows("trades.csv")
    )


@cache
def neighbours() -> dict[str, tuple[str, ...]]:
    """Unit group to those that the same person would also take, the nearest first; many groups have none listed."""
    return {code: tuple(near.split()) for code, near in tables.rows("neighbours.csv")}

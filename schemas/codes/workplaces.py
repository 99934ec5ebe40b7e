"""Places of work as people name them who look for "qualcosa in fabbrica", with the unit groups of ISCO-08 at home there.

Only kinds of place in which a few trades make up most of the work; who cleans an office works in it too, and is not who
is meant by "ufficio".
"""

from functools import cache

from schemas.codes import tables


@cache
def workplaces() -> dict[str, frozenset[str]]:
    """The name of a place in the singular, in small letters, to the codes of its unit groups."""
    return {place: frozenset(codes.split()) for place, codes in tables.rows("workplaces.csv")}

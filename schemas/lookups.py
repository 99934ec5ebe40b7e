"""The small questions of the API: what to offer while somebody types, which comune, which occupation, which desks.

They read their parameters as strictly as the search does: a parameter that is not theirs is refused by name.
"""

from marshmallow import Schema

from schemas.search import PAGE_MAX, PAGE_SIZE_MAX, Place, Whole, Words

LIMIT_MAX = 20


class VacancyQuery(Schema):
    """`GET /api/v1/vacancies/<origin>/<id>`: where to count the distance from."""

    comune = Place(load_default=None)


class SuggestionsQuery(Schema):
    """`GET /api/v1/suggestions`: what is typed so far; blank has no suggestions."""

    q = Words(load_default="")
    limit = Whole(1, LIMIT_MAX, load_default=8)


class ComuniQuery(Schema):
    """`GET /api/v1/comuni`: the name, or as much of it as is typed."""

    q = Words(load_default="")
    limit = Whole(1, LIMIT_MAX, load_default=10)


class OccupationsQuery(Schema):
    """`GET /api/v1/occupations`: the title of a vacancy as its employer writes it."""

    title = Words(load_default="")
    limit = Whole(1, LIMIT_MAX, load_default=5)


class DesksQuery(Schema):
    """`GET /api/v1/desks`: page by page, since a large network has thousands."""

    page = Whole(1, PAGE_MAX, load_default=1)
    page_size = Whole(1, PAGE_SIZE_MAX, load_default=PAGE_SIZE_MAX)

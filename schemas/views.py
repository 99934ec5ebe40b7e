"""What a desk tells another of who looked at its profiles: a letter of one day, without the name of anybody."""

from schemas import shapes, wire

VIEWS_MAX = 250
"""Of one letter; a day with more takes several."""
COUNT_MAX = 10_000


class View(wire.Document):
    """How often, in one hour of that day in Italy (0–23), people of one role looked at a record for one purpose."""

    record = wire.Shaped(shapes.RECORD_ID)
    role = wire.Code()
    purpose = wire.Code()
    hour = wire.Whole(max=23)
    count = wire.Whole(min=1, max=COUNT_MAX)


class ViewsDocument(wire.Document):
    """The views of one calendar day; none of them is told as well."""

    day = wire.Day()
    views = wire.Parts(wire.Part(View()), max=VIEWS_MAX)

    kept = frozenset({"views"})


class ViewsAnswer(wire.Document):
    """Empty when the views were taken, else why not."""

    refused = wire.Code(optional=True)

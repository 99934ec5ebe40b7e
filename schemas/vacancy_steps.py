"""The short forms by which a vacancy goes on or ends: a new closing day, an outcome, a reason."""

from schemas import fields
from schemas.codes import OUTCOMES
from schemas.messages import Message
from schemas.vacancy import POSITIONS_MAX


class RenewalForm(fields.Form):
    """Until when a vacancy stays open; without a day the desk's usual period."""

    closes_on = fields.Day()


class ClosingForm(fields.Form):
    """How a vacancy ended, and how many of its positions found somebody; without a number, all or none by outcome."""

    outcome = fields.Choice(OUTCOMES, missing=Message("Scegli com'è finita: serve alle statistiche della rete."))
    positions_filled = fields.Whole(min=0, max=POSITIONS_MAX)

"""Who comes to the desk without an appointment, as the reception writes it down."""

from schemas import fields
from schemas.codes.agenda import PURPOSES
from schemas.messages import Message

NAME_MAX = 80


class VisitForm(fields.Form):
    """One visit; nobody has to say who she is."""

    desk = fields.Ref(missing=Message("Scegli lo sportello."))
    purpose = fields.Choice(PURPOSES, missing=Message("Scegli perché è venuto."))
    name = fields.Text(max=NAME_MAX)

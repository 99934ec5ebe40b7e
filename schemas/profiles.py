"""What an operator asks of the network's profiles."""

from schemas import fields
from schemas.candidate import TRADE_MAX
from schemas.codes import HOURS
from schemas.codes.scopes import VIEW_PURPOSES
from schemas.messages import Message
from schemas.places import read_comune
from schemas.skill import read_skill


class ProfileSearchForm(fields.Form):
    """Whom she looks for, and what for (`purpose`): without that nobody's profile is shown."""

    purpose = fields.Choice(
        VIEW_PURPOSES, missing=Message("Scegli perché cerchi: resta scritto accanto ai profili che apri.")
    )
    trade = fields.Text(max=TRADE_MAX)
    skill = fields.Meant(read_skill)
    area = fields.Meant(read_comune)
    hours = fields.Choice(HOURS)
    own_transport = fields.Flag()

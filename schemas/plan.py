"""The plan that a desk and a person agree on: who does what by when. Nothing of it is ever published.

It is no "patto di servizio": that is agreed with the public employment centre (d.lgs. 150/2015, art. 20).
"""

from schemas import fields
from schemas.codes.plans import FOLLOW_UP_OUTCOMES, STEP_DOERS, STEP_STATES
from schemas.messages import Message

WORDS_MAX = 200
NOTE_MAX = 1000
PAPERS_MAX = 20
CONTACTS_MAX = 10


class StepForm(fields.Form):
    """One step: in words that she understands, by when, and who does it."""

    words = fields.Text(max=WORDS_MAX, missing=Message("Scrivi che cosa c'è da fare."))
    due_on = fields.Day()
    doer = fields.Choice(STEP_DOERS, missing=Message("Scegli chi lo fa."))
    state = fields.Choice(STEP_STATES)


class PaperForm(fields.Form):
    """Something that she brings to the desk."""

    words = fields.Text(max=WORDS_MAX, missing=Message("Scrivi quale documento."))


class ContactForm(fields.Form):
    """An office or somebody that she may turn to: who, how to reach them, what for."""

    who = fields.Text(max=WORDS_MAX, missing=Message("Scrivi chi è."))
    reach = fields.Text(max=WORDS_MAX)
    why = fields.Text(max=WORDS_MAX)


class PlanForm(fields.Form):
    """What the plan is for, what she brings, whom she may turn to."""

    goal = fields.Text(max=NOTE_MAX, lines=True)
    papers = fields.Rows(PaperForm(), max=PAPERS_MAX)
    contacts = fields.Rows(ContactForm(), max=CONTACTS_MAX)


class FollowUpForm(fields.Form):
    """How she is some time after the plan began."""

    outcome = fields.Choice(FOLLOW_UP_OUTCOMES, missing=Message("Scegli che cosa ha risposto."))
    note = fields.Text(max=NOTE_MAX, lines=True)

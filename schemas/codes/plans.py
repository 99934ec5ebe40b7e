"""Codes of a plan with a person: who does a step, how far it is, and what she answers when the desk calls again."""

from schemas.codes.codelist import CodeList

PERSON, DESK = "persona", "sportello"
TO_DO, DONE, DROPPED = "da-fare", "fatto", "lasciato"

STEP_DOERS = CodeList("step-doers", {PERSON: ("La persona", "The person"), DESK: ("Lo sportello", "The desk")})

STEP_STATES = CodeList(
    "step-states",
    {TO_DO: ("Da fare", "To do"), DONE: ("Fatto", "Done"), DROPPED: ("Non serve più", "No longer needed")},
)

FOLLOW_UP_OUTCOMES = CodeList(
    "follow-up-outcomes",
    {
        "lavora": ("Lavora", "In work"),
        "tirocinio": ("In tirocinio", "In an internship"),
        "formazione": ("In formazione", "In training"),
        "cerca": ("Cerca ancora", "Still looking"),
        "non-cerca": ("Non cerca più", "No longer looking"),
        "non-risponde": ("Non risponde", "Does not answer"),
    },
)

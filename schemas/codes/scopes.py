"""Codes of what a person lets others see: how far her profile goes, how she said so, and why a colleague looks at it."""

from schemas.codes.codelist import CodeList

COMUNE, COMUNI, RETE = "comune", "comuni", "rete"

SCOPES = CodeList(
    "scopes",
    {
        COMUNE: ("Solo questo comune", "This comune alone"),
        COMUNI: ("Alcuni comuni", "Some comuni"),
        RETE: ("Tutta la rete", "The whole network"),
    },
)

CHANNELS = CodeList(
    "channels",
    {
        "persona": ("Di persona", "In person"),
        "telefono": ("Al telefono", "By telephone"),
        "email": ("Per e-mail", "By e-mail"),
        "carta": ("Su carta firmata", "On signed paper"),
    },
)

VIEW_PURPOSES = CodeList(
    "view-purposes",
    {
        "offerta": ("Cerco chi proporre per un’offerta", "I look for somebody to put forward for a vacancy"),
        "azienda": ("Rispondo a un’azienda che cerca personale", "I answer an employer who looks for staff"),
        "corso": ("Organizzo un corso o un tirocinio", "I organise a course or an internship"),
    },
)

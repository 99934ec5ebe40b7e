"""Codes that describe a job: the contract, the hours, the place of work, the pay, how a vacancy ended.

The codes travel in signed records for years: a code may be added, its meaning never changes and it never goes.
"""

from schemas.codes.codelist import CodeList

CONTRACTS = CodeList(
    "contracts",
    {
        "indeterminato": ("Tempo indeterminato", "Permanent contract"),
        "determinato": ("Tempo determinato", "Fixed-term contract"),
        "apprendistato": ("Apprendistato", "Apprenticeship"),
        "somministrazione": ("Somministrazione (tramite agenzia)", "Temporary agency work"),
        "stagionale": ("Lavoro stagionale", "Seasonal work"),
        "intermittente": ("Lavoro intermittente (a chiamata)", "On-call work"),
        "collaborazione": ("Collaborazione coordinata e continuativa", "Coordinated and continuous collaboration"),
        "tirocinio": ("Tirocinio", "Traineeship"),
        "autonomo": ("Lavoro autonomo", "Self-employment"),
        "altro": ("Altro contratto", "Other contract"),
    },
)

HOURS = CodeList(
    "hours",
    {
        "tempo-pieno": ("Tempo pieno", "Full time"),
        "part-time": ("Part-time", "Part time"),
    },
)

REMOTE = CodeList(
    "remote",
    {
        "sede": ("In sede", "On site"),
        "ibrido": ("In parte da casa", "Partly from home"),
        "remoto": ("Tutto da casa", "Fully remote"),
    },
)

# These labels follow an amount: "1.500 € al mese".
PAY_PERIODS = CodeList(
    "pay_periods",
    {
        "ora": ("all'ora", "per hour"),
        "giorno": ("al giorno", "per day"),
        "mese": ("al mese", "per month"),
        "anno": ("all'anno", "per year"),
    },
)

# Vacancies reserved by law 68/1999 to the lists of targeted placement.
RESERVED = CodeList(
    "reserved",
    {
        "art-1": ("Persone con disabilità (art. 1 L. 68/99)", "People with disabilities (art. 1, Law 68/1999)"),
        "art-18": ("Categorie protette (art. 18 L. 68/99)", "Protected categories (art. 18, Law 68/1999)"),
    },
)

OUTCOMES = CodeList(
    "outcomes",
    {
        "sportello": ("Posto coperto con lo sportello", "Filled through the desk"),
        "altri": ("Posto coperto per altre vie", "Filled in other ways"),
        "ritirata": ("Offerta ritirata dall'azienda", "Withdrawn by the employer"),
    },
)

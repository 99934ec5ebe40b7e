"""Codes that describe where a person stands with work: her situation, her benefit, her permit, her declaration.

DID is the declaration of immediate availability for work (d.lgs. 150/2015, art. 19). It is made at the public employment
centre or with INPS: a desk notes that there is one and where it has that from, and never certifies it.
"""

from schemas.codes.codelist import CodeList

SITUATIONS = CodeList(
    "situations",
    {
        "disoccupato": ("Senza lavoro", "Out of work"),
        "prima-occupazione": ("Cerca il primo lavoro", "Looking for a first job"),
        "occupato": ("Lavora e vuole cambiare", "Working and wants to change"),
        "studente": ("Studia", "Studying"),
    },
)

BENEFITS = CodeList(
    "benefits",
    {
        "naspi": ("NASpI", "NASpI (unemployment benefit)"),
        "dis-coll": ("DIS-COLL", "DIS-COLL (benefit for collaborators)"),
        "adi": ("Assegno di inclusione", "Inclusion allowance"),
        "sfl": ("Supporto per la formazione e il lavoro", "Support for training and work"),
        "cigs": ("Cassa integrazione", "Wage guarantee fund"),
        "mobilita": ("Altra indennità", "Another benefit"),
    },
)

PERMITS = CodeList(
    "permits",
    {
        "ue": ("Cittadinanza italiana o dell'Unione: non serve", "Italian or EU citizen: none needed"),
        "lungo-periodo": ("UE per soggiornanti di lungo periodo", "EU long-term residence"),
        "lavoro": ("Lavoro", "Work"),
        "attesa-occupazione": ("Attesa occupazione", "Awaiting employment"),
        "famiglia": ("Motivi familiari", "Family reasons"),
        "protezione": ("Asilo o altra protezione", "Asylum or other protection"),
        "studio": ("Studio", "Study"),
        "rinnovo": ("In rinnovo, con ricevuta", "Being renewed, with receipt"),
        "altro": ("Altro permesso", "Another permit"),
    },
)

DID_SOURCES = CodeList(
    "did_sources",
    {
        "persona": ("Lo dice la persona", "The person says so"),
        "documento": ("Vista la ricevuta", "The receipt was seen"),
        "centro-impiego": ("Lo ha detto il centro per l'impiego", "The employment centre said so"),
    },
)

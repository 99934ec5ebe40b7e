"""How people say the codes of work, as data: patterns of `phrases.spread`, by code.

Words in order, `|` between alternatives, `-` for a word that may be missing. What stands in a table named `…_CELL` means
the code only where a heading says what the cell is about: a bare "collaborazione" is a courtesy, "agenzia" an employer.
"""

CONTRACT = {
    "indeterminato": (
        "contratto|contr|assunzione|- a|- tempo|t indeterminato|indeterminata|indeterm|indet|ind",
        "contratto|contr|assunzione|- indeterminato|indeterminata|indeterm|indet",
        "posto|contratto|lavoro|impiego fisso", "permanent contract|job|-", "lavoro stabile",
    ),
    "determinato": (
        "contratto|contr|assunzione|- a|- tempo|t determinato|determinata|determ|det",
        "contratto|contr|assunzione|- determinato|determinata|determ|det",
        "contratto|- a termine", "lavoro|contratto|impiego|- temporaneo", "fixed term contract|-",
    ),
    "apprendistato": (
        "contratto|- di|in|- apprendistato professionalizzante|duale|-", "apprendista|apprendisti|apprendiste",
        "apprenticeship|apprentice",
    ),
    "somministrazione": (
        "contratto|lavoro|- di|in|a|- somministrazione", "contratto|lavoro|- somministrato", "staff leasing",
        "contratto|lavoro|- interinale|interinali", "tramite|attraverso agenzia interinale|-", "agency work",
    ),
    "stagionale": (
        "contratto|lavoro|lavori|lavoratore|- stagionale|stagionali", "per|- la|- stagione estiva|invernale",
        "lavoro|lavoretto|lavori|lavoretti|impiego estivo|estivi|invernale|invernali", "seasonal work|job|-",
    ),
    "intermittente": ("contratto|lavoro|- a chiamata", "contratto|lavoro|- intermittente", "job on call", "zero hours"),
    "collaborazione": (
        "co co co", "cococo", "co co pro", "cocopro", "contratto|- a progetto", "lavoro parasubordinato",
        "contratto|- di|- collaborazione coordinata e|- continuativa|-", "collaborazione a progetto",
    ),
    "tirocinio": (
        "tirocinio|tirocini|stage extracurriculare|extracurricolare|curriculare|curricolare|formativo|retribuito",
        "tirocinio|tirocini|stage|stages", "tirocinante|tirocinanti|stagista|stagisti|stagiste", "internship",
    ),
    "autonomo": (
        "con|a|- partita|p|part iva", "piva", "libero|libera|liberi|libere professionista|professionisti|professioniste",
        "libera professione", "freelance|freelancer", "free lance", "lavoro|lavoratore autonomo", "contratto d opera",
        "prestazione|collaborazione occasionale", "lavoro occasionale", "self employed",
    ),
}  # fmt: skip

CONTRACT_CELL = {
    "indeterminato": ("cti|ti|tind", "t i", "fisso|stabile|permanent|permanente"),
    "determinato": (
        "ctd|td|tdet",
        "t d",
        "a|- termine",
        "temporanea",
        "sostituzione|sost di|- maternita|-",
        "temporary",
    ),
    "apprendistato": ("appr|apprend|apprendist",),
    "somministrazione": ("somm|somministr|agenzia|ape|interinali", "tramite|via apl"),
    "stagionale": ("stag|stagione|estivo|invernale",),
    "intermittente": ("chiamata|interm", "on call"),
    "collaborazione": ("collaborazione|coll|collab|progetto|parasubordinato",),
    "tirocinio": ("tir|tiroc|intern",),
    "autonomo": ("autonomo|autonoma|iva|occasionale",),
    "altro": ("altro|altra|vari|varie",),
}

HOURS = {
    "tempo-pieno": (
        "full time", "fulltime", "contratto|lavoro|orario|- a|- tempo pieno", "orario pieno", "giornata intera|piena",
        "tempo intero",
    ),
    "part-time": (
        "part time|tim|tyme", "parttime|partime|partaime|ptime", "p time", "contratto|lavoro|orario|- a|- tempo parziale", "mezza giornata",
        "mezze giornate", "mezzo tempo", "orario ridotto", "poche ore", "qualche ora",
    ),
}  # fmt: skip

HOURS_CELL = {
    "tempo-pieno": ("full|ft|pieno|intero|tp", "f t", "tutto il giorno"),
    "part-time": ("part|pt|parziale|ridotto|verticale|orizzontale|misto", "p t", "solo mattina|mattino|pomeriggio"),
}

SHIFTS = (
    "a|su|in|con|- due|tre|quattro|2|3|4|- turni|turnazioni rotativi|alternati|avvicendati|-", "turnista|turniste|turnisti",
    "su|- turnazione", "ciclo continuo", "shift work", "lavoro su|a turni",
)  # fmt: skip

EXPERIENCE = {
    "nessuna": (
        "anche|- senza alcuna|nessuna|- esperienza|esperienze", "nessuna|zero|no esperienza|esperienze richiesta|necessaria|-",
        "anche|- alla|di|- prima|primissima esperienza|esperienze", "anche|- alle prime armi", "primo impiego",
        "esperienza non|nn richiesta|necessaria|indispensabile|obbligatoria", "no|without experience needed|required|-",
        "non|nn serve|occorre|richiesta|richiede|ho|necessaria esperienza", "anche inesperti", "inesperto|inesperta",
        "neodiplomato|neodiplomata|neodiplomati",
    ),
}  # fmt: skip

EXPERIENCE_CELL = {"nessuna": ("nessuna|no|non|zero|nulla|senza|indifferente", "non richiesta|necessaria", "prima")}

# Law 68/1999 without its article is both of them.
RESERVED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("art-1",): (
        "categoria|categorie|- protetta|protette|- art|articolo 1 legge|l|della|- legge|l|- 68|- del|- 99|1999|-",
        "legge|l 68 del|- 99|1999|- art|articolo 1",
        "lavoro|lavori|offerte|posto|posti per|x persone|- con|- disabili|invalidi|disabilita|invalidita",
        "riservato|riservata|riservati|riservate a|ai|alle|- disabili|invalidi", "invalido|invalida|invalidi civile|civili",
        "invalidita civile", "collocamento mirato disabili",
    ),
    ("art-18",): (
        "categoria|categorie|- protetta|protette|- art|articolo 18 legge|l|della|- legge|l|- 68|- del|- 99|1999|-",
        "legge|l 68 del|- 99|1999|- art|articolo 18", "orfani e vedove", "vittime del dovere",
    ),
    ("art-1", "art-18"): (
        "riservato|riservata|- a|ai|alle|- categoria|categorie|cat protetta|protette|prot legge|l|- 68|- 99|1999|-",
        "riservato|riservata|- a|ai|alle|- legge|l 68 del|- 99|1999|-", "68 99|1999", "collocamento mirato|obbligatorio",
        "liste|lista speciali|speciale", "protected categories",
    ),
}  # fmt: skip

RESERVED_CELL: dict[tuple[str, ...], tuple[str, ...]] = {
    ("art-1",): ("disabili|disabile|invalidi|invalido|disabilita|invalidita", "1"),
    ("art-18",): ("18", "orfani|vedove|profughi"),
    ("art-1", "art-18"): ("protetta|protette",),
}

REMOTE: dict[tuple[str, ...], tuple[str, ...]] = {
    ("remoto",): (
        "lavoro|lavorare|- da casa", "lavoro|lavorare|full|100|- da|in|- remoto", "full remote", "telelavoro|homeworking",
        "remote work|working|job", "lavoro a domicilio",
    ),
    ("ibrido",): (
        "lavoro|modalita|formula ibrido|ibrida", "smart working|smartworking parziale", "parzialmente da remoto|casa",
        "hybrid work|working",
    ),
    ("remoto", "ibrido"): ("in|- smart working", "in|- smartworking", "lavoro agile", "home|- working from home", "home office"),
    ("sede",): ("in presenza",),
}  # fmt: skip

REMOTE_CELL: dict[tuple[str, ...], tuple[str, ...]] = {
    ("remoto",): ("casa|remote|domicilio|totale",),
    ("ibrido",): ("ibrido|ibrida|misto|parziale|hybrid",),
    ("sede",): ("in|- sede|presenza|ufficio|azienda", "onsite", "no"),
}

SINCE = {
    "oggi": ("offerte|annunci|pubblicate|pubblicati|- di|- oggi", "nuove oggi"),
    "3-giorni": ("ultimi 3|tre|2|due giorni", "ultime 24|48|72 ore", "di|da|- ieri"),
    "settimana": (
        "ultima|questa settimana", "ultimi 7|sette giorni", "nuove|nuovi|recenti|ultime|ultimi offerte|annunci",
        "offerte|annunci nuove|nuovi|recenti",
    ),
    "mese": ("ultimo mese", "questo mese", "ultimi 30|trenta giorni"),
}  # fmt: skip

# Longer than the phrases above and nothing of theirs: "somministrazione pasti" is a task, not a contract.
MEANT_OTHERWISE = (
    "somministrazione di|- alimenti|bevande|pasti|cibi|cibo|farmaci|terapia|terapie|medicinali|vaccini|pasto",
    "addetto|addetta|addetti alla|- somministrazione", "mensa somministrazione", "stage manager", "ufficio|addetto|gestione|responsabile|assistente turni", "tutor tirocini|tirocinio|stage", "consulente del lavoro autonomo", "oggi per domani",
    "operatore|ufficio|servizio|sportello|addetto al|- collocamento mirato",
    "tecnico|meccanico|elettricista a chiamata",
)  # fmt: skip

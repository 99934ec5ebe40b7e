"""Codes that describe what a job asks of a person: experience, study, languages, licences.

EDUCATION holds the eight levels of the European Qualifications Framework with the Italian titles that give them
(State-Regions agreement of 20 December 2012, interministerial decree of 8 January 2018). LANGUAGES uses ISO 639-1,
CEFR the levels of the Council of Europe. LICENCES joins the driving categories of art. 116 of the road code with the
tickets that ads ask for most (work equipment: State-Regions agreement under art. 73 of d.lgs. 81/2008).
"""

from schemas.codes.codelist import CodeList

EXPERIENCE = CodeList(
    "experience",
    {
        "nessuna": ("Nessuna esperienza richiesta", "No experience needed"),
        "fino-a-1-anno": ("Fino a 1 anno", "Up to 1 year"),
        "1-3-anni": ("Da 1 a 3 anni", "1 to 3 years"),
        "3-5-anni": ("Da 3 a 5 anni", "3 to 5 years"),
        "oltre-5-anni": ("Oltre 5 anni", "More than 5 years"),
    },
)

EDUCATION = CodeList(
    "education",
    {
        "1": ("Licenza media (EQF 1)", "Lower secondary school (EQF 1)"),
        "2": ("Obbligo di istruzione assolto (EQF 2)", "Compulsory education completed (EQF 2)"),
        "3": ("Qualifica professionale triennale (EQF 3)", "Three-year vocational qualification (EQF 3)"),
        "4": (
            "Diploma di maturità, diploma professionale o IFTS (EQF 4)",
            "Upper secondary diploma, vocational diploma or IFTS (EQF 4)",
        ),
        "5": ("Diploma ITS Academy (EQF 5)", "Higher technical diploma, ITS Academy (EQF 5)"),
        "6": ("Laurea triennale o diploma accademico (EQF 6)", "Bachelor's degree (EQF 6)"),
        "7": (
            "Laurea magistrale, a ciclo unico o vecchio ordinamento (EQF 7)",
            "Master's degree (EQF 7)",
        ),
        "8": ("Dottorato o specializzazione (EQF 8)", "Doctorate or specialisation (EQF 8)"),
    },
)

CEFR = CodeList(
    "cefr",
    {
        "A1": ("A1 – principiante", "A1 – beginner"),
        "A2": ("A2 – elementare", "A2 – elementary"),
        "B1": ("B1 – intermedio", "B1 – intermediate"),
        "B2": ("B2 – intermedio superiore", "B2 – upper intermediate"),
        "C1": ("C1 – avanzato", "C1 – advanced"),
        "C2": ("C2 – padronanza", "C2 – proficient"),
    },
)

# First those that ads near the Swiss border and Malpensa ask for, then by the Italian name.
LANGUAGES = CodeList(
    "languages",
    {
        "it": ("Italiano", "Italian"),
        "en": ("Inglese", "English"),
        "de": ("Tedesco", "German"),
        "fr": ("Francese", "French"),
        "es": ("Spagnolo", "Spanish"),
        "sq": ("Albanese", "Albanian"),
        "am": ("Amarico", "Amharic"),
        "ar": ("Arabo", "Arabic"),
        "bn": ("Bengalese", "Bengali"),
        "bs": ("Bosniaco", "Bosnian"),
        "bg": ("Bulgaro", "Bulgarian"),
        "cs": ("Ceco", "Czech"),
        "zh": ("Cinese", "Chinese"),
        "ko": ("Coreano", "Korean"),
        "hr": ("Croato", "Croatian"),
        "da": ("Danese", "Danish"),
        "he": ("Ebraico", "Hebrew"),
        "tl": ("Filippino (tagalog)", "Filipino (Tagalog)"),
        "fi": ("Finlandese", "Finnish"),
        "ja": ("Giapponese", "Japanese"),
        "el": ("Greco", "Greek"),
        "hi": ("Hindi", "Hindi"),
        "ku": ("Curdo", "Kurdish"),
        "mk": ("Macedone", "Macedonian"),
        "no": ("Norvegese", "Norwegian"),
        "nl": ("Olandese", "Dutch"),
        "fa": ("Persiano", "Persian"),
        "pl": ("Polacco", "Polish"),
        "pt": ("Portoghese", "Portuguese"),
        "pa": ("Punjabi", "Punjabi"),
        "ro": ("Rumeno", "Romanian"),
        "ru": ("Russo", "Russian"),
        "sr": ("Serbo", "Serbian"),
        "si": ("Singalese", "Sinhala"),
        "sk": ("Slovacco", "Slovak"),
        "sl": ("Sloveno", "Slovenian"),
        "so": ("Somalo", "Somali"),
        "sv": ("Svedese", "Swedish"),
        "ta": ("Tamil", "Tamil"),
        "ti": ("Tigrino", "Tigrinya"),
        "tr": ("Turco", "Turkish"),
        "uk": ("Ucraino", "Ukrainian"),
        "hu": ("Ungherese", "Hungarian"),
        "ur": ("Urdu", "Urdu"),
        "vi": ("Vietnamita", "Vietnamese"),
        "wo": ("Wolof", "Wolof"),
    },
)

LICENCES = CodeList(
    "licences",
    {
        "AM": ("Patente AM (ciclomotori)", "Driving licence AM (mopeds)"),
        "A1": ("Patente A1 (moto fino a 125 cc)", "Driving licence A1 (motorcycles up to 125 cc)"),
        "A2": ("Patente A2 (moto fino a 35 kW)", "Driving licence A2 (motorcycles up to 35 kW)"),
        "A": ("Patente A (moto)", "Driving licence A (motorcycles)"),
        "B1": ("Patente B1 (quadricicli)", "Driving licence B1 (quadricycles)"),
        "B": ("Patente B (auto)", "Driving licence B (cars)"),
        "BE": ("Patente BE (auto con rimorchio)", "Driving licence BE (cars with trailer)"),
        "C1": ("Patente C1 (autocarri fino a 7,5 t)", "Driving licence C1 (lorries up to 7.5 t)"),
        "C1E": ("Patente C1E (autocarri fino a 7,5 t con rimorchio)", "Driving licence C1E (C1 with trailer)"),
        "C": ("Patente C (autocarri)", "Driving licence C (lorries)"),
        "CE": ("Patente CE (autoarticolati)", "Driving licence CE (articulated lorries)"),
        "D1": ("Patente D1 (minibus fino a 16 passeggeri)", "Driving licence D1 (minibuses up to 16 passengers)"),
        "D1E": ("Patente D1E (minibus con rimorchio)", "Driving licence D1E (minibuses with trailer)"),
        "D": ("Patente D (autobus)", "Driving licence D (buses)"),
        "DE": ("Patente DE (autobus con rimorchio)", "Driving licence DE (buses with trailer)"),
        "CQC": ("CQC (carta di qualificazione del conducente)", "Driver qualification card (CQC)"),
        "ADR": ("Patentino ADR (merci pericolose)", "ADR certificate (dangerous goods)"),
        "KB": ("CAP KB (taxi e noleggio con conducente)", "KB certificate (taxi and chauffeur services)"),
        "nautica": ("Patente nautica", "Boating licence"),
        "ADP": ("Patente aeroportuale ADP", "Airside driving permit (ADP)"),
        "muletto": ("Patentino del muletto (carrelli elevatori)", "Forklift licence"),
        "ple": ("Patentino PLE (piattaforme elevabili)", "Mobile elevating platform licence"),
        "gru-autocarro": ("Patentino gru su autocarro", "Lorry-mounted crane licence"),
        "gru-torre": ("Patentino gru a torre", "Tower crane licence"),
        "gru-mobili": ("Patentino gru mobili (autogrù)", "Mobile crane licence"),
        "carroponte": ("Abilitazione al carroponte", "Overhead crane licence"),
        "movimento-terra": ("Patentino macchine movimento terra (escavatori, pale)", "Earth-moving machinery licence"),
        "trattore": ("Patentino del trattore", "Tractor licence"),
        "saldatura": ("Patentino di saldatura (UNI EN ISO 9606)", "Welder certificate (EN ISO 9606)"),
        "pes-pav": ("Qualifica PES, PAV o PEI (lavori elettrici)", "Electrical safety qualification (PES, PAV, PEI)"),
        "fgas": ("Patentino F-Gas (frigorista)", "F-gas certificate (refrigeration)"),
        "vapore": ("Patentino conduzione generatori di vapore", "Steam boiler operator licence"),
        "ponteggi": ("Abilitazione al montaggio di ponteggi", "Scaffolding erection certificate"),
        "lavori-in-quota": ("Abilitazione ai lavori in quota", "Work-at-height certificate"),
        "fitosanitari": ("Patentino fitosanitario", "Plant protection products certificate"),
        "haccp": ("Attestato HACCP (alimentarista)", "HACCP food hygiene certificate"),
        "primo-soccorso": ("Attestato di primo soccorso", "First aid certificate"),
        "antincendio": ("Attestato antincendio", "Fire safety certificate"),
        "assistente-bagnanti": ("Brevetto di assistente bagnanti", "Lifeguard certificate"),
        "guardia-giurata": ("Decreto di guardia giurata", "Security guard decree"),
    },
)

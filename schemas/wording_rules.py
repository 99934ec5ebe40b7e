"""The table behind `schemas.wording`: grounds of discrimination, and the words by which ads betray them.

A ground is what the law says; a rule is one way of writing it. Patterns are written for lower case without accents. When
a rule fires on an innocent ad, its words belong into `unless_after` (who is spoken of before) or into a lookahead (what
follows), together with that ad in `tests/schemas/test_wording.py`.
"""

from dataclasses import dataclass
from typing import Literal

from schemas.messages import Message

Severity = Literal["forbidden", "doubtful"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the law forbids: its name, why the wording falls under it, what to write instead, when it is allowed."""

    law: Message
    why: Message
    instead: Message
    exception: Message | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording of a ground. `only_in` limits it to a field, `only_without_both_sexes` to ads that do not say m/f.

    `pattern` and `unless_after` are regular expressions; to compile all of them takes longer than most programs start.
    """

    ground: Ground
    severity: Severity
    pattern: str
    unless_after: str | None = None
    only_in: str | None = None
    only_without_both_sexes: bool = False


SEX = Ground(
    law=Message("d.lgs. 198/2006, art. 27 (Codice delle pari opportunità)"),
    why=Message("L'accesso al lavoro non può dipendere dal sesso, nemmeno come preferenza."),
    instead=Message("Scrivi la professione per tutti, per esempio «commesso/a» o «addetto/a alle pulizie», e togli il riferimento al sesso."),
    exception=Message("È ammesso nella moda, nell'arte e nello spettacolo quando è essenziale (art. 27, comma 6) e per i lavori molto pesanti indicati dai contratti collettivi (comma 4)."),
)  # fmt: skip
MILITARY = Ground(
    law=SEX.law,
    why=Message("Riguardava solo gli uomini, quindi seleziona in base al sesso; la leva obbligatoria è sospesa dal 2005 (L. 226/2004)."),
    instead=Message("Togli il riferimento: non serve più."),
)  # fmt: skip
APPEARANCE = Ground(
    law=Message("d.lgs. 198/2006, artt. 25 e 27; d.lgs. 276/2003, art. 10"),
    why=Message("L'aspetto fisico non dice nulla della capacità di lavorare e colpisce soprattutto le donne."),
    instead=Message("Descrivi che cosa si farà, per esempio «accoglienza dei clienti», o le capacità: «buone doti di comunicazione»."),
    exception=Message("È ammesso nella moda, nell'arte e nello spettacolo quando è essenziale al lavoro (d.lgs. 198/2006, art. 27, comma 6)."),
)  # fmt: skip
PHOTO = Ground(
    law=Message("d.lgs. 276/2003, art. 10; d.lgs. 198/2006, art. 27"),
    why=Message("Una foto mostra sesso, età e origine, che non si possono usare per scegliere."),
    instead=Message("Chiedi il curriculum senza foto."),
    exception=Message("È ammessa dove l'immagine è essenziale al lavoro: moda, arte, spettacolo (d.lgs. 198/2006, art. 27, comma 6)."),
)  # fmt: skip
FAMILY = Ground(
    law=Message("d.lgs. 198/2006, art. 27, comma 2"),
    why=Message("Lo stato matrimoniale, la famiglia e la gravidanza non possono contare nella scelta."),
    instead=Message("Scrivi ciò che il lavoro richiede, per esempio «disponibilità a trasferte» o «turni serali»."),
)  # fmt: skip
AGE = Ground(
    law=Message("d.lgs. 216/2003, art. 3"),
    why=Message("L'età non può essere un requisito: esclude persone capaci di fare lo stesso lavoro."),
    instead=Message("Indica l'esperienza o le capacità richieste, per esempio «anche prima esperienza»."),
    exception=Message("È ammessa per l'apprendistato (15-29 anni, d.lgs. 81/2015, artt. 43-45), per misure di legge rivolte a un'età (per esempio servizio civile o incentivi) e dove la legge chiede la maggiore età (art. 3, commi 3 e 4-bis)."),
)  # fmt: skip
NATIONALITY = Ground(
    law=Message("d.lgs. 216/2003, art. 3; d.lgs. 286/1998, art. 43"),
    why=Message("Cittadinanza e nazionalità non possono essere un requisito per lavorare in un'azienda."),
    instead=Message("Scrivi, se serve, «con documenti validi per lavorare in Italia» e il livello di lingua necessario, per esempio «italiano B2»."),
    exception=Message("È ammessa solo per impieghi pubblici con poteri pubblici (d.lgs. 165/2001, art. 38; d.P.C.M. 174/1994)."),
)  # fmt: skip
MOTHER_TONGUE = Ground(
    law=Message("d.lgs. 215/2003, art. 2 (discriminazione indiretta per origine)"),
    why=Message("La lingua madre dipende da dove si è nati: quello che serve al lavoro è quanto bene si conosce la lingua."),
    instead=Message("Indica il livello del quadro europeo (CEFR), per esempio «italiano C1» o «inglese C2»."),
    exception=Message("È ammessa quando la lingua madre è davvero essenziale, per esempio per un lettore universitario."),
)  # fmt: skip
ORIGIN = Ground(
    law=Message("d.lgs. 215/2003, artt. 2 e 3"),
    why=Message("Razza, origine etnica e colore della pelle non possono mai contare."),
    instead=Message("Togli il riferimento."),
)  # fmt: skip
BELIEF = Ground(
    law=Message("d.lgs. 216/2003, art. 3; L. 300/1970, artt. 8 e 15"),
    why=Message("Religione, opinioni politiche e iscrizione al sindacato non si possono chiedere."),
    instead=Message("Togli il riferimento."),
    exception=Message("Le organizzazioni fondate su una religione o un'idea possono chiederla dove è essenziale per quel lavoro (d.lgs. 216/2003, art. 3, comma 5)."),
)  # fmt: skip
ORIENTATION = Ground(
    law=Message("d.lgs. 216/2003, art. 3"),
    why=Message("L'orientamento sessuale non può mai contare."),
    instead=Message("Togli il riferimento."),
)  # fmt: skip
HEALTH = Ground(
    law=Message("d.lgs. 216/2003, art. 3; L. 300/1970, art. 5"),
    why=Message("Salute e disabilità non possono escludere: l'idoneità la valuta solo il medico competente."),
    instead=Message("Descrivi lo sforzo richiesto, per esempio «si sollevano pesi fino a 15 kg», o scrivi «idoneità alla mansione»."),
    exception=Message("Le offerte riservate dalla L. 68/99 (art. 1 e art. 18) sono ammesse: usa il campo «Riservata a»."),
)  # fmt: skip

_SEEK = r"\b(?:cerc|ricerc|selezion|assum)\w*(?:\s+(?:un[ao]?|dei|delle|degli|n\.?|\d+|due|tre|nuov[aoie]|brav[aoie]|bell[aoie]|seri[aoe]|anche))*\s+"
_ONLY = r"\b(?:solo|soltanto|solamente|esclusivamente|unicamente|preferibilmente|pref\.)\s+"
_N = r"(?:1[5-9]|[2-6]\d)"
_NOT_OF_AGE = r"(?!\s+(?:d[i'](?!\s*eta)|dal|dall|dalla|da|in|fa|presso|sul|nel)\b)"
_SOMEBODY_ELSE = (
    r"\b(?:esperienz|anzianit|garanzi|attivit|patent|mutu|storia|bambin|minor|utent|alunn|studentess|student|ospit|pazient"
    r"|anzian|assistit|adolescent|allievi|atlet|squadr|calcio|campionat|categori)\w*(?:[^\w,.;\n]+\w+){0,4}[^\w,.;\n]*\Z"
)
_FOR_CUSTOMERS = (
    r"\b(?:abbigliament|repart|salon|parrucchier|barbier|tagli|mod|calzatur|palestr|estetic|collezion|line|profum|centr"
    r"|intimo|assistenza|assister)\w*(?:[^\w,.;\n]+\w+){0,2}[^\w,.;\n]*\Z"
)


def _rules(
    ground: Ground,
    severity: Severity,
    *patterns: str,
    unless_after: str | None = None,
    only_in: str | None = None,
    only_without_both_sexes: bool = False,
) -> list[Rule]:
    """A rule for each pattern; a match right after `unless_after` speaks of somebody else."""
    return [Rule(ground, severity, pattern, unless_after, only_in, only_without_both_sexes) for pattern in patterns]


_SEX_RULES = [
    *_rules(
        SEX, "forbidden",
        _ONLY + r"(?:(?:a|per|di)\s+)?(?:personale\s+|candidat[ei]\s+|sesso\s+)?(?:donn[ae]|uomini|uomo|femmin[ae]|femminil[ei]|maschi[oe]?|maschil[ei]|ragazz[aoie]|signor[ae]|signorin[ae])\b(?!\s*/|\s+(?:anzian|vittim|in\s+difficolt|non\s+autosuff))",
        r"\bpersonale\s+(?:solo\s+|esclusivamente\s+|preferibilmente\s+)?(?:femminile|maschile)\b(?!\s*(?:/|[oe]\s+(?:maschile|femminile)))",
        r"\bsesso\s+(?:femminile|maschile)\b(?!\s*(?:/|[oe]\s+(?:maschile|femminile)))",
        _SEEK + r"(?:donn[ae]|uomo|uomini|ragazz[ao]|ragazze|signor[ae]|signorin[ae]|femmin[ae]|maschi[oe]?)\b(?!\s*/|\s+[oe]\s+(?:un[ao]?\s+)?(?:ragazz|donn|uom|signor)|\s+e/o\s)",
        r"\bdonn[ae]\s+(?:delle|di|alle|per\s+le)\s+(?:pulizie|servizio)\b",
        r"\bno\s+(?:donne|uomini|ragazze|maschi|femmine)\b",
        r"\bragazza\s+(?:immagine|alla\s+pari)\b",
        unless_after=_FOR_CUSTOMERS,
    ),
    *_rules(SEX, "doubtful", r"\b(?:riservat|rivolt)[aoei]\s+(?:a|alle|agli|ai|solo\s+a)\s+(?:sole?\s+|soli\s+)?(?:donne|uomini|ragazze|ragazzi)\b", unless_after=_FOR_CUSTOMERS),
    *_rules(SEX, "doubtful", r"\bhostess\b", only_without_both_sexes=True),
    *_rules(
        SEX, "doubtful",
        r"\A\s*(?:aiuto\s+)?(?P<stem>segretari|commess|camerier|cassier|infermier|impiegat|operai|cuoc|parrucchier|maestr|magazzinier|addett|sart|banconier|educat|operat|collaborat)(?:a|rice)\b(?!\s*[/(*])(?!.*\b(?P=stem))",
        only_in="title", only_without_both_sexes=True,
    ),
    *_rules(
        MILITARY, "forbidden",
        r"\bmilit(?:[ei]\s*-?\s*)?(?:esent[ei]|assolt[oi])\b",
        r"\bservizio\s+militare\s+(?:assolto|gia\s+svolto)\b|\bassolt[oi]\s+(?:gli\s+)?obblighi\s+(?:di\s+leva|militari)\b|\bobblighi\s+(?:di\s+leva|militari)\s+assolti\b",
    ),
]  # fmt: skip
_BODY_RULES = [
    *_rules(
        APPEARANCE, "forbidden",
        r"\b(?:bella|bell'|buona|ottima|gradevole|piacevole)\s*presenza\b",
        r"\b(?:bell'\s*|gradevole\s+|piacevole\s+)aspetto\b|\baspetto\s+(?:fisico\s+)?(?:gradevole|piacevole|attraente)\b",
        r"\bbell[ae]\s+ragazz[ae]\b|\bbel\s+ragazzo\b",
        r"\b(?:altezza\s+(?:minima|superiore|non\s+inferiore)|alt[aoei]\s+almeno)\b[^.;\n]{0,20}\b1[.,]?\d\d\b",
    ),
    *_rules(APPEARANCE, "doubtful", r"\b(?:aspetto|presenza)\s+curat[oa]\b", r"\btaglia\s+(?:max\.?|massima|massimo)\s+\d\d\b"),
    *_rules(
        PHOTO, "forbidden",
        r"\b(?:cv|c\.v\.|curriculum|candidatur\w+|domanda|presentazione)\b[^.;\n]{0,40}?(?:\b(?:con|e|piu|corredat\w+\s+d[ia]|complet\w+\s+d[ia]|munit\w+\s+d[ia])\s+|\+\s*)(?:(?:una|la|tua|vostra|propria|recente)\s+)*(?:foto\b|fotografia\b|fototesser\w+)(?!\s+(?:de|di|prodott|lavor|su)\w*)",
        r"\b(?:alleg|invi|mand)\w+\s+(?:(?:anche|una|la|tua|vostra|propria|recente)\s+)*(?:foto\b|fotografia\b|fototesser\w+)(?!\s+(?:de|di|prodott|lavor|su)\w*)",
        r"\bfoto\s+(?:a\s+)?(?:figura|mezzo\s+busto|primo\s+piano|intera|obbligatoria|del\s+candidato|della\s+candidata)\b",
        unless_after=r"\bnon\s+(?:\w+\s+){0,2}\Z",
    ),
    *_rules(
        HEALTH, "forbidden",
        r"\bsana\s+e\s+robusta\s+costituzione\b|\bnormodotat[ioae]\b",
        r"\b(?:in\s+)?(?:perfetta|ottima|buona)\s+salute\b|\bbuone\s+condizioni\s+di\s+salute\b",
        r"\b(?:no|senza)\s+(?:disabil|invalid|handicap|categorie\s+protette)\w*",
        unless_after=r"\b(?:promuov|mantener|benessere)\w*(?:[^\w,.;\n]+\w+){0,3}[^\w,.;\n]*\Z",
    ),
]  # fmt: skip
_FAMILY_RULES = [
    *_rules(
        FAMILY, "forbidden",
        r"\bnubil[ei]\b|\bcelib[ei]\b|\b(?:non\s+)?(?:sposat|coniugat)[aoie]\b",
        r"\b(?:no|senza)\s+(?:figli|prole)\b",
        r"\b(?:senza|liber[aoie]\s+da)\s+(?:carichi|impegni|vincoli)\s+(?:di\s+)?famil\w+",
        r"\bnon\s+(?:in\s+(?:stato\s+di\s+)?gravidanza|incint[ae])\b",
        unless_after=r"\b(?:coppi|famigli|coniug|anzian)\w*(?:[^\w,.;\n]+\w+)?[^\w,.;\n]*\Z",
    ),
    *_rules(FAMILY, "doubtful", r"\b(?:indic|specific|comunic)\w+\s+(?:anche\s+)?(?:lo\s+|il\s+proprio\s+)?stato\s+civile\b"),
]  # fmt: skip
_AGE_RULES = [
    *_rules(
        AGE, "doubtful",
        r"\beta'?\s+(?:minima|min\.?)\s*(?::|di)?\s*(?:18|21)\b(?!\s*[-/–])(?:\s+anni\b)?",
        r"\b(?:team|staff|gruppo|squadra|ambiente|organico)\s+(?:di\s+lavoro\s+)?(?:\w+\s+(?:e\s+)?)?giovan[ei]\b|\bgiovane\s+(?:e\s+\w+\s+)?(?:team|staff|gruppo|squadra|ambiente)\b",
        _SEEK + r"ragazz(?:i\b|o/a\b|a/o\b|i/e\b|e/i\b)(?:/[aoei])?",
        r"\b(?:no|solo|preferibilmente)\s+pensionat[iaoe]\b",
        r"\bgiovan[ei]\s+(?:risors|collaborat|person|impiegat|addett|operai|commess|professionist|talent|ambizios|volenteros)\w*",
    ),
    *_rules(
        AGE, "forbidden",
        r"\beta'?(?:\s+|:)[^.;,\n\d]{0,30}\b" + _N + r"\b(?:(?:\s*[-/–]\s*|\s+(?:e|ai?|ed)\s+(?:i\s+)?)" + _N + r"\b)?(?:\s+anni\b)?",
        r"\b(?:max\.?|massim[oa]|fino\s+(?:a|ai)|non\s+(?:oltre|piu\s+di)(?:\s+i)?|non\s+superiore\s+ai?|entro\s+i|sotto\s+i|meno\s+di|inferiore\s+ai?|al\s+di\s+sotto\s+dei|non\s+(?:avere|aver)\s+(?:compiuto|superato)(?:\s+i)?)\s+" + _N + r"\s*anni\b" + _NOT_OF_AGE + r"(?:\s+(?:di|d')\s*eta'?)?",
        r"\b(?:tra|fra|dai|da)\s+(?:i\s+)?" + _N + r"\s+(?:e|ed|ai|a)\s+(?:i\s+)?" + _N + r"\s*anni\b" + _NOT_OF_AGE,
        r"\b" + _N + r"\s*[-/–]\s*" + _N + r"\s*anni\b" + _NOT_OF_AGE,
        r"\b(?!18\b)" + _N + r"\s+anni\s+(?:compiuti\b|d[i']\s*eta\b)",
        r"\b(?:under|over)\s*-?\s*" + _N + r"\b",
        r"\bnat[ieoa]\s+(?:dopo|dal|prima|tra|fra|entro|non\s+prima)\b[^.;,\n\d]{0,12}(?:19|20)\d\d\b|\bclasse\s+(?:19|20)\d\d\b",
        unless_after=_SOMEBODY_ELSE + r"|\banche\s+\Z|\b(?:aziend|societ|impres|ditt|realt|associazion|cooperativ|marchi)\w*\W+\Z",
    ),
    *_rules(
        AGE, "forbidden",
        _SEEK + r"giovan(?:e|i|issim[aoi])\b",
        r"\bgiovan[ei]\s+(?:(?:neo)?diplomat|(?:neo)?laureat|apprendist|candidat|ragazz)\w*",
        r"\bgiovane\s+eta\b",
    ),
]  # fmt: skip
_ORIGIN_RULES = [
    *_rules(
        NATIONALITY, "forbidden",
        r"\b(?:cittadinanza|nazionalita)\s+(?:italian|svizzer|comunitari|europe|frances|tedesc|romen|rumen|ucrain)\w*",
        _ONLY + r"(?:candidat[ei]\s+|personale\s+|lavorator[ei]\s+|cittadini\s+)?(?:italian[ie]|svizzer[ie]|comunitari[ae]?|europe[ie])\b(?!\s+(?:e|o)\s+stranier)",
        r"\b(?:personale|candidat[oaie])\s+italian[oaie]\b(?!\s+(?:e|o)\s+stranier)",
        r"\bno[n]?\s+(?:stranier|extra\s*-?\s*comunitar|immigrat)\w*",
        r"\b(?:badant[ei]|colf|domestic[ao]|baby\s*-?\s*sitter|camerier[aei]|cuoc[ao]|operai[oae]?)\s+(?:italian|rumen|romen|ucrain|filippin|peruvian|sudamerican|moldav|polacc|stranier)[aoie]\b",
    ),
    *_rules(NATIONALITY, "doubtful", r"\bcittadin[ioae]\s+(?:italian|svizzer|comunitari|europe)\w*"),
    *_rules(MOTHER_TONGUE, "doubtful", r"\bmadre\s*-?\s*lingua\b(?:\s+(?:italian|ingles|tedesc|frances|spagnol|aren|russ|cines|arab)\w*)?", r"\blingua\s+madre\b", r"\bnative\s+speaker\b"),
    *_rules(ORIGIN, "forbidden", r"\b(?:razza|etnia)\s+(?:bianca|nera|caucasica|europea)\b|\bcarnagione\s+\w+|\bno\s+(?:rom|zingari|neri)\b"),
]  # fmt: skip
_BELIEF_RULES = [
    *_rules(
        BELIEF, "forbidden",
        r"\b(?:religione|fede|confessione)\s+(?:cattolic|cristian|mus+ulman|islamic|ebraic|evangelic|ortodoss)\w*|\b(?:cattolic|cristian|mus+ulman)[aoie]\s+praticant[ei]\b",
        r"\biscritt[ioae]\s+(?:a|al|ai|ad)\s+(?:\w+\s+)?sindacat\w+|\b(?:fede|orientamento|idee)\s+politic\w+",
        unless_after=r"\b(?:insegnan|insegnament|docent|ore|lezion)\w*(?:[^\w,.;\n]+\w+)?[^\w,.;\n]*\Z",
    ),
    *_rules(ORIENTATION, "forbidden", r"\b(?:etero|omo)sessual\w*|\bno\s+gay\b"),
]  # fmt: skip

RULES: tuple[Rule, ...] = (*_SEX_RULES, *_BODY_RULES, *_FAMILY_RULES, *_AGE_RULES, *_ORIGIN_RULES, *_BELIEF_RULES)

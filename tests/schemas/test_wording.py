import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.messages import Message
from schemas.wording import forbidden_terms
from schemas.wording_rules import RULES

# (text, term quoted in the finding, severity, beginning of the law's name)
CAUGHT = [
    ("Cerchiamo, max 35 anni, patente B", "max 35 anni", "forbidden", "d.lgs. 216/2003"),
    ("Età 18-30", "Età 18-30", "forbidden", "d.lgs. 216/2003"),
    ("eta' compresa tra i 18 e i 30 anni", "eta' compresa tra i 18 e i 30 anni", "forbidden", "d.lgs. 216/2003"),
    ("Età massima: 35 anni", "Età massima: 35 anni", "forbidden", "d.lgs. 216/2003"),
    ("non oltre i 40 anni di età", "non oltre i 40 anni di età", "forbidden", "d.lgs. 216/2003"),
    ("dai 18 ai 30 anni", "dai 18 ai 30 anni", "forbidden", "d.lgs. 216/2003"),
    ("18/30 anni", "18/30 anni", "forbidden", "d.lgs. 216/2003"),
    ("profilo under 30", "under 30", "forbidden", "d.lgs. 216/2003"),
    ("almeno 25 anni compiuti", "25 anni compiuti", "forbidden", "d.lgs. 216/2003"),
    ("nati dopo il 1990", "nati dopo il 1990", "forbidden", "d.lgs. 216/2003"),
    ("Cercasi giovane per bar", "Cercasi giovane", "forbidden", "d.lgs. 216/2003"),
    ("giovani diplomati", "giovani diplomati", "forbidden", "d.lgs. 216/2003"),
    ("età minima 18 anni", "età minima 18 anni", "doubtful", "d.lgs. 216/2003"),
    ("entrerai in un team giovane e dinamico", "team giovane", "doubtful", "d.lgs. 216/2003"),
    ("cerchiamo ragazzi volenterosi", "cerchiamo ragazzi", "doubtful", "d.lgs. 216/2003"),
    ("Solo donne", "Solo donne", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("preferibilmente uomo", "preferibilmente uomo", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("personale femminile", "personale femminile", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("di sesso maschile", "sesso maschile", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("Cercasi 2 ragazze per il banco", "Cercasi 2 ragazze", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("Cercasi donna delle pulizie", "Cercasi donna", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("Cerchiamo una signora per stirare", "Cerchiamo una signora", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("no uomini", "no uomini", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("offerta riservata a donne", "riservata a donne", "doubtful", "d.lgs. 198/2006, art. 27"),
    ("hostess per fiere", "hostess", "doubtful", "d.lgs. 198/2006, art. 27"),
    ("Militesente", "Militesente", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("servizio militare assolto", "servizio militare assolto", "forbidden", "d.lgs. 198/2006, art. 27"),
    ("Bella   presenza", "Bella presenza", "forbidden", "d.lgs. 198/2006, artt. 25 e 27"),
    ("di bell’aspetto", "bell’aspetto", "forbidden", "d.lgs. 198/2006, artt. 25 e 27"),
    ("altezza minima 1,70", "altezza minima 1,70", "forbidden", "d.lgs. 198/2006, artt. 25 e 27"),
    ("aspetto curato", "aspetto curato", "doubtful", "d.lgs. 198/2006, artt. 25 e 27"),
    ("Inviare CV con foto", "CV con foto", "forbidden", "d.lgs. 276/2003, art. 10"),
    ("curriculum e fototessera", "curriculum e fototessera", "forbidden", "d.lgs. 276/2003, art. 10"),
    ("allegare una foto recente", "allegare una foto", "forbidden", "d.lgs. 276/2003, art. 10"),
    ("nubile", "nubile", "forbidden", "d.lgs. 198/2006, art. 27, comma 2"),
    ("senza figli", "senza figli", "forbidden", "d.lgs. 198/2006, art. 27, comma 2"),
    ("libera da impegni familiari", "libera da impegni familiari", "forbidden", "d.lgs. 198/2006, art. 27, comma 2"),
    ("non in gravidanza", "non in gravidanza", "forbidden", "d.lgs. 198/2006, art. 27, comma 2"),
    ("indicare lo stato civile", "indicare lo stato civile", "doubtful", "d.lgs. 198/2006, art. 27, comma 2"),
    ("cittadinanza italiana", "cittadinanza italiana", "forbidden", "d.lgs. 216/2003, art. 3; d.lgs. 286/1998"),
    ("no stranieri", "no stranieri", "forbidden", "d.lgs. 216/2003, art. 3; d.lgs. 286/1998"),
    ("solo italiani", "solo italiani", "forbidden", "d.lgs. 216/2003, art. 3; d.lgs. 286/1998"),
    ("badante italiana", "badante italiana", "forbidden", "d.lgs. 216/2003, art. 3; d.lgs. 286/1998"),
    ("cittadini svizzeri", "cittadini svizzeri", "doubtful", "d.lgs. 216/2003, art. 3; d.lgs. 286/1998"),
    ("madrelingua italiana", "madrelingua italiana", "doubtful", "d.lgs. 215/2003"),
    ("lingua madre", "lingua madre", "doubtful", "d.lgs. 215/2003"),
    ("no rom", "no rom", "forbidden", "d.lgs. 215/2003"),
    ("lavoratore di religione cattolica", "religione cattolica", "forbidden", "d.lgs. 216/2003, art. 3; L. 300/1970"),
    ("non iscritto a un sindacato", "iscritto a un sindacato", "forbidden", "d.lgs. 216/2003, art. 3; L. 300/1970"),
    ("eterosessuale", "eterosessuale", "forbidden", "d.lgs. 216/2003, art. 3"),
    ("sana e robusta costituzione", "sana e robusta costituzione", "forbidden", "d.lgs. 216/2003, art. 3; L. 300/1970, art. 5"),
    ("no disabili", "no disabili", "forbidden", "d.lgs. 216/2003, art. 3; L. 300/1970, art. 5"),
]  # fmt: skip

INNOCENT = """
commesso/a di negozio | operaio/operaia | addetta/o alle pulizie | ambosessi | automunito | automunita, disponibile ai turni
cerchiamo uomini e donne | cerchiamo ragazzo o ragazza
signore anziane da assistere | assistenza a signora anziana | si cerca personale per assistere una donna di 85 anni
azienda giovane | startup giovane e in crescita | cercasi educatore per giovani | centro giovani | politiche giovanili
abbigliamento solo donna | parrucchiere uomo/donna | reparto uomo | barbiere solo uomo | connettore maschio
esperienza di 3-5 anni | esperienza max 20 anni | esperienza non superiore ai 20 anni | 25 anni di esperienza | oltre 35 anni di attività
contratto di 2 anni | contratto fino a 24 mesi | max 35 ore | 40 ore settimanali | mutuo fino a 30 anni | patente B da almeno 3 anni
bambini da 0 a 3 anni | bambini di età 3-6 anni | ospiti di età superiore ai 65 anni | utenti da 18 a 65 anni | allenatore squadra under 18
società nata prima del 1950 | meno di 20 anni fa | maggiorenne | senza limiti di età | candidature anche over 50 | nessun limite di età: 18 o 60 anni
non è richiesta la cittadinanza italiana | documenti validi per lavorare in Italia | permesso di soggiorno | italiano B2 | lavoratori italiani e stranieri
L'annuncio è rivolto ad ambo i sessi, ai sensi delle leggi 903/77 e 125/91, e a persone di tutte le età e tutte le nazionalità, ai sensi dei decreti legislativi 215/03 e 216/03
senza distinzione di sesso, età, nazionalità, religione, idee politiche
insegnante di religione cattolica | Università Cattolica | scuola dell'infanzia cattolica | allevamento di cani di razza
ufficiale di stato civile | ufficio anagrafe e stato civile | coppia senza figli cerca colf | sostituzione maternità
fotografo | CV senza foto | non allegare foto | foto dei prodotti | impianti fotovoltaici | inviare foto dei lavori svolti | gestione annunci con foto
categorie protette L. 68/99 | riservato art. 18 L. 68/99 | idoneità alla mansione | scaffali con altezza massima 1,80 metri
buona volontà | presenza costante in negozio | cura della clientela
""".replace("\n", "|").split("|")


@pytest.mark.parametrize(("text", "term", "severity", "law"), CAUGHT)
def test_a_wording_that_the_law_forbids_is_found_as_it_was_written(text, term, severity, law):
    (finding,) = forbidden_terms({"description": f"Offerta: {text}"})
    assert (finding.field, finding.term, finding.severity) == ("description", term, severity)
    assert finding.law.startswith(law)


@pytest.mark.parametrize("text", [text.strip() for text in INNOCENT if text.strip()])
def test_an_innocent_wording_is_left_alone(text):
    assert forbidden_terms({"title": text, "description": f"Il lavoro: {text}."}) == []


def test_every_ground_is_explained_in_sentences_that_can_be_translated():
    for ground in {id(rule.ground): rule.ground for rule in RULES}.values():
        assert all(isinstance(sentence, Message) for sentence in (ground.law, ground.why, ground.instead))
        assert ground.exception is None or isinstance(ground.exception, Message)


def test_every_rule_catches_one_of_the_examples():
    caught = Counter()
    for text, *_ in [*CAUGHT, *MORE]:
        plain = text.lower().replace("à", "a").replace("’", "'").replace("è", "e")
        caught.update(number for number, rule in enumerate(RULES) if re.search(rule.pattern, plain))
    assert [RULES[number].pattern for number in range(len(RULES)) if number not in caught] == []


MORE = [
    ("donne di servizio",), ("ragazza immagine",), ("Commessa",), ("milite assolto",), ("ottima presenza",), ("bella ragazza",), ("taglia massima 42",),
    ("foto a figura intera",), ("buona salute",), ("nati tra il 1990 e il 2000",), ("in giovane età",), ("giovani collaboratori",), ("solo pensionati",),
    ("personale italiano",), ("native speaker",),
]  # fmt: skip


@pytest.mark.parametrize("text", [text for (text,) in MORE])
def test_other_ways_of_writing_it_are_found_too(text):
    assert forbidden_terms({"title": text})


@pytest.mark.parametrize(
    ("title", "is_doubtful"),
    [
        ("Commessa", True), ("Segretaria", True), ("Aiuto cuoca", True), ("Educatrice d'asilo", True),
        ("Segretaria m/f", False), ("Commessa/o", False), ("Infermiera - infermiere", False), ("Educatrice / educatore", False),
        ("Commesso", False), ("Operatrice o operatore", False), ("Addetto/a", False),
    ],
)  # fmt: skip
def test_a_title_in_the_feminine_alone_is_doubtful(title, is_doubtful):
    assert [finding.severity for finding in forbidden_terms({"title": title})] == ["doubtful"] * is_doubtful
    assert forbidden_terms({"title": title, "offer": "Ambosessi."}) == []
    assert forbidden_terms({"tasks": title}) == []


def test_an_apprentice_may_be_asked_to_be_15_to_29():
    for text in ("Età 18-29", "max 29 anni", "under 30", "meno di 30 anni", "cerchiamo giovani diplomati"):
        assert forbidden_terms({"requirements": text})
        assert forbidden_terms({"requirements": text}, contract="apprendistato") == []
    for text in ("Età 18-35", "max 30 anni", "under 35", "solo donne"):
        assert forbidden_terms({"requirements": text}, contract="apprendistato")


def test_each_finding_says_the_law_the_reason_a_better_wording_and_the_exception():
    (finding,) = forbidden_terms({"requirements": "max 35 anni"})
    assert finding.law == "d.lgs. 216/2003, art. 3"
    assert finding.why == "L'età non può essere un requisito: esclude persone capaci di fare lo stesso lavoro."
    assert finding.instead == "Indica l'esperienza o le capacità richieste, per esempio «anche prima esperienza»."
    assert "apprendistato (15-29 anni, d.lgs. 81/2015" in finding.exception


def test_findings_come_field_by_field_in_the_order_of_the_text_and_each_term_once():
    found = forbidden_terms(
        {
            "title": "Hostess",
            "description": None,
            "tasks": "",
            "requirements": "bella presenza, max 30 anni, Bella Presenza e nubile",
        }
    )
    assert [(each.field, each.term) for each in found] == [
        ("title", "Hostess"), ("requirements", "bella presenza"), ("requirements", "max 30 anni"), ("requirements", "nubile"),
    ]  # fmt: skip


def test_a_negation_does_not_reach_beyond_its_clause():
    assert forbidden_terms({"requirements": "senza limiti di orario. Solo donne"})
    assert forbidden_terms({"requirements": "non è richiesta esperienza, max 35 anni"})


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_accident_and_quoted_from_itself(text):
    for finding in forbidden_terms({"description": text}):
        assert " ".join(finding.term.split()) in " ".join(text.split())

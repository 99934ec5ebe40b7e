"""What the description says in words: of each address, parameter and answer, in the language of the reader."""

from typing import NamedTuple

from node.core.i18n import gettext as _


class Wording(NamedTuple):
    summary: str
    description: str


def title() -> str:
    return _("Offerte di lavoro della rete")


def introduction() -> str:
    return _(
        "Le offerte di lavoro pubbliche di tutti gli sportelli della rete, come le legge un cittadino: senza registrazione, "
        "in sola lettura, in JSON. Un elenco si scrive ripetendo il parametro o separando i valori con la virgola. Ciò che "
        "non si capisce è un errore 400 che dice quale parametro e perché; un parametro vuoto non chiede nulla."
    )


def operations() -> dict[str, Wording]:
    """By the name of the operation."""
    return {
        "vacancies": Wording(
            _("Cerca tra le offerte"),
            _(
                "Una pagina di offerte con i conteggi su tutti i risultati. Le parole di `q` si capiscono: il luogo, "
                "l’orario, il contratto che contengono diventano filtri, elencati in `understood`. `radius_km` e l’ordine "
                "`distance` vogliono un luogo, in `comune` (uno solo) o nelle parole."
            ),
        ),
        "vacancy": Wording(
            _("Un’offerta intera"),
            _("Il documento pubblicato, lo sportello a cui rivolgersi, quanto è aggiornato."),
        ),
        "suggestions": Wording(
            _("Proposte mentre si scrive"),
            _("Lavori, professioni, comuni e aziende che cominciano così, con quante offerte hanno; da due lettere in su."),
        ),
        "comuni": Wording(
            _("Quale comune si intende"),
            _("I comuni con quel nome, anche abbreviato o di una volta, poi quelli che cominciano così."),
        ),
        "occupations": Wording(
            _("Quale professione è un titolo"),
            _("I gruppi di professioni ISCO-08 più probabili per il titolo di un’offerta, con il motivo."),
        ),
        "desks": Wording(_("Gli sportelli della rete"), _("Indirizzo, telefono e orari di ogni sportello.")),
    }  # fmt: skip


def parameters() -> dict[str, str]:
    """By the name of the parameter, which means the same at every address."""
    return {
        "q": _("Le parole cercate, come si dicono: «magazziniere part time a Gallarate»."),
        "comune": _(
            "Un comune per nome o codice ISTAT, o una località del Ticino: «Gavirate», «012072», «Lugano (CH)»."
        ),
        "radius_km": _("I chilometri in linea d’aria intorno al comune; 0 è solo lì."),
        "province": _("La sigla della provincia, o «estero»; si capisce anche il nome."),
        "region": _("La regione per nome, o «estero»."),
        "contract": _("Il tipo di contratto."),
        "sector": _("La sezione o la divisione ATECO."),
        "occupation": _("Il gruppo di professioni ISCO-08, da 1 a 4 cifre."),
        "hours": _("L’orario."),
        "shifts": _("Solo le offerte a turni."),
        "experience": _("L’esperienza richiesta."),
        "licence": _("La patente o l’abilitazione richiesta."),
        "reserved": _("Solo le offerte riservate a queste categorie protette (legge 68/1999)."),
        "remote": _("Da casa o in sede."),
        "employer": _("Il nome dell’azienda; una virgola ne fa parte."),
        "origin": _("Il nodo della rete che ha pubblicato."),
        "since": _("Da quanto tempo, al massimo, è pubblicata."),
        "sort": _("L’ordine; senza: le più adatte alle parole, le più vicine a un luogo, o le più recenti."),
        "page": _("La pagina, da 1; oltre l’ultima l’elenco è vuoto."),
        "page_size": _("Quante voci per pagina."),
        "limit": _("Quante voci al massimo."),
        "title": _("Il titolo come lo scrive l’azienda: «addetto/a alle vendite»."),
        "id": _("L’offerta, presso il suo nodo."),
    }


def responses() -> dict[str, str]:
    """By status."""
    return {
        "200": _("La risposta."),
        "304": _("Niente di nuovo da quando è stato dato questo ETag."),
        "400": _(
            "Una richiesta che non si capisce: `errors` dice quali parametri e perché, `allowed` i valori possibili."
        ),
        "404": _("Nessuno nella rete ha pubblicato questa offerta."),
        "406": _("Si chiede un formato diverso da JSON."),
        "410": _("L’offerta è stata chiusa o è scaduta."),
        "429": _("Troppe richieste da questo indirizzo IP: riprova dopo i secondi di Retry-After."),
    }


def headers() -> dict[str, str]:
    return {
        "ETag": _("Un segno di questa risposta: rimandato in If-None-Match evita di riceverla due volte."),
        "X-RateLimit-Limit": _(
            "Quante richieste di questa operazione può fare un indirizzo IP nel periodo scelto dal nodo."
        ),
        "X-RateLimit-Remaining": _("Quante ne restano."),
        "X-RateLimit-Reset": _("Tra quanti secondi ricomincia il conto."),
        "Retry-After": _("Tra quanti secondi riprovare."),
    }

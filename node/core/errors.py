"""What goes wrong is said once, in the form that the asker reads: a page for people, problem+json for programs.

A page of errors says what happened and what to do. An unexpected failure shows a reference that stands beside its
traceback in the log, so that a citizen on the telephone and an administrator find the same line.
"""

import secrets

import structlog
from flask import Flask, current_app, g, json, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, default_exceptions

from node.core.i18n import gettext as _
from node.core.i18n import lazy, translate
from schemas.messages import Message

log = structlog.get_logger("node.errors")

PROGRAMS = ("/api/", "/federation/", "/status", "/metrics", "/healthz")

TITLES = {
    400: lazy("La richiesta non è chiara"),
    401: lazy("Serve l’accesso"),
    403: lazy("Questa pagina non è per te"),
    404: lazy("Questa pagina non c’è"),
    405: lazy("Qui questa operazione non si può fare"),
    406: lazy("Questo formato non c’è"),
    409: lazy("Non si può fare"),
    410: lazy("Questa offerta non c’è più"),
    413: lazy("Il testo o il file è troppo grande"),
    422: lazy("Qualcosa nel modulo non va"),
    429: lazy("Troppe richieste in poco tempo"),
    500: lazy("Qualcosa si è rotto da parte nostra"),
    503: lazy("In questo momento non possiamo rispondere"),
}

ADVICE = {
    400: lazy("Controlla l’indirizzo o torna indietro e riprova."),
    403: lazy("Se pensi che sia un errore, chiedi all’amministratore del tuo comune."),
    404: lazy("L’indirizzo è sbagliato, oppure la pagina è stata tolta. Puoi ripartire dalla ricerca."),
    405: lazy("Torna indietro e riprova."),
    410: lazy("È stata chiusa o è scaduta. Cerca le altre offerte."),
    413: lazy("Accorcialo o scegli un file più piccolo, poi riprova. Non è stato salvato nulla."),
    429: lazy("Aspetta un minuto e riprova."),
    500: lazy(
        "Non hai sbagliato tu. Riprova tra poco; se succede ancora, comunica allo sportello il riferimento qui sotto."
    ),
    503: lazy("Riprova tra qualche minuto."),
}


class Refused(Exception):
    """The rules of the domain say no; `message` tells the person why and what would be right."""

    def __init__(self, message: Message, status: int = 409):
        super().__init__(str(message))
        self.message = message
        self.status = status


def register(app: Flask) -> None:
    for code in default_exceptions:
        app.register_error_handler(code, on_http_error)
    app.register_error_handler(CSRFError, on_stale_form)
    app.register_error_handler(Refused, on_refusal)
    app.register_error_handler(StaleDataError, on_overtaken)
    app.register_error_handler(Exception, on_failure)


def on_refusal(refusal: Refused):
    return answer(refusal.status, translate(refusal.message))


def on_stale_form(_error: CSRFError):
    return answer(
        400, _("Il modulo è rimasto aperto troppo a lungo. Torna indietro, ricarica la pagina e invialo di nuovo.")
    )


def on_http_error(error: HTTPException):
    if error.response is not None:
        return error.response
    if error.code is not None and 300 <= error.code < 400:
        return error
    broken = getattr(error, "original_exception", None)
    if broken is not None:  # what broke after the page was made: at the commit
        return on_overtaken(broken) if isinstance(broken, StaleDataError) else on_failure(broken)
    if isinstance(error, SecurityError):  # asked under a name that is not ours: no page can make its links
        return plain(error.code, f"{TITLES[400]}. {ADVICE[400]}")
    response = answer(error.code, detail_of(error))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def detail_of(error: HTTPException) -> str:
    """What one of our `abort`s said; the libraries' own exceptions speak English to developers."""
    is_ours = type(error) is default_exceptions.get(error.code) and "description" in vars(error)
    return translate(error.description) if is_ours else str(ADVICE.get(error.code, ""))


def on_overtaken(_failure: StaleDataError):
    return answer(
        409,
        _(
            "Nel frattempo un’altra persona ha salvato una modifica. Riapri la pagina e riprova: la sua modifica è salva."
        ),
    )


def on_failure(failure: Exception):
    """The only place where an unexpected exception ends; a test sees it raised."""
    reference = secrets.token_hex(4)
    log.error("failure", reference=reference, endpoint=request.endpoint, exc_info=failure)
    if current_app.testing and current_app.config["PROPAGATE_EXCEPTIONS"] is not False:
        raise failure
    try:
        return answer(500, str(ADVICE[500]), reference)
    except Exception:
        log.exception("the page of errors failed too", reference=reference)
        return plain(500, f"{TITLES[500]}. {ADVICE[500]} {reference}")


def plain(status: int, text: str):
    return current_app.response_class(f"{text}\n", status, mimetype="text/plain")


def answer(status: int, detail: str, reference: str | None = None):
    """A response with `status`, for a person or a program as the address tells."""
    title = str(TITLES.get(status, TITLES[400]))
    if request.path.startswith(PROGRAMS) or not shows_pages():
        return problem(status, title, detail, reference)
    page = render_template(
        "errors/page.html", layout=layout(), status=status, title=title, detail=detail, reference=reference
    )
    response = current_app.make_response(page)
    response.status_code = status
    return response


def problem(status: int, title: str, detail: str, reference: str | None = None, **more):
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    if reference:
        body["instance"] = f"urn:reference:{reference}"
    return current_app.response_class(json.dumps(body), status, mimetype="application/problem+json")


def shows_pages() -> bool:
    """A process that serves only the feed has no page to show."""
    return "citizens" in current_app.blueprints


def layout() -> str:
    return "layouts/desk.html" if g.get("operator") else "layouts/public.html"


def to_sign_in(url: str):
    """Send a stranger to `url`; htmx follows only its own header, a browser only a Location."""
    if request.headers.get("HX-Request"):
        return current_app.response_class("", 401, {"HX-Redirect": url})
    return redirect(url, 303)

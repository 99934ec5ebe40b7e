"""The list of vacancies, one vacancy, and what is done to it with one click.

Renewing and closing come back to the page where they were asked for: an operator works through the expiring ones from
top to bottom without leaving the list.
"""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for

from federation import register
from node.core import clock, doors, menu
from node.core.errors import Refused
from node.core.forms import form
from node.core.i18n import day, language, lazy
from node.core.i18n import gettext as _
from node.core.parameters import asked_one_of, asked_page
from node.core.rooms import rooms
from node.core.spreadsheets import XLSX, csv_response, download
from node.employers.queries import employer_with
from node.vacancies import actions, exporting, queries
from node.vacancies.choices import CODES
from node.vacancies.document import vacancy_sketch
from node.vacancies.notice import public_path
from node.vacancies.parts import page_part
from node.vacancies.reports import open_reports_of
from schemas.codes import CONTRACTS, OUTCOMES, SECTORS
from schemas.pay import pay_warning
from schemas.vacancy_steps import ClosingForm, RenewalForm

vacancies = doors.desk("vacancies", "/desk/offerte")
menu.link(lazy("Offerte"), "vacancies.index", "it-files", order=20)
menu.shortcut(lazy("Nuova offerta"), "vacancy_form.new", "2")

SELECTION_LABELS = {
    "aperte": lazy("Aperte"),
    "in-scadenza": lazy("In scadenza"),
    "bozze": lazy("Bozze"),
    "da-completare": lazy("Da completare"),
    "chiuse": lazy("Chiuse"),
    "scadute": lazy("Scadute"),
    "tutte": lazy("Tutte"),
}
ORDER_LABELS = {
    "scadenza": lazy("Scadenza"),
    "pubblicazione": lazy("Più recenti"),
    "titolo": lazy("Titolo"),
    "azienda": lazy("Azienda"),
}
STATE_LABELS = {
    "draft": lazy("Bozza"),
    "published": lazy("Aperta"),
    "closed": lazy("Chiusa"),
    "expired": lazy("Scaduta"),
}


@menu.tile
def expiring(session, _operator):
    count = queries.counts(session)["in-scadenza"]
    tone = "warning" if count else "neutral"
    return menu.Tile(_("In scadenza"), count, url_for("vacancies.index", stato="in-scadenza"), "it-clock", tone)


@menu.tile
def drafts(session, _operator):
    count = queries.counts(session)["bozze"]
    return menu.Tile(_("Bozze"), count, url_for("vacancies.index", stato="bozze"), "it-pencil") if count else None


@menu.tile
def incomplete(session, _operator):
    """What came back from the network after a restore, until somebody has looked at it."""
    count = queries.counts(session)["da-completare"]
    url = url_for("vacancies.index", stato="da-completare")
    return menu.Tile(_("Da completare"), count, url, "it-warning-circle", "warning") if count else None


@menu.tile
def open_ones(session, _operator):
    count = queries.counts(session)["aperte"]
    return menu.Tile(_("Offerte aperte"), count, url_for("vacancies.index"), "it-files")


@vacancies.get("")
def index():
    chosen = chosen_filters()
    found, total = queries.page_of(g.session, queries.filtered(**chosen), page := asked_page())
    return render_template(
        "vacancies/index.html",
        vacancies=found,
        total=total,
        page=page,
        pages=max(1, -(-total // queries.PAGE_SIZE)),
        chosen=chosen,
        employer=employer_with(g.session, chosen["employer"]) if chosen["employer"] else None,
        counts=queries.counts(g.session),
        selections=SELECTION_LABELS,
        orders=ORDER_LABELS,
        link=list_link,
        codes=CODES,
        states=STATE_LABELS,
        renewed_until=actions.renewed_until,
    )


@vacancies.get("/offerte.csv")
def export():
    """Exactly the list shown, all its pages."""
    found = g.session.scalars(queries.filtered(**chosen_filters()))
    heads = [
        _("Titolo"), _("Azienda"), _("Luoghi"), _("Contratto"), _("Settore"), _("Posti"), _("Stato"), _("Esito"),
        _("Posti coperti"), _("Pubblicata il"), _("Scade il"), _("Finita il"),
    ]  # fmt: skip
    return csv_response(f"offerte-{clock.today():%Y-%m-%d}", heads, map(row_of, found))


@vacancies.get("/offerte.xlsx")
def export_all():
    """The same vacancies with all their fields, in the columns that the import reads."""
    heads, rows = exporting.table(g.session, queries.filtered(**chosen_filters()))
    return download(exporting.written(".xlsx", heads, rows), f"offerte-{clock.today():%Y-%m-%d}.xlsx", XLSX)


def row_of(vacancy):
    def label(codes, code):
        return codes.label(code, language()) if code else None

    return [
        vacancy.title,
        vacancy.employer.name if vacancy.employer else None,
        ", ".join(place.get("name") or place["locality"] for place in vacancy.places),
        label(CONTRACTS, vacancy.contract),
        label(SECTORS, vacancy.sector),
        vacancy.positions,
        str(STATE_LABELS[vacancy.state]),
        label(OUTCOMES, vacancy.outcome),
        vacancy.positions_filled,
        vacancy.published_at and clock.day_of(vacancy.published_at),
        vacancy.closes_on,
        vacancy.ended_at and clock.day_of(vacancy.ended_at),
    ]


@vacancies.get("/<ref>")
def show(ref):
    return vacancy_page(wanted(ref), {}, {})


def vacancy_page(vacancy, values, errors):
    pay = {"pay_min": vacancy.pay_min, "pay_max": vacancy.pay_max}
    return render_template(
        "vacancies/show.html",
        vacancy=vacancy,
        document=vacancy_sketch(vacancy),
        preview_desk=vacancy.desk,
        status=register.status_of(g.session, vacancy.ref),
        is_shut=register.is_shut(g.session),
        public_path=public_path(vacancy),
        parts=page_part.drawn(g.session, vacancy),
        reported=open_reports_of(g.session, vacancy.ref),
        pay_warning=pay_warning(pay, clock.today(), rooms().config.pay_warning_from),
        values=usual_renewal(vacancy) | values,
        errors=errors,
        codes=CODES,
        states=STATE_LABELS,
    )


def usual_renewal(vacancy):
    return {"closes_on": actions.renewed_until(vacancy).isoformat()} if vacancy.is_live else {}


@vacancies.post("/<ref>/rinnova")
def renew(ref):
    vacancy = wanted_to_change(ref)
    data = form(RenewalForm, partial(vacancy_page, vacancy))
    try:
        actions.renew_vacancy(g.session, g.operator, vacancy, data["closes_on"])
    except Refused as refusal:
        return vacancy_page(vacancy, request.form, {"closes_on": [refusal.message]}), refusal.status
    flash(
        _("Rinnovata: «%(title)s» resta aperta fino a %(day)s.", title=vacancy.title, day=day(vacancy.closes_on)),
        "success",
    )
    return redirect(back_to(vacancy), 303)


@vacancies.post("/<ref>/chiudi")
def close(ref):
    vacancy = wanted_to_change(ref)
    data = form(ClosingForm, partial(vacancy_page, vacancy))
    try:
        actions.close_vacancy(g.session, g.operator, vacancy, data)
    except Refused as refusal:
        return vacancy_page(vacancy, request.form, {"positions_filled": [refusal.message]}), refusal.status
    flash(_("Chiusa: tra poco «%(title)s» non si vede più in tutta la rete.", title=vacancy.title), "success")
    return redirect(back_to(vacancy), 303)


@vacancies.post("/<ref>/completata")
def complete(ref):
    vacancy = actions.confirm_recovered(g.session, g.operator, wanted_to_change(ref))
    flash(_("«%(title)s» non è più tra quelle da completare.", title=vacancy.title), "success")
    return redirect(url_for(".index", stato="da-completare"), 303)


@vacancies.post("/<ref>/butta")
def discard(ref):
    actions.discard_draft(g.session, g.operator, wanted_to_change(ref))
    flash(_("La bozza non c’è più."), "success")
    return redirect(url_for(".index", stato="bozze"), 303)


def wanted(ref):
    return queries.vacancy_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.vacancy_to_change(g.session, ref) or abort(404)


def back_to(vacancy):
    """The list that the click came from, with its filters; else the vacancy."""
    asked = request.form.get("back", "")
    here = url_for(".index")
    return asked if asked == here or asked.startswith(f"{here}?") else url_for(".show", ref=vacancy.ref)


def chosen_filters():
    """The list's filters from the address."""
    return {
        "selection": asked_one_of("stato", queries.SELECTIONS),
        "text": request.args.get("q", "").strip(),
        "employer": request.args.get("azienda", ""),
        "order": asked_one_of("ordina", queries.ORDERS),
    }


def list_link(endpoint="vacancies.index", **changes):
    """The address of the list as it is now, with changes; the first page unless one is given."""
    kept = {name: value for name, value in request.args.items() if value and name != "pagina"}
    return url_for(endpoint, **kept | changes)

"""The employers that the desk works with: found, added without doubles, changed, suspended."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for

from node.core import doors, meanwhile, menu
from node.core.brake import Braked
from node.core.forms import form, typed
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.parameters import asked_page
from node.core.rooms import rooms
from node.employers import actions, queries
from node.employers.typed import as_typed
from schemas.codes import SECTORS, comuni
from schemas.employer import EmployerForm, SuspensionForm
from schemas.messages import Message

employers = doors.desk("employers", "/desk/aziende")
menu.link(lazy("Aziende"), "employers.index", "it-folder", order=30)


@employers.get("")
def index():
    text, page = request.args.get("q", "").strip(), asked_page()
    found, total = queries.search_employers(g.session, text, page)
    return render_template(
        "employers/index.html",
        employers=found,
        text=text,
        total=total,
        page=page,
        pages=max(1, -(-total // queries.PAGE_SIZE)),
        link=lambda number: url_for(".index", q=text or None, pagina=number),
        comune=comuni.comune,
        sectors=SECTORS,
    )


@employers.get("/nuova")
def new():
    """`?nome=` is what was searched for in vain, `?poi=` the form to come back to."""
    values = {"name": request.args.get("nome", ""), "comune": comuni.comune(rooms().config.comuni[0]).full_name}
    return form_page(None, values, {})


@employers.post("")
def create():
    data = form(EmployerForm, partial(form_page, None))
    doubles = unconfirmed_doubles(data)
    if doubles:
        return form_page(None, request.form, {}, doubles), 422
    employer = actions.create_employer(g.session, g.operator, data)
    flash(_("Azienda aggiunta: «%(name)s».", name=employer.name), "success")
    back = form_to_come_back_to()
    return redirect(f"{back}?azienda={employer.ref}" if back else url_for(".show", ref=employer.ref), 303)


@employers.get("/<ref>")
def show(ref):
    return employer_page(wanted(ref), {}, {})


@employers.get("/<ref>/modifica")
def edit(ref):
    employer = wanted(ref)
    values = as_typed(employer)
    return form_page(employer, values, {}, seen=meanwhile.prints(values))


@employers.post("/<ref>")
def change(ref):
    employer = wanted_to_change(ref)
    meet_the_others(employer)
    data = form(EmployerForm, partial(form_page, employer))
    doubles = unconfirmed_doubles(data, employer)
    if doubles:
        return form_page(employer, request.form, {}, doubles), 422
    actions.update_employer(g.session, g.operator, employer, data)
    flash(_("Salvato."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def meet_the_others(employer):
    """Raises FormRejected when somebody else has saved this employer since the form was opened."""
    told = Message(
        "Un'altra persona ha salvato questa azienda mentre scrivevi. Nulla di tuo è perso: guarda i campi segnati, poi salva di nuovo."
    )
    sent = typed(EmployerForm(), request.form)
    draw = partial(form_page, employer)
    meanwhile.meet(request.form.get("seen"), sent, as_typed(employer), draw, told, in_words)


def in_words(name, value):
    return SECTORS.label(value, language()) if name == "sector" else value


@employers.post("/<ref>/sospendi")
def suspend(ref):
    employer = wanted_to_change(ref)
    data = form(SuspensionForm, partial(employer_page, employer))
    try:
        actions.suspend_employer(g.session, g.operator, employer, data)
    except Braked as braked:
        return employer_page(employer, request.form, {"withdrawing": [braked.message]}), braked.status
    flash(_("Sospesa: le sue offerte aperte sono state ritirate."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@employers.post("/<ref>/riammetti")
def readmit(ref):
    actions.readmit_employer(g.session, g.operator, wanted_to_change(ref))
    flash(_("Riammessa: puoi di nuovo pubblicare per questa azienda."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def employer_page(employer, values, errors):
    return render_template(
        "employers/show.html",
        employer=employer,
        is_shown=actions.is_shown(g.session, employer),
        comune=comuni.comune(employer.comune),
        sector=SECTORS.label(employer.sector, language()) if employer.sector else None,
        values=values,
        errors=errors,
    )


def form_page(employer, values, errors, doubles=(), warnings=None, seen=None):
    return render_template(
        "employers/form.html",
        employer=employer,
        values=values,
        errors=errors,
        warnings=warnings or {},
        doubles=doubles,
        seen=seen if seen is not None else request.form.get("seen", ""),
        sectors=SECTORS.choices(language()),
        comune=comuni.comune,
        back=form_to_come_back_to(),
    )


def unconfirmed_doubles(data, employer=None):
    """Employers that may be the same one, unless the operator has looked and said that they are not."""
    return [] if "confirmed" in request.form else queries.possible_duplicates(g.session, data, apart_from=employer)


def form_to_come_back_to():
    """The vacancy's form that an employer is being added for: a path of the desk, and nothing else."""
    asked = request.values.get("poi", "")
    return asked if asked.startswith("/desk/offerte/") and "?" not in asked else None


def wanted(ref):
    return queries.employer_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.employer_to_change(g.session, ref) or abort(404)

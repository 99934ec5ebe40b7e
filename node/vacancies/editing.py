"""The form of a vacancy: begun, kept as a draft, published, changed, and seen as a citizen will see it.

A person waits at the counter while it is filled in. So a new form starts with all that can be guessed, one button keeps
what is there, and whatever is wrong, the page comes back with every word that was typed.
"""

from functools import partial
from types import SimpleNamespace

from flask import abort, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from federation.register import new_id
from node.core import clock, doors, meanwhile
from node.core.forms import WHOLE_FORM, FormRejected, form, typed, without_blanks
from node.core.i18n import gettext as _
from node.core.i18n import hour, language
from node.core.rooms import rooms
from node.desks.queries import all_desks, desk_with
from node.employers.queries import all_employers, employer_with
from node.operators.queries import operator
from node.vacancies import actions, choices, queries, rules
from node.vacancies.document import vacancy_sketch
from node.vacancies.occupation import remember_choice, suggestions
from node.vacancies.typed import as_read, as_typed, of_a_new_one
from schemas.codes import OCCUPATIONS
from schemas.messages import Message
from schemas.occupation import suggestion
from schemas.pay import pay_warning
from schemas.vacancy import VacancyForm

editing = doors.desk("vacancy_form", "/desk/offerte")


@editing.get("/nuova")
def new():
    """`?azienda=` chooses the employer, `?copia=` a vacancy whose words are taken over."""
    asked = request.args
    copied = queries.vacancy_with(g.session, asked["copia"]) or abort(404) if asked.get("copia") else None
    employer = employer_with(g.session, asked["azienda"]) or abort(404) if asked.get("azienda") else None
    desk = queries.usual_desk(g.session, g.operator)
    values = of_a_new_one(desk, rooms().config.comuni[0], employer, copied)
    return form_page(None, values, {})


@editing.post("")
def create():
    """The token of the form finds what its first sending made: two clicks, or back and again, are one vacancy."""
    return save(queries.vacancy_submitted_as(g.session, request.form.get("token")))


@editing.get("/<ref>/modifica")
def edit(ref):
    """`?azienda=` puts an employer in that was added from this form."""
    vacancy = queries.vacancy_with(g.session, ref) or abort(404)
    if vacancy.ended_at:
        return redirect(url_for("vacancies.show", ref=ref), 303)
    values = as_typed(vacancy)
    seen = meanwhile.prints(values)
    added = employer_with(g.session, request.args.get("azienda", ""))
    return form_page(vacancy, values | ({"employer": added.ref} if added else {}), {}, seen=seen)


@editing.post("/<ref>")
def change(ref):
    return save(queries.vacancy_to_change(g.session, ref) or abort(404))


@editing.post("/anteprima")
def preview():
    """What a citizen will read: alone for htmx, else the whole form with it."""
    if request.headers.get("HX-Request"):
        return render_template("vacancies/preview.html", **preview_of(sent()))
    ref = request.form.get("ref")
    return form_page(queries.vacancy_with(g.session, ref) if ref else None, sent(), {})


@editing.post("/professione")
def occupation():
    """The groups that fit the title typed, and with `take` the field with that group in it, in the form or for htmx."""
    values, taken = sent(), request.form.get("take")
    if taken in OCCUPATIONS:
        values["occupation"] = suggestion(taken, language())
    if request.headers.get("HX-Request"):
        page = "vacancies/occupation.html" if taken else "vacancies/occupation_suggestions.html"
        return render_template(page, values=values, labels=choices.LABELS, taken=taken, **occupations_for(values))
    ref = request.form.get("ref")
    return form_page(queries.vacancy_with(g.session, ref) if ref else None, values, {})


def save(vacancy):
    """Do with the form what the pressed button says."""
    wish = request.form.get("wish", "draft")
    if vacancy is not None:
        if is_repeated(vacancy, wish):
            return redirect(url_for("vacancies.show", ref=vacancy.ref), 303)
        meet_the_others(vacancy, wish)
    try:
        if wish == "publish":
            return publish(vacancy)
        return keep(vacancy, wish)
    except rules.Unacceptable as wrong:
        again = partial(form_page, vacancy, warnings=wrong.warnings)
        raise FormRejected(again, sent(), wrong.errors) from wrong


def publish(vacancy):
    data = form(VacancyForm(clock.today), partial(form_page, vacancy))
    if vacancy is not None and vacancy.is_live:
        actions.update_vacancy(g.session, g.operator, vacancy, data)
        flash(_("Modifiche pubblicate: tra pochi secondi si leggono in tutta la rete."), "success")
    else:
        token = request.form.get("token")
        vacancy = actions.publish_vacancy(g.session, g.operator, data, draft=vacancy, submitted_as=token)
        flash(_("Pubblicata: tra pochi secondi si trova in tutta la rete."), "success")
    remember_choice(g.session, g.operator, rooms().config.codes, data)
    return redirect(url_for("vacancies.show", ref=vacancy.ref), 303)


def keep(vacancy, wish):
    data = form(VacancyForm(clock.today, partial=actions.MAY_LACK), partial(form_page, vacancy))
    token = request.form.get("token")
    draft = actions.save_draft(g.session, g.operator, data, draft=vacancy, submitted_as=token)
    remember_choice(g.session, g.operator, rooms().config.codes, data)
    here = url_for(".edit", ref=draft.ref)
    if wish == "employer":
        return redirect(url_for("employers.new", poi=here), 303)
    flash(_("Bozza salvata. La vede solo questo sportello."), "success")
    return redirect(here, 303)


def is_repeated(vacancy, wish):
    """Whether the same hand has sent this before, and it was done: a double click, or a page loaded again."""
    is_done = vacancy.is_live if wish == "publish" else vacancy.state == "draft" and wish == "draft"
    if not is_done or vacancy.changed_by != g.operator.id:
        return False
    saved, mine = as_typed(vacancy), read()
    if "sector" not in mine and vacancy.employer and vacancy.sector == vacancy.employer.sector:
        saved.pop("sector", None)
    return mine == saved


def meet_the_others(vacancy, wish):
    """Raises FormRejected when somebody else has saved, published or ended the vacancy since the form was opened."""
    saved, mine = as_typed(vacancy), read()
    merged = meanwhile.merge(request.form.get("seen"), mine, saved)
    if vacancy.ended_at:
        told = Message(
            "Quest'offerta nel frattempo è finita. Quello che hai scritto è qui sotto: se pubblichi, diventa un'offerta nuova."
        )
        raise FormRejected(partial(form_page, None, token=new_id()), mine, {WHOLE_FORM: [told]})
    if vacancy.is_live and wish != "publish":
        told = Message(
            "Quest'offerta nel frattempo è stata pubblicata: non può tornare bozza. Puoi pubblicare le tue modifiche."
        )
    elif merged.is_quiet:
        return
    else:
        told = Message(
            "{who} ha salvato questa offerta alle {hour}, mentre la scrivevi. Nulla di tuo è perso: guarda i campi segnati, poi salva di nuovo.",
            who=who_saved(vacancy),
            hour=hour(vacancy.changed_at),
        )
    notes = meanwhile.notes_beside(merged, choices.in_words(g.session, language()))
    again = partial(form_page, vacancy, warnings=notes, seen=meanwhile.prints(saved))
    raise FormRejected(again, merged.values, {WHOLE_FORM: [told]})


def who_saved(vacancy):
    known = operator(g.session, vacancy.changed_by)
    return known.display_name if known else _("Un’altra persona")


def sent():
    return typed(VacancyForm(), request.form)


def read():
    """What was sent, as it would be opened again after saving, so that it can be compared with what is saved."""
    return {"positions": "1"} | as_read(without_blanks(sent()))


def form_page(vacancy, values, errors, warnings=None, seen=None, token=None):
    """The form with `values` as typed. `seen` and `token` are those of the form sent, unless new ones are given."""
    lang = language()
    return render_template(
        "vacancies/form.html",
        vacancy=vacancy,
        values=values,
        errors=errors,
        warnings=warnings or {},
        seen=seen if seen is not None else request.form.get("seen", ""),
        token=token or request.form.get("token") or new_id(),
        employers=employers_to_choose(values.get("employer")),
        latest=queries.latest_vacancy_of(g.session, values.get("employer")) if vacancy is None else None,
        labels=choices.LABELS,
        choices=choices.choices(lang) | {"desk": [(desk.ref, desk.name) for desk in all_desks(g.session)]},
        places=choices.suggested_places(rooms().config.comuni[0]),
        **occupations_for(values),
        **preview_of(values),
    )


def occupations_for(values):
    """What stands in and below the field of the occupation."""
    return {
        "occupations": choices.suggested_occupations(language()),
        "suggested": suggestions(g.session, rooms().config.codes, values),
        "unit_groups": OCCUPATIONS,
    }


def employers_to_choose(chosen):
    """Those for whom one may publish, and whoever is chosen already: leaving a name out would change the vacancy."""
    offered = all_employers(g.session)
    known = employer_with(g.session, chosen or "")
    return offered if known is None or known in offered else [*offered, known]


def preview_of(values):
    """What the preview shows of a form that may still be wrong: its right fields, and what would be asked about them."""
    try:
        data = VacancyForm(clock.today, partial=actions.MAY_LACK).load(without_blanks(values))
    except ValidationError as wrong:
        data = wrong.valid_data
    employer = employer_with(g.session, data.get("employer") or "")
    desk = desk_with(g.session, data.get("desk") or "")
    parts = {
        "employer": employer,
        "employer_ref": employer and employer.ref,
        "names_employer": employer is not None and not data.get("employer_hidden"),
        "desk_ref": desk and desk.ref,
        "published_at": clock.now(),
    }
    return {
        "codes": choices.CODES,
        "document": vacancy_sketch(SimpleNamespace(**data | parts)),
        "preview_desk": desk,
        "findings": rules.wording_findings(data),
        "pay_warning": pay_warning(data, clock.today(), rooms().config.pay_warning_from),
    }

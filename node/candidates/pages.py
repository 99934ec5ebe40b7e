"""The persons of the desk: taken in while somebody waits, completed when there is time, found again in a moment."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for

from federation.register import new_id
from node.candidates import actions, queries
from node.candidates.parts import more_lists, page_part, side_part
from node.candidates.typed import as_typed
from node.candidates.words import LABELS, VERBS, in_words, lists
from node.core import clock, doors, meanwhile, menu
from node.core.db import transaction
from node.core.forms import form, typed
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy
from node.core.parameters import asked_one_of, asked_page
from node.core.rooms import rooms
from node.operators.queries import operator
from node.vacancies.choices import suggested_occupations, suggested_places
from schemas.candidate import CandidateForm
from schemas.codes import OCCUPATIONS, SKILLS, comuni
from schemas.codes.skills import skills_of
from schemas.messages import Message

candidates = doors.desk("candidates", "/desk/persone")
menu.link(lazy("Persone"), "candidates.index", "it-user", order=10)
menu.shortcut(lazy("Nuova persona"), "candidates.new", "1")
menu.shortcut(lazy("Cerca una persona"), "candidates.index", "3")

USUAL_SKILLS = 12
"""So many of each of her trades stand ready to be ticked; any other can be typed."""
LISTS = {
    queries.FOLLOWED: lazy("Seguite"),
    queries.UNREACHABLE: lazy("Senza recapito"),
    queries.CLOSED: lazy("Percorso chiuso"),
}


@candidates.get("")
def index():
    text, page = request.args.get("q", "").strip(), asked_page()
    which = asked_one_of("elenco", queries.LISTS)
    found, total = queries.search_candidates(g.session, text, which, page)
    return render_template(
        "candidates/index.html",
        candidates=found,
        text=text,
        which=which,
        lists=LISTS,
        more_lists=more_lists(),
        total=total,
        page=page,
        pages=max(1, -(-total // queries.PAGE_SIZE)),
        link=lambda number: url_for(".index", q=text or None, elenco=which, pagina=number),
        comune=comuni.comune,
    )


@candidates.get("/nuova")
def new():
    """`?nome=` is what was searched for in vain."""
    family, _blank, given = request.args.get("nome", "").strip().partition(" ")
    return intake_page({"family_name": family, "given_name": given}, {}, token=new_id())


@candidates.post("")
def create():
    data = form(CandidateForm(clock.today), intake_page)
    doubles = unconfirmed_doubles(data)
    if doubles:
        return intake_page(typed(CandidateForm(), request.form), {}, doubles), 422
    token = request.form.get("token")
    candidate = actions.take_in(g.session, g.operator, data, rooms().config.codes, token)
    flash(_("%(name)s è tra le persone seguite.", name=candidate.name), "success")
    return redirect(url_for(".show", ref=candidate.ref), 303)


@candidates.get("/<ref>")
def show(ref):
    candidate = looked_at(ref)
    return render_template(
        "candidates/show.html",
        candidate=candidate,
        comune=comuni.comune,
        occupations=OCCUPATIONS,
        in_words=partial(in_words, lang=language()),
        parts=page_part.drawn(g.session, candidate),
        side_parts=side_part.drawn(g.session, candidate),
        values={},
        errors={},
    )


@candidates.get("/<ref>/storia")
def history(ref):
    """Who did what with her record: it may be printed for her."""
    candidate = wanted(ref)
    deeds = queries.history_of(g.session, candidate)
    people = {deed.actor: operator(g.session, deed.actor) for deed in deeds}
    return render_template("candidates/history.html", candidate=candidate, deeds=deeds, people=people, verbs=VERBS)


@candidates.get("/<ref>/modifica")
def edit(ref):
    candidate = looked_at(ref)
    values = as_typed(candidate)
    return form_page(candidate, values, {}, seen=meanwhile.prints(values))


@candidates.post("/<ref>")
def change(ref):
    candidate = wanted_to_change(ref)
    meet_the_others(candidate)
    data = form(completing(), partial(form_page, candidate))
    doubles = unconfirmed_doubles(data, candidate)
    if doubles:
        return form_page(candidate, typed(completing(), request.form), {}, doubles), 422
    actions.update_candidate(g.session, g.operator, candidate, data, rooms().config.codes)
    flash(_("Salvato."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@candidates.post("/<ref>/chiudi")
def close(ref):
    candidate = wanted_to_change(ref)
    actions.stop_following(g.session, g.operator, candidate)
    flash(_("Percorso chiuso: nessuno trova più il suo profilo."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@candidates.post("/<ref>/riapri")
def reopen(ref):
    actions.follow_again(g.session, g.operator, wanted_to_change(ref))
    flash(_("È di nuovo tra le persone seguite."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@candidates.get("/informativa")
def notice():
    """The notice that is handed out before anything is written down, to be printed."""
    return render_template("candidates/notice.html", version=actions.NOTICE_VERSION)


def meet_the_others(candidate):
    """Raises FormRejected when somebody else has saved this person since the form was opened."""
    told = Message(
        "Un'altra persona ha salvato questa scheda mentre scrivevi. Nulla di tuo è perso: guarda i campi segnati, poi salva di nuovo."
    )
    sent = typed(completing(), request.form)
    draw = partial(form_page, candidate)
    meanwhile.meet(request.form.get("seen"), sent, as_typed(candidate), draw, told, partial(in_words, lang=language()))


def completing():
    """The form of a person who is known already: the notice was given when she came."""
    return CandidateForm(clock.today, exclude=("notice_given",))


def intake_page(values, errors, doubles=(), token=None):
    return render_template(
        "candidates/intake.html",
        values=values,
        errors=errors,
        warnings={},
        doubles=doubles,
        token=token or request.form.get("token", ""),
        **offered(),
    )


def form_page(candidate, values, errors, doubles=(), warnings=None, seen=None):
    return render_template(
        "candidates/form.html",
        candidate=candidate,
        values=values,
        errors=errors,
        warnings=warnings or {},
        doubles=doubles,
        seen=seen if seen is not None else request.form.get("seen", ""),
        usual_skills=usual_skills(candidate, values),
        **offered(),
    )


def offered():
    """What both forms call their fields and suggest in them."""
    return {
        "labels": LABELS,
        "lists": lists(language()),
        "occupations": suggested_occupations(language()),
        "places": suggested_places(rooms().config.comuni[0]),
        "comune": comuni.comune,
    }


def usual_skills(candidate, values):
    """(code, title) to tick: what people of her trades can usually do, and what is ticked already."""
    usual = [skill.code for occupation in candidate.worked_or_sought for skill in skills_of(occupation)[:USUAL_SKILLS]]
    chosen = [code for code in values.get("skills") or [] if code in SKILLS]
    return [(code, SKILLS.label(code, language())) for code in dict.fromkeys(chosen + usual)]


def unconfirmed_doubles(data, candidate=None):
    """Persons who may be the same one, unless the operator has looked and said that they are not."""
    return [] if "confirmed" in request.form else queries.possible_duplicates(g.session, data, apart_from=candidate)


def looked_at(ref):
    """The person, and that somebody has looked at all of her record."""
    candidate = wanted(ref)
    with transaction(rooms().desk) as session:
        actions.note_view(session, g.operator, candidate)
    return candidate


def wanted(ref):
    return queries.candidate_with(g.session, ref) or abort(404)


def wanted_to_change(ref):
    return queries.candidate_to_change(g.session, ref) or abort(404)

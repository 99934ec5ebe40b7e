"""The plan of a person: begun with one press, followed step by step, printed for her, and who is to be asked how she is."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from node.appointments.queries import appointments_of
from node.candidates.pages import looked_at, wanted_to_change
from node.candidates.parts import by_person, handover_column, list_of_persons, side_part
from node.core import clock, doors, meanwhile, menu
from node.core.forms import form, typed
from node.core.i18n import gettext as _
from node.core.i18n import language, lazy, short_day
from node.desks.queries import all_desks
from node.operators.queries import operator
from node.plans import actions, queries, words
from schemas.codes.agenda import APPOINTMENT_STATES
from schemas.codes.plans import DONE, FOLLOW_UP_OUTCOMES, STEP_DOERS, STEP_STATES, TO_DO
from schemas.messages import Message
from schemas.plan import FollowUpForm, PlanForm, StepForm

plans = doors.desk("plans", "/desk/persone")
list_of_persons(lazy("Da ricontattare"), "plans.to_ask_again")


@menu.tile
def waiting_for_a_call(session, _operator):
    count = queries.count_to_ask_again(session, clock.today())
    if not count:
        return None
    return menu.Tile(_("Persone da ricontattare"), count, url_for("plans.to_ask_again"), "it-telephone", "warning")


@side_part(order=20)
def box(session, candidate):
    plan = queries.plan_of(session, candidate.ref)
    open_steps = [step for step in queries.steps_of(session, plan) if step.state == TO_DO] if plan else []
    drawn = render_template("plans/box.html", candidate=candidate, plan=plan, steps=open_steps, today=clock.today())
    return Markup(drawn)  # noqa: S704 - our own template


@handover_column("steps", lazy("Prossimi passi"))
def steps_ahead(session, persons):
    return by_person(queries.open_steps(session, persons), words.step_in_brief)


@handover_column("follow-ups", lazy("Ricontatti previsti"))
def follow_ups_ahead(session, persons):
    return by_person(queries.next_follow_ups(session, persons), short_day)


@plans.get("/<ref>/piano")
def show(ref):
    candidate = looked_at(ref)
    found = queries.plans_of(g.session, ref)
    plan = found[0] if found else None
    return render_template(
        "plans/show.html",
        candidate=candidate,
        plan=plan,
        steps=queries.steps_of(g.session, plan) if plan else [],
        follow_ups=queries.follow_ups_of(g.session, plan) if plan else [],
        timelines=[(each, timeline_of(each)) for each in found],
        leader=operator(g.session, plan.led_by) if plan else None,
        proposal=words.usual_plan(all_desks(g.session)),
        doers=STEP_DOERS,
        states=STEP_STATES,
        outcomes=FOLLOW_UP_OUTCOMES,
    )


@plans.post("/<ref>/piano")
def start(ref):
    """`usual` is sent by the button that offers the usual steps."""
    proposal = words.usual_plan(all_desks(g.session)) if "usual" in request.form else None
    actions.start_plan(g.session, g.operator, wanted_to_change(ref), proposal)
    flash(_("Il piano è iniziato: adattalo con la persona, poi stampalo per lei."), "success")
    return back_to_plan(ref)


@plans.get("/<ref>/piano/modifica")
def edit(ref):
    candidate, plan = looked_at(ref), queries.plan_of(g.session, ref) or abort(404)
    values = as_typed(plan)
    return plan_page(candidate, values, {}, seen=meanwhile.prints(values))


@plans.post("/<ref>/piano/modifica")
def change(ref):
    candidate, plan = wanted_with_plan(ref)
    draw = partial(plan_page, candidate)
    told = Message("Un'altra persona ha salvato questo piano mentre scrivevi. Nulla di tuo è perso: guarda e salva.")
    sent = typed(PlanForm(), request.form)
    meanwhile.meet(request.form.get("seen"), sent, as_typed(plan), draw, told, lambda _name, value: str(value))
    actions.change_plan(g.session, g.operator, candidate, plan, form(PlanForm, draw))
    flash(_("Salvato."), "success")
    return back_to_plan(ref)


@plans.get("/<ref>/piano/passi/nuovo")
def new_step(ref):
    return step_page(looked_at(ref), None, {"doer": "persona"}, {})


@plans.post("/<ref>/piano/passi")
def add_step(ref):
    candidate, plan = wanted_with_plan(ref)
    data = form(StepForm, partial(step_page, candidate, None))
    actions.add_step(g.session, g.operator, candidate, plan, data)
    flash(_("Passo aggiunto."), "success")
    return back_to_plan(ref)


@plans.get("/<ref>/piano/passi/<step>")
def edit_step(ref, step):
    candidate, plan = looked_at(ref), queries.plan_of(g.session, ref) or abort(404)
    found = queries.step_with(g.session, plan, step) or abort(404)
    values = {"words": found.words, "doer": found.doer, "state": found.state}
    return step_page(candidate, found, values | ({"due_on": found.due_on.isoformat()} if found.due_on else {}), {})


@plans.post("/<ref>/piano/passi/<step>")
def change_step(ref, step):
    candidate, plan = wanted_with_plan(ref)
    found = queries.step_with(g.session, plan, step) or abort(404)
    data = form(StepForm, partial(step_page, candidate, found))
    actions.change_step(g.session, g.operator, candidate, found, data)
    flash(_("Salvato."), "success")
    return back_to_plan(ref)


@plans.post("/<ref>/piano/passi/<step>/fatto")
def mark_step(ref, step):
    """`done` is "no" where it was marked by mistake."""
    candidate, plan = wanted_with_plan(ref)
    found = queries.step_with(g.session, plan, step) or abort(404)
    actions.mark_step(g.session, g.operator, candidate, found, TO_DO if request.form.get("done") == "no" else DONE)
    return back_to_plan(ref)


@plans.post("/<ref>/piano/documenti")
def mark_paper(ref):
    """`done` is "no" where it was marked by mistake."""
    candidate, plan = wanted_with_plan(ref)
    is_brought = request.form.get("done") != "no"
    actions.mark_paper(g.session, g.operator, candidate, plan, request.form.get("words", ""), is_brought)
    return back_to_plan(ref)


@plans.get("/<ref>/piano/ricontatti/<follow_up>")
def ask(ref, follow_up):
    candidate, plan = looked_at(ref), queries.plan_of(g.session, ref) or abort(404)
    found = queries.follow_up_with(g.session, plan, follow_up) or abort(404)
    return follow_up_page(candidate, found, {"outcome": found.outcome, "note": found.note}, {})


@plans.post("/<ref>/piano/ricontatti/<follow_up>")
def answer(ref, follow_up):
    candidate, plan = wanted_with_plan(ref)
    found = queries.follow_up_with(g.session, plan, follow_up) or abort(404)
    data = form(FollowUpForm, partial(follow_up_page, candidate, found))
    actions.answer_follow_up(g.session, g.operator, candidate, found, data)
    flash(_("Annotato."), "success")
    return back_to_plan(ref)


@plans.post("/<ref>/piano/concludi")
def end(ref):
    candidate, plan = wanted_with_plan(ref)
    actions.end_plan(g.session, g.operator, candidate, plan)
    flash(_("Il piano è concluso: se serve, se ne comincia uno nuovo."), "success")
    return back_to_plan(ref)


@plans.get("/<ref>/piano/stampa")
def sheet(ref):
    """For her, in large clear type, with a line to sign on."""
    candidate, plan = looked_at(ref), queries.plan_of(g.session, ref) or abort(404)
    return render_template(
        "plans/sheet.html",
        candidate=candidate,
        plan=plan,
        steps=[step for step in queries.steps_of(g.session, plan) if step.state in (TO_DO, DONE)],
        follow_ups=queries.follow_ups_of(g.session, plan),
        leader=operator(g.session, plan.led_by),
        appointments=words.during(plan, appointments_of(g.session, ref, limit=None)),
        appointment_states=APPOINTMENT_STATES,
        now=clock.now(),
        doers=STEP_DOERS,
    )


@plans.get("/da-ricontattare")
def to_ask_again():
    found = queries.to_ask_again(g.session, clock.today())
    return render_template("plans/follow_ups.html", found=found)


def timeline_of(plan):
    steps, follow_ups = queries.steps_of(g.session, plan), queries.follow_ups_of(g.session, plan)
    return words.timeline(plan, steps, follow_ups, appointments_of(g.session, plan.person, limit=None), language())


def plan_page(candidate, values, errors, warnings=None, seen=None):
    return render_template(
        "plans/form.html",
        candidate=candidate,
        values=values,
        errors=errors,
        warnings=warnings or {},
        labels=words.LABELS,
        seen=seen if seen is not None else request.form.get("seen", ""),
    )


def step_page(candidate, step, values, errors):
    return render_template(
        "plans/step.html",
        candidate=candidate,
        step=step,
        values=values,
        errors=errors,
        warnings={},
        labels=words.LABELS,
        doers=STEP_DOERS.choices(language()),
        states=STEP_STATES.choices(language()),
    )


def follow_up_page(candidate, follow_up, values, errors):
    return render_template(
        "plans/follow_up.html",
        candidate=candidate,
        follow_up=follow_up,
        values=values,
        errors=errors,
        warnings={},
        labels=words.LABELS,
        outcomes=FOLLOW_UP_OUTCOMES.choices(language()),
    )


def as_typed(plan):
    """The fields of `PlanForm` that have a value, as a browser would send them."""
    contacts = [{name: text for name, text in row.items() if text} for row in plan.contacts]
    values = {"goal": plan.goal, "papers": [{"words": row["words"]} for row in plan.papers], "contacts": contacts}
    return {name: value for name, value in values.items() if value}


def wanted_with_plan(ref):
    """(the person, her plan of now), both locked."""
    return wanted_to_change(ref), queries.plan_to_change(g.session, ref) or abort(404)


def back_to_plan(ref):
    return redirect(url_for("plans.show", ref=ref), 303)

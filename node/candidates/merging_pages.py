"""Two records of one person side by side: where they differ an operator says which holds."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from node.candidates import merging, queries
from node.candidates.typed import as_typed
from node.candidates.words import LABELS, in_words
from node.core import clock, doors
from node.core.forms import flattened
from node.core.i18n import gettext as _
from node.core.i18n import language, short_day
from node.core.rooms import rooms
from schemas.candidate import CandidateForm
from schemas.codes import comuni
from schemas.messages import Message

merge = doors.desk("merge", "/desk/persone")

FEW = 10
CHOICES = (merging.KEPT, merging.GONE, merging.BOTH)


@merge.get("/<ref>/unisci")
def choose(ref):
    """Who may be the same person; `?q=` looks for another."""
    candidate = queries.candidate_with(g.session, ref) or abort(404)
    text = request.args.get("q", "").strip()
    found = queries.search_candidates(g.session, text)[0][:FEW] if text else alike(candidate)
    others = [each for each in found if each.ref != candidate.ref]
    return render_template("candidates/merge_choose.html", candidate=candidate, others=others, text=text, comune=comuni.comune)  # fmt: skip


@merge.get("/<ref>/unisci/<other>")
def compare(ref, other):
    kept, gone = both(ref, other, queries.candidate_with)
    return side_by_side(kept, gone, {}, {})


@merge.post("/<ref>/unisci/<other>")
def unite(ref, other):
    kept, gone = both(ref, other, queries.candidate_to_change)
    chosen = {name: request.form[name] for name in LABELS if request.form.get(name) in CHOICES}
    if request.form.get("seen") != seen(kept, gone):
        changed = Message("Nel frattempo una delle due schede è cambiata: guarda di nuovo le differenze, poi unisci.")
        return side_by_side(kept, gone, chosen, {"seen": [changed]}), 422
    try:
        data = CandidateForm(clock.today, exclude=("notice_given",)).load(merging.joined(kept, gone, chosen))
    except ValidationError as wrong:
        return side_by_side(kept, gone, chosen, flattened(wrong.normalized_messages())), 422
    merging.merge_candidates(g.session, g.operator, kept, gone, data, rooms().config.codes)
    flash(_("Le due schede ora sono una sola."), "success")
    return redirect(url_for("candidates.show", ref=kept.ref), 303)


def side_by_side(kept, gone, chosen, errors):
    mine, theirs = as_typed(kept), as_typed(gone)
    different = merging.differing(kept, gone)

    def told(name, values):
        return in_words(name, values[name], language())

    return render_template(
        "candidates/merge.html",
        kept=kept,
        gone=gone,
        rows=[
            {
                "name": name,
                "label": LABELS[name],
                "choices": choices(told(name, mine), told(name, theirs), merging.may_be_both(mine[name], name)),
            }
            for name in LABELS
            if name in different
        ],
        same=[
            (LABELS[name], told(name, mine | theirs), source(name, mine, theirs))
            for name in LABELS
            if name in mine | theirs and name not in different
        ],
        kept_since=_("è la scheda che resta: presa in carico il %(day)s", day=short_day(kept.created_at)),
        gone_since=_("è l’altra scheda: presa in carico il %(day)s", day=short_day(gone.created_at)),
        labels=LABELS,
        seen=seen(kept, gone),
        values={name: chosen.get(name, merging.KEPT) for name in different},
        errors=errors,
    )


def choices(mine, theirs, may_be_both):
    """[(whose value holds, the value, which record it stands in)] of a field in which the two disagree."""
    found = [
        (merging.KEPT, mine, _("dalla scheda che resta")),
        (merging.GONE, theirs, _("dall’altra scheda")),
    ]
    return [*found, (merging.BOTH, _("Tutti e due"), _("da entrambe le schede"))] if may_be_both else found


def source(name, mine, theirs):
    """Where a value comes from of which the two records do not disagree."""
    if name in mine and name in theirs:
        return _("in entrambe le schede")
    return _("solo nella scheda che resta") if name in mine else _("solo nell’altra scheda")


def seen(kept, gone):
    """By which the two records are known again as they stood on the page."""
    return f"{kept.version}-{gone.version}"


def both(ref, other, ask):
    """The two records, of which each is another."""
    kept, gone = ask(g.session, ref) or abort(404), ask(g.session, other) or abort(404)
    return (kept, gone) if kept is not gone else abort(404)


def alike(candidate):
    told = {name: getattr(candidate, name) for name in ("family_name", "given_name", "phone", "phone_is_shared", "tax_code", "born_on")}  # fmt: skip
    return queries.possible_duplicates(g.session, told, apart_from=candidate)

"""The operator's page "Rete" in plain words, and the coordinator's table of the same nodes."""

from flask import abort, flash, g, redirect, render_template, request, url_for

from federation import trust
from node.core import clock, doors, menu
from node.core.actors import COORDINATOR
from node.core.i18n import gettext as _
from node.core.i18n import lazy
from node.core.rooms import rooms
from node.health import actions, letters, queries, words
from node.scopes.queries import refused_views

TROUBLES_SHOWN = 50

network = doors.desk("network", "/desk/rete")
proofs = doors.administrator("proofs", "/desk/rete/prove")
health = doors.coordinator("health", "/coordinamento/nodi")
menu.link(lazy("Rete"), "network.index", "it-share", order=60)
menu.link(lazy("Stato dei nodi"), "health.nodes", "it-share", roles=(COORDINATOR,), order=75)


@network.get("/")
def index():
    roster, now = rooms().roster.current(), clock.now()
    names = {member.id: member.name for member in roster.members.values()}
    post = queries.post(g.session, actions.PROOF, now)
    with rooms().replica.reading() as session:
        found = neighbours(session)
        peers = {neighbour.member.id: neighbour.peer for neighbour in found}
        return render_template(
            "health/network.html",
            reports=[(neighbour, words.report(neighbour)) for neighbour in found],
            proofs={member: letters.proof(question, now) for member, question in post.tried.items()},
            underway={question.recipient for question in post.questions if question.topic == actions.PROOF},
            waiting=letters.waiting(post, now),
            unopened=[letters.held(received) for received in post.held[:TROUBLES_SHOWN]],
            not_taken=[letters.not_taken(sent) for sent in refused_views(g.session, TROUBLES_SHOWN)],
            erased=[
                *(letters.erased(erasure, names, peers) for erasure in post.erasures),
                *(letters.closed(erasure, names) for erasure in post.closed),
            ],
            shown=TROUBLES_SHOWN,
            standstill_since=queries.standstill_since(session, now),
            held=[words.held(copy) for copy in queries.latest_held(session, TROUBLES_SHOWN)],
            refused=[words.refused(refusal) for refusal in queries.latest_refused(session, TROUBLES_SHOWN)],
            names=names,
            roster=roster,
            publishing=queries.publishing(g.session, now),
            changed_keys=[letters.changed_key(each, names) for each in trust.unconfirmed(g.session)],
            own_fingerprint=queries.own_fingerprint(roster, rooms().config.id),
        )


@proofs.post("/<member>")
def prove(member):
    roster = rooms().roster.current()
    actions.prove_delivery(g.session, g.operator, roster, rooms().config.id, member, clock.now())
    flash(_("Prova inviata. Qui si vede quando risponde: %(name)s.", name=roster.members[member].name), "success")
    return redirect(url_for("network.index"), 303)


@network.post("/chiavi/<member>")
def confirm_key(member):
    """The operator has compared the fingerprint with the other desk."""
    known = rooms().roster.current().members.get(member) or abort(404)
    actions.confirm_key(g.session, g.operator, known, request.form.get("kid", ""), clock.now())
    flash(_("Chiave confermata: si può di nuovo scrivere a %(name)s.", name=known.name), "success")
    return redirect(url_for("network.index"), 303)


@health.get("/")
def nodes():
    with rooms().replica.reading() as session:
        return render_template(
            "health/nodes.html",
            reports=[(neighbour, words.report(neighbour)) for neighbour in neighbours(session)],
            standstill_since=queries.standstill_since(session, clock.now()),
            now=clock.now(),
        )


def neighbours(session):
    return queries.neighbours(session, rooms().roster.current(), rooms().config, clock.now())


@menu.tile
def troubled_nodes(_session, _operator):
    """How many comuni do not answer or are not to be trusted; nothing when all is well."""
    with rooms().replica.reading() as session:
        troubled = sum(each.state in (queries.SILENT, queries.CLONED) for each in neighbours(session))
    if not troubled:
        return None
    return menu.Tile(_("Comuni con problemi"), troubled, url_for("network.index"), "it-share", "warning")


@menu.tile
def keys_to_confirm(session, _operator):
    """How many comuni have a new key that nobody has compared; nothing when none has."""
    changed = len(trust.unconfirmed(session))
    if not changed:
        return None
    return menu.Tile(_("Chiavi da confermare"), changed, url_for("network.index"), "it-locked", "warning")


@menu.tile
def late_letters(session, _operator):
    """How many letters between the desks are late; nothing when none is."""
    late = queries.late_letters(session, clock.now())
    return menu.Tile(_("Messaggi in ritardo"), late, url_for("network.index"), "it-mail", "warning") if late else None

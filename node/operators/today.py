"""The first page of the desk: what waits to be done, each number a list one can act on. The slices bring the numbers."""

from flask import g, redirect, render_template

from node.core import doors, menu
from node.core.actors import ADMINISTRATOR, COORDINATOR, OPERATOR
from node.core.i18n import lazy

desk = doors.signed_in("desk")

menu.link(lazy("Oggi"), "desk.today", "it-calendar", roles=(OPERATOR, ADMINISTRATOR), order=0)


@desk.get("/")
def today():
    if g.operator.role == COORDINATOR:
        return redirect(doors.DOORS["coordinator"][0] + "/", 303)
    return render_template("operators/today.html", tiles=menu.tiles_for(g.session, g.operator))

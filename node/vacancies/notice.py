"""The notice for the board of the comune: the vacancy on one A4 sheet, for people who read it standing, without a screen.

The QR code leads to the public page, which says by itself when the vacancy is over; paper cannot be withdrawn.
"""

import io

import segno
from flask import Response, abort, g, render_template

from node.core import doors
from node.core.rooms import rooms
from node.vacancies.choices import CODES
from node.vacancies.document import vacancy_document
from node.vacancies.queries import vacancy_with

notice = doors.desk("vacancy_notice", "/desk/offerte")


@notice.get("/<ref>/avviso")
def sheet(ref):
    vacancy = live(ref)
    return render_template(
        "vacancies/notice.html",
        vacancy=vacancy,
        document=vacancy_document(vacancy),
        address=public_address(vacancy),
        codes=CODES,
    )


@notice.get("/<ref>/qr.svg")
def qr(ref):
    drawn = io.BytesIO()
    segno.make(public_address(live(ref)), error="m").save(drawn, kind="svg", scale=4, border=2, xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def live(ref):
    """The vacancy, if there is something to hang up: a draft or an old one has no page that a reader could open."""
    vacancy = vacancy_with(g.session, ref)
    return vacancy if vacancy is not None and vacancy.is_live else abort(404)


def public_address(vacancy):
    """Where a citizen reads the vacancy, from outside."""
    return rooms().config.url + public_path(vacancy)


def public_path(vacancy):
    """Written out: an address that hangs on boards on paper must not follow the names of our pages."""
    return f"/lavoro/{rooms().config.id}/{vacancy.ref}"

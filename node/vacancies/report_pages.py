"""What citizens have reported, vacancy by vacancy: read it, put the vacancy right, close it with one click."""

from flask import abort, flash, g, redirect, render_template, url_for

from node.core import doors, menu
from node.core.forms import form
from node.core.i18n import gettext as _
from node.core.i18n import lazy, ngettext
from node.core.parameters import asked_one_of, asked_page
from node.vacancies import reports as reporting
from node.vacancies.queries import vacancy_with
from schemas.codes import REPORT_OUTCOMES, REPORT_REASONS
from schemas.report import ReportOutcomeForm

reports = doors.desk("reports", "/desk/segnalazioni")

SELECTION_LABELS = {"aperte": lazy("Da guardare"), "chiuse": lazy("Chiuse")}


@menu.tile
def waiting(session, _operator):
    count = reporting.open_reports(session)
    return menu.Tile(_("Segnalazioni"), count, url_for("reports.index"), "it-flag", "warning" if count else "neutral")


@reports.get("")
def index():
    return page_of(asked_one_of("stato", list(SELECTION_LABELS)), asked_page(), {}, {})


def page_of(selection, page, values, errors):
    found, total = reporting.reported(g.session, selection == "aperte", page)
    return render_template(
        "vacancies/reports.html",
        found=found,
        total=total,
        page=page,
        pages=max(1, -(-total // reporting.PAGE_SIZE)),
        selection=selection,
        selections=SELECTION_LABELS,
        reasons=REPORT_REASONS,
        outcomes=REPORT_OUTCOMES,
        values=values,
        errors=errors,
    )


@reports.post("/<ref>/chiudi")
def close(ref):
    vacancy = vacancy_with(g.session, ref) or abort(404)
    data = form(ReportOutcomeForm, lambda values, errors: page_of("aperte", 1, values, errors))
    count = reporting.close_reports(g.session, g.operator, vacancy, data)
    flash(ngettext("%(num)s segnalazione chiusa.", "%(num)s segnalazioni chiuse.", count), "success")
    return redirect(url_for(".index"), 303)

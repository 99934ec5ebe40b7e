"""What a citizen may leave unsaid in a report, and what not."""

import pytest

from schemas.codes import REPORT_OUTCOMES, REPORT_REASONS
from schemas.report import DETAILS_MAX, ReportForm, ReportOutcomeForm


@pytest.mark.parametrize("reason", [code for code in REPORT_REASONS if code != "altro"])
def test_a_reason_is_enough(reason):
    assert ReportForm().load({"reason": reason}) == {"reason": reason, "details": None, "email": None}


def test_something_else_has_to_be_said_in_words(refusals):
    assert refusals(ReportForm(), {"reason": "altro"}) == {"details": ["Scrivi in due parole che cosa non va."]}
    assert ReportForm().load({"reason": "altro", "details": "Il numero non esiste"})["reason"] == "altro"


@pytest.mark.parametrize(
    ("wrong", "member"),
    [
        ({}, "reason"),
        ({"reason": "boh"}, "reason"),
        ({"reason": "finta", "details": "x" * (DETAILS_MAX + 1)}, "details"),
        ({"reason": "finta", "email": "nessuno"}, "email"),
    ],
)
def test_what_cannot_be_read_is_named(refusals, wrong, member):
    assert list(refusals(ReportForm(), wrong)) == [member]


def test_a_closing_names_the_reports_that_were_read():
    read = ReportOutcomeForm().load({"report": ["uno-1", "due-2"], "outcome": "corretta"})
    assert read == {"report": ["uno-1", "due-2"], "outcome": "corretta", "note": None}
    assert "corretta" in REPORT_OUTCOMES

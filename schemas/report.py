"""What a citizen writes who reports a notice, and what the desk writes when it has looked into it.

Nothing here asks who reports: a reason is enough. An e-mail address is for whoever wants to know how it ended, and lives
no longer than the report is open.
"""

from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas import contacts, fields
from schemas.codes import REPORT_OUTCOMES, REPORT_REASONS
from schemas.messages import Message

INBOX_KIND = "report"
"""What reports are called between the door that takes them and the desk that reads them."""

DETAILS_MAX = 1000
OUTCOME_NOTE_MAX = 500
TOGETHER_MAX = 500
"""Reports of one vacancy that are closed with one click."""


class ReportForm(fields.Form):
    """A report of one vacancy."""

    reason = fields.Choice(REPORT_REASONS, missing=Message("Scegli che cosa non va."))
    details = fields.Text(max=DETAILS_MAX, lines=True)
    email = contacts.Email()

    @validates_schema
    def check_details(self, data: dict[str, Any], **_: Any) -> None:
        """Something else has to be said in words."""
        if data["reason"] == "altro" and not data["details"]:
            raise ValidationError(Message("Scrivi in due parole che cosa non va."), "details")


class ReportOutcomeForm(fields.Form):
    """How the reports of a vacancy ended; `report` are the refs of those that were read."""

    report = fields.Several(fields.Ref(), max=TOGETHER_MAX)
    outcome = fields.Choice(REPORT_OUTCOMES, missing=Message("Scegli com'è finita."))
    note = fields.Text(max=OUTCOME_NOTE_MAX, lines=True)

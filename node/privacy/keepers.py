"""Every slice that knows something of a person, in the reading order."""

from node.appointments import personal as appointments
from node.candidates import personal as candidates
from node.plans import personal as plans
from node.privacy import personal as privacy
from node.scopes import personal as scopes
from node.transfers import personal as transfers
from node.visits import personal as visits

KEEPERS = (
    candidates.KEEPER, scopes.KEEPER, transfers.KEEPER, visits.KEEPER, appointments.KEEPER, plans.KEEPER, privacy.KEEPER,
)  # fmt: skip

"""The closed lists that forms offer, documents carry and pages label, each in Italian and English.

Importing this package reads no file: sectors, occupations, skills and states are read at the first use. Comuni and the places of
Ticino have modules of their own (`schemas.codes.comuni`, `schemas.codes.ticino`), since they are looked up, not listed.
"""

from schemas.codes.codelist import CodeList
from schemas.codes.occupations import OCCUPATIONS
from schemas.codes.person import CEFR, EDUCATION, EXPERIENCE, LANGUAGES, LICENCES
from schemas.codes.reports import REPORT_OUTCOMES, REPORT_REASONS
from schemas.codes.sectors import SECTORS
from schemas.codes.situation import BENEFITS, DID_SOURCES, PERMITS, SITUATIONS
from schemas.codes.skills import SKILLS
from schemas.codes.states import STATES
from schemas.codes.work import CONTRACTS, HOURS, OUTCOMES, PAY_PERIODS, REMOTE, RESERVED

__all__ = [
    "BENEFITS",
    "CEFR",
    "CONTRACTS",
    "DID_SOURCES",
    "EDUCATION",
    "EXPERIENCE",
    "HOURS",
    "LANGUAGES",
    "LICENCES",
    "OCCUPATIONS",
    "OUTCOMES",
    "PAY_PERIODS",
    "PERMITS",
    "REMOTE",
    "REPORT_OUTCOMES",
    "REPORT_REASONS",
    "RESERVED",
    "SECTORS",
    "SITUATIONS",
    "SKILLS",
    "STATES",
    "CodeList",
]

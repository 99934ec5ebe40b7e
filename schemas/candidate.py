"""A candidate as the network may see her: a profile of abilities without a name, a date or a word of her own.

Whatever is typed about a person stays at her desk. What leaves it is made of codes alone, so that no sentence can carry
what no field may: who she is, where she lives, what she suffers from. The desk decides how coarse the codes must be
before they are published; here only their shapes are checked.
"""

import re

from schemas import shapes, wire
from schemas.vacancy import LANGUAGES_MAX, LICENCES_MAX, LanguageDocument

OCCUPATIONS_MAX = 5
SKILLS_MAX = 30
OCCUPATION = re.compile(r"\d{1,4}", re.ASCII)
"""A group of ISCO-08 at any of its four levels: a coarser one hides a person among more people."""


class CandidateDocument(wire.Document):
    """`desk` is the record of the desk to ask; `area` the comune or ambito by its code, absent: anywhere in the network.

    `experience` is a band, `hours` and `shifts` what she can do, `own_transport` whether she gets to work at any hour.
    """

    desk = wire.Shaped(shapes.RECORD_ID)
    occupations = wire.Parts(wire.Shaped(OCCUPATION), min=1, max=OCCUPATIONS_MAX)
    skills = wire.Parts(wire.Code(), max=SKILLS_MAX, optional=True)
    area = wire.Code(optional=True)
    education = wire.Code(optional=True)
    experience = wire.Code(optional=True)
    languages = wire.Parts(wire.Part(LanguageDocument()), max=LANGUAGES_MAX, optional=True)
    licences = wire.Parts(wire.Code(), max=LICENCES_MAX, optional=True)
    hours = wire.Code(optional=True)
    shifts = wire.Flag(optional=True)
    own_transport = wire.Flag(optional=True)

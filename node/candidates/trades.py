"""From a trade as a person calls it to the unit group by which vacancies are found.

Nobody is sent away because a table does not know her word: what is not recognised is kept as she said it, and the page
asks for another word when there is time.
"""

import re

from federation.search import trades
from federation.search.trade_names import known_in
from node.vacancies.occupation import learnt_for
from schemas.codes import OCCUPATIONS

_CODED = re.compile(r"(\d{4})\b\s*(.*)", re.DOTALL)


def recognised(session, codes_folder, title):
    """`{"title", "code"}` of a trade as typed; the code is null where nothing fits.

    "5223 Addetti alle vendite", as the lists of the desk offer it, is taken at its word.
    """
    coded = _CODED.fullmatch(title)
    if coded and coded[1] in OCCUPATIONS:
        return {"title": coded[2] or OCCUPATIONS.label(coded[1]), "code": coded[1]}
    found = trades.suggest(title, "", 1, learnt_for(session, title), known_in(codes_folder))
    return {"title": title, "code": found[0].code if found else None}

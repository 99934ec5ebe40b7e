"""The name of an employer as a key: what stays when spelling, signs and the legal form are taken away.

Two desks write "Laghi Logistica S.r.l." and "LAGHI LOGISTICA SRL", and a citizen types "laghi logistica": for a filter,
and for telling that two notices are one, they mean the same firm.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from federation.search import text

# Words that say what kind of company it is; "s.r.l." is one word to the analysis of the text.
_LEGAL_FORMS = frozenset(
    """
    aps coop cooperativa ets ltd onlus sa sagl sapa sarl sas scarl scpa scrl snc soc societa spa srl srls ss unipersonale
    """.split()  # noqa: SIM905
)
_SOLE_OWNER = re.compile(r" (?:a|con) socio unico\b")


@lru_cache(maxsize=8_192)
def folded(name: str) -> str:
    """ "Laghi Logistica S.r.l. a socio unico" -> "laghi logistica"; blank for a name without a letter or digit.

    A name that is nothing but a legal form stays whole.
    """
    words = [word.form for word in text.words(name)]
    told = [word for word in words if word not in _LEGAL_FORMS]
    return _SOLE_OWNER.sub("", " ".join(told or words))


# What the index holds for an employer: its folded name with the written one, and for each further word of the folded
# name the name from there on, so that "rossi" leads to Officine Rossi.
_WRITTEN, _WHOLE = "\t", "\n"


def terms(folded: str, written: str) -> Iterator[str]:
    """The terms of an employer; none for one without a name."""
    if folded:
        yield f"{folded}{_WRITTEN}{written}"
        words = folded.split(" ")
        for place in range(1, len(words)):
            yield f"{' '.join(words[place:])}{_WHOLE}{folded}"


def beginning(folded: str) -> str:
    """With what the terms begin that hold the spellings of one employer."""
    return f"{folded}{_WRITTEN}"


def folded_of(term: str) -> str:
    """The folded name of the employer that a term leads to."""
    return term.partition(_WRITTEN)[0] if _WRITTEN in term else term.partition(_WHOLE)[2]


def written_in(term: str) -> str:
    """The name as written, in a term that holds one."""
    return term.partition(_WRITTEN)[2]

"""Where a person can be born by the Belfiore code: a comune, one that is no more, or a state abroad.

A comune that merged gives its code up, while those who were born in it keep it for life: so the codes of 1,907 comuni
that ended since 1910 are known here beside those of today.
"""

from dataclasses import dataclass
from functools import cache

from schemas.codes import comuni, spelling, states, tables
from schemas.codes.codelist import Label
from schemas.codes.comuni.register import former_names


@dataclass(frozen=True, slots=True)
class Birthplace:
    """A place under its Belfiore code.

    `sigla` is the province at the time, blank for a state; `istat` is the code of a comune of today, else blank.
    """

    belfiore: str
    name_it: str
    name_en: str
    sigla: str = ""
    istat: str = ""

    @property
    def is_abroad(self) -> bool:
        """Whether it is a state or territory other than Italy."""
        return not self.sigla

    def full_name(self, lang: str = "it") -> str:
        """The name that tells homonyms apart, in the language of a tag: "Castro (BG)", "Germany"."""
        name = Label(self.name_it, self.name_en).in_language(lang)
        return name if self.is_abroad else f"{name} ({self.sigla})"


@cache
def _ceased() -> dict[str, Birthplace]:
    """Comuni that are no more, by Belfiore code."""
    return {
        belfiore: Birthplace(belfiore, name, name, sigla)
        for belfiore, name, sigla, _year in tables.rows("ceased_comuni.csv")
    }


@cache
def _ceased_by_name() -> dict[str, frozenset[str]]:
    """Their codes by the compact form of the name, alone and with the province."""
    found: dict[str, frozenset[str]] = {}
    for each in _ceased().values():
        for form in (spelling.compact(each.name_it), spelling.compact(each.full_name())):
            found[form] = found.get(form, frozenset()) | {each.belfiore}
    return found


def birthplace(belfiore: str) -> Birthplace | None:
    """The place with this Belfiore code (a letter and three digits), or None."""
    if belfiore in _ceased():
        return _ceased()[belfiore]
    state = states.state(belfiore)
    if state:
        return Birthplace(belfiore, state.name_it, state.name_en)
    found = (each for each in comuni.find(belfiore) if each.belfiore == belfiore)
    return next((Birthplace(belfiore, each.name, each.name, each.sigla, each.istat) for each in found), None)


def meant(text: str) -> frozenset[str]:
    """The Belfiore codes of all places that a person can mean by `text`; none when nobody knows the place.

    Understood is what `comuni.find` understands, a comune that is no more, a state. Who names a comune of today may be
    born in one that merged into it, who names a state in the one that it was part of, and the other way round.
    """
    named = comuni.find(text)
    merged = {spelling.compact(former) for each in named for former in former_names().get(each.istat, ())}
    ceased = (_ceased_by_name().get(form, frozenset()) for form in {spelling.compact(text), *merged})
    return frozenset(each.belfiore for each in named).union(*ceased, states.meant(text))

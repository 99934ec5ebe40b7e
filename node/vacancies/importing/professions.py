"""The occupation of a row: the code or the name in its own column, else what title and text suggest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from federation.search import trades
from federation.search.trade_names import Vocabulary, known_in
from node.vacancies.importing.draft import Draft
from node.vacancies.occupation import all_learnt
from schemas.codes import OCCUPATIONS, imported, spelling
from schemas.messages import Message
from schemas.occupation import suggestion

_CODE = re.compile(r"\d{4}(?!\d)")

SUGGESTED = 3
SURE = 0.5
"""From this score on a suggestion is taken; below, the field stays blank and the report names the best one."""


@dataclass(frozen=True)
class Professions:
    """`learnt`: key of a title -> the group that operators of this desk chose for it; the rest is what was imported."""

    learnt: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    official: imported.Professions = field(default_factory=lambda: imported.Professions([]))
    _by_column: dict[str, list[trades.Suggestion]] = field(default_factory=dict)

    def read(self, draft: Draft, written: str, title: str, text: str) -> None:
        """Put into the draft what the form of a vacancy would show ("5131 Camerieri …"); the report says why."""
        named = written and (_named(written) or self.official.unit_group(written))
        if named:
            draft.put("occupation", suggestion(named))
            return
        found = self._suggested(written, title, text) if title else None
        if found and found.score >= SURE:
            draft.assume("occupation", suggestion(found.code))
            draft.say("occupation", Message("{code}. {reason}", code=suggestion(found.code), reason=found.reason))
            return
        if found:
            draft.say("occupation", Message("lasciata in bianco; forse {code}.", code=suggestion(found.code)))
        if written:
            draft.keep("description", "occupation", written, is_warning=not found)

    def _suggested(self, written: str, title: str, text: str) -> trades.Suggestion | None:
        """The best of what the column says in words and what the title says; where they agree, that."""
        by_title = trades.suggest(title, f"{written}\n{text}", SUGGESTED, self.learnt, self.vocabulary)
        by_column = self._said_by(written) if written else []
        best = max([*by_title[:1], *by_column[:1]], key=lambda each: each.score, default=None)
        if best is None or best.score >= SURE:
            return best
        named = {each.code for each in by_column}
        return next((each._replace(score=SURE) for each in by_title if each.code in named), best)

    def _said_by(self, written: str) -> list[trades.Suggestion]:
        """Kept: a column of professions says the same few things again and again."""
        if written not in self._by_column:
            self._by_column[written] = trades.suggest(written, limit=SUGGESTED, vocabulary=self.vocabulary)
        return self._by_column[written]


def known_here(session: Session, codes_folder: Path) -> Professions:
    """What this node knows of professions beyond what it was shipped with."""
    official = imported.Professions(imported.professions(codes_folder))
    return Professions(all_learnt(session), known_in(codes_folder), official)


def _named(written: str) -> str | None:
    """The unit group that a cell names by its code ("5131", "5131 Camerieri") or by its whole title."""
    code = _CODE.match(written)
    return code[0] if code and code[0] in OCCUPATIONS else _titles().get(spelling.compact(written))


@cache
def _titles() -> dict[str, str]:
    return {spelling.compact(title): code for lang in ("en", "it") for code, title in OCCUPATIONS.choices(lang)}

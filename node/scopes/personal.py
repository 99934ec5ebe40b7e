"""What a person let others see: given to her, forgotten, and one where two records were hers.

What stands in the network is withdrawn with it.
"""

from types import SimpleNamespace

from sqlalchemy import delete, select, update

from node.candidates.merging import goes_over
from node.core.i18n import gettext as _
from node.core.i18n import lazy, short_day
from node.core.personal import Keeper, rows_of
from node.core.rooms import member_names
from node.scopes import queries
from node.scopes.actions import MERGED, audiences_of, end_choice, withdraw_profile
from node.scopes.models import PublishedProfile, ReportedView, ScopeChoice
from node.scopes.words import lines, seen_by, view_told
from schemas.codes.scopes import COMUNE, COMUNI, RETE

TABLES = (ScopeChoice, PublishedProfile, ReportedView)
WIDTHS = (COMUNE, COMUNI, RETE)
SILENT = "silent"
"""In the export, beside the tables: of which days, and from whom, no word has come on who looked at her."""


def export(session, ref):
    """By table, every personal column of each of her rows, by its name; and what is not known of who looked at her."""
    silent = [{"day": each.day, "comuni": each.silent} for each in queries.days_seen(session, ref) if each.silent]
    return {table.__tablename__: _rows(session, table, ref) for table in TABLES} | {SILENT: silent}


def erase(session, ref):
    """Forget what she had chosen; the ids under which the network knows her, or knew her: it is asked about all of them."""
    shown = list(session.scalars(select(PublishedProfile.id).where(PublishedProfile.person == ref)))
    for table in reversed(TABLES):
        session.execute(delete(table).where(table.person == ref))
    session.expire_all()
    return shown


@goes_over(*(table.__tablename__ for table in TABLES))
def move(session, _actor, gone, kept):
    """Of two choices the narrower one holds, under one profile.

    What stood in the network for the record that goes is withdrawn; what holds is shown anew under the one that stays.
    """
    for profile in queries.profiles_of(session, gone):
        withdraw_profile(session, profile)
    mine, theirs = queries.choice_of(session, kept), queries.choice_of(session, gone)
    if mine is not None and theirs is not None:
        loser = theirs if is_within(mine, theirs) else mine
        end_choice(session, loser, MERGED)
        winner = mine if loser is theirs else theirs
        winner.comuni = [each for each in winner.comuni if loser.scope != COMUNI or each in loser.comuni]
        if winner.scope == COMUNI and not winner.comuni:
            winner.scope, winner.until = COMUNE, None
        elif winner.until is not None:
            winner.until = min(each.until for each in (winner, loser) if each.until is not None)
    holding = mine if mine is not None and mine.ended_at is None else theirs
    if holding is not None and holding.ended_at is None:
        holding.due = holding.scope != COMUNE
        wanted = audiences_of(holding)
        for profile in queries.profiles_of(session, kept):
            if profile.audience not in wanted:
                withdraw_profile(session, profile)
    session.flush()
    for table in TABLES:
        session.execute(update(table).where(table.person == gone).values(person=kept))
    session.expire_all()


def is_within(mine, theirs):
    return WIDTHS.index(mine.scope) <= WIDTHS.index(theirs.scope)


def read_out(values, lang):
    """Each choice with its day, what others read of her, and who did."""
    names = member_names()
    choices, profiles, views = (values.get(table.__tablename__, ()) for table in TABLES)
    chosen = [
        (_("Scelta del %(day)s", day=short_day(row["given_at"])), seen_by(SimpleNamespace(**row), names))
        for row in choices
    ]
    shown = [
        (
            _("Visibile dal %(day)s", day=short_day(row["opened_at"])),
            "; ".join(f"{label}: {text}" for label, text in lines(row["document"], lang)),
        )
        for row in profiles
        if row["document"]
    ]
    looked = [
        (
            _("Visto il %(day)s", day=short_day(row["day"])),
            view_told(SimpleNamespace(**row), names.get(row["member"], row["member"]), lang),
        )
        for row in views
    ]
    silent = [
        (
            _("Chi l’ha visto il %(day)s", day=short_day(row["day"])),
            _("non pervenuto da %(comuni)s", comuni=", ".join(names.get(each, each) for each in row["comuni"])),
        )
        for row in values.get(SILENT, ())
    ]
    return chosen + shown + looked + silent


def _rows(session, table, ref):
    return rows_of(session.scalars(select(table).where(table.person == ref).order_by(table.id)))


KEEPER = Keeper(
    lazy("Chi può vedere il profilo"), frozenset(table.__tablename__ for table in TABLES), export, erase, read_out
)

"""`sportello privacy retention`: what the worker does each hour about persons whose time is over, looked at or done by hand."""

from functools import partial

from federation.erasures import Ledger
from node.core import db
from node.core.config import Config
from node.privacy import retention
from node.privacy.retention import Due


def retain(config: Config, dry_run: bool) -> Due:
    """Random ids of the persons to be named, taken off the list and erased; with `dry_run` nothing is changed."""
    with db.opened(db.desk_of(config)) as desk:
        if dry_run:
            with desk.reading() as session:
                return retention.due_today(session, config.keep_persons_months)
        return retention.carry_out(partial(db.transaction, desk), Ledger(config.erasures), config.keep_persons_months)

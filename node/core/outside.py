"""The head of the audit's chain, in a file beside the database: who cuts the last entries off in the database is found out."""

import json

import structlog
from sqlalchemy.orm import Session

from federation import durable
from node.core import audit, chain
from node.core.chain import Link
from node.core.config import Config

MODE = 0o600

log = structlog.get_logger("node.audit")


def seen_outside(config: Config) -> Link | None:
    """The head that was written last; None where there is no such file, or it cannot be read."""
    try:
        told = json.loads(config.audit_head.read_text("utf-8"))
        return Link(int(told["place"]), str(told["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def show_outside(config: Config, session: Session) -> None:
    """Write the head of now, unless the one that stands there was cut off: then it stays, to be found by `sportello verify`."""
    seen, head = seen_outside(config), chain.head(session)
    if seen is not None and audit.hash_at(session, seen.place) != seen.hash:
        log.error("audit broken", told="the last entries are not those that this node has seen", place=seen.place)
    elif seen != head:
        write_outside(config, head)


def write_outside(config: Config, head: Link) -> None:
    durable.write(config.audit_head, json.dumps(head._asdict()).encode(), MODE)

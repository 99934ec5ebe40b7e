"""What a running node consists of, handed to the pages by name instead of by import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from federation.database import Database
from federation.roster import RosterStore
from node.core.actors import Actor
from node.core.config import Config
from node.core.vault import Vault

NAME = "sportello"


@dataclass(frozen=True)
class Rooms:
    """`desk` is None in a process that serves only the public and the feed: no path leads from there to a person."""

    config: Config
    replica: Database
    index: Any
    roster: RosterStore
    inbox: Any
    clock: Callable[[], datetime]
    desk: Database | None = None
    vault: Vault | None = None
    recognise: Callable[[str], Actor | None] | None = None
    """Who holds this token of a session; the operators' slice knows how to tell."""

    openid: Any = None
    """The provider that vouches for operators; None when there is none."""

    at_the_lock: Callable[[Actor], Any] | None = None
    """What a locked session gets to see; None when this request has unlocked it."""


def rooms() -> Rooms:
    return current_app.extensions[NAME]


def member_names() -> dict[str, str]:
    """By id, what every other member of the network is called."""
    here = rooms()
    roster = here.roster.current()
    members = roster.members.values() if roster else ()
    return {member.id: member.name for member in members if member.id != here.config.id}

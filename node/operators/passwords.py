"""Passwords: argon2id, tuned so that a small machine checks one in some 30 ms and a stolen table stays expensive.

19 MiB and two passes are the first choice of OWASP's Password Storage Cheat Sheet; the library's default (64 MiB, four
lanes) took up to a second on the machines that small comuni have.
"""

import secrets
from collections.abc import Callable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from node.core.config import Config
from schemas import passwords as worth
from schemas.codes import comuni
from schemas.messages import Message

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without l, o, 0 and 1: a new password is read from paper."""

PROGRAM = "sportello città del lavoro"
WRONG = Message("La password attuale non è giusta. Controlla maiuscole e minuscole.")


def tuned() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


_hasher = tuned()


@cache
def nobodys_hash() -> str:
    return hashed(secrets.token_hex())


def hashed(password: str) -> str:
    return _hasher.hash(worth.normal(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Takes the same time for an account that does not exist (None), so that names cannot be guessed."""
    normal, given = worth.normal(password), password_hash or nobodys_hash()
    # A hash from before passwords were normalised is of what was typed then.
    does_fit = fits(given, normal) or (normal != password and fits(given, password))
    return does_fit and password_hash is not None


def fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def fault_for(config: Config, username: str, display_name: str, has_factor: bool) -> Callable[[str], Message | None]:
    """What tells whether a new password of this account is worth something; nothing is asked of invented accounts."""
    if config.demo:
        return lambda _password: None
    names = [found.name for code in config.comuni if (found := comuni.comune(code)) is not None]
    own_words = (username, display_name, config.name, config.network_name, config.id, PROGRAM, *names)
    return lambda password: worth.fault(password, has_factor, own_words)


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def generated() -> str:
    """Sixteen characters: 80 bits."""
    return in_groups(4)


def in_groups(groups: int) -> str:
    """So many groups of four characters by chance, 20 bits each."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(4 * groups)), "-")


def grouped(text: str, between: str = " ") -> str:
    """In groups of four, as it is read from a screen."""
    return between.join(text[start : start + 4] for start in range(0, len(text), 4))

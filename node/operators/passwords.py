"""Passwords: argon2id, tuned so that a small machine checks one in some 30 ms and a stolen table stays expensive.

19 MiB and two passes are the first choice of OWASP's Password Storage Cheat Sheet; the library's default (64 MiB, four
lanes) took up to a second on the machines that small comuni have.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without l, o, 0 and 1: a new password is read from paper."""


def tuned() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


_hasher = tuned()


@cache
def nobodys_hash() -> str:
    return hashed(secrets.token_hex())


def hashed(password: str) -> str:
    return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Takes the same time for an account that does not exist (None), so that names cannot be guessed."""
    try:
        return _hasher.verify(password_hash or nobodys_hash(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def generated() -> str:
    """Sixteen characters in groups of four: 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))

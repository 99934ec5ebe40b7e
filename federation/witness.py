"""The witness: the last statement that we have signed, noted in a file outside every database.

A database can be put back to what it was yesterday, and does not know it. The witness is written before anybody can see
a statement, and no backup holds it, so it disagrees with a database that was put back. Were it put back too, with the
whole machine, the peers would know better (opening.py).
"""

import json
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from federation import durable
from federation.database import json_text

MODE = 0o600


class Said(NamedTuple):
    """A statement by its place and its digest (SHA-256, hex); `digest` None: nothing was signed in this epoch yet."""

    epoch: int
    seq: int
    digest: str | None

    @property
    def order(self) -> tuple[int, int]:
        return self.epoch, self.seq


class Verdict(Enum):
    """What the witness says about the register."""

    AGREES = "agrees"
    BEHIND = "behind"
    """The register has signed since: a power cut came before the file was written."""
    CONTRADICTS = "contradicts"
    """It knows more than the register, or something else: the register was put back."""
    MISSING = "missing"
    """There is none, or none that can be read, and the register has signed something."""


class Witness:
    """The file at `path`, about the statements of `origin`."""

    def __init__(self, path: Path, origin: str) -> None:
        self._path = path
        self._origin = origin

    def note(self, said: Said) -> None:
        """Write down the last statement. Raises OSError when it cannot; nothing may be served then."""
        told = {"origin": self._origin, "epoch": said.epoch, "seq": said.seq, "sha256": said.digest}
        text = json_text(told).encode()
        if not self._path.exists() or self._path.read_bytes() != text:
            durable.write(self._path, text, MODE)

    def last(self) -> Said | None:
        """What was noted last; None where there is nothing that can be read, or somebody else's note."""
        try:
            told = json.loads(self._path.read_bytes())
            said = Said(int(told["epoch"]), int(told["seq"]), str(told["sha256"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        return said if told.get("origin") == self._origin else None

    def verdict(self, register: Said) -> Verdict:
        """Whether the register, which last signed `register`, can have come after this note."""
        noted = self.last()
        if noted is None:
            return Verdict.MISSING if register.seq else Verdict.AGREES
        if noted.order > register.order:
            return Verdict.CONTRADICTS
        if noted.order < register.order:
            return Verdict.BEHIND
        return Verdict.AGREES if noted.digest == register.digest else Verdict.CONTRADICTS

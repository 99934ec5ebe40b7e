"""Pages as files that can be sent, kept and read aloud: tagged PDF, made by a child process and written to no disk."""

import os
import subprocess
import sys
from threading import BoundedSemaphore

from node.core.errors import Refused
from node.core.pdf_maker import NO_LIBRARY, NO_MEMORY
from schemas.messages import Message

AT_ONCE = 2
"""So many children at a time: each may take a second's work and 100 MB."""
WAIT_S = 90
"""How long a child may take, or somebody may wait for one to begin."""
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
MIMETYPE = "application/pdf"

_places = BoundedSemaphore(AT_ONCE)


def pdf_of(page: str) -> bytes:
    """The PDF/UA of a page of `layouts/pdf.html`.

    Raises Refused, with 503, when this machine lacks a library or is busy, or when the page is too large.
    """
    if not _places.acquire(timeout=WAIT_S):
        raise Refused(Message("Altri documenti sono in preparazione: riprova tra un minuto."), 503)
    try:
        return _made(page)
    finally:
        _places.release()


def _made(page: str) -> bytes:
    harmless = {name: value for name, value in os.environ.items() if not name.startswith("SPORTELLO_")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "node.core.pdf_maker"],
            input=page.encode(),
            env=harmless,
            capture_output=True,
            timeout=WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _too_large() from late
    if done.returncode == NO_LIBRARY:
        raise Refused(
            Message(
                "Su questo computer manca una libreria per fare i PDF. Chi lo amministra può installarla con: apt-get install {libraries}",
                libraries=LIBRARIES,
            ),
            503,
        )
    if done.returncode == NO_MEMORY or done.returncode < 0:
        raise _too_large()
    done.check_returncode()
    return done.stdout


def _too_large() -> Refused:
    return Refused(Message("Il documento è troppo grande per farne un PDF. Scegli meno persone e riprova."), 503)

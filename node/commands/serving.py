"""A node at work: one process with waitress and the worker's jobs, or the worker alone beside other web servers.

A stop gives running work a moment and then ends: nothing here needs a tidy end, a `kill -9` at any line loses nothing
that was acknowledged.
"""

import ctypes
import errno
import gc
import os
import signal
import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from types import FrameType

import structlog
import waitress

from federation import replica
from node.app import create_app
from node.commands.faults import Trouble
from node.core import db, logging
from node.core.config import Config
from node.worker import Worker

STOP_S = 1.0
M_ARENA_MAX = -8
"""The number of this setting in glibc's malloc.h."""
ARENAS = 2

log = structlog.get_logger("node.run")


class Stop(KeyboardInterrupt):
    """SIGTERM or SIGINT arrived. Of this kind, because in the middle of a request waitress keeps any other to itself."""


def run(config: Config, host: str, port: int, serve: Collection[str]) -> None:
    """Serve these doors until a signal; with the desk among them, do the worker's jobs too. Does not return."""
    share_memory()
    with bound(host, port) as door:
        prepare(config, with_desk="desk" in serve)
        logging.configure(config.log_level)
        server = waitress.create_server(
            create_app(config, serve),
            sockets=[door],
            threads=config.threads,
            ident=None,
            clear_untrusted_proxy_headers=not config.trusted_proxies,
        )
        worker = Worker(config) if "desk" in serve else None
        until_stopped(server.run, worker, at_end=lambda: server.task_dispatcher.shutdown(timeout=STOP_S))


def work(config: Config) -> None:
    """Only the worker's jobs, until a signal. Does not return."""
    share_memory()
    prepare(config, with_desk=True)
    logging.configure(config.log_level)
    until_stopped(threading.Event().wait, Worker(config))


def share_memory() -> None:
    """glibc gives each thread a heap of its own and none back: two for all spare 14 MB, and Python takes turns anyway.

    Where the C library has no such setting, nothing happens. To be called before there are threads.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def bound(host: str, port: int) -> socket.socket:
    """The address is taken before anything else happens, so that a second start changes nothing. Raises Trouble."""
    try:
        return socket.create_server((host, port), backlog=512)
    except OSError as fault:
        reasons = {
            errno.EADDRINUSE: f"La porta {port} è già in uso: un altro programma, o questo nodo, è già acceso.",
            errno.EACCES: f"Non ho il permesso di usare la porta {port}: scegline una da 1024 in su.",
            errno.EADDRNOTAVAIL: f"{host} non è un indirizzo di questa macchina.",
        }
        raise Trouble(reasons.get(fault.errno, f"Non posso ascoltare su {host}:{port}: {fault.strerror}.")) from fault


def prepare(config: Config, with_desk: bool) -> None:
    """Bring the databases to this program's version. Raises SchemaFault for one that is newer."""
    check_folder(config)
    if with_desk:
        with db.opened(db.desk_of(config)) as desk:
            db.bring_up_to_date(desk, config.desk_url)
    with db.opened(db.replica_of(config)) as copies:
        replica.create(copies)


def check_folder(config: Config) -> None:
    if not os.access(config.data, os.W_OK | os.X_OK):
        raise Trouble(f"Non ho il permesso di scrivere in {config.data}.")


def until_stopped(serve, worker: Worker | None, at_end=lambda: None) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Stop

    gc.freeze()  # the program itself is no garbage: to look through it held up every request for 0.1 s each time
    with suppress(Stop):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if worker:
            worker.start()
        log.info("started", worker=worker is not None)
        serve()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    if worker:
        worker.stop(STOP_S)
    at_end()
    log.info("stopped")
    os._exit(0)  # threads that wait for a slow peer would otherwise be waited for

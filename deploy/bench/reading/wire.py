"""A wire that counts: what goes over it in both directions, headers included, TCP's own and TLS not."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from deploy.bench.programs import HOST

CHUNK = 256 * 1024


class Wire:
    """Takes calls on `port` and carries them to `to_port`; `bytes` counts both directions. A context manager."""

    def __init__(self, port: int, to_port: int):
        self.port, self._to_port = port, to_port
        self._guard = threading.Lock()
        self._open: list[socket.socket] = []
        self._door = socket.create_server((HOST, port))
        self.bytes = 0
        self._threads: list[threading.Thread] = []
        self._start(self._take_calls)

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        with self._guard:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for each in self._threads:
            each.join()
        for each in self._open:
            each.close()

    def _take_calls(self) -> None:
        with suppress(OSError):
            while True:
                call, _ = self._door.accept()
                onward = socket.create_connection((HOST, self._to_port))
                with self._guard:
                    self._open += [call, onward]
                self._start(self._carry, call, onward)
                self._start(self._carry, onward, call)

    def _start(self, does: Callable[..., None], *ends: socket.socket) -> None:
        thread = threading.Thread(target=does, args=ends, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(CHUNK):
                with self._guard:
                    self.bytes += len(piece)
                to.sendall(piece)
        with suppress(OSError):
            to.shutdown(socket.SHUT_WR)

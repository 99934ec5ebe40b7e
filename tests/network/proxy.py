"""A wire that can be cut: a TCP proxy before each node, whose faults are switched while the nodes run.

The roster gives the address of the proxy, so all that others ask of a node goes through here; its own desk and citizens
go to its real port. What is wrong with the wire is decided when somebody calls, and a change hangs up on everybody:
kept connections would otherwise live on in the old weather.
"""

import socket
import struct
import threading
import time
from contextlib import suppress

import psutil

HOST = "127.0.0.1"
CHUNK = 16 * 1024
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close with RST, as a machine does that knows nothing of the connection."""


class Wire:
    """Nothing is wrong. The others differ in what becomes of an answer."""

    def carry(self, answer, to):
        """Hand on a piece of the answer; False ends the conversation."""
        to.sendall(answer)
        return True

    def for_call(self):
        """The wire of one call; those that count begin to count."""
        return self


class BlackHole(Wire):
    """What goes in never comes out, and nobody says so."""

    def carry(self, _answer, _to):
        return True


class Late(Wire):
    """Each piece of an answer takes its time."""

    def __init__(self, delay_s):
        self.delay_s = delay_s

    def carry(self, answer, to):
        time.sleep(self.delay_s)
        return super().carry(answer, to)


class Drip(Wire):
    """One byte after the other."""

    def __init__(self, every_s):
        self.every_s = every_s

    def carry(self, answer, to):
        for byte in answer:
            to.sendall(bytes([byte]))
            time.sleep(self.every_s)
        return True


class Short(Wire):
    """An answer ends after as many bytes as `lengths()` says: as if it were complete, or with a reset (`is_cut`)."""

    def __init__(self, lengths, is_cut=False):
        self.lengths, self.is_cut, self.left = lengths, is_cut, 0

    def for_call(self):
        call = Short(self.lengths, self.is_cut)
        call.left = self.lengths()
        return call

    def carry(self, answer, to):
        to.sendall(answer[: self.left])
        self.left -= len(answer)
        if self.left > 0:
            return True
        if self.is_cut:
            to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return False


class Proxy:
    """Listens on a port of its own and talks to `port`. `callers` names who holds the other end of a connection."""

    def __init__(self, port, callers):
        self.port = port
        self.callers = callers
        self.listener = socket.create_server((HOST, 0), backlog=128)
        self.own_port = self.listener.getsockname()[1]
        self.wire = Wire()
        self.severed = frozenset()
        self.calls = 0
        self._open = set()
        self._guard = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def suffer(self, wire=None, severed=()):
        """From now on this is wrong with the wire, and these callers get nowhere; nothing is when nothing is said."""
        with self._guard:
            self.wire, self.severed = wire or Wire(), frozenset(severed)
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()
        self.suffer()

    def _listen(self):
        while True:
            try:
                caller, (_, caller_port) = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller, caller_port), daemon=True).start()

    def _serve(self, caller, caller_port):
        with self._guard:
            wire, severed = self.wire.for_call(), self.severed
            self.calls += 1
            self._open.add(caller)
        with caller, suppress(OSError):
            if severed and self.callers(caller_port) in severed:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            else:
                self._connect(caller, wire)
        with self._guard:
            self._open.discard(caller)

    def _connect(self, caller, wire):
        with socket.create_connection((HOST, self.port)) as node:
            asking = threading.Thread(target=self._ask, args=(caller, node), daemon=True)
            asking.start()
            try:
                while (answer := node.recv(CHUNK)) and wire.carry(answer, caller):
                    pass
            finally:
                with suppress(OSError):
                    node.shutdown(socket.SHUT_RDWR)
                with suppress(OSError):
                    caller.shutdown(socket.SHUT_RD)
                asking.join()

    def _ask(self, caller, node):
        """What is asked goes through as it comes; when no more is asked, the node learns that too."""
        with suppress(OSError):
            while asked := caller.recv(CHUNK):
                node.sendall(asked)
            node.shutdown(socket.SHUT_WR)


def holder_of(port, processes):
    """The name of whoever holds the local `port`, among name -> pids; None when it is nobody of these."""
    for name, pids in processes.items():
        for pid in pids:
            with suppress(psutil.Error):
                if any(each.laddr.port == port for each in psutil.Process(pid).net_connections("tcp")):
                    return name
    return None

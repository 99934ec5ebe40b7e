"""A mail server on loopback that speaks just enough SMTP (RFC 5321) to take letters, to refuse them, or to fall silent."""

import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(220)
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say(354)
                self.take()
            elif verb == b"RCPT" and self.server.refusal:
                self.say(self.server.refusal)
            else:
                self.say(250)

    def take(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.server.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.server.hangs_up:
            self.connection.close()
        else:
            self.say(250)

    def say(self, code):
        self.wfile.write(f"{code} prova\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`letters` are those it took, `refusal` the code with which it refuses whom they are for, `hangs_up`: before it says that
    it took one."""

    daemon_threads = True
    letters, refusal, hangs_up = (), None, False


@contextmanager
def mail_server():
    with MailServer(("127.0.0.1", 0), Conversation) as server:
        server.letters = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()

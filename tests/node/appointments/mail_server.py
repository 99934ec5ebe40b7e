"""A mail server on loopback (aiosmtpd, RFC 5321) that takes letters, refuses them, or hangs up over them."""

import asyncio
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP


class MailServer:
    """`letters` are those it took, `refusal` the code with which it refuses whom they are for, `hangs_up`: before it says that
    it took one."""

    def __init__(self):
        self.letters, self.refusal, self.hangs_up = [], None, False
        self.server_address = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.refusal:
            return f"{self.refusal} prova"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        self.letters.append(message_from_bytes(envelope.original_content, policy=policy.default))
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server():
    """It lives in a thread with a loop of its own: in the caller's one Playwright may be running."""
    running, loop = MailServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def done(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    listening = done(loop.create_server(lambda: SMTP(running, loop=loop), "127.0.0.1", 0))
    running.server_address = listening.sockets[0].getsockname()
    try:
        yield running
    finally:
        done(close(listening))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def close(listening):
    """Whoever is still connected is cut off."""
    listening.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)

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
    running, loop = MailServer(), asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(lambda: SMTP(running, loop=loop), "127.0.0.1", 0))
    running.server_address = listening.sockets[0].getsockname()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(close(listening), loop).result()
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

"""How often one address may ask: enough for any person, too little for whoever wants to empty the shelves.

Counted in this process's memory: a restart forgives, several processes each count for themselves. Behind a proxy the
address is right only if `trusted_proxies` says so. What is left is told in the headers of every counted answer, times in
seconds from now as the Italian interoperability model has them; Retry-After only to whoever has to wait.
"""

import time
from math import ceil

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from node.core.config import Config
from node.core.rooms import rooms

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)

RESET = "X-RateLimit-Reset"
MUST_WAIT = (429, 503)


def register(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_ENABLED"] = config.rate_limits
    app.after_request(tell_in_seconds)  # Flask runs the later one first: the limiter's, then this
    limiter.init_app(app)


def tell_in_seconds(response: Response) -> Response:
    """The limiter tells a moment, and when to come back also to whoever may stay."""
    if RESET in response.headers:
        response.headers[RESET] = str(max(0, int(response.headers[RESET]) - ceil(time.time())))
        if response.status_code not in MUST_WAIT:
            response.headers.pop("Retry-After", None)
    return response


def pages() -> str:
    return rooms().config.page_limit


def api() -> str:
    return rooms().config.api_limit

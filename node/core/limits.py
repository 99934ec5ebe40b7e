"""How often one address may ask: enough for any person, too little for whoever wants to empty the shelves.

Counted in this process's memory: a restart forgives, several processes each count for themselves. Behind a proxy the
address is right only if `trusted_proxies` says so.
"""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from node.core.config import Config
from node.core.rooms import rooms

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


def register(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_ENABLED"] = config.rate_limits
    limiter.init_app(app)


def pages() -> str:
    return rooms().config.page_limit


def api() -> str:
    return rooms().config.api_limit

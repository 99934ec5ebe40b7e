"""What every answer says: to the browser, run and show only what comes from this node; to peers, which version this is.

Peers' programs show nothing and follow nothing, and each polls every few minutes: what only a browser obeys they are spared.

Written by hand because the package for it is no longer maintained; nothing inline is allowed, therefore no nonce.
"""

from flask import Flask, Response, request

from federation import feed
from node import __version__

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
FOR_ALL = {"Server": f"sportello/{__version__}", "X-Content-Type-Options": "nosniff"}
FOR_PEERS = FOR_ALL | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
FOR_BROWSERS = FOR_ALL | {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def register(app: Flask) -> None:
    https = app.config["SESSION_COOKIE_SECURE"]

    @app.after_request
    def add(response: Response) -> Response:
        is_for_peers = request.blueprint == feed.NAME
        for name, value in (FOR_PEERS if is_for_peers else FOR_BROWSERS).items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

"""The least that a Flask program behind waitress can be: the floor under start time, memory and a round trip."""

import sys

import waitress
from flask import Flask, Response, request

THREADS = 8


def bare_app() -> Flask:
    """Says that it is alive, and keeps one note."""
    app = Flask("bare")
    kept: list[bytes] = [b""]

    @app.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/note")
    def told() -> bytes:
        return kept[0]

    @app.post("/note")
    def note() -> tuple[str, int]:
        kept[0] = request.get_data()
        return "", 204

    return app


if __name__ == "__main__":
    waitress.serve(bare_app(), host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS, ident=None, _quiet=True)

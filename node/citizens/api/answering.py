"""How the API speaks: JSON written by a schema, validators that save the second reading, refusals that name what is wrong.

Any site may read it: nothing here depends on who asks, and no cookie opens anything.
"""

import hashlib
from typing import Any

from flask import Response, abort, json, request
from marshmallow import Schema

from node.citizens.asked import BadQuestion
from node.core.errors import problem
from node.core.i18n import gettext as _
from node.core.i18n import translate
from schemas.messages import Message
from schemas.search import OneOf

PREFIX = "/api/v1"
VOLATILE = frozenset(("took_ms",))
"""Members that differ at every asking, and say nothing of what is answered."""

FAULTS_TOLD = 3
"""At most so many for one parameter."""

READ_BY_SCRIPTS = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
PREFLIGHT_S = 24 * 3600


def answer(schema: Schema, told: Any) -> Response:
    """200 with `told` as the schema writes it, or 304 for whoever has it already."""
    return conditional(schema.dump(told))


def conditional(body: dict[str, Any]) -> Response:
    """A weak validator: two answers are equal when they say the same, however long each took."""
    lasting = {name: value for name, value in body.items() if name not in VOLATILE}
    response = Response(json.dumps(body), mimetype="application/json")
    response.set_etag(hashlib.sha256(json.dumps(lasting).encode()).hexdigest()[:32], weak=True)
    response.cache_control.no_cache = True
    return response.make_conditional(request)


def refusal(bad: BadQuestion, schema: Schema):
    """400 with, per parameter, what was wrong and the values that are allowed."""
    told = {name: in_few_words(messages) for name, messages in bad.errors.items()}
    detail = " ".join(message for messages in told.values() for message in messages)
    return problem(400, _("La richiesta non è chiara"), detail, errors=told, allowed=allowed(schema, told))


def in_few_words(messages: list[str]) -> list[str]:
    """The same fault in a hundred values is told once, and after a few faults the rest is clear."""
    return list(dict.fromkeys(map(translate, messages)))[:FAULTS_TOLD]


def allowed(schema: Schema, wrong: dict[str, list[str]]) -> dict[str, list[str]]:
    """The lists behind the parameters that were refused."""
    kinds = {name: getattr(kind, "inner", kind) for name, kind in schema.load_fields.items()}
    return {name: list(kinds[name].allowed) for name in wrong if isinstance(kinds.get(name), OneOf)}


def speaks_json() -> None:
    """406 for whoever wants only what this cannot say."""
    if request.accept_mimetypes and not request.accept_mimetypes["application/json"]:
        abort(406, Message("Questo indirizzo risponde solo in application/json."))


def open_to_scripts(response: Response) -> Response:
    """Let pages of other sites read every answer of the API, refusals included."""
    if request.path.startswith(PREFIX):
        response.vary.update(("Accept", "Accept-Language", "Cookie"))
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = READ_BY_SCRIPTS
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_S)
    return response

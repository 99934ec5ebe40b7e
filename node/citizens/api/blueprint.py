"""The addresses under /api/v1, as the table of operations lists them, and the descriptions of them all."""

from collections.abc import Callable

from flask import Response, request

from node.citizens.api import answering
from node.citizens.api.description import VERSIONS, describe
from node.citizens.api.operations import OPERATIONS, Operation
from node.citizens.asked import BadQuestion
from node.core import doors, limits
from node.core.i18n import language

api = doors.public("api", answering.PREFIX, limits.api)
api.before_request(answering.speaks_json)
api.after_app_request(answering.open_to_scripts)


def answering_view(operation: Operation) -> Callable[..., Response]:
    def view(**blanks: str) -> Response:
        try:
            return answering.answer(operation.answer, operation.view(request.args, **blanks))
        except BadQuestion as bad:
            return answering.refusal(bad, operation.query)

    return view


def description(file: str) -> Response:
    """OpenAPI, in the language of the reader."""
    return answering.conditional(describe(VERSIONS[file], language()))


for each in OPERATIONS:
    api.add_url_rule(each.path, each.name, answering_view(each))
for name in VERSIONS:
    api.add_url_rule(f"/{name}", "description", description, defaults={"file": name})

"""Sentences of a report in the database: kept with their templates, so that each reader has them in her language."""

from typing import Any

from schemas.messages import Message


def packed(message: str) -> Any:
    """The message as JSON holds it; a plain text as it is."""
    if not isinstance(message, Message):
        return str(message)
    params = {name: packed(value) if isinstance(value, str) else value for name, value in message.params.items()}
    return {"says": message.msgid, "with": params}


def unpacked(told: Any) -> str:
    """The message again."""
    if not isinstance(told, dict):
        return str(told)
    template, params = told["says"], told["with"]
    return Message(
        template, **{name: unpacked(value) if isinstance(value, dict) else value for name, value in params.items()}
    )

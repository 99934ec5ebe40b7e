"""Sentences for people, that can still be translated after they were formatted.

marshmallow formats and concatenates messages where it likes; by then the template is gone and no catalogue can find the
sentence. A `Message` is the finished Italian sentence (so it works wherever a string does) that remembers its template
and what was put into it.
"""

from typing import Any


class Message(str):
    """An Italian sentence with its template: `Message("Al massimo {max} caratteri.", max=120)`.

    The template must stand in the call as a literal, because it is what the catalogue extractor reads. A parameter may be
    a Message itself; whoever translates the sentence translates that one first.
    """

    __slots__ = ("msgid", "params")

    msgid: str
    params: dict[str, Any]

    def __new__(cls, msgid: str, **params: Any) -> "Message":
        sentence = super().__new__(cls, msgid.format(**params))
        sentence.msgid = msgid
        sentence.params = params
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:  # copy and pickle
        return (self.msgid,), self.params

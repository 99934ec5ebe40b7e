"""The brake at the source: what would take a great part of our records from the network is asked for once more, by number.

A wrong file or a slip of the hand that withdraws everything reaches every comune within seconds, and nothing that was
withdrawn comes back under its id. So whoever wants it says how many she is about to withdraw; a number that is no longer
true does not count.
"""

from sqlalchemy.orm import Session

from federation import register
from node.core.errors import Refused
from schemas.messages import Message

ALWAYS = 20
SHARE = 0.2


class Braked(Refused):
    """`count` of the `living` records would be withdrawn, and nobody has said that number."""

    def __init__(self, count: int, living: int):
        told = Message(
            "Così si ritirano {count} offerte delle {living} che sono in rete: se è quello che vuoi, confermalo.",
            count=count,
            living=living,
        )
        super().__init__(told, status=422)
        self.count = count
        self.living = living


def needs_a_word(count: int, living: int) -> bool:
    """Whether withdrawing so many of the living records has to be confirmed: more than 20, and more than a fifth."""
    return count > max(ALWAYS, SHARE * living)


def brake(session: Session, kind: str, count: int, confirmed: int | None) -> None:
    """Raises Braked where so many would be withdrawn and `confirmed` is another number, or none."""
    living = register.count_living(session, kind)
    if needs_a_word(count, living) and confirmed != count:
        raise Braked(count, living)

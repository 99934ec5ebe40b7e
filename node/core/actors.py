"""Who acts, in every sentence that has an actor: an operator who is signed in, or the node itself."""

from dataclasses import dataclass

ADMINISTRATOR, OPERATOR, COORDINATOR = "amministratore", "operatore", "coordinatore"
ROLES = (OPERATOR, COORDINATOR, ADMINISTRATOR)


@dataclass(frozen=True)
class Actor:
    """`id` is random and all that the audit keeps; `language` is the operator's preference, if there is one."""

    id: str
    username: str
    display_name: str
    role: str
    language: str | None = None
    must_change_password: bool = False
    must_set_up_factor: bool = False
    is_locked: bool = False


NODE = Actor("node", "node", "nodo", "nodo")

"""Who the nine are: the partners of the 2011 project, each with an address of its own on this machine."""

from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
NETWORK = "Le città del lavoro"
PASSWORD = "sportello-demo"  # noqa: S105 - printed for everybody who tries the demo
PEOPLE = {
    "operatore": ("Maria Operatrice", "operatore"),
    "coordinatore": ("Carlo Coordinatore", "coordinatore"),
}


@dataclass(frozen=True)
class DemoNode:
    """One node of the demo."""

    id: str
    comuni: tuple[str, ...]
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def folder(self, root: Path) -> Path:
        """The node's own data folder; no node ever opens another's."""
        return root / self.id


def nine(first_port: int = 8001) -> tuple[DemoNode, ...]:
    """The nine nodes on consecutive ports, the capofila first."""
    partners = (
        ("somma-lombardo", "Somma Lombardo"),
        ("gavirate", "Gavirate"),
        ("golasecca", "Golasecca"),
        ("ispra", "Ispra"),
        ("sesto-calende", "Sesto Calende"),
        ("travedona-monate", "Travedona-Monate"),
        ("varese", "Varese"),
        ("vergiate", "Vergiate"),
        ("lonate-pozzolo-ferno", "Lonate Pozzolo", "Ferno"),
    )
    return tuple(DemoNode(name, tuple(comuni), port) for port, (name, *comuni) in enumerate(partners, first_port))

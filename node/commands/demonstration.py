"""What can be played by hand with the nine nodes of the demonstration: cutting one off, and letting it back in."""

from pathlib import Path

from node.commands.faults import Trouble
from node.commands.options import node_at
from node.core.config import Config
from node.core.partition import mark


def cut(root: Path, node: str) -> int:
    """Cut a node of the demonstration off from the others; after how many minutes it will be grey elsewhere."""
    config = _node(root, node)
    mark(config).touch()
    return config.grey_after_min


def heal(root: Path, node: str) -> None:
    """Let a node back in; one that was not cut off stays as it is."""
    mark(_node(root, node)).unlink(missing_ok=True)


def _node(root: Path, node: str) -> Config:
    found = sorted(path.parent.name for path in root.glob("*/node.toml"))
    if not found:
        raise Trouble(f"In {root} non c’è nessuna dimostrazione: accendila con «make demo», o di’ dov’è con --data.")
    if node not in found:
        raise Trouble(f"Nella dimostrazione non c’è nessun nodo «{node}». Ci sono: {', '.join(found)}.")
    config = node_at(root / node)
    if not config.demo:
        raise Trouble(f"{node} non è un nodo dimostrativo: un nodo vero non si isola così.")
    return config

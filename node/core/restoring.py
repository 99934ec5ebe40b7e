"""What `sportello restore` leaves in the folder of the node for its next start, and whether the node found it."""

import json
from datetime import datetime

from federation import durable
from federation.opening import Order
from node.core.config import Config

MODE = 0o600


def remember(config: Config, backup: str, reason: str, now: datetime) -> None:
    """Why nobody was asked, in a file of its own: the audit has no room for words."""
    told = {"backup": backup, "reason": reason, "restored_at": now.isoformat()}
    with config.restores.open("a", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False) + "\n")


def leave(config: Config, alone: bool, now: datetime) -> None:
    """Have the next start begin anew; `alone`: without having heard any other node."""
    told = {"alone": alone, "ordered_at": now.isoformat()}
    durable.write(config.restore_order, json.dumps(told).encode(), MODE)


def ordered(config: Config) -> Order | None:
    """The order that was left, or None."""
    try:
        told = json.loads(config.restore_order.read_text("utf-8"))
        return Order(bool(told["alone"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Order()


def carried_out(config: Config) -> None:
    config.restore_order.unlink(missing_ok=True)

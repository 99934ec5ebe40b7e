"""A node of the demonstration that is cut off from the others by hand, so that people can watch what the network does.

A file in the node's folder is the wire-cutter: while it is there the node asks nobody and answers no peer; its citizens
and its desk notice nothing. A node that is no demonstration never looks for it.
"""

from pathlib import Path

from flask import Response

from node.core.config import Config

NAME = "isolato"


def mark(config: Config) -> Path:
    return config.data / NAME


def is_cut(config: Config) -> bool:
    return config.demo and mark(config).exists()


def refuse(config: Config) -> Response | None:
    """What a peer is answered while we are cut off."""
    return Response(status=503) if is_cut(config) else None

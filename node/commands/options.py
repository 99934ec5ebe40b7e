"""What several commands share: where the node is, and an answer for a program."""

import json
import os
from pathlib import Path

import click

from node.core.config import Config, load

YES, NO = frozenset(("s", "si", "sì", "y", "yes")), frozenset(("n", "no", ""))

data_option = click.option(
    "--data",
    required=True,
    envvar="SPORTELLO_DATA",
    type=click.Path(path_type=Path),
    help="La cartella del nodo (anche SPORTELLO_DATA nell’ambiente).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Risposta in JSON, per un programma.")


def node_at(data: Path) -> Config:
    return load(data, os.environ)


def agreed(question: str) -> bool:
    """Whether a person says yes, in Italian or as other programs want it; an answer that is neither is asked for again."""
    while True:
        told = str(click.prompt(f"{question} [s/N]", default="n", show_default=False)).strip().casefold()
        if told in YES or told in NO:
            return told in YES
        click.echo("Rispondi s (sì) oppure n (no).")


def show(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))

"""What several commands share: where the node is, and an answer for a program."""

import json
import os
from pathlib import Path

import click

from node.core.config import Config, load

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


def show(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))

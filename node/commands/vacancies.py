"""`sportello vacancies`: how its commands are typed; what they do stands in `node.commands.bringing`."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from node.commands import bringing
from node.commands.faults import Trouble
from node.commands.options import data_option, json_option, node_at, show
from node.core.brake import Braked


@click.group()
def group() -> None:
    """Le offerte dello sportello, da un file e in un file."""


@group.command("import")
@data_option
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    multiple=True,
    metavar="COLONNA=CAMPO",
    help="Che cosa contiene una colonna; più volte. Campo - per ignorarla.",
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    metavar="CAMPO=VALORE",
    help="Che cosa vale per le righe che non lo dicono (desk, how_to_apply, contract, closes_on, places); più volte.",
)
@click.option("--sheet", help="Il foglio di un file Excel; altrimenti quello che si capisce meglio.")
@click.option("--dry-run", is_flag=True, help="Mostra che cosa succederebbe e non scrive nulla.")
@click.option("--yes", is_flag=True, help="Scrive senza chiedere conferma.")
@click.option(
    "--withdraw",
    type=int,
    help="Quante offerte aperte il file può ritirare, quando sono una gran parte: il numero esatto.",
)
@json_option
def import_file(
    data: Path,
    file: Path,
    mapping: tuple[str, ...],
    defaults: tuple[str, ...],
    sheet: str | None,
    dry_run: bool,
    yes: bool,
    withdraw: int | None,
    as_json: bool,
) -> None:
    """Importa offerte da FILE: Excel (.xlsx), CSV o JSON, una riga per offerta.

    Ogni riga ha il suo esito. Le offerte già scadute restano in archivio e non si pubblicano; lo stesso file importato
    due volte non crea doppioni. Con Ctrl-C, o se qualcosa va storto, non resta scritto nulla.
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("Con --json nessuno può rispondere: aggiungi --yes o --dry-run.")
    with bringing.Run(node_at(data), file, sheet) as run:
        columns = run.begin(mapping, bringing.defaults_of(defaults))
        say(bringing.columns_in_words(columns), as_json)
        with progress(run.table.about, "Leggo", as_json) as tell:
            report = run.check(tell)
        if not (yes or as_json):
            say(bringing.in_words(report, is_done=False))
        is_written = not dry_run and (yes or click.confirm("Importo?", default=False))
        if is_written:
            with progress(report["rows"], "Scrivo", as_json) as tell:
                report = written(run, tell, withdraw)
    if as_json:
        show(report)
    elif is_written:
        say(bringing.in_words(report, is_done=True))
    else:
        click.echo("Non è stato scritto nulla.")


def written(run: bringing.Run, tell: Callable[[int], None], withdraw: int | None) -> dict[str, Any]:
    """Raises Trouble when the file would take a great part of all vacancies from the network and nobody said how many."""
    try:
        return run.write(tell, withdraw)
    except Braked as braked:
        raise Trouble(
            f"Il file ritirerebbe {braked.count} delle {braked.living} offerte in rete: non è stato scritto nulla. "
            f"Se è quello che vuoi, ripeti con --withdraw {braked.count}.",
            code=1,
        ) from braked


def say(lines: Iterable[str], is_silent: bool = False) -> None:
    for line in () if is_silent else lines:
        click.echo(line)


@contextmanager
def progress(length: int | None, label: str, is_silent: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where a person looks at it; a function that hears how many rows are done."""
    if is_silent or not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=length or 0, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


@group.command("export")
@data_option
@click.argument("file", type=click.Path(path_type=Path))
def export_file(data: Path, file: Path) -> None:
    """Scrive in FILE tutte le offerte (.csv, .xlsx o .jsonl), con le colonne che l’importazione capisce."""
    click.echo(f"{bringing.export(node_at(data), file)} offerte in {file}.")

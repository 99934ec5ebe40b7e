"""Vacancies from a file and into a file, from the command line: the same work as at the desk, done at once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from node.commands.faults import Trouble
from node.core import db
from node.core.actors import NODE
from node.core.config import Config
from node.core.db import transaction
from node.desks.queries import all_desks
from node.vacancies import exporting
from node.vacancies.importing import actions, queries, work
from node.vacancies.importing.columns import LABELS
from node.vacancies.importing.heads import IGNORED, folded_head
from node.vacancies.importing.messages import unpacked
from node.vacancies.importing.models import OUTCOMES, Import
from node.vacancies.importing.rows import Unreadable, check_size
from node.vacancies.importing.tables import Table, open_table
from node.vacancies.typed import USUAL_WAY_TO_APPLY
from schemas.codes import spelling

TO_IGNORE = "-"
SAYINGS = {
    "imported": "pubblicate",
    "updated": "aggiornate",
    "unchanged": "già presenti e uguali",
    "draft": "in bozza, da rivedere",
    "expired": "finite: in archivio, non pubblicate",
    "refused": "rifiutate",
}


class Run:
    """One import from the command line. Leaving it before `write` has ended leaves the desk as it was."""

    def __init__(self, config: Config, file: Path, sheet: str | None):
        self._config = config
        self._name = file.name
        self._content, self.table = read(file, sheet)
        self._desk = db.desk_of(config)
        db.bring_up_to_date(self._desk, config.desk_url)
        self.ref = ""

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_fault: object) -> None:
        try:
            if self.ref:
                self._give_up()
        finally:
            self._desk.dispose()

    def begin(self, mapping: Sequence[str], defaults: Mapping[str, str]) -> list[tuple[str, str]]:
        """[(head, field)] as the file will be read; `mapping` holds "column=field", over what is proposed."""
        with transaction(self._desk) as session:
            begun = actions.begin_import(session, NODE, self._name, self._content, self.table)
            fields = with_wishes(begun.heads, begun.mapping, mapping)
            actions.choose_columns(session, begun, fields, self._usual(session, begun) | dict(defaults))
            self.ref = begun.ref
            return list(zip(begun.heads, begun.mapping, strict=True))

    def check(self, progress: Callable[[int], None]) -> dict[str, Any]:
        """The report of what would happen. Raises Trouble for a file that cannot be read to its end."""
        work.check(self._desk, self.ref, self._config, progress)
        return self.report()

    def write(self, progress: Callable[[int], None], withdrawing: int | None = None) -> dict[str, Any]:
        """The report of what has happened. Raises Braked when so many vacancies would go that their number must be said."""
        with transaction(self._desk) as session:
            actions.confirm_import(session, NODE, queries.import_to_change(session, self.ref), withdrawing)
        work.apply(self._desk, self.ref, self._config, progress)
        return self.report()

    def report(self) -> dict[str, Any]:
        with self._desk.reading() as session:
            begun = queries.import_with(session, self.ref)
            if begun.problem:
                raise Trouble(str(unpacked(begun.problem)))
            rows = [
                {
                    "row": row.number,
                    "outcome": row.outcome,
                    "title": row.title,
                    "vacancy": row.vacancy_ref,
                    "warnings": [str(unpacked(text)) for text, is_warning in row.notes if is_warning],
                    "notes": [str(unpacked(text)) for text, is_warning in row.notes if not is_warning],
                }
                for row in queries.all_rows_of(session, self.ref)
            ]
            counts = {name: begun.counts.get(name, 0) for name in (*OUTCOMES, queries.WARNED)}
        return {"import": self.ref, "file": self._name, "rows": len(rows)} | counts | {"report": rows}

    def _give_up(self) -> None:
        """What is not written yet will not be; a finished import stays as it is."""
        with transaction(self._desk) as session:
            actions.forget_import(session, queries.import_to_change(session, self.ref))

    @staticmethod
    def _usual(session: Any, begun: Import) -> dict[str, str]:
        desks = all_desks(session)
        if not desks:
            raise Trouble("Per importare offerte serve almeno uno sportello: aggiungilo alla voce Sportelli.")
        return {"desk": desks[0].ref, "how_to_apply": USUAL_WAY_TO_APPLY} | begun.defaults


def read(file: Path, sheet: str | None) -> tuple[bytes, Table]:
    """The file and its table. Raises Trouble for one that cannot be used, OSError."""
    try:
        check_size(file.stat().st_size)
        content = file.read_bytes()
        return content, open_table(content, sheet)
    except Unreadable as fault:
        raise Trouble(str(fault.message)) from fault


def with_wishes(heads: Sequence[str], proposed: Sequence[str], wishes: Sequence[str]) -> list[str]:
    """The proposal with "column=field" over it. Raises Trouble for a column or a field that there is not."""
    fields = list(proposed)
    columns = {folded_head(head): at for at, head in enumerate(heads)}
    for wish in wishes:
        column, _, name = wish.rpartition("=")
        at = columns.get(folded_head(column))
        if at is None:
            raise Trouble(f"Nel file non c’è la colonna «{column}». Ci sono: {', '.join(heads)}.")
        field = field_called(name)
        fields = [IGNORED if each == field and field != IGNORED else each for each in fields]
        fields[at] = field
    return fields


def field_called(name: str) -> str:
    """The field by its own name or by its label; `-` ignores the column."""
    if name.strip() == TO_IGNORE:
        return IGNORED
    called = {spelling.compact(text): field for field, label in LABELS.items() for text in (field, label)}
    field = called.get(spelling.compact(name))
    if field is None:
        raise Trouble(
            f"«{name}» non è un campo. Ci sono: {', '.join(LABELS)}; {TO_IGNORE} per non importare la colonna."
        )
    return field


def defaults_of(pairs: Sequence[str]) -> dict[str, str]:
    """What holds for rows that do not say it, from "field=value"."""
    told = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        field = field_called(name)
        if field not in actions.MAY_BE_ASSUMED or not value.strip():
            raise Trouble(f"«{pair}»: per tutte le righe si possono dare {', '.join(actions.MAY_BE_ASSUMED)}.")
        told[field] = value.strip()
    return told


def columns_in_words(columns: Sequence[tuple[str, str]]) -> list[str]:
    """What each column is taken for."""
    return [f"  {head:32} → {LABELS[field] if field else 'non importata'}" for head, field in columns]


def in_words(report: Mapping[str, Any], is_done: bool) -> list[str]:
    """The report as lines: the sums, then every row that somebody should look at."""
    lines = [f"{report['rows']} righe in {report['file']}" + ("" if is_done else ": che cosa succede")]
    lines += [f"  {report[name]:6} {said}" for name, said in SAYINGS.items() if report[name]]
    if report[queries.WARNED]:
        lines.append(f"  di cui {report[queries.WARNED]} con avvisi")
    for row in report["report"]:
        told = row["warnings"]
        if told:
            lines.append(f"riga {row['row']}: {row['title']} [{row['outcome']}]")
            lines += [f"    {each}" for each in told]
    return lines


def export(config: Config, file: Path) -> int:
    """Write all vacancies of the desk into `file`, whose ending says how; how many they are."""
    kind = file.suffix.lower()
    if kind not in exporting.KINDS:
        raise Trouble(f"{file.name}: il nome deve finire con {', '.join(exporting.KINDS)}.")
    with db.opened(db.desk_of(config)) as desk, desk.reading() as session:
        heads, rows = exporting.table(session)
    file.write_bytes(exporting.written(kind, heads, rows))
    return len(rows)

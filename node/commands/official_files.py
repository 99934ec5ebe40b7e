"""The files of ESCO and ISTAT as they are downloaded, whatever they are packed in."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from node.commands.faults import Trouble
from node.vacancies.importing import delimited
from node.vacancies.importing.rows import Unreadable
from node.vacancies.importing.workbook import ARCHIVE, Workbook
from schemas.codes import cp2021, esco, imported
from schemas.codes.imported import Profession

FILE_MAX_BYTES = 200_000_000
TABLE_MAX_BYTES = 60_000_000
"""The largest table of the bundle that is read; that of ESCO 1.2 has about 6 MB a language."""

SOURCES = {"it": imported.ESCO_IT, "en": imported.ESCO_EN}
_LANGUAGE = re.compile(r"occupations_(?P<language>[a-z]{2})\b.*\.csv", re.IGNORECASE)

Esco = dict[str, esco.Found]


@dataclass
class Official:
    """What a file holds: labels of ESCO by source, or professions of CP2021."""

    esco: Esco = field(default_factory=dict)
    professions: list[Profession] = field(default_factory=list)


def read(path: Path) -> Official:
    """What the file at `path` holds. Raises Trouble when it is none of the files known, OSError."""
    size = path.stat().st_size
    if size > FILE_MAX_BYTES:
        raise Trouble(f"{path.name}: {size // 1_000_000} MB sono troppi; i file di ESCO e ISTAT ne hanno meno di 200.")
    content = path.read_bytes()
    try:
        found = of_archive(content) if content.startswith(ARCHIVE) else of_text(path.name, content)
    except cp2021.OtherEdition:
        raise Trouble(
            f"{path.name}: riguarda la CP2011, i cui codici indicano altre professioni. Serve il file della CP2021."
        ) from None
    except (Unreadable, csv.Error, zipfile.BadZipFile, zlib.error, RuntimeError) as fault:
        # RuntimeError is what zipfile says of a password, and of a compression that it does not know
        raise Trouble(f"{path.name}: il file è rovinato o non si lascia leggere ({fault}).") from fault
    if not found.esco and not found.professions:
        raise Trouble(
            f"{path.name}: non è un file che conosco. Servono il pacchetto CSV di ESCO in italiano o in inglese (o solo "
            "il suo occupations_it.csv), oppure l’elenco CP2021 dell’ISTAT o la sua tavola di raccordo con ISCO-08, "
            "in .xlsx o .csv. Non è stato importato nulla."
        )
    return found


def of_archive(content: bytes) -> Official:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return Official(esco=dict(bundled(archive)))
    book = Workbook(content)
    sheets = [[row.cells for row in book.rows(name)] for name in book.sheets]
    return Official(professions=[each for rows in sheets for each in cp2021.professions(rows)])


def bundled(archive: zipfile.ZipFile) -> Iterator[tuple[str, esco.Found]]:
    """The occupations of the languages that the interface has, out of the official bundle."""
    for member in archive.infolist():
        told = _LANGUAGE.fullmatch(PurePosixPath(member.filename).name)
        source = SOURCES.get(told["language"].lower()) if told else None
        if source is None:
            continue
        if member.file_size > TABLE_MAX_BYTES:
            raise Trouble(
                f"{member.filename}: {member.file_size // 1_000_000} MB sono troppi per un elenco di professioni."
            )
        table = of_text(member.filename, archive.read(member))
        yield from table.esco.items()


def of_text(name: str, content: bytes) -> Official:
    if len(content) > TABLE_MAX_BYTES:
        raise Trouble(f"{name}: {len(content) // 1_000_000} MB sono troppi per un elenco di professioni.")
    text = delimited.decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimited.separator_of(text))
    heads = next(reader, [])
    if set(esco.NEEDED) <= set(heads):
        rows = (dict(zip(heads, row, strict=False)) for row in reader if len(row) >= len(esco.NEEDED))
        source = source_of(name)
        return Official(esco={source: esco.labels(rows, source)})
    return Official(professions=cp2021.professions([heads, *reader]))


def source_of(name: str) -> str:
    told = _LANGUAGE.fullmatch(PurePosixPath(name).name)
    source = SOURCES.get(told["language"].lower()) if told else None
    if source is None:
        raise Trouble(
            f"{name}: dal nome non si capisce la lingua. Lascialo come lo dà ESCO: occupations_it.csv o occupations_en.csv."
        )
    return source

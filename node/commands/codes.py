"""`sportello codes import FILE`: the official lists that an administrator has, kept as the node's own small tables.

What the file is tells its content: the CSV bundle of ESCO, its file of occupations alone, a workbook or CSV of ISTAT's
CP2021. Anything else is refused and nothing is written. Importing again replaces what the same source had brought; the
table of correspondence of CP2021 may come before or after the list itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from federation import durable
from federation.search import trades
from node.commands import official_files
from node.commands.faults import Trouble
from node.core.config import Config
from schemas.codes import cp2021, imported, occupations
from schemas.codes.imported import Label, Profession

LOOKED_AT = 10
SURE = 0.75
"""The score from which a suggestion counts for a profession of which no table says the group."""

LANGUAGES = {imported.ESCO_IT: "italiano", imported.ESCO_EN: "inglese"}
LOCK = "lock"


@dataclass(frozen=True)
class Outcome:
    """What one import brought, in numbers for a program and in lines for a person."""

    numbers: dict[str, int]
    lines: tuple[str, ...]


def import_codes(config: Config, path: Path) -> Outcome:
    """Read an official file and keep what it says in the node's folder. Raises Trouble for any other file, OSError."""
    found = official_files.read(path)
    config.codes.mkdir(exist_ok=True)
    with durable.locked(config.codes / LOCK):
        if found.esco:
            return keep_esco(config.codes, found.esco)
        return keep_cp2021(config.codes, found.professions)


def keep_esco(folder: Path, languages: official_files.Esco) -> Outcome:
    labels = [label for found in languages.values() for label in found.labels]
    if not labels:
        raise Trouble(
            "Il file di ESCO non contiene nessuna professione: scaricalo di nuovo. Non è stato importato nulla."
        )
    keep_labels(folder, set(languages), labels)
    numbers, lines = {}, []
    for source, found in languages.items():
        numbers |= {f"{source}-occupations": found.occupations, f"{source}-labels": len(found.labels)}
        lines.append(
            f"ESCO in {LANGUAGES[source]}: {counted(found.occupations, 'professione', 'professioni')}, "
            f"{counted(len(found.labels), 'nome', 'nomi')}."
        )
    left = sum(found.ambiguous for found in languages.values())
    unplaced = sum(found.unplaced for found in languages.values())
    if left or unplaced:
        lines.append(
            f"Tralasciati: {counted(left, 'nome', 'nomi')} che più gruppi si contendono, "
            f"{counted(unplaced, 'professione', 'professioni')} senza un gruppo ISCO-08 conosciuto."
        )
    return Outcome(numbers | {"ambiguous": left, "unplaced": unplaced}, tuple(lines))


def keep_cp2021(folder: Path, more: Sequence[Profession]) -> Outcome:
    known = placed(cp2021.merged(imported.professions(folder), more))
    labels = [Label(each.label, each.isco, imported.CP2021) for each in known if each.isco]
    durable.write(folder / imported.PROFESSIONS, imported.as_table(Profession, known))
    keep_labels(folder, {imported.CP2021}, dict.fromkeys(labels))
    units = sum(each.code == each.unit for each in known)
    lines = [
        f"CP2021: {dotted(units)} unità professionali, {counted(len(known) - units, 'voce', 'voci')}; "
        f"{dotted(len(labels))} con il loro gruppo ISCO-08."
    ]
    if not any(each.minor for each in known):
        lines.append("Con la tavola di raccordo ISCO-08 – CP2021 dell’ISTAT sono di più: importala con questo comando.")
    return Outcome({"units": units, "names": len(known) - units, "placed": len(labels)}, tuple(lines))


def keep_labels(folder: Path, sources: set[str], labels: Iterable[Label]) -> None:
    """Put the labels in the place of those that the same sources brought before."""
    others = [each for each in imported.load(folder) if each.source not in sources]
    durable.write(folder / imported.LABELS, imported.as_table(Label, [*others, *labels]))


def placed(professions: Sequence[Profession]) -> list[Profession]:
    """Each profession with its unit group. The table of correspondence names groups of three digits, the title decides
    among the unit groups below them; a name that says nothing goes where its unit goes."""
    minor = {each.code: each.minor.split() for each in professions if each.code == each.unit}
    found: list[Profession] = []
    of_unit: dict[str, str] = {}
    for each in professions:
        isco = unit_group(each.label, minor.get(each.unit, [])) or of_unit.get(each.unit, "")
        if each.code == each.unit:
            of_unit[each.unit] = isco
        found.append(each._replace(isco=isco))
    return found


def unit_group(title: str, groups: Sequence[str]) -> str | None:
    below = {each.code for group in groups for each in occupations.groups(occupations.UNIT_GROUP_DIGITS, group)}
    if len(below) == 1:
        return below.pop()
    for suggestion in trades.suggest(title, limit=LOOKED_AT):
        if suggestion.code in below or (not below and suggestion.score >= SURE):
            return suggestion.code
    return None


def counted(number: int, one: str, many: str) -> str:
    return f"{dotted(number)} {one if number == 1 else many}"


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")

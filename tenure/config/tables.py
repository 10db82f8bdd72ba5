"""The tables of a fresh database, in one go.

Django plays migrations one by one and renders every model again after each: with everything related to a workspace, an
empty database took longer to migrate than to fill. `tables.sql` is what all migrations together make; whatever was
added since it was written runs as a migration afterwards, so an old file is slower, never wrong.
"""

import re
from pathlib import Path

FILE = Path(__file__).with_name("tables.sql")
HEAD = "-- What every migration together makes of an empty database. Made by `make tables`; edit those.\n"
_SERVER = "-- PostgreSQL "


def create_tables() -> bool:
    """Give an empty database of the same PostgreSQL its tables; returns whether it was one."""
    from django.db import connection, transaction

    if not FILE.exists():
        return False
    script = FILE.read_text()
    written_by = re.search(rf"^{_SERVER}(\d+)$", script, re.MULTILINE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tenure tables'))")
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, NOT EXISTS "
            "(SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        )
        server, is_empty = cursor.fetchone()
        if not is_empty or written_by is None or server != int(written_by[1]):
            return False
        cursor.execute(script)
    return True


def as_script(dump: str, applied: list[tuple[str, str]]) -> str:
    """Make the script of a schema as `pg_dump` writes it, and of the migrations that led to it."""
    server = re.search(r"Dumped from database version (\d+)", dump)
    lines = [
        line
        for line in dump.splitlines()
        if line.strip() and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config"))
    ]
    migrations = ",\n".join(f"    ('{app}', '{name}', now())" for app, name in applied)
    return (
        HEAD
        + f"{_SERVER}{server[1] if server else ''}\n"
        + "\n".join(lines)
        + f"\nINSERT INTO public.django_migrations (app, name, applied) VALUES\n{migrations};\n"
    )

"""A database with every migration applied, made once for each state of the migrations and copied by each process."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "tenure_migrated_"


def migrated_database() -> str:
    """Return the name of a database to copy: migrated now unless it was before, by one process while others wait."""
    name = PREFIX + _state_of_migrations()
    address = urlsplit(os.environ["DATABASE_URL"])
    lock = ROOT / "var" / "tests" / "migrating.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held, psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = {n for (n,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])}
        if name in known:
            return name
        for each in {*known, name + "_unready"}:  # of earlier migrations, or left behind half way
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name + "_unready")))
        there = urlunsplit(address._replace(path="/" + name + "_unready"))
        subprocess.run(
            [sys.executable, "-m", "tenure.config.command", "migrate"],
            env={**os.environ, "DATABASE_URL": there},
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
            check=True,
        )
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name + "_unready"), sql.Identifier(name))
        )
    return name


def _state_of_migrations() -> str:
    found = hashlib.sha256()
    for path in sorted((ROOT / "tenure").glob("**/migrations/*.py")):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    found.update((ROOT / "tenure/config/tables.sql").read_bytes())
    found.update((ROOT / "requirements.txt").read_bytes())
    return found.hexdigest()[:16]

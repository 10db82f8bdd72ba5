"""`tenure doctor`"""

import dataclasses
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tenure.config.starting import use_django


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, or wrong with the way to mend it."""

    fine: bool
    what: str
    mend: str = ""


@click.command("doctor")
@click.option("--retry-parked", is_flag=True, help="Let announcements that were parked be delivered again.")
def command(retry_parked: bool) -> None:
    """Say what is wrong with this set-up and how to mend it.

    Changes nothing by itself; the exit code is 1 when something is wrong.
    """
    if retry_parked:
        use_django()
        from tenure.kernel import outbox

        click.echo(f"{outbox.retry_parked()} parked announcements will be delivered again.")
    wrong = 0
    for finding in _examine():
        mark = click.style("ok   ", fg="green") if finding.fine else click.style("wrong", fg="red")
        click.echo(f"{mark}  {finding.what}")
        if finding.mend:
            click.echo(f"       {finding.mend}")
        wrong += not finding.fine
    click.echo(f"\n{wrong} to mend." if wrong else "\nNothing is wrong.")
    sys.exit(1 if wrong else 0)


def _examine() -> Iterator[Finding]:
    yield _python()
    yield from _home()
    try:
        use_django()
    except Exception as error:  # whatever stops the start is what the doctor is asked about
        yield Finding(
            False, f"Tenure cannot start: {type(error).__name__}: {error}", "Check DATABASE_URL and TENURE_HOME."
        )
        return
    for look in (
        _database,
        _tables,
        _lake,
        _engine,
        _smtp,
        _secret,
        _work_waiting,
        _batches,
        _days,
        _parked,
        _refusals,
        _assets,
    ):
        yield from _guarded(look)


def _guarded(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except Exception as error:
        yield Finding(False, f"{look.__name__.strip('_')}: {type(error).__name__}: {error}")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), f"Python {version}", "")


def _home() -> Iterator[Finding]:
    from tenure.config.environment import SettingWrong, read

    try:
        home: Path = read()["TENURE_HOME"]
    except SettingWrong as error:
        yield Finding(False, str(error))
        return
    nearest = next(p for p in (home, *home.parents) if p.exists())
    if not os.access(nearest, os.W_OK):
        yield Finding(
            False, f"{home} cannot be written to", "Choose another folder with TENURE_HOME, or change its owner."
        )
    free = shutil.disk_usage(nearest).free / 2**30
    yield Finding(
        free > 1, f"{home} has {free:.1f} GB free", "" if free > 1 else "Make room: intake refuses with 429 when full."
    )


def _database() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW synchronous_commit")
        durable = cursor.fetchone()[0]
    yield Finding(
        version >= 150_000, f"PostgreSQL {version // 10_000}", "" if version >= 150_000 else "Use 15 or newer."
    )
    yield Finding(
        durable in {"on", "remote_apply", "remote_write", "local"},
        f"synchronous_commit is {durable}",
        "" if durable != "off" else "Turn it on: otherwise a power cut can lose acknowledged events.",
    )


def _tables() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding(
        not waiting,
        "The tables are up to date" if not waiting else f"{waiting} migrations have not run",
        "Run: tenure migrate" if waiting else "",
    )


def _lake() -> Iterator[Finding]:
    from django.conf import settings

    if "://" in settings.TENURE_LAKE:
        yield Finding(True, f"The lake is at {settings.TENURE_LAKE}")
        return
    lake = Path(settings.TENURE_LAKE)
    lake.mkdir(parents=True, exist_ok=True)
    probe = lake / f".doctor-{uuid.uuid4().hex}"
    try:
        probe.write_text("ok")
    except OSError as error:
        yield Finding(
            False,
            f"The lake at {lake} cannot be written to: {error.strerror}",
            "Make room, or change its owner. What was acknowledged waits in the database meanwhile.",
        )
    else:
        yield Finding(True, f"The lake at {lake} can be written to")
    finally:
        probe.unlink(missing_ok=True)


def _engine() -> Iterator[Finding]:
    from django.conf import settings

    from tenure.lake import engine

    address = settings.TENURE_ENGINE
    if not address:
        yield Finding(True, "Questions about everybody are answered by the DuckDB inside each process")
        return
    try:
        version = engine.version()
    except (engine.EngineUnreachable, engine.CannotCompute) as error:
        said = str(error).strip().splitlines()
        yield Finding(
            False,
            f"The engine at {address} does not answer: {said[0] if said else type(error).__name__}",
            "Start it, or check TENURE_ENGINE. Without the setting, the DuckDB inside each process answers.",
        )
        return
    yield Finding(True, f"The engine at {address} answers: version {version}")
    yield from _engine_reads_the_lake(address)


def _engine_reads_the_lake(address: str) -> Iterator[Finding]:
    """Have the engine count what the lake's own log says is there."""
    from tenure.lake import engine, tables
    from tenure.tracking.types.lake import ACCOUNT_DAY
    from tenure.workspaces import queries as workspaces

    for workspace_id in workspaces.workspace_ids():
        found = tables.files(workspace_id, ACCOUNT_DAY)
        if not found:
            continue
        here = tables.count_rows(workspace_id, ACCOUNT_DAY)
        mend = f"It has to find the lake at the same address: {tables.root(workspace_id)}"
        try:
            there = engine.count_there(ACCOUNT_DAY, found)
        except (engine.EngineUnreachable, engine.CannotCompute) as error:
            yield Finding(False, f"The engine at {address} cannot read the lake: {str(error).strip()[:200]}", mend)
        else:
            said = f"The engine at {address} finds {there:,} of {here:,} rows of use in the lake"
            yield Finding(there == here, said, "" if there == here else mend)
        return
    yield Finding(True, f"There is no use in the lake yet that the engine at {address} could read")


def _smtp() -> Iterator[Finding]:
    import smtplib
    from urllib.parse import urlsplit

    from django.conf import settings

    if not settings.TENURE_SMTP_URL:
        yield Finding(True, "No TENURE_SMTP_URL: mail goes to the outbox page and leaves this machine never")
        return
    parts = urlsplit(settings.TENURE_SMTP_URL)
    try:
        with smtplib.SMTP(parts.hostname or "", parts.port or 587, timeout=5) as server:
            server.noop()
    except OSError as error:
        yield Finding(
            False, f"The mail server {parts.hostname}:{parts.port} does not answer: {error}", "Check TENURE_SMTP_URL."
        )
        return
    yield Finding(True, f"The mail server {parts.hostname}:{parts.port} answers")


def _secret() -> Iterator[Finding]:
    from django.conf import settings

    strong = len(settings.SECRET_KEY) >= 40
    yield Finding(
        strong,
        "The secret key is long enough" if strong else "The secret key is short",
        "" if strong else "Set TENURE_SECRET_KEY to 40 or more random characters.",
    )
    if settings.DEBUG:
        yield Finding(False, "TENURE_DEBUG is on", "Turn it off: its error pages show what they should not.")


def _work_waiting() -> Iterator[Finding]:
    from tenure.tracking.queries import lag

    behind = lag()
    fine = behind.oldest_seconds < 60
    yield Finding(
        fine,
        f"{behind.batches} acknowledged batches wait to be stored, the oldest for {behind.oldest_seconds:.0f} s",
        "" if fine else "Is `tenure work` running? Start one, or one more.",
    )


def _batches() -> Iterator[Finding]:
    """Look at batches that could not be stored."""
    from tenure.tracking import queries

    names = _workspace_names()
    for each in queries.failing():
        said = f"{names[each.workspace_id]}: {_many(each.batches, 'batch', 'batches')} failed and will be tried again"
        yield Finding(False, said, "The worker's log says why. After three times a batch is put aside, whole.")
    aside = queries.put_aside()
    for found in aside:
        said = (
            f"{names[found.workspace_id]}: {_many(found.batches, 'batch', 'batches')} of {_many(found.calls, 'call')} "
            f"could not be stored, put aside, the latest of {found.latest_at:%Y-%m-%d %H:%M} UTC: {found.reason}"
        )
        yield Finding(False, said, "They are kept. Mend the cause, then send them again: Settings › Refused events.")
    if not aside:
        yield Finding(True, "No batch had to be put aside")


def _days() -> Iterator[Finding]:
    """Look for days whose calls are stored and not counted; while calls are being stored, theirs are for a moment."""
    from tenure.tracking import queries

    names = _workspace_names()
    found = queries.uncounted()
    for each in found:
        shown = ", ".join(day.isoformat() for day in each.days[:5]) + (", …" if len(each.days) > 5 else "")
        days = _many(len(each.days), "day")
        said = f"{names[each.workspace_id]}: calls of {days} are stored and not counted yet ({shown})"
        if each.problem:
            mend = f"Counting failed: {each.problem}. It is tried again every minute."
        else:
            mend = "The worker counts them within a minute; is `tenure work` running?"
        yield Finding(not each.problem, said, mend)
    if not found:
        yield Finding(True, "Every day is counted")


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def _workspace_names() -> dict[int, str]:
    from tenure.workspaces import queries

    return queries.workspace_names()


def _parked() -> Iterator[Finding]:
    from tenure.kernel.models import OutboxEntry

    parked = OutboxEntry.objects.filter(parked=True)
    first = parked.order_by("id").first()
    yield Finding(
        first is None,
        "No announcement is parked"
        if first is None
        else f"{parked.count()} announcements could not be delivered: {first.error}",
        "" if first is None else "They are kept. Mend the cause, then: tenure doctor --retry-parked",
    )


def _refusals() -> Iterator[Finding]:
    from datetime import timedelta

    from tenure.kernel import clock
    from tenure.tracking.queries import refusals_since

    count = refusals_since(clock.now() - timedelta(days=1))
    yield Finding(
        True,
        f"{count} events were refused in the last 24 hours",
        "" if not count else "Settings › Refused events shows each with its reason.",
    )


def _assets() -> Iterator[Finding]:
    from django.conf import settings

    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    yield Finding(
        manifest.exists(),
        "The built front end is here" if manifest.exists() else "The built front end is missing",
        "" if manifest.exists() else "Run: make assets (needs Node), or install Tenure from its package.",
    )

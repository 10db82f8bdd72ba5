"""`tenure backup`"""

from pathlib import Path

import click

from tenure.config.starting import use_django


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write everything to one FILE: records, lake and secret key. Tenure may be running meanwhile.

    The file holds all your customers' data and your secret key: keep it as safe as the installation itself.
    """
    use_django()
    from django.conf import settings

    from tenure.config import safekeeping

    url = settings.TENURE_DATABASE_URL
    kept = safekeeping.back_up(file, database_url=url, report=lambda text: click.echo(f"{text} …"))
    held = ", ".join(f"{what}: {count:,}" for what, count in kept.rows.items())
    click.echo(f"{file}: {kept.size / 1e6:,.1f} MB ({held}, files of the lake: {kept.lake_files:,}).")
    click.echo(f"`tenure restore {file}` brings it back into an empty installation.")

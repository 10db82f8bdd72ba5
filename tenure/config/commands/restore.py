"""`tenure restore`"""

from pathlib import Path

import click

from tenure.config.starting import bring_tables_up_to_date, use_django


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(file: Path) -> None:
    """Bring a backup FILE into an empty installation: an empty TENURE_HOME, or an empty database and lake.

    Afterwards the records are brought up to this version of Tenure, so an older backup may be restored by a newer one.
    """
    use_django()
    from django.conf import settings

    from tenure.config import safekeeping

    url = settings.TENURE_DATABASE_URL
    kept = safekeeping.restore(file, database_url=url, report=lambda text: click.echo(f"{text} …"))
    bring_tables_up_to_date()
    click.echo(f"Restored the backup of {kept.made_at}, made by Tenure {kept.version}. `tenure serve` starts it.")

"""The `tenure` command: one entry point for everything that runs."""

import contextlib
import signal
import sys
from importlib import import_module
from pkgutil import iter_modules
from types import FrameType
from typing import Any

import click

from tenure import __version__


class Commands(click.Group):
    """Finds sub-commands in `tenure/config/commands/`, one file each, imported only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all sub-commands."""
        from tenure.config import commands

        return sorted(m.name.rstrip("_").replace("_", "-") for m in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import one sub-command."""
        if name not in self.list_commands(ctx):
            return None
        module = name.replace("-", "_") + ("_" if name in {"import"} else "")
        found: Any = import_module(f"tenure.config.commands.{module}").command
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every sub-command with its whole first sentence, where click would cut it short."""
        found = [(name, command) for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(limit=200)) for name, command in found])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a sub-command; Ctrl-C ends it in one line, and a second one does not disturb the tidying up.

        Programs we started get Ctrl-C, too, so that what is raised may be that one of them failed.
        """
        pressed: list[int] = []

        def interrupt(number: int, frame: FrameType | None) -> None:
            pressed.append(number)
            signal.default_int_handler(number, frame)

        with contextlib.suppress(ValueError):  # not the main thread: Ctrl-C does not come here
            signal.signal(signal.SIGINT, interrupt)
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, Exception) as error:
            if not pressed and not isinstance(error, KeyboardInterrupt):
                raise
            with contextlib.suppress(ValueError):  # not the main thread: nothing to ignore there
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            click.echo("\nStopped before the end. Running it again is safe.", err=True)
            sys.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tenure")
def tenure() -> None:
    """Customer success and support for SaaS companies, on your own machine.

    \b
    tenure serve            everything in one command: database, web, intake, background work
    tenure doctor           what is wrong with this set-up and how to mend it

    Settings are environment variables; docs/reference/settings.md lists them all.
    """


def main() -> None:
    """Run the command; a wrong setting is said in one line."""
    from tenure.config.environment import SettingWrong
    from tenure.config.postgres import DatabaseDoesNotStart

    try:
        tenure()
    except (SettingWrong, DatabaseDoesNotStart) as error:
        click.echo(f"tenure: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()

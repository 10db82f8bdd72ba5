"""Writes the reference pages that are made from the code: the API, settings, announcements, errors, commands, steps …

python -m tools.reference          write docs/reference/*.md
python -m tools.reference --check  say which page is out of date
"""

import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.api_page import api_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
HEAD = "<!-- Made by `make docs` from the code; edit the code, not this page. -->\n"


def _first(text: str | None) -> str:
    return " ".join((inspect.cleandoc(text or "").split("\n\n")[0]).split())


def settings_page() -> Iterator[str]:
    """List every environment variable."""
    from tenure.config.environment import SETTINGS

    yield "# Settings\n\nEnvironment variables set Tenure up; what a workspace may choose is on its pages.\n"
    yield "| variable | default | what it is for |\n| --- | --- | --- |"
    for s in SETTINGS:
        yield f"| `{s.name}` | {f'`{s.default}`' if s.default else 'empty'} | {s.about} |"


def announcements_page() -> Iterator[str]:
    """List everything the system says has happened."""
    from tenure.kernel import outbox

    yield "# Announcements\n\nWhat each domain tells the rest; delivered after commit, at least once, in order.\n"
    ours = {n: k for n, k in outbox.kinds().items() if k.__module__.startswith("tenure.")}
    for domain in sorted({k.__module__.split(".")[1] for k in ours.values()}):
        yield f"\n## {domain}\n"
        for name, kind in sorted(ours.items()):
            if kind.__module__.split(".")[1] == domain:
                fields = ", ".join(f"`{f.name}`" for f in dataclasses.fields(kind))
                yield f"- **{name}** — {_first(kind.__doc__)} Carries {fields}."


def _all_errors(kind: type[Any]) -> Iterator[type[Any]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _all_errors(sub)


def errors_page() -> Iterator[str]:
    """List every way a domain refuses."""
    from tenure.kernel import errors

    statuses = {errors.NotFound: 404, errors.NotAllowed: 403, errors.Conflict: 409, errors.Invalid: 422}
    yield "# Errors\n\nEvery refusal has a stable `code`; the API answers with it as problem+json.\n"
    yield "| code | status | when |\n| --- | --- | --- |"
    kinds = {k for k in _all_errors(errors.DomainError) if k.__module__.startswith("tenure.")}
    for kind in sorted(kinds, key=lambda k: (k.code, k.__name__)):
        status = next((s for k, s in statuses.items() if issubclass(kind, k)), 422)
        yield f"| `{kind.code}` | {status} | {_first(kind.__doc__)} |"


def commands_page() -> Iterator[str]:
    """Give the help of every sub-command."""
    import click

    from tenure.config.command import tenure

    yield "# The `tenure` command\n"
    context = click.Context(tenure, info_name="tenure", max_content_width=100, terminal_width=100)
    for name in tenure.list_commands(context):
        sub = tenure.get_command(context, name)
        assert sub is not None
        yield f"\n## tenure {name}\n"
        yield (
            "```text\n"
            + sub.get_help(
                click.Context(sub, info_name=name, parent=context, terminal_width=100, max_content_width=100)
            )
            + "\n```"
        )


def extensions_page() -> Iterator[str]:
    """List channels, journey steps and connectors: what can be plugged in."""
    from tenure.channels.registry import channels
    from tenure.connectors.registry import connectors
    from tenure.journeys.registry import steps

    yield "# Channels, journey steps and connectors\n\n## Channels\n"
    for channel in channels():
        yield f"- **{channel.kind}** — {_first(type(channel).__doc__)}"
    yield "\n## Journey steps\n"
    for step in steps():
        yield f"- **{step.kind}** — {_first(type(step).__doc__)}"
    yield "\n## Connectors\n"
    for connector in connectors():
        yield f"- **{connector.kind}** — {_first(type(connector).__doc__)} Brings {', '.join(connector.brings)}."


def stages_page() -> Iterator[str]:
    """List the background stages in the order of one turn."""
    from tenure.kernel import jobs

    yield "# Background stages\n\nWhat `tenure work` runs, in this order; any number of workers may run.\n"
    yield "| stage | every | lane | what it does |\n| --- | --- | --- | --- |"
    for stage in jobs.stages():
        yield f"| `{stage.name}` | {stage.every:g} s | {stage.lane} | {_first(stage.drain.__doc__)} |"


def metrics_page() -> Iterator[str]:
    """List every metric with its formula in words."""
    from django.utils import translation

    from tenure.insights.registry import metrics

    yield "# Metrics\n\nEach number is defined once; pages, `tenure metrics` and `/api/v1/metrics` show the same.\n"
    yield "Days are UTC, weeks begin on Monday, periods are whole. A period of which nothing is known has no value"
    yield "(null, an empty cell), which is not 0; a group with nothing in a period in which others have something is 0."
    yield "For a share, the accounts behind it are those that did. [How it is computed](../insights.md) says more.\n"
    yield "| name | what it is | each | unit | by | formula |\n| --- | --- | --- | --- | --- | --- |"
    with translation.override("en"):
        for m in metrics():
            by = ", ".join([*(f"`{b}`" for b in m.by), *(["any trait"] if m.by_traits else [])])
            yield f"| `{m.name}` | {m.title} | {m.grain.value} | {m.unit.value} | {by} | {m.formula} |"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "api.md": api_page,
    "settings.md": settings_page,
    "announcements.md": announcements_page,
    "errors.md": errors_page,
    "commands.md": commands_page,
    "extensions.md": extensions_page,
    "stages.md": stages_page,
    "metrics.md": metrics_page,
}


def rendered() -> dict[str, str]:
    """Return every reference page as it should be now. Django must be set up."""
    from importlib import import_module
    from pkgutil import walk_packages

    import tenure

    for module in walk_packages(tenure.__path__, "tenure."):
        if "migrations" not in module.name and not module.name.startswith("tenure.config"):
            import_module(module.name)
    return {name: HEAD + "\n".join(page()) + "\n" for name, page in PAGES.items()}


def main() -> int:
    """Write or check the pages."""
    from tenure.config.starting import use_django

    use_django()
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = [n for n, text in rendered().items() if not (FOLDER / n).exists() or (FOLDER / n).read_text() != text]
    if "--check" in sys.argv:
        print("\n".join(f"out of date: docs/reference/{n}" for n in stale))
        return bool(stale)
    for name in stale:
        (FOLDER / name).write_text(rendered()[name])
        print(f"wrote docs/reference/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What was last said of the use of accounts."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count

from tenure.activity.models import ActivityChoices, UsePass, UseStanding
from tenure.activity.rules import DEFAULT, as_text
from tenure.activity.types import Choices, JudgedUse, Standing
from tenure.stats.decline import Verdict


def standing_of(account_id: int) -> Standing | None:
    """Return what was last said of one account's use, or None when it was never looked at."""
    return standings_of([account_id]).get(account_id)


def standings_of(account_ids: Iterable[int]) -> dict[int, Standing]:
    """Return what was last said of each of these accounts' use; those never looked at are left out."""
    return {
        row.account_id: Standing(
            account_id=row.account_id,
            judged_on=row.judged_on,
            verdict=Verdict(row.verdict),
            ratio=row.actual / row.expected if row.expected and row.actual is not None else None,
            since=row.since,
            usual=row.usual,
        )
        for row in UseStanding.objects.filter(account_id__in=list(account_ids))
    }


def standing_counts() -> dict[Verdict, int]:
    """Count accounts by what was last said of their use."""
    found = UseStanding.objects.values("verdict").annotate(n=Count("pk")).order_by().values_list("verdict", "n")
    return {Verdict(verdict): n for verdict, n in found}


def last_pass() -> JudgedUse | None:
    """Return what the last pass found, or None before the first."""
    found = UsePass.objects.order_by("-day").first()
    return JudgedUse(as_of=found.day, **found.found) if found else None


def workspaces_judged(day: date) -> set[int]:
    """Return the workspaces, of all, for which a day was judged already."""
    return set(UsePass.everywhere.filter(day=day).values_list("workspace_id", flat=True))


def opened_lately(day: date, days: int) -> int:
    """Return how many signals passes opened in so many days before one."""
    passes = UsePass.objects.filter(day__lt=day, day__gte=day - timedelta(days=days))
    return sum(int(found.get("opened", 0)) for found in passes.values_list("found", flat=True))


def choices() -> Choices:
    """Return what the workspace in scope chose for the watch over use, or what it has by default."""
    return choices_in(0)


def choices_in(version: int) -> Choices:
    """Return what was chosen in a version, 0 being that in force; 1 is what there is by default."""
    if version == 1:
        return DEFAULT
    rows = ActivityChoices.objects.filter(version=version) if version else ActivityChoices.objects.all()
    chosen = rows.order_by("-version").first()
    if chosen is None:
        return DEFAULT
    return Choices(false_share=chosen.false_share, key_events=tuple(chosen.key_events))


def choices_version() -> int:
    """Return which version of the choices is in force."""
    latest = ActivityChoices.objects.order_by("-version").values_list("version", flat=True).first()
    return latest or 1


def choices_text() -> str:
    """Return the text form of what the workspace chose."""
    return as_text(choices())

"""The lines of the list of accounts: everything they show, asked for once for the whole page."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tenure.activity import queries as activity
from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.customers.types import Stage
from tenure.health import queries as health
from tenure.health.types.scorecards import Band
from tenure.kernel import clock
from tenure.lifecycle import queries as lifecycle
from tenure.playbooks import queries as playbooks
from tenure.signals import queries as signals
from tenure.stats.decline import Verdict
from tenure.touch_models import queries as touch_models
from tenure.vips import queries as vips
from tenure.web.pages.accounts import words
from tenure.web.shell import formats

if TYPE_CHECKING:
    from tenure.customers.models import Account
    from tenure.playbooks.models import Task

USE_DAYS = 30
HEALTH_WEEKS = 12
HEALTH_SPAN = timedelta(weeks=HEALTH_WEEKS)
GOOD_FROM, WATCH_FROM = 75, 50
"""Where the colours of a health score begin when a scorecard says nothing else."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Use:
    """What was seen of an account in the last days: events of each day, and how many people-days."""

    events: tuple[int, ...]
    people_days: int

    @property
    def total(self) -> int:
        """How many events in all."""
        return sum(self.events)


NO_USE = Use(events=(), people_days=0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Health:
    """A health score as a line shows it."""

    score: int
    grade: str
    tone: str
    points: tuple[float, ...]
    """What it was at the end of each of the last weeks, as far as it was known."""

    @property
    def words(self) -> str:
        """What the small line shows, for those who do not see it."""
        return _("from %(first)s to %(last)s in %(weeks)d weeks") % {
            "first": formats.number(self.points[0]),
            "last": formats.number(self.points[-1]),
            "weeks": len(self.points),
        }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Renewal:
    """When an account renews, or ends instead."""

    day: date
    days: int
    ends: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One account as its line shows it."""

    account: "Account"
    stage: Stage
    people: int
    signals: int
    use: Use
    revenue: str
    health: Health | None
    risk: float | None
    renewal: Renewal | None
    task: "Task | None"
    task_is_late: bool
    trend: float | None
    """What is left of the usual use, 1 for all."""
    trend_tone: str
    touch: str
    vip: str
    lifecycle: str
    cells: tuple[tuple[str, str], ...]
    """The columns in their order; for a trait with what it says."""

    @property
    def stage_name(self) -> str:
        """The stage in words."""
        return str(words.STAGES[self.stage])

    @property
    def use_words(self) -> str:
        """What the small line shows, for those who do not see it."""
        return _("%(events)s events in %(days)d days") % {
            "events": formats.number(self.use.total),
            "days": len(self.use.events),
        }


def rows(accounts: Sequence["Account"], people: dict[int, int], columns: Sequence[str], currency: str) -> list[Row]:
    """Return the lines of one page: each column is asked for once for all of them, and only when it is shown."""
    ids = [account.pk for account in accounts]
    wanted, now = set(columns), clock.now()
    open_signals = signals.open_counts(ids)
    use = use_of(ids) if "use" in wanted else {}
    courses = customers.trait_courses("health_score", ids, since=now - HEALTH_SPAN) if "health" in wanted else {}
    bands = health.bands_of_accounts(ids) if "health" in wanted else {}
    renewals = billing.renewals_of(ids) if "renewal" in wanted else {}
    tasks = playbooks.next_tasks(ids) if "task" in wanted else {}
    standings = activity.standings_of(ids) if "trend" in wanted else {}
    stage_names = lifecycle.stage_names() if "lifecycle" in wanted else {}
    models = touch_models.model_names() if "touch" in wanted else {}
    levels = vips.level_names() if "vip" in wanted else {}
    made = []
    for account in accounts:
        standing = standings.get(account.pk)
        task = tasks.get(account.pk)
        made.append(
            Row(
                account=account,
                stage=customers.stage_of(account, now),
                people=people.get(account.pk, 0),
                signals=open_signals.get(account.pk, 0),
                use=use.get(account.pk, NO_USE),
                revenue=revenue(account, currency),
                health=health_of(account, courses.get(account.pk, ()), now, bands.get(account.pk)),
                risk=number_of(account, "churn_risk"),
                renewal=renewal_of(*renewals.get(account.pk, (None, None)), now),
                task=task,
                task_is_late=task is not None and task.due_at < now,
                trend=standing.ratio if standing else None,
                trend_tone="risk" if standing and standing.verdict == Verdict.DECLINING else "",
                touch=words.touch_name(account.traits.get("touch_model"), models),
                vip=words.vip_text(account.traits.get("vip"), levels),
                lifecycle=str(
                    stage_names.get(str(account.traits.get("lifecycle_stage")))
                    or words.STAGES[customers.stage_of(account, now)]
                ),
                cells=tuple((name, _said(account, name)) for name in columns),
            )
        )
    return made


def number_of(account: "Account", trait: str) -> float | None:
    """Return a trait where it is a number."""
    value = account.traits.get(trait)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def health_of(
    account: "Account", course: Sequence[tuple[datetime, float]], now: datetime, band: Band | None = None
) -> Health | None:
    """Return the health score an account has by its traits, how it went, and its colour by its own scorecard."""
    score = number_of(account, "health_score")
    if score is None:
        return None
    tone = band.tone if band else usual_tone(score)
    points = []
    for week in range(HEALTH_WEEKS - 1, -1, -1):
        until = now - timedelta(weeks=week)
        known = [value for at, value in course if at <= until]
        points += known[-1:]
    grade = account.traits.get("health_grade")
    return Health(
        score=round(score),
        grade=health.spoken(grade) if isinstance(grade, str) else "",
        tone=tone,
        points=(*points[:-1], score),
    )


def usual_tone(score: float) -> str:
    """Return the colour of a score that no scorecard gave."""
    return "good" if score >= GOOD_FROM else "watch" if score >= WATCH_FROM else "risk"


def renewal_of(renews: datetime | None, ends: datetime | None, now: datetime) -> Renewal | None:
    """Return what is next of the two, seen from a moment: nothing of what has passed."""
    at = ends or renews
    if at is None or at < now:
        return None
    return Renewal(day=at.date(), days=(at.date() - now.date()).days, ends=ends is not None)


def _said(account: "Account", column: str) -> str:
    if column == "plan":
        return words.trait_text(account.traits.get("plan"))
    return words.trait_text(account.traits.get(column.removeprefix("trait."))) if column.startswith("trait.") else ""


def use_of(ids: Sequence[int], days: int = USE_DAYS) -> dict[int, Use]:
    """Return the use of many accounts over the last days (UTC, today included), with one question to the lake."""
    today = clock.now().date()
    first = today - timedelta(days=days - 1)
    events: dict[int, list[int]] = {pk: [0] * days for pk in ids}
    people: dict[int, int] = dict.fromkeys(ids, 0)
    table = activity.use_of_accounts(today, days, ids) if ids else None
    for row in table.to_pylist() if table is not None else ():
        day: date = row["dt"]
        events[row["account_id"]][(day - first).days] = row["events"]
        people[row["account_id"]] += row["active_people"]
    return {pk: Use(events=tuple(events[pk]), people_days=people[pk]) for pk in ids}


def revenue(account: "Account", currency: str) -> str:
    """Write the account's monthly revenue, if its product tells it: the trait `mrr` in whole units of `currency`."""
    amount = account.traits.get("mrr")
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        return ""
    own = account.traits.get("currency")
    code = own if isinstance(own, str) and len(own) == 3 else currency
    return formats.money(formats.minor_units(amount, code), code)

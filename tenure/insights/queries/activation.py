"""Activation: which milestones accounts reached, and by when."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from tenure.customers import queries as customers
from tenure.insights.models import Milestone
from tenure.insights.queries.naming import days_of_use, groups_of, name_people_by_day, name_wanted
from tenure.insights.queries.readings import today
from tenure.insights.rules import milestones as rules
from tenure.insights.rules import named
from tenure.insights.rules.periods import start
from tenure.insights.types import DefinedMilestone, Grain, MetricRow, MilestoneStanding, Standing
from tenure.lake import engine
from tenure.stats.proportions import share


def milestones() -> list[DefinedMilestone]:
    """Return the milestones of the workspace, the earliest due first."""
    return [
        DefinedMilestone(id=m.pk, name=m.name, event=m.event, due_days=m.due_days)
        for m in Milestone.objects.order_by("due_days", "name")
    ]


def account_milestones(account_id: int) -> list[MilestoneStanding]:
    """Return how an account stands with each milestone; nothing where none is defined or no sign-up is known.

    A milestone is reached on the first UTC day on which anybody at the account did it.
    """
    found, defined = customers.account(account_id), milestones()
    if found.signed_up_at is None or not defined:
        return []
    reached = _first_days(defined, found.pk)
    signed_up = found.signed_up_at.astimezone(UTC).date()
    return [_standing(m, signed_up, reached.get((found.pk, m.id)), today()) for m in defined]


def activation(grain: Grain, since: date, until: date, by: str, *, only: int | None = None) -> list[MetricRow]:
    """Return the share of those who signed up in each period that reached every milestone (or one) in time.

    Accounts whose last due day is still to come are left out, so that a period does not get worse by being young; so
    are those that signed up before the first use ever recorded, of whom nothing is known.
    """
    rows = []
    for (period, group), accounts in sorted(_judged(grain, since, until, by, only).items()):
        seen = share(sum(accounts.values()), len(accounts))
        rows.append(
            MetricRow(period=period, group=group, value=seen.value, n=len(accounts), low=seen.low, high=seen.high)
        )
    return rows


def accounts_activated(grain: Grain, period: date, by: str, group: str) -> list[int]:
    """Return the accounts that signed up in a period and reached every milestone in time."""
    judged = _judged(grain, period, period, by, None)
    return sorted(pk for pk, in_time in judged.get((period, group), {}).items() if in_time)


def _judged(
    grain: Grain, since: date, until: date, by: str, only: int | None
) -> dict[tuple[date, str], dict[int, bool]]:
    defined = [m for m in milestones() if only in (None, m.id)]
    if not defined:
        return {}
    latest = max(m.due_days for m in defined)
    facts = customers.account_facts(())
    reached, begins = _first_days(defined), min(days_of_use(), default=today())
    groups = dict[int, str]()
    if by:
        table = groups_of(by)
        groups = dict(zip(table["member"].to_pylist(), table["grp"].to_pylist(), strict=True))
    judged: dict[tuple[date, str], dict[int, bool]] = {}
    for pk, moment in zip(facts["account_id"].to_pylist(), facts["signed_up_at"].to_pylist(), strict=True):
        if not isinstance(moment, datetime):
            continue
        signed_up = moment.astimezone(UTC).date()
        period = start(signed_up, grain)
        if not start(since, grain) <= period <= until or signed_up + timedelta(days=latest) >= today():
            continue
        if signed_up < begins:
            continue
        standings = [_standing(m, signed_up, reached.get((pk, m.id)), today()).standing for m in defined]
        group = groups.get(pk, named.NO_GROUP) if by else ""
        judged.setdefault((period, group), {})[pk] = all(s is Standing.REACHED for s in standings)
    return judged


def _standing(milestone: DefinedMilestone, signed_up: date, reached: date | None, now: date) -> MilestoneStanding:
    due = signed_up + timedelta(days=milestone.due_days)
    if reached is None:
        standing = Standing.AHEAD if now <= due else Standing.MISSED
    else:
        standing = Standing.REACHED if reached <= due else Standing.LATE
    return MilestoneStanding(milestone=milestone, due_on=due, reached_on=reached, standing=standing)


def _first_days(defined: Sequence[DefinedMilestone], account_id: int | None = None) -> dict[tuple[int, int], date]:
    name_people_by_day(None, None)
    name_wanted((m.event, m.id) for m in defined)
    rows = engine.answer(_first_sql(account_id)).to_pylist()
    return {(r["account_id"], r["step"]): r["day"] for r in rows}


@lru_cache
def _first_sql(account_id: int | None) -> str:
    use = named.person_day()
    return engine.sql_of(rules.first_times(use if account_id is None else use.filter(use.account_id == account_id)))

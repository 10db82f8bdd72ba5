"""Letting the tables of the expressions stand for the workspace's rows, in the SQL of this thread."""

from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers import queries as customers
from tenure.insights.rules import months, named
from tenure.insights.rules.periods import number, start
from tenure.insights.types import Grain, Subject
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY, SESSION_DAY

ACCOUNT = "account"
"""The split that makes every account its own group."""


def days_between(since: date, until: date) -> list[date]:
    """Return the days, both included."""
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]


def days_of_use() -> set[date]:
    """Return the days on which anybody did anything: those that the rollup has files of."""
    found = tables.files(current_workspace_id(), PERSON_DAY)
    return {date.fromisoformat(uri.rpartition("/dt=")[2][:10]) for uri in found}


def name_people_by_day(since: date | None, until: date | None) -> None:
    """Name the use by person of some days, or of all time."""
    engine.name_files(named.PEOPLE_BY_DAY, PERSON_DAY, _files(PERSON_DAY, since, until))


def name_presence(since: date, until: date) -> None:
    """Name who was there on some days, by account."""
    tracking.name_presence(named.PRESENCE_BY_DAY, days_between(since, until))


def name_sessions(since: date, until: date) -> None:
    """Name the sessions of some days."""
    engine.name_files(named.SESSIONS_BY_DAY, SESSION_DAY, _files(SESSION_DAY, since, until))


def name_months(subject: Subject, since: date | None, until: date | None) -> None:
    """Name who was there by month, of the months that meet two days or of all time."""
    tracking.name_months(named.MONTHS, subject.column, since, until)


def name_parts(since: date, until: date, grain: Grain) -> None:
    """Name the days between two days as parts of months and of periods, for what reads use by month."""
    for name, rows in months.tables(since, until, grain).items():
        engine.name_rows(name, rows)


def name_accounts_by_day(since: date | None, until: date | None) -> None:
    """Name the use by account of some days, or of all time."""
    engine.name_files(named.ACCOUNTS_BY_DAY, ACCOUNT_DAY, _files(ACCOUNT_DAY, since, until))


def name_calendar(since: date, until: date, grain: Grain) -> None:
    """Name the calendar of these days in periods of this length."""
    days = days_between(since, until)
    starts = [start(day, grain) for day in days]
    engine.name_rows(
        named.CALENDAR, pa.table([days, starts, [number(s, grain) for s in starts]], schema=named.CALENDAR_SCHEMA)
    )


def groups_of(by: str, subject: Subject = Subject.ACCOUNT) -> pa.Table:
    """Return the group of every account by a trait (or of every person by their primary account's)."""
    if by == ACCOUNT:
        ids = customers.account_facts(())["account_id"]
        accounts = pa.table([ids, ids.cast(pa.string())], names=["member", "grp"])
    else:
        facts = customers.account_facts([by])
        values = facts[by]
        text = _numbers(values) if pa.types.is_floating(values.type) else values.cast(pa.string())
        filled = pc.if_else(pc.equal(pc.fill_null(text, ""), ""), named.NO_GROUP, text)
        accounts = pa.table([facts["account_id"], filled], names=["member", "grp"])
    if subject is Subject.ACCOUNT:
        return accounts.cast(named.GROUPS_SCHEMA)
    people = customers.person_facts(()).select(["person_id", "account_id"])
    joined = people.join(accounts, "account_id", "member", join_type="inner")
    return joined.select(["person_id", "grp"]).rename_columns(["member", "grp"]).cast(named.GROUPS_SCHEMA)


def accounts_behind_people(people: Iterable[int], by: str) -> list[int]:
    """Return every account that people are at; in a split the primary ones only, by which they are in their group."""
    ids = list(people)
    if by:
        return sorted(set(customers.accounts_of_people(ids).values()))
    return customers.all_accounts_of_people(ids)


def name_groups(by: str, subject: Subject = Subject.ACCOUNT) -> None:
    """Name the groups of a split; nothing to name without one."""
    if by:
        engine.name_rows(named.GROUPS, groups_of(by, subject))


def name_wanted(events: Iterable[tuple[str, int]]) -> None:
    """Name the events that count, each with its step."""
    listed = list(events)
    engine.name_rows(
        named.WANTED, pa.table([[e for e, _ in listed], [n for _, n in listed]], schema=named.WANTED_SCHEMA)
    )


def in_group(account_ids: Iterable[int], by: str, group: str) -> list[int]:
    """Keep the accounts of one group of a split ("" splits nothing)."""
    ids = sorted(set(account_ids) - {0})
    if not by:
        return ids
    table = groups_of(by)
    known = dict(zip(table["member"].to_pylist(), table["grp"].to_pylist(), strict=True))
    return [pk for pk in ids if known.get(pk, named.NO_GROUP) == group]


def _files(table: tables.LakeTable, since: date | None, until: date | None) -> list[str]:
    days = None if since is None or until is None else days_between(since, until)
    return tables.files(current_workspace_id(), table, days)


def _numbers(values: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if v is None else f"{v:g}" for v in values.to_pylist()], pa.string())

"""Importing files of subscriptions and of spend; importing one again changes nothing that is the same."""

import csv
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TypeVar

from tenure.billing import actions as billing
from tenure.billing import queries as told
from tenure.billing.types import SubscriptionState
from tenure.connectors.csv_billing import mapping
from tenure.connectors.csv_billing.mapping import SOURCE, Refused
from tenure.connectors.csv_billing.types import BillingReport
from tenure.connectors.csv_events import reading
from tenure.connectors.csv_events.types import RefusedRow, Sheet
from tenure.kernel import clock, tenancy
from tenure.workspaces import queries as workspaces

AT_ONCE = 1_000
R = TypeVar("R")


def import_subscriptions(
    sheet: Sheet, *, columns: str = "", dry_run: bool = False, errors: Path | None = None, zone: tzinfo = UTC
) -> BillingReport:
    """Take down every row of a file of subscriptions; rows that say nothing new are counted as known.

    Raises `MappingWrong` and `FileUnreadable`; rows before the break are kept.
    """
    reader = mapping.SubscriptionReader(
        mapping.subscription_columns(sheet, columns),
        file=sheet.path.name,
        currency=workspaces.workspace(tenancy.current_workspace_id()).currency,
        now=clock.now(),
        zone=zone,
    )
    report = BillingReport()
    for batch in _batches(sheet, reader.read, report, errors):
        news = _news(batch)
        report.new += len(news)
        report.known += len(batch) - len(news)
        report.accounts |= {s.account for s in batch}
        if not dry_run:
            billing.record_subscription_states(news)
    return report


def import_spend(
    sheet: Sheet, *, columns: str = "", dry_run: bool = False, errors: Path | None = None, zone: tzinfo = UTC
) -> BillingReport:
    """Take down every row of a file of what was spent; the same days and channel again replace what was said."""
    reader = mapping.SpendReader(
        mapping.spend_columns(sheet, columns),
        file=sheet.path.name,
        currency=workspaces.workspace(tenancy.current_workspace_id()).currency,
        zone=zone,
    )
    report = BillingReport()
    for batch in _batches(sheet, reader.read, report, errors):
        if dry_run:
            report.new += len(batch)
        else:
            done = billing.record_spend(batch)
            report.new += done.new
            report.known += done.known
    return report


def _news(states: Sequence[SubscriptionState]) -> list[SubscriptionState]:
    """Leave out states that were told for the same moment, or that say what the newest one says already."""
    stored = told.states_of(SOURCE, {s.external_id for s in states})
    news = []
    for state in states:
        before = [s for s in stored.get(state.external_id, ()) if s.as_of <= state.as_of]
        newest = max(before, key=lambda s: s.as_of, default=None)
        if newest is None or _content(newest) != _content(state):
            news.append(state)
    return news


def _content(state: SubscriptionState) -> SubscriptionState:
    return dataclasses.replace(state, as_of=state.started_at, provenance="")


def _batches(
    sheet: Sheet, read: Callable[[int, Sequence[str]], R], report: BillingReport, errors: Path | None
) -> Iterator[list[R]]:
    waiting: list[R] = []
    with _error_file(errors, sheet) as note:
        for number, cells in reading.rows(sheet):
            report.rows += 1
            try:
                if len(cells) != len(sheet.header):
                    wrong = f"{len(cells)} cells where the header has {len(sheet.header)}."
                    raise Refused("wrong_number_of_cells", wrong)
                waiting.append(read(number, cells))
            except Refused as refused:
                row = RefusedRow(number=number, code=refused.code, reason=str(refused), cells=tuple(cells))
                report.refused[row.code] = report.refused.get(row.code, 0) + 1
                report.examples.setdefault(row.code, row)
                note(row)
            if len(waiting) >= AT_ONCE:
                yield waiting
                waiting = []
        if waiting:
            yield waiting


@contextmanager
def _error_file(path: Path | None, sheet: Sheet) -> Iterator[Callable[[RefusedRow], None]]:
    """Open the file that takes refused rows with their line and reason, if one was asked for."""
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "code", "reason", *sheet.header])
        yield lambda row: writer.writerow([row.number, row.code, row.reason, *row.cells])

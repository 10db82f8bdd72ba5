"""Working through a file: one loop for a dry run and for the run itself, which commits its place with what it wrote."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files import queries, reading
from tenure.connectors.files.actions import writing
from tenure.connectors.files.actions.taking import taker
from tenure.connectors.files.errors import FileGone, ImportNotReady
from tenure.connectors.files.models import Import, RefusedRow
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.types import Done, Kind, Read, Row, RowRefused, Status, Told
from tenure.kernel import clock
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

SECONDS_A_PORTION = 10
SHOWN = 20
KEPT_REFUSED = 200_000
"""Refused rows kept to be mended; of more the number is kept."""


class _Place:
    """Where a process stands in a file, so that it need not be read from its beginning for each portion."""

    def __init__(self, of: Import) -> None:
        self.bytes = 0
        self.row = 0
        self.taker = taker(of)
        self.rows: Iterator[Row] = reading.rows(queries.file_of(of), self._at)
        for row in islice(self.rows, of.rows):  # what is remembered of earlier rows is remembered again
            self.taker.read(row)
            self.row += 1

    def _at(self, done: int) -> None:
        self.bytes = done


_places: dict[tuple[int, str], _Place] = {}


@transaction.atomic
def check_import(of: Import) -> Import:
    """Begin a dry run: every row is read and weighed, nothing is written but what would come of it."""
    of = Import.objects.select_for_update().get(pk=of.pk)
    if of.said_at or of.status not in (Status.MAPPING, Status.CHECKED, Status.FAILED):
        raise ImportNotReady
    rules.check(Kind(of.kind), rules.restored(of.columns), of.header, event=of.event)
    _start(of, Status.CHECKING)
    return of


@transaction.atomic
def run_import(of: Import, *, by: "Member | None") -> Import:
    """Begin the import itself; raises `ImportNotReady` when it has run, and `FileGone`."""
    of = Import.objects.select_for_update().get(pk=of.pk)
    if of.said_at or of.status not in (Status.MAPPING, Status.CHECKED):
        raise ImportNotReady
    queries.file_of(of)
    rules.check(Kind(of.kind), rules.restored(of.columns), of.header, event=of.event)
    of.said_at = _next_moment(Kind(of.kind))
    _start(of, Status.RUNNING)
    record_audit("imports.run", by=by, subject=of.file_name, details={"import_id": of.pk, "kind": of.kind})
    return of


def _next_moment(kind: Kind) -> datetime:
    """Return a moment from which nothing has been said yet: the rows of each import are said in a span of its own.

    What does not become traits needs none.
    """
    if kind not in (Kind.ACCOUNTS, Kind.PEOPLE, Kind.TICKETS, Kind.COMPANIES):
        return clock.now()
    last = Import.objects.exclude(said_at=None).order_by("-said_at").first()
    now = clock.now()
    if last is None or last.said_at is None:
        return now
    return max(now, last.said_at + timedelta(microseconds=last.last_number + 1))


def _start(of: Import, status: Status) -> None:
    _forget_place(of.pk)
    of.status, of.rows, of.last_number, of.bytes, of.first_rows = status.value, 0, 0, 0, []
    of.problem, of.problem_particulars = "", {}
    of.new = of.changed = of.same = of.refused = 0
    RefusedRow.objects.filter(of=of).delete()
    of.save()


def run_some(pk: int) -> int:
    """Work through rows for some seconds; returns how many. Another process at the same import is left alone."""
    until, done = time.monotonic() + SECONDS_A_PORTION, 0
    while time.monotonic() < until:
        try:
            did = _one_batch(pk)
        except (FileUnreadable, FileGone, LookupError) as error:
            why = error.details if isinstance(error, FileUnreadable) else {"why": "file_gone"}
            _fail(pk, why if not isinstance(error, LookupError) else {"why": "breaks_off", "error": str(error)})
            return done
        except BaseException:
            _forget_place(pk)
            raise
        if not did:
            return done
        done += did
    return done


@transaction.atomic
def _one_batch(pk: int) -> int:
    of = Import.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if of is None or of.status not in (Status.CHECKING, Status.RUNNING):
        return 0
    place = _place(of)
    some = list(islice(place.rows, place.taker.at_once))
    place.row += len(some)
    told: list[Told | Read] = []
    refused: list[RowRefused] = []
    for row in some:
        read = place.taker.read(row)
        if isinstance(read, RowRefused):
            refused.append(read)
        else:
            told.append(read)
    done, more = place.taker.weigh(told)
    if of.status == Status.RUNNING and done:
        place.taker.write(of, done)
    _count(of, done, [*refused, *more])
    of.rows, of.bytes = of.rows + len(some), min(place.bytes, of.size)
    of.last_number = some[-1].number if some else of.last_number
    is_over = len(some) < place.taker.at_once
    if is_over and (of.status == Status.CHECKING or place.taker.settle(of)):
        of.status, of.bytes = (Status.CHECKED if of.status == Status.CHECKING else Status.DONE).value, of.size
        of.finished_at = clock.now() if of.status == Status.DONE else None
        _forget_place(pk)
    of.save()
    return len(some) or int(of.status != Status.RUNNING)


def _count(of: Import, done: list[Done], refused: list[RowRefused]) -> None:
    for each in done:
        setattr(of, each.outcome, getattr(of, each.outcome) + 1)
    if len(of.first_rows) < SHOWN:
        shown = [
            *((d.told.number, d.outcome, d.told.cells, d.changes, "", {}) for d in done),
            *((r.number, "refused", r.cells, {}, r.code, r.particulars) for r in refused),
        ]
        of.first_rows += [
            {"number": n, "outcome": o, "cells": c, "changes": changes, "code": code, "particulars": particulars}
            for n, o, c, changes, code, particulars in sorted(shown, key=lambda s: s[0])[: SHOWN - len(of.first_rows)]
        ]
    RefusedRow.objects.bulk_create(
        RefusedRow(
            of=of,
            number=r.number,
            code=r.code,
            particulars=writing.storable(r.particulars),
            column=r.column[:255],
            value=_text(r.value),
            cells=writing.storable(r.cells),
        )
        for r in refused[: max(0, KEPT_REFUSED - of.refused)]
    )
    of.refused += len(refused)
    of.first_rows = writing.storable(of.first_rows)


def _text(value: str) -> str:
    return value.replace("\x00", "")[:200]


def _place(of: Import) -> _Place:
    key = (of.pk, of.status)
    known = _places.get(key)
    if known is None or known.row != of.rows:
        known = _places[key] = _Place(of)
    return known


def _forget_place(pk: int) -> None:
    for key in [k for k in _places if k[0] == pk]:
        del _places[key]


@transaction.atomic
def _fail(pk: int, problem: Mapping[str, Any]) -> None:
    _forget_place(pk)
    of = Import.objects.select_for_update().get(pk=pk)
    of.status, of.problem, of.finished_at = Status.FAILED.value, str(problem.get("why", "")), clock.now()
    of.problem_particulars = {name: str(value)[:500] for name, value in problem.items() if name != "why"}
    of.save(update_fields=["status", "problem", "problem_particulars", "finished_at"])

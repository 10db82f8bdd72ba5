"""The timeline of an account or a person: what they did and what was done about them, newest first.

What our system did is in PostgreSQL; what people did is in the lake, of which only the days that are needed are read,
newest first.
"""

import dataclasses
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pyarrow as pa
from django.db.models import Q

from tenure.customers import queries as customers
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.lake.lazily import ibis
from tenure.tracking.models import TimelineEntry
from tenure.tracking.queries.attribution import attribution, name_events_about
from tenure.tracking.queries.presence import folded_months
from tenure.tracking.types import USE_TYPES, Section, TimelineItem, TimelinePage
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY

if TYPE_CHECKING:
    import ibis.expr.types as ir

Subject = Literal["account_id", "person_id"]

_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
_FEW_MORE = 20
_SUBJECT = "tracking_subject"
_ROLLUP = "tracking_rollup"
_MONTHS = "tracking_months_of_subject"
_MOST_DAYS_AT_ONCE = 32
_FOLDED_USUALLY, _FOLDED_AT_MOST = 0.7, 0.1
"""Lines for each use. A page that is a line short costs another round, which costs more than days read in vain."""
_FEWEST_DAYS, _MOST_DAYS_LOOKED_THROUGH = 8, 366
_OUR_OWN = "Tenure"


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Asked:
    subject: Subject
    id: int
    traces: list[int]
    people: list[int]
    first_day: date
    last_day: date | None
    use_before: datetime
    entries_before: datetime
    limit: int


def timeline(
    *,
    account_id: int | None = None,
    person_id: int | None = None,
    sections: Collection[Section | str] = tuple(Section),
    before: str = "",
    limit: int = 50,
) -> TimelinePage:
    """Return a page of the timeline of an account or of a person; `before` is the cursor of the page above.

    Raises `NoSuchAccount`, `NoSuchPerson` and `CursorUnreadable`.
    """
    use_before, entries_before = (moment(p) for p in from_cursor(before, 2)) if before else (_LATEST, _LATEST)
    if account_id is not None:
        asked = _about_account(account_id, use_before, entries_before, limit)
    elif person_id is not None:
        asked = _about_person(person_id, use_before, entries_before, limit)
    else:
        raise ValueError("a timeline is of an account or of a person")
    wanted = {Section(s) for s in sections}
    entries = _entries(asked, wanted)
    if Section.FACTS in wanted:
        entries += _facts(asked)
    use = _use(asked, sorted(e.at for e in entries)) if Section.USE in wanted else []
    return _page(asked, sorted([*entries, *use], key=lambda i: i.at, reverse=True))


def cursor_before(at: datetime) -> str:
    """Return the cursor under which stands what happened before a moment."""
    return as_cursor([at, at])


def timeline_above(
    cursor: str,
    *,
    account_id: int | None = None,
    person_id: int | None = None,
    sections: Collection[Section | str] = tuple(Section),
    limit: int = 200,
) -> TimelinePage:
    """Return everything that stands above a cursor now, what came in late included; `next_cursor` is "" if it is all.

    With the page the cursor came from, that is what to show in its place. An empty cursor stands below everything.
    """
    page = timeline(account_id=account_id, person_id=person_id, sections=sections, limit=limit)
    if not cursor:
        return page
    use_from, entries_from = (moment(p) for p in from_cursor(cursor, 2))
    items = [i for i in page.items if i.at >= (use_from if i.section is Section.USE else entries_from)]
    return TimelinePage(items=items, next_cursor=page.next_cursor if len(items) == len(page.items) else "")


def _about_account(pk: int, use_before: datetime, entries_before: datetime, limit: int) -> _Asked:
    found = customers.account(pk)
    return _Asked(
        subject="account_id",
        id=found.pk,
        traces=customers.account_traces(found.pk),
        people=sorted(customers.people_at([found.pk])),
        first_day=found.first_seen_at.date(),
        last_day=found.last_seen_at.date() if found.last_seen_at else None,
        use_before=use_before,
        entries_before=entries_before,
        limit=limit,
    )


def _about_person(pk: int, use_before: datetime, entries_before: datetime, limit: int) -> _Asked:
    found = customers.person(pk)
    return _Asked(
        subject="person_id",
        id=found.pk,
        traces=customers.person_traces(found.pk),
        people=[],
        first_day=found.first_seen_at.date(),
        last_day=found.last_seen_at.date() if found.last_seen_at else None,
        use_before=use_before,
        entries_before=entries_before,
        limit=limit,
    )


def _page(asked: _Asked, items: Sequence[TimelineItem]) -> TimelinePage:
    shown = list(items[: asked.limit])
    for further in items[asked.limit :]:
        if further.at != shown[-1].at:
            break
        shown.append(further)
    names = customers.people_names({i.person_id for i in shown if i.person_id})
    named = [dataclasses.replace(i, person_name=names.get(i.person_id or 0, "")) for i in shown]
    if len(shown) == len(items):
        return TimelinePage(items=named, next_cursor="")
    use_before = min([i.first_at for i in shown if i.section is Section.USE], default=asked.use_before)
    return TimelinePage(items=named, next_cursor=as_cursor([min(use_before, _LATEST), shown[-1].at]))


def _entries(asked: _Asked, wanted: Collection[Section]) -> list[TimelineItem]:
    """Read what was announced."""
    found = TimelineEntry.objects.filter(at__lt=asked.entries_before, section__in=[s.value for s in wanted])
    if asked.subject == "account_id":
        found = found.filter(Q(account__in=asked.traces) | Q(account=None, person__in=asked.people))
    else:
        found = found.filter(person__in=asked.traces)
    return [
        TimelineItem(
            at=e.at,
            first_at=e.at,
            section=Section(e.section),
            kind=e.kind,
            particulars=e.particulars,
            source=str(e.particulars.get("source") or _OUR_OWN),
            account_id=e.account_id,
            person_id=e.person_id,
            person_name="",
        )
        for e in found.order_by("-at", "-pk")[: asked.limit + _FEW_MORE]
    ]


def _facts(asked: _Asked) -> list[TimelineItem]:
    """Read what was learnt: traits that one source said at one moment are one line."""
    kind: Any = "account" if asked.subject == "account_id" else "person"
    changes = customers.trait_history(kind, asked.id, before=asked.entries_before, limit=10 * asked.limit)
    lines = []
    for (at, source), together in groupby(changes, key=lambda c: (c.at, c.source)):
        said = [{"name": c.name, "value": c.value} for c in together]
        lines.append(
            TimelineItem(
                at=at,
                first_at=at,
                section=Section.FACTS,
                kind="TraitsChanged",
                particulars={"changes": sorted(said, key=lambda c: str(c["name"]))},
                source=source,
                account_id=asked.id if kind == "account" else None,
                person_id=asked.id if kind == "person" else None,
                person_name="",
            )
        )
    return lines[: asked.limit + _FEW_MORE]


def _use(asked: _Asked, others: Sequence[datetime]) -> list[TimelineItem]:
    """Read runs of use, newest first, until they fill the page together with what else happened at these moments.

    Some days are read at once: as many as may hold what is still missing, by what the rollups count and by how many
    uses came to be one line so far.
    """
    use: list[TimelineItem] = []
    missing, folded = asked.limit + 1, _FOLDED_USUALLY
    days: list[date] = []
    uses = 0
    left = _active_days(asked)
    while missing > 0 and (some := next(left, None)):
        day, count = some
        days.append(day)
        uses += count
        if uses * folded >= missing or len(days) == _MOST_DAYS_AT_ONCE:
            items, complete_to = _runs(asked, days)
            use += items
            folded = max(len(items) / uses, _FOLDED_AT_MOST)
            days, uses = [], 0
            missing = asked.limit + 1 - len(use) - (len(others) - bisect_left(others, complete_to))
    if missing > 0 and days:
        use += _runs(asked, days)[0]
    return use


def _active_days(asked: _Asked) -> Iterator[tuple[date, int]]:
    """Yield the days on which they used the product, newest first, and how often they did, from the rollups.

    So many days are looked through next as would fill a page at the pace of those before.
    """
    if asked.last_day is None:
        return
    rollup = ACCOUNT_DAY if asked.subject == "account_id" else PERSON_DAY
    last = min(asked.last_day, asked.use_before.date())
    span, uses = _FEWEST_DAYS, 0
    while last >= asked.first_day:
        first = max(asked.first_day, last - timedelta(days=span - 1))
        days = _not_idle(asked, [first + timedelta(days=n) for n in range((last - first).days + 1)])
        found = tables.files(current_workspace_id(), rollup, days)
        counts: list[int] = []
        if found:
            engine.name_files(_ROLLUP, rollup, found)
            _name_subject(asked)
            counted = engine.run_sql(_active_days_sql(asked.subject))
            counts = [int(n) for n in counted["uses"].to_pylist()]
            yield from zip(counted["dt"].to_pylist(), counts, strict=True)
        uses += sum(counts)
        enough = ceil((asked.limit - uses) * span / sum(counts)) if sum(counts) else _MOST_DAYS_LOOKED_THROUGH
        last = first - timedelta(days=1)
        span = min(max(enough, _FEWEST_DAYS), span * 4, _MOST_DAYS_LOOKED_THROUGH)


def _not_idle(asked: _Asked, days: list[date]) -> list[date]:
    """Leave out the days of months that are over on which nobody of theirs used the product, where there are many days.

    A month is one small file and says so of each of its days; counts by day would be a file for each.
    """
    if len(days) <= _FEWEST_DAYS:
        return days
    folded = folded_months(asked.subject, days)
    if not folded:
        return days
    engine.name_files(_MONTHS, MONTHS[asked.subject], list(folded.values()))
    _name_subject(asked)
    used = engine.run_sql(_used_days_sql(asked.subject))
    bits = dict(zip(used["dt"].to_pylist(), used["days"].to_pylist(), strict=True))
    return [
        day for day in days if (month := day.replace(day=1)) not in folded or bits.get(month, 0) >> (day.day - 1) & 1
    ]


def _runs(asked: _Asked, days: Sequence[date]) -> tuple[list[TimelineItem], datetime]:
    events = _events(asked, tables.files(current_workspace_id(), EVENTS, days))
    _name_subject(asked)
    engine.name_rows(
        "tracking_before", pa.table({"before": pa.array([asked.use_before], pa.timestamp("us", tz="UTC"))})
    )
    rows = engine.run_sql(_runs_sql(events, asked.subject, asked.limit + _FEW_MORE)).to_pylist()
    items = [
        TimelineItem(
            at=r["at"],
            first_at=r["first_at"],
            section=Section.USE,
            kind="Used",
            particulars={"event": r["event"], "type": r["type"], "properties": _decoded(r["properties"])},
            source=r["source"],
            account_id=r["account_id"] or None,
            person_id=r["person_id"] or None,
            person_name="",
            count=r["n"],
        )
        for r in rows
    ]
    begin = datetime.combine(min(days), datetime.min.time(), UTC)
    return items, items[-1].at if len(items) == asked.limit + _FEW_MORE else begin


def _events(asked: _Asked, found: list[str]) -> "ir.Table":
    known = attribution()
    if asked.subject == "person_id":
        traces = known.traces_of(asked.id)
        return name_events_about(found, known, accounts=[], traces=traces)
    accounts, traces = known.accounts_in(asked.id), known.traces_moved_to(asked.id)
    return name_events_about(found, known, accounts=accounts, traces=traces)


def _decoded(document: str) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(document)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _name_subject(asked: _Asked) -> None:
    engine.name_rows(_SUBJECT, pa.table({"id": pa.array([asked.id], pa.int64())}))


@lru_cache
def _active_days_sql(subject: Subject) -> str:
    table = ACCOUNT_DAY if subject == "account_id" else PERSON_DAY
    counts = ibis.table(ibis.Schema.from_pyarrow(table.schema), name=_ROLLUP)
    wanted = ibis.table(ibis.schema({"id": "int64"}), name=_SUBJECT)
    active = counts.semi_join(wanted, counts[subject] == wanted.id)
    uses = active.events if subject == "account_id" else active.n
    return engine.sql_of(active.group_by("dt").aggregate(uses=uses.sum().cast("int64")).order_by(ibis.desc("dt")))


@lru_cache
def _used_days_sql(subject: Subject) -> str:
    months = ibis.table(ibis.Schema.from_pyarrow(MONTHS[subject].schema), name=_MONTHS)
    wanted = ibis.table(ibis.schema({"id": "int64"}), name=_SUBJECT)
    active = months.semi_join(wanted, months.subject == wanted.id)
    return engine.sql_of(active.group_by("dt").aggregate(days=active.days.bit_or()))


@lru_cache
def _runs_sql(events: "ir.Table", subject: Subject, limit: int) -> str:
    """Fold uses in a row of one event by one person on one day into runs: those whose two countings differ alike."""
    wanted = ibis.table(ibis.schema({"id": "int64"}), name=_SUBJECT)
    earlier = ibis.table(ibis.schema({"before": "timestamp('UTC', 6)"}), name="tracking_before")
    use = events.semi_join(wanted, events[subject] == wanted.id)
    use = use.filter(use.type.isin(USE_TYPES), use.ts < earlier.before.as_scalar())
    order = [use.ts.desc(), use.message_id]
    alike = ["person_id", "account_id", "type", "event", "source", "dt"]
    use = use.mutate(
        of_all=ibis.row_number().over(order_by=order), of_alike=ibis.row_number().over(group_by=alike, order_by=order)
    )
    use = use.mutate(run=use.of_all - use.of_alike)
    runs = use.group_by(*alike, "run").aggregate(
        at=use.ts.max(), first_at=use.ts.min(), n=use.count().cast("int64"), properties=use.properties.argmax(use.ts)
    )
    return engine.sql_of(runs.order_by(runs["at"].desc(), runs.event, runs.person_id).limit(limit))

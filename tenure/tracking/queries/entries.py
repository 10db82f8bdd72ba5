"""How often something of one kind is on the timelines of accounts or people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa
from django.db.models import Count

from tenure.tracking.models import TimelineEntry


def entries_counted(
    subject: str,
    kind: str,
    *,
    since: datetime | None,
    until: datetime,
    ids: Iterable[int] | None = None,
    among: Mapping[str, Sequence[str]] | None = None,
) -> pa.Table:
    """Count announcements of a kind from `since` (or ever) to `until` by account or person: columns id and n.

    `among` counts only those of which a particular is one of some values.
    """
    found = TimelineEntry.objects.filter(kind=kind, at__lte=until, **{f"{subject}__isnull": False})
    if since is not None:
        found = found.filter(at__gte=since)
    if ids is not None:
        found = found.filter(**{f"{subject}__in": list(ids)})
    for name, values in (among or {}).items():
        found = found.filter(**{f"particulars__{name}__in": list(values)})
    rows = list(found.order_by().values_list(subject).annotate(n=Count("pk")).order_by(subject))
    return pa.table(
        {"id": pa.array([id_ for id_, _ in rows], pa.int64()), "n": pa.array([n for _, n in rows], pa.int64())}
    )

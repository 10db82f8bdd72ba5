"""Which segments there are, how large, and how they came to be."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from tenure.kernel import clock
from tenure.segments.errors import SegmentMissing
from tenure.segments.models import Membership, Segment, SegmentVersion
from tenure.segments.queries.listed import listed_names
from tenure.segments.queries.reading import WrittenSegment, written_text
from tenure.segments.queries.stored import condition_or_none
from tenure.segments.types import Subject
from tenure.segments.types.answers import MembershipItem, SegmentSummary, SizeOnDay, VersionItem

WEEK = timedelta(days=7)


def segments(*, subject: Subject | None = None) -> Sequence[SegmentSummary]:
    """Return the segments in use, by name, each with its size now and a week ago."""
    chosen = Segment.objects.filter(archived_at=None)
    return _summaries(chosen.filter(subject=subject) if subject else chosen)


def archived_segments() -> Sequence[SegmentSummary]:
    """Return the segments taken out of use, by name."""
    return _summaries(Segment.objects.exclude(archived_at=None))


def segment(segment_id: int) -> SegmentSummary:
    """Return one segment, in use or not; raises `SegmentMissing`."""
    found = _summaries(Segment.objects.filter(pk=segment_id))
    if not found:
        raise SegmentMissing
    return found[0]


def segment_names() -> dict[int, str]:
    """Return the name of every segment, archived ones too, by id."""
    return dict(Segment.objects.order_by("name").values_list("pk", "name"))


def segments_of(*, account_id: int | None = None, person_id: int | None = None) -> Sequence[MembershipItem]:
    """Return the segments an account or a person is in now, by name."""
    found = Membership.objects.filter(left_at=None, segment__archived_at=None, account=account_id, person=person_id)
    return [
        MembershipItem(segment_id=m.segment_id, segment_name=m.segment.name, since=m.since)
        for m in found.select_related("segment").order_by("segment__name")
    ]


def versions(segment_id: int) -> Sequence[VersionItem]:
    """Return what a segment's condition was from time to time, the latest first."""
    found = SegmentVersion.objects.filter(segment=segment_id).select_related("by").order_by("-number")
    return [
        VersionItem(number=v.number, condition=condition_or_none(v.condition), at=v.at, by=v.by.name if v.by else "")
        for v in found
    ]


def sizes_by_day(segment_id: int, *, days: int) -> Sequence[SizeOnDay]:
    """Return how many were in a segment at the end of each of the last `days` days (UTC), today being so far."""
    today = clock.now().astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    of_segment = Membership.objects.filter(segment=segment_id)
    before = datetime(first.year, first.month, first.day, tzinfo=UTC)
    size = of_segment.filter(Q(left_at=None) | Q(left_at__gte=before), since__lt=before).count()
    entered = _per_day(of_segment.filter(since__gte=before), "since")
    left = _per_day(of_segment.filter(left_at__gte=before), "left_at")
    sizes: list[SizeOnDay] = []
    for n in range(days):
        day = first + timedelta(days=n)
        size += entered.get(day, 0) - left.get(day, 0)
        sizes.append(SizeOnDay(day=day, size=size))
    return sizes


def text_form(segment_id: int) -> str:
    """Return the text form of a segment: YAML that can be reviewed and put back."""
    found = segment(segment_id)
    if found.condition is None:
        return ""
    written = WrittenSegment(
        name=found.name,
        description=found.description,
        subject=found.subject,
        condition=found.condition,
        members=tuple(listed_names(segment_id)) if found.is_static else (),
    )
    return written_text(written)


def _per_day(found: QuerySet[Membership], moment: str) -> dict[date, int]:
    days = found.annotate(day=TruncDate(moment, tzinfo=UTC)).values("day").annotate(n=Count("pk"))
    return dict(days.order_by().values_list("day", "n"))


def _summaries(chosen: QuerySet[Segment]) -> Sequence[SegmentSummary]:
    found = list(chosen.order_by("name", "pk"))
    week_ago = clock.now() - WEEK
    was_in = Q(since__lte=week_ago) & (Q(left_at=None) | Q(left_at__gt=week_ago))
    counted = (
        Membership.objects.filter(segment__in=[s.pk for s in found])
        .filter(Q(left_at=None) | Q(left_at__gt=week_ago))
        .values("segment_id")
        .annotate(now=Count("pk", filter=Q(left_at=None)), then=Count("pk", filter=was_in))
    )
    sizes = {row["segment_id"]: (row["now"], row["then"]) for row in counted.order_by()}
    return [_summary(s, *sizes.get(s.pk, (0, 0)), week_ago) for s in found]


def _summary(found: Any, size: int, size_then: int, week_ago: datetime) -> SegmentSummary:
    return SegmentSummary(
        id=found.pk,
        name=found.name,
        description=found.description,
        subject=Subject(found.subject),
        condition=condition_or_none(found.condition),
        version=found.version,
        size=size,
        size_week_ago=size_then if found.created_at <= week_ago else None,
        created_at=found.created_at,
        changed_at=found.changed_at,
        evaluated_at=found.evaluated_at,
        paused_at=found.paused_at,
        archived_at=found.archived_at,
        error=found.error,
    )

"""Define and change segments; every version of a condition is kept."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.kernel import clock
from tenure.segments.actions.refreshing import refresh_segment
from tenure.segments.actions.settling import one_at_a_time
from tenure.segments.errors import (
    ConditionWrong,
    SegmentArchived,
    SegmentBuiltOn,
    SegmentMissing,
    SegmentNameMissing,
    SegmentNameTaken,
)
from tenure.segments.models import Segment, SegmentVersion
from tenure.segments.queries.reading import read_condition
from tenure.segments.queries.referring import decides_by, refers
from tenure.segments.queries.stored import LISTED
from tenure.segments.rules.leaf_checks import storable
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, to_json
from tenure.segments.types.problems import Problem, ProblemCode
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

Given = Condition | Mapping[str, object]
"""A condition, or its JSON form."""


@transaction.atomic
def define_segment(
    name: str, *, subject: Subject | str, condition: Given, by: "Member | None" = None, description: str = ""
) -> Segment:
    """Make a segment and compute at once who is in it; raises `ConditionWrong`, `SegmentNameTaken`."""
    kind = Subject(subject)
    checked = _checked(condition, kind)
    segment = _made(name, kind, checked, by=by, description=description)
    refresh_segment(segment, now=segment.created_at)
    return segment


@transaction.atomic
def define_list(name: str, *, subject: Subject | str, by: "Member | None" = None, description: str = "") -> Segment:
    """Make a static segment: nobody is in it until a member says so; raises `SegmentNameTaken`."""
    return _made(name, Subject(subject), LISTED, by=by, description=description)


def _made(name: str, kind: Subject, checked: Mapping[str, object], *, by: "Member | None", description: str) -> Segment:
    now = clock.now()
    segment = Segment.objects.create(
        name=_free_name(name),
        description=_kept(description),
        subject=kind,
        condition=checked,
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    SegmentVersion.objects.create(segment=segment, number=1, condition=checked, at=now, by=by)
    workspaces.record_audit("segments.define", by=by, subject=segment.name, details={"subject": str(kind)})
    return segment


@transaction.atomic
def change_segment(
    segment_id: int,
    *,
    by: "Member | None",
    name: str | None = None,
    description: str | None = None,
    condition: Given | None = None,
) -> Segment:
    """Change what is given and leave the rest; a changed condition becomes a new version and is computed at once."""
    one_at_a_time(*Subject)
    segment = _locked(segment_id)
    if segment.archived_at:
        raise SegmentArchived
    now = clock.now()
    before = {"name": segment.name, "description": segment.description}
    if name is not None:
        segment.name = _free_name(name, besides=segment.pk)
    if description is not None:
        segment.description = _kept(description)
    if condition is not None and segment.condition == LISTED:
        raise ConditionWrong([Problem(path="", code=ProblemCode.VALUE_UNWANTED)])
    checked = None if condition is None else _checked(condition, Subject(segment.subject), of=segment.pk)
    is_new_version = checked is not None and checked != segment.condition
    after = {"name": segment.name, "description": segment.description}
    if not is_new_version and after == before:
        return segment
    if is_new_version:
        segment.condition = checked
        segment.version += 1
        segment.error = ""
        SegmentVersion.objects.create(segment=segment, number=segment.version, condition=checked, at=now, by=by)
    segment.changed_at = now
    segment.save()
    changes = {key: value for key, value in after.items() if value != before[key]}
    workspaces.record_audit(
        "segments.change",
        by=by,
        subject=segment.name,
        details={
            "before": {key: before[key] for key in changes}
            | ({"version": segment.version - 1} if is_new_version else {}),
            "after": changes | ({"version": segment.version} if is_new_version else {}),
        },
    )
    if is_new_version:
        refresh_segment(segment, now=now)
    return segment


@transaction.atomic
def archive_segment(segment_id: int, *, by: "Member | None") -> Segment:
    """Take a segment out of use; its memberships stay as they are, so that restoring it is as if nothing was.

    Raises `SegmentBuiltOn` while other segments refer to it, or touch models, stages or reasons for VIPs do.
    """
    segment = _locked(segment_id)
    if segment.archived_at is None:
        by_others = {pk for pk, named in refers().items() if segment_id in named}
        if Segment.objects.filter(pk__in=by_others, archived_at=None).exists() or decides_by(segment_id):
            raise SegmentBuiltOn
        segment.archived_at = clock.now()
        segment.save(update_fields=["archived_at"])
        workspaces.record_audit("segments.archive", by=by, subject=segment.name)
    return segment


@transaction.atomic
def restore_segment(segment_id: int, *, by: "Member | None") -> Segment:
    """Take an archived segment back into use; raises `SegmentNameTaken` where its name has been given away."""
    one_at_a_time(*Subject)
    segment = _locked(segment_id)
    if segment.archived_at is not None:
        _free_name(segment.name, besides=segment.pk)
        segment.archived_at = None
        segment.save(update_fields=["archived_at"])
        workspaces.record_audit("segments.restore", by=by, subject=segment.name)
        refresh_segment(segment, now=clock.now())
    return segment


@transaction.atomic
def pause_segment(segment_id: int, *, by: "Member | None") -> Segment:
    """Stop keeping a segment up to date: nobody enters or leaves until it is resumed."""
    segment = _locked(segment_id)
    if segment.paused_at is None:
        segment.paused_at = clock.now()
        segment.save(update_fields=["paused_at"])
        workspaces.record_audit("segments.pause", by=by, subject=segment.name)
    return segment


@transaction.atomic
def resume_segment(segment_id: int, *, by: "Member | None") -> Segment:
    """Keep a paused segment up to date again, beginning now."""
    one_at_a_time(*Subject)
    segment = _locked(segment_id)
    if segment.paused_at is not None:
        segment.paused_at = None
        segment.save(update_fields=["paused_at"])
        workspaces.record_audit("segments.resume", by=by, subject=segment.name)
        refresh_segment(segment, now=clock.now())
    return segment


def _checked(condition: Given, subject: Subject, *, of: int | None = None) -> dict[str, object]:
    raw = condition if isinstance(condition, Mapping) else to_json(condition)
    return to_json(read_condition(raw, subject, of=of))


def _kept(description: str) -> str:
    return "".join(letter for letter in description if storable(letter)).strip()[:500]


def _free_name(name: str, *, besides: int | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120 or not storable(name):
        raise SegmentNameMissing
    if Segment.objects.filter(name=name, archived_at=None).exclude(pk=besides or 0).exists():
        raise SegmentNameTaken
    return name


def _locked(segment_id: int) -> Segment:
    segment = Segment.objects.select_for_update().filter(pk=segment_id).first()
    if segment is None:
        raise SegmentMissing
    return segment

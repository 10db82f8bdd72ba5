"""Static segments: making one, putting somebody on its list, taking them off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tenure.segments import actions, queries
from tenure.segments.errors import SegmentNameMissing, SegmentNameTaken
from tenure.segments.queries import WrittenSegment
from tenure.segments.types import Subject
from tenure.segments.types.answers import Preview
from tenure.web.pages.segments.words import SUBJECTS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.segments.models import Segment

LARGEST_FILE = 5 << 20
SHOWN = 5


@needs(PermissionRole.MEMBER)
def new(request: Visit) -> HttpResponse:
    """Make a static segment, with whoever was pasted or uploaded on its list."""
    wanted = (request.POST if request.method == "POST" else request.GET).get("subject", "")
    subject = Subject(wanted) if wanted in set(Subject) else Subject.ACCOUNT
    said = {name: request.POST.get(name, "").replace("\x00", "") for name in ("name", "description", "ids")}
    shown: dict[str, Any] = {"subject": subject, "subjects": list(SUBJECTS.items()), "said": said}
    if request.method != "POST":
        return render(request, "segments/new_list.html", shown)
    try:
        with transaction.atomic():
            made = actions.define_list(
                said["name"], subject=subject, description=said["description"], by=request.member
            )
            _put(request, made.pk, subject)
    except SegmentNameMissing:
        shown["name_error"] = _("Give the segment a name of at most 120 characters.")
    except SegmentNameTaken:
        shown["name_error"] = _("Another segment already has this name.")
    else:
        return redirect("segment", made.pk)
    return render(request, "segments/new_list.html", shown, status=422)


@require_POST
@needs(PermissionRole.MEMBER)
def put(request: Visit, pk: int) -> HttpResponse:
    """Put whoever was pasted or uploaded on the list."""
    _put(request, pk, queries.segment(pk).subject)
    return redirect("segment", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def put_back(request: Visit, pk: int, subject_id: int) -> HttpResponse:
    """Put one on the list again."""
    actions.put_on_list(pk, [subject_id], by=request.member)
    return redirect("segment", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def take(request: Visit, pk: int, subject_id: int) -> HttpResponse:
    """Take one off the list."""
    who = queries.named(queries.segment(pk).subject, [subject_id]).get(subject_id)
    if actions.take_off_list(pk, [subject_id], by=request.member) and who:
        undo = reverse("segment_put_back", args=[pk, subject_id])
        say(request, _("%(name)s is off the list.") % {"name": who.name}, undo=undo)
    return redirect("segment", pk)


def preview(written: WrittenSegment) -> Preview:
    """Return who a list that is written down means."""
    read = queries.who_is_meant(written.subject, written.members)
    ids = list(dict.fromkeys(id_ for _written, id_ in read.found))
    some = queries.named(written.subject, ids[:SHOWN])
    return Preview(looked_at=len(written.members), count=len(ids), sample=[some[i] for i in ids[:SHOWN] if i in some])


@transaction.atomic
def made(request: Visit, written: WrittenSegment) -> "Segment":
    """Make a static segment that is written down, with its members."""
    segment = actions.define_list(
        written.name, subject=written.subject, description=written.description, by=request.member
    )
    _put_written(request, segment.pk, written.subject, written.members)
    return segment


def _put(request: Visit, pk: int, subject: Subject) -> None:
    text = request.POST.get("ids", "")[:LARGEST_FILE]
    if (sent := request.FILES.get("file")) is not None and (sent.size or 0) <= LARGEST_FILE:
        text += "\n" + sent.read().decode("utf-8-sig", "replace")
    _put_written(request, pk, subject, queries.ids_written(text))


def _put_written(request: Visit, pk: int, subject: Subject, written: Sequence[str]) -> None:
    read = queries.who_is_meant(subject, written)
    if read.found:
        added = actions.put_on_list(pk, [id_ for _written, id_ in read.found], by=request.member)
        said = ngettext("%(n)d was put on the list.", "%(n)d were put on the list.", added) % {"n": added}
        say(request, said)
    if read.unknown:
        some = ", ".join(read.unknown[:SHOWN]) + (" …" if len(read.unknown) > SHOWN else "")
        n = len(read.unknown)
        said = ngettext("%(n)d is not known: %(some)s", "%(n)d are not known: %(some)s", n) % {"n": n, "some": some}
        warn(request, said)

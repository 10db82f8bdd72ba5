"""The stages and transitions in the editor, with who would move beside it; earlier versions brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.lifecycle import actions, queries
from tenure.lifecycle.types import Machine
from tenure.web.pages import definitions
from tenure.web.pages.lifecycle.form import FIELDS
from tenure.web.pages.lifecycle.words import PROBLEMS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change the stages and transitions."""
    found = queries.lifecycle()

    def save(machine: Machine, begun: int | None) -> HttpResponse:
        saved = actions.change_lifecycle(machine, by=request.member, version=begun)
        undo = reverse("lifecycle_restore", args=[found.version]) if saved.version != found.version else ""
        say(request, _("The stages are saved, and every account was looked at."), undo=undo)
        return redirect("lifecycle")

    return definitions.edit(request, _editor(), made=found.machine, version=found.version, save=save)


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would move if it were saved."""

    def show(machine: Machine) -> HttpResponse:
        seen = queries.preview(machine)
        names = {**queries.stage_names(), **{stage.key: stage.name for stage in machine.stages}}
        moving = [
            {"move": m, "source": names.get(m.source, m.source), "target": names.get(m.target, m.target)}
            for m in seen.moving
        ]
        counts = [(stage.name, seen.counts[stage.key]) for stage in machine.stages]
        return render(request, "lifecycle/preview.html", {"seen": seen, "moving": moving, "counts": counts})

    return definitions.preview(request, _editor(), show)


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    before = queries.lifecycle().version
    saved = actions.restore_version(number, by=request.member)
    undo = reverse("lifecycle_restore", args=[before]) if saved.version != before else ""
    say(request, _("Version %(n)d is in force again.") % {"n": number}, undo=undo)
    return redirect("lifecycle")


def _editor() -> definitions.Editor[Machine]:
    return definitions.Editor(
        title=_("Edit the stages"),
        lead=_("Stages and what leads from one to the next. Who would move is shown beside it as you go."),
        label=_("The lifecycle as text (YAML)"),
        help=_("Accounts begin at the first stage. Of the transitions of a stage, the first that applies is taken."),
        preview_url=reverse("lifecycle_preview"),
        cancel_url=reverse("lifecycle"),
        back_to=_("Lifecycle"),
        conflict=_("Somebody else changed the stages meanwhile. Save again to put yours in place of theirs."),
        fields=FIELDS,
        problems=PROBLEMS,
        read_text=queries.read_text,
        read_plain=queries.read_json_form,
        text_of=queries.text_of,
        plain_of=queries.json_form,
    )

"""The stages and transitions as text, with who would move beside it; earlier versions brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.lake.engine import CannotCompute
from tenure.lifecycle import actions, queries
from tenure.lifecycle.errors import LifecycleChangedMeanwhile, MachineWrong
from tenure.web import definitions
from tenure.web.pages.lifecycle.words import PROBLEMS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change the stages and transitions."""
    found = queries.lifecycle()
    if request.method != "POST":
        return definitions.page(request, _editor(), queries.text_of(found.machine), found.version)
    text, version = definitions.text_in(request), definitions.version_in(request)
    try:
        saved = actions.change_lifecycle(queries.read_text(text), by=request.member, version=version)
    except MachineWrong as wrong:
        problems = definitions.listed(wrong, PROBLEMS)
        return definitions.page(request, _editor(), text, version or found.version, problems)
    except LifecycleChangedMeanwhile:
        words = _("Somebody else changed the stages meanwhile. Save again to put yours in place of theirs.")
        return definitions.page(request, _editor(), text, found.version, [{"words": words}])
    undo = reverse("lifecycle_restore", args=[found.version]) if saved.version != found.version else ""
    say(request, _("The stages are saved, and every account was looked at."), undo=undo)
    return redirect("lifecycle")


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would move if the text were saved."""
    try:
        machine = queries.read_text(definitions.text_in(request))
        seen = queries.preview(machine)
    except MachineWrong as wrong:
        return definitions.problems_fragment(request, definitions.listed(wrong, PROBLEMS))
    except CannotCompute as error:
        return definitions.problems_fragment(request, [{"words": str(error)}])
    names = {**queries.stage_names(), **{stage.key: stage.name for stage in machine.stages}}
    moving = [
        {"move": m, "source": names.get(m.source, m.source), "target": names.get(m.target, m.target)}
        for m in seen.moving
    ]
    counts = [(stage.name, seen.counts[stage.key]) for stage in machine.stages]
    return render(request, "lifecycle/preview.html", {"seen": seen, "moving": moving, "counts": counts})


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    before = queries.lifecycle().version
    saved = actions.restore_version(number, by=request.member)
    undo = reverse("lifecycle_restore", args=[before]) if saved.version != before else ""
    say(request, _("Version %(n)d is in force again.") % {"n": number}, undo=undo)
    return redirect("lifecycle")


def _editor() -> definitions.Editor:
    return definitions.Editor(
        title=_("Edit the stages"),
        lead=_("Stages and what leads from one to the next. Who would move is shown beside it as you go."),
        label=_("The lifecycle as text (YAML)"),
        help=_("Accounts begin at the first stage. Of the transitions of a stage, the first that applies is taken."),
        preview_url=reverse("lifecycle_preview"),
        cancel_url=reverse("lifecycle"),
        back_to=_("Lifecycle"),
    )

"""The models and plans in the editor, with who would move beside it; earlier versions brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.touch_models import actions, queries
from tenure.touch_models.types import Definition
from tenure.web.pages import definitions
from tenure.web.pages.touch_models.form import FIELDS
from tenure.web.pages.touch_models.words import PROBLEMS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change the models and plans."""
    found = queries.definition() if queries.has_models() else None
    version = found.version if found else 0

    def save(made: Definition, begun: int | None) -> HttpResponse:
        saved = actions.change_definition(made, by=request.member, version=begun)
        undo = reverse("touch_models_restore", args=[version]) if version else reverse("touch_models_take_back")
        undo = undo if saved.version != version else ""
        say(request, _("The touch models are saved, and every account was looked at."), undo=undo)
        return redirect("touch_models")

    made = found.definition if found else queries.suggested()
    return definitions.edit(request, _editor(), made=made, version=version, save=save)


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would get another model if it were saved."""

    def show(made: Definition) -> HttpResponse:
        seen = queries.preview(made)
        names = {**queries.model_names(), **{m.key: m.name for m in made.models}}
        moving = [
            {"move": m, "source": names.get(m.source, m.source), "target": names.get(m.target, m.target)}
            for m in seen.moving
        ]
        counts = [(m.name, seen.counts[m.key]) for m in made.models]
        return render(request, "lifecycle/preview.html", {"seen": seen, "moving": moving, "counts": counts})

    return definitions.preview(request, _editor(), show)


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    before = queries.definition().version
    saved = actions.restore_version(number, by=request.member)
    undo = reverse("touch_models_restore", args=[before]) if saved.version != before else ""
    say(request, _("Version %(n)d is in force again.") % {"n": number}, undo=undo)
    return redirect("touch_models")


def _editor() -> definitions.Editor[Definition]:
    return definitions.Editor(
        title=_("Edit the touch models"),
        lead=_("How accounts are served, and by which rules. Who would move is shown beside it as you go."),
        label=_("The touch models as text (YAML)"),
        help=_(
            "The first model that takes an account has it. “stays” asks for less than “enters”, so that accounts do "
            "not flap; “existing: keep” lets accounts that are there go on by the old rules."
        ),
        preview_url=reverse("touch_models_preview"),
        cancel_url=reverse("touch_models"),
        back_to=_("Touch models"),
        conflict=_("Somebody else changed the touch models meanwhile. Save again to put yours in place of theirs."),
        fields=FIELDS,
        problems=PROBLEMS,
        read_text=queries.read_text,
        read_plain=queries.read_json_form,
        text_of=queries.text_of,
        plain_of=queries.json_form,
    )

"""The rules for VIPs in the editor, with who would be one beside it; earlier versions brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.vips import actions, queries
from tenure.vips.types import Definition
from tenure.web.pages import definitions
from tenure.web.pages.vips.form import FIELDS
from tenure.web.pages.vips.words import PROBLEMS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change levels, reasons and terms."""
    found = queries.rules() if queries.has_rules() else None
    version = found.version if found else 0

    def save(made: Definition, begun: int | None) -> HttpResponse:
        saved = actions.change_rules(made, by=request.member, version=begun)
        undo = reverse("vips_restore", args=[version]) if version else reverse("vips_take_back")
        undo = undo if saved.version != version else ""
        say(request, _("The rules are saved, and every account was looked at."), undo=undo)
        return redirect("vips")

    made = found.definition if found else queries.suggested()
    return definitions.edit(request, _editor(), made=made, version=version, save=save)


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would be a VIP if it were saved."""

    def show(made: Definition) -> HttpResponse:
        seen = queries.preview(made)
        counts = [(reason.name, seen.counts[reason.key]) for reason in made.reasons]
        names = (queries.level_names() if queries.has_rules() else {}) | {each.key: each.name for each in made.levels}
        changing = [(names.get(c.source, c.source), names.get(c.target, c.target), c) for c in seen.changing]
        return render(request, "vips/preview.html", {"seen": seen, "counts": counts, "changing": changing})

    return definitions.preview(request, _editor(), show)


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    before = queries.rules().version
    saved = actions.restore_version(number, by=request.member)
    undo = reverse("vips_restore", args=[before]) if saved.version != before else ""
    say(request, _("Version %(n)d is in force again.") % {"n": number}, undo=undo)
    return redirect("vips_rules")


def _editor() -> definitions.Editor[Definition]:
    return definitions.Editor(
        title=_("Edit the rules for VIPs"),
        lead=_("Who is a VIP and why, and what each level is promised. Who would be one is shown beside it."),
        label=_("The rules as text (YAML)"),
        help=_(
            "The highest level comes first. “evidence” names the facts shown as proof; “company_domain: true” never "
            "matches people behind a free mail address."
        ),
        preview_url=reverse("vips_preview"),
        cancel_url=reverse("vips"),
        back_to=_("VIPs"),
        conflict=_("Somebody else changed the rules meanwhile. Save again to put yours in place of theirs."),
        fields=FIELDS,
        problems=PROBLEMS,
        read_text=queries.read_text,
        read_plain=queries.read_json_form,
        text_of=queries.text_of,
        plain_of=queries.json_form,
    )

"""The rules for VIPs as text, with who would be one beside it; earlier versions brought back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.lake.engine import CannotCompute
from tenure.vips import actions, queries
from tenure.vips.errors import VipRulesChangedMeanwhile, VipRulesWrong
from tenure.web import definitions
from tenure.web.pages.vips.words import PROBLEMS
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@needs(PermissionRole.ADMIN)
def edit(request: Visit) -> HttpResponse:
    """Change levels, reasons and terms."""
    version = queries.rules().version if queries.has_rules() else 0
    if request.method != "POST":
        made = queries.rules().definition if version else queries.suggested()
        return definitions.page(request, _editor(), queries.text_of(made), version)
    text, begun = definitions.text_in(request), definitions.version_in(request)
    try:
        saved = actions.change_rules(queries.read_text(text), by=request.member, version=begun)
    except VipRulesWrong as wrong:
        problems = definitions.listed(wrong, PROBLEMS)
        return definitions.page(request, _editor(), text, version if begun is None else begun, problems)
    except VipRulesChangedMeanwhile:
        words = _("Somebody else changed the rules meanwhile. Save again to put yours in place of theirs.")
        return definitions.page(request, _editor(), text, version, [{"words": words}])
    undo = reverse("vips_restore", args=[version]) if version and saved.version != version else ""
    say(request, _("The rules are saved, and every account was looked at."), undo=undo)
    return redirect("vips")


@require_POST
@needs(PermissionRole.ADMIN)
def preview(request: Visit) -> HttpResponse:
    """Show who would be a VIP if the text were saved."""
    try:
        made = queries.read_text(definitions.text_in(request))
        seen = queries.preview(made)
    except VipRulesWrong as wrong:
        return definitions.problems_fragment(request, definitions.listed(wrong, PROBLEMS))
    except CannotCompute as error:
        return definitions.problems_fragment(request, [{"words": str(error)}])
    counts = [(reason.name, seen.counts[reason.key]) for reason in made.reasons]
    return render(request, "vips/preview.html", {"seen": seen, "counts": counts})


@require_POST
@needs(PermissionRole.ADMIN)
def restore(request: Visit, number: int) -> HttpResponse:
    """Put an earlier version in force again."""
    before = queries.rules().version
    saved = actions.restore_version(number, by=request.member)
    undo = reverse("vips_restore", args=[before]) if saved.version != before else ""
    say(request, _("Version %(n)d is in force again.") % {"n": number}, undo=undo)
    return redirect("vips_rules")


def _editor() -> definitions.Editor:
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
    )

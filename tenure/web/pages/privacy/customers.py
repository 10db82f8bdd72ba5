"""What is done about one person or account: everything exported, everything erased, a consent written down."""

from datetime import datetime, time
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenure.channels import queries as channels
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.privacy import actions, queries
from tenure.privacy.types import ConsentSaid, SubjectKind
from tenure.web.answering import go
from tenure.web.pages.privacy.forms import ConsentForm, EraseForm
from tenure.web.pages.privacy.words import domain_name
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account, Person


@require_POST
@needs(PermissionRole.ADMIN)
def export(request: Visit, kind: SubjectKind, pk: int) -> HttpResponseBase:
    """Answer with everything that is kept about somebody, as one archive."""
    found = _found(kind, pk)
    pieces = queries.export_zip(kind, found.pk, workspace=request.workspace.name, name=str(found))
    workspaces.record_audit("privacy.export", by=request.member, subject=str(found), details={"kind": kind})
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{found.pk}-{clock.now():%Y-%m-%d}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PermissionRole.ADMIN)
def erase(request: Visit, kind: SubjectKind, pk: int) -> HttpResponse:
    """Say what an erasure would do, and have it done when its name is typed."""
    found = _found(kind, pk)
    if under_way := queries.erasure_under_way(kind, found.pk):
        return redirect("erasure", under_way.pk)
    names = _names(found)
    form = EraseForm(request.POST or None, names=names)
    if request.method == "POST" and form.is_valid():
        asked = actions.ask_to_erase(kind, found.pk, by=request.member, reason=form.cleaned_data["reason"])
        return redirect("erasure", asked.pk)
    reach = queries.reach(kind, found.pk)
    shown = {
        "form": form,
        "kind": kind,
        "subject": found,
        "name": str(found),
        "names": names,
        "reach": reach,
        "goes": sorted(((domain_name(each), n) for each, n in reach.goes.items()), key=lambda row: -row[1]),
        "emptied": sorted(((domain_name(each), n) for each, n in reach.emptied.items()), key=lambda row: -row[1]),
    }
    return render(request, "privacy/erase.html", shown, status=422 if request.method == "POST" else 200)


@require_POST
@needs(PermissionRole.MEMBER)
def write_consent(request: Visit, pk: int) -> HttpResponse:
    """Write down what a person said yes or no to."""
    person = customers.person(pk)
    zone = ZoneInfo(request.workspace.timezone)
    now = clock.now()
    form = ConsentForm(request.POST, today=now.astimezone(zone).date())
    if not form.is_valid():
        shown = {"consent_form": form, "person": person, "topics": channels.topic_names().items()}
        return render(request, "privacy/consent_form.html", shown, status=422)
    given = form.cleaned_data
    noon = datetime.combine(given["day"], time(12), tzinfo=zone)
    said = ConsentSaid(
        person_id=person.pk,
        purpose=given["purpose"].strip(),
        is_given=given["answer"] == "yes",
        at=now if given["day"] == form.today else min(noon, now),
        source=given["source"],
        evidence=given["evidence"],
    )
    if actions.write_consent(said, by=request.member):
        say(request, _("The consent is written down."))
    else:
        say(request, _("They had said so already; nothing was added."))
    return go(request, "person", person.pk)


def _found(kind: SubjectKind, pk: int) -> "Person | Account":
    return customers.person(pk) if kind is SubjectKind.PERSON else customers.account(pk)


def _names(found: "Person | Account") -> list[str]:
    """Return what may be typed to confirm: a name, an id, an address; a visitor's number when nameless."""
    email = cast("str", getattr(found, "email", ""))
    known = dict.fromkeys(each for each in (found.name, found.external_id, email) if each)
    return list(known) or [f"#{found.pk}"]

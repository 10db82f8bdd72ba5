"""What members do about who is who: merge and part, roles, the primary account, parents."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.errors import AccountsInCircle, CannotBeMerged, NoSuchAccount, NoSuchPerson, ParentWithoutId
from tenure.web.answering import go_back
from tenure.web.asked import whole
from tenure.web.permission import needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def merge(request: Visit, kind: str) -> HttpResponse:
    """Make two people or two accounts one; the note offers the way back."""
    if kind not in ("account", "person"):
        raise Http404
    try:
        kept, merged = _named(kind, request.POST.get("kept", "")), _named(kind, request.POST.get("merged", ""))
        made = (actions.merge_accounts if kind == "account" else actions.merge_people)(kept, merged, by=request.member)
    except (NoSuchAccount, NoSuchPerson):
        warn(request, _("There is nobody by this id or address here; nothing was merged."))
        return go_back(request, "duplicates")
    except CannotBeMerged:
        warn(request, _("These two cannot be made one: choose two, and keep a company or a known person."))
        return go_back(request, "duplicates")
    say(
        request,
        _("They are one now. Everything that comes for either counts here."),
        undo=reverse("merge_part", args=[made.pk]),
    )
    return redirect(kind, made.kept_id)


def _named(kind: str, text: str) -> int:
    """Find an account or a person by #number, the product's own id, or a person's e-mail address."""
    text = text.replace("\x00", "").strip()[:500]
    if text.startswith("#") and (number := whole(text[1:])) is not None:
        return customers.account(number).pk if kind == "account" else customers.person(number).pk
    if kind == "account":
        return customers.account_by_external_id(text).pk
    if "@" in text:
        found = customers.people().filter(email__iexact=text).values_list("pk", flat=True).first()
        if found is not None:
            return found
    return customers.person_by_external_id(text).pk


@require_POST
@needs(PermissionRole.MEMBER)
def part(request: Visit, pk: int) -> HttpResponse:
    """Take a merge back."""
    made = actions.part(pk, by=request.member)
    say(request, _("The merge is taken back: everything is with the right one again."))
    return redirect(made.kind, made.kept_id)


@require_POST
@needs(PermissionRole.MEMBER)
def set_parent(request: Visit, pk: int) -> HttpResponse:
    """Say which account this one belongs to."""
    wanted = request.POST.get("parent", "").strip()
    try:
        account = actions.set_parent(pk, _named("account", wanted) if wanted else None, by=request.member)
    except NoSuchAccount:
        warn(request, _("There is no account by this id."))
    except AccountsInCircle:
        warn(request, _("An account cannot belong to itself, nor to one that belongs to it."))
    except ParentWithoutId:
        warn(request, _("Only an account that your product knows by an id of its own can have others below it."))
    else:
        say(request, _("Saved.") if account.parent_id else _("This account stands by itself, as far as members say."))
    return redirect("account", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def set_place(request: Visit, pk: int, account_pk: int) -> HttpResponse:
    """Say what a person is to an account, or make it their primary one."""
    person = customers.person(pk).pk
    if request.POST.get("primary"):
        actions.choose_primary(person, account_pk, by=request.member)
        say(request, _("Use that names no account counts there from now on."))
    else:
        actions.set_role(person, account_pk, request.POST.get("role") or None, by=request.member)
        say(request, _("Saved."))
    return go_back(request, "person", person)

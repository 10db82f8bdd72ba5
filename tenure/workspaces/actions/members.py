"""Members and invitations."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tenure.kernel import clock, tenancy
from tenure.workspaces.actions.auditing import record_audit
from tenure.workspaces.actions.workspaces import add_member
from tenure.workspaces.errors import AlreadyMember, InvitationUnusable, LastOwner, NameMissing, NotAnEmail, RoleTooLow
from tenure.workspaces.models import Invitation, Member, User
from tenure.workspaces.queries import invitation_by_token
from tenure.workspaces.rules import hashed, includes, new_secret
from tenure.workspaces.types import NewSecret, PermissionRole

INVITATION_LASTS = timedelta(days=14)


@transaction.atomic
def invite_member(email: str, *, permission_role: PermissionRole, by: Member) -> NewSecret:
    """Open a door for an e-mail address; returns the token of its link, which is shown once."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotAnEmail from error
    if not includes(by.permission_role, permission_role):
        raise RoleTooLow
    if Member.objects.filter(user__email=email, left_at=None).exists():
        raise AlreadyMember
    now = clock.now()
    Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    token = new_secret("in")
    invitation = Invitation.objects.create(
        email=email,
        permission_role=permission_role.value,
        token_hash=hashed(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    record_audit("members.invite", by=by, subject=email, details={"permission_role": permission_role.value})
    return NewSecret(id=invitation.pk, secret=token)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Member) -> None:
    """Close the door again."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(withdrawn_at=clock.now())
    record_audit("members.withdraw_invitation", by=by, subject=invitation.email)


@transaction.atomic
def accept_invitation(token: str, *, user: User) -> Member:
    """Make the user a member through an invitation's link; raises `InvitationUnusable`."""
    invitation = Invitation.everywhere.select_for_update().get(pk=invitation_by_token(token).pk)
    if invitation.accepted_at or invitation.withdrawn_at:  # somebody was quicker while we waited for the row
        raise InvitationUnusable
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    with tenancy.scope(invitation.workspace_id):
        member = add_member(user, permission_role=PermissionRole(invitation.permission_role))
        record_audit("members.join", by=member, subject=user.email)
    return member


@transaction.atomic
def change_permission_role(member: Member, *, permission_role: PermissionRole, by: Member) -> Member:
    """Give a member another permission role; the last owner stays one."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not (includes(by.permission_role, permission_role) and includes(by.permission_role, member.permission_role)):
        raise RoleTooLow
    _keep_an_owner(member, permission_role)
    before, member.permission_role = member.permission_role, permission_role.value
    member.save(update_fields=["permission_role"])
    record_audit(
        "members.change_role", by=by, subject=member.name, details={"before": before, "after": permission_role}
    )
    return member


@transaction.atomic
def remove_member(member: Member, *, by: Member) -> Member:
    """End a membership; what the member did stays on record."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not includes(by.permission_role, member.permission_role):
        raise RoleTooLow
    _keep_an_owner(member, None)
    member.left_at = clock.now()
    member.save(update_fields=["left_at"])
    record_audit("members.remove", by=by, subject=member.name)
    return member


@transaction.atomic
def bring_back_member(member: Member, *, by: Member) -> Member:
    """Undo `remove_member`: the membership goes on with the permission role it had."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not includes(by.permission_role, member.permission_role):
        raise RoleTooLow
    member.left_at = None
    member.save(update_fields=["left_at"])
    record_audit("members.bring_back", by=by, subject=member.name)
    return member


@transaction.atomic
def rename_member(member: Member, *, name: str, title: str = "") -> Member:
    """Change how a member is called in this workspace."""
    if not name.strip():
        raise NameMissing
    member = Member.objects.select_for_update().get(pk=member.pk)
    member.name, member.title = name.strip(), title.strip()
    member.save(update_fields=["name", "title"])
    return member


def _keep_an_owner(member: Member, becomes: PermissionRole | None) -> None:
    if member.permission_role != PermissionRole.OWNER or becomes == PermissionRole.OWNER:
        return
    owners = Member.objects.select_for_update().filter(permission_role=PermissionRole.OWNER.value, left_at=None)
    if owners.exclude(pk=member.pk).first() is None:
        raise LastOwner

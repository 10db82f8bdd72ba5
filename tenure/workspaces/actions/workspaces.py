"""Setting a workspace up and changing what it may choose."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from tenure.kernel import clock, jobs, outbox, tenancy
from tenure.kernel.outbox import announce
from tenure.workspaces.actions.auditing import record_audit
from tenure.workspaces.actions.keys import create_write_key
from tenure.workspaces.announcements import MemberJoined, WorkspaceCreated
from tenure.workspaces.errors import AlreadySetUp, NotAnEmail, PasswordTooWeak
from tenure.workspaces.models import Member, User, Workspace
from tenure.workspaces.queries import is_set_up
from tenure.workspaces.types import PermissionRole

_SETTING_UP = 7_205_202


@transaction.atomic
def create_user(email: str, *, name: str, password: str) -> User:
    """Make a sign-in identity; raises `NotAnEmail` and `PasswordTooWeak`, which says what is wrong with it."""
    user = User(email=email.strip().lower(), name=name.strip())
    try:
        validate_email(user.email)
    except ValidationError as error:
        raise NotAnEmail from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def set_up(
    workspace_name: str, *, name: str, email: str, password: str, timezone: str = "UTC", locale: str = "en"
) -> Member:
    """Make the first workspace and its owner; raises `AlreadySetUp` for everyone but the first to ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SETTING_UP])
    if is_set_up():
        raise AlreadySetUp
    owner = create_user(email, name=name, password=password)
    workspace = create_workspace(workspace_name.strip(), owner=owner, timezone=timezone, locale=locale)
    with tenancy.scope(workspace.pk):
        return Member.objects.select_related("user", "workspace").get(user=owner)


@transaction.atomic
def create_workspace(
    name: str,
    *,
    owner: User,
    timezone: str = "UTC",
    locale: str = "en",
    currency: str = "USD",
    is_demo: bool = False,
    holdout_salt: str = "",
) -> Workspace:
    """Set up a workspace with its owner and a first write key.

    Accounts are held out by lots that nobody can foretell, unless `holdout_salt` is given (the demo's are the same
    everywhere).
    """
    workspace = Workspace.objects.create(
        name=name,
        timezone=timezone,
        locale=locale,
        currency=currency,
        is_demo=is_demo,
        holdout_salt=holdout_salt or secrets.token_hex(16),
        created_at=clock.now(),
    )
    with tenancy.scope(workspace.pk):
        announce(WorkspaceCreated(workspace_id=workspace.pk, at=workspace.created_at))
        member = add_member(owner, permission_role=PermissionRole.OWNER)
        create_write_key("Website and product", by=member)
        record_audit("workspaces.create", by=member, subject=name)
    return workspace


@transaction.atomic
def add_member(user: User, *, permission_role: PermissionRole, name: str = "", title: str = "") -> Member:
    """Make a user a member of the workspace in scope, or bring one back who had left."""
    member, _ = Member.objects.update_or_create(
        user=user,
        defaults={
            "name": name or user.name or user.email.split("@")[0],
            "permission_role": permission_role.value,
            "title": title,
            "joined_at": clock.now(),
            "left_at": None,
        },
    )
    announce(MemberJoined(workspace_id=member.workspace_id, at=member.joined_at, member_id=member.pk))
    return member


@transaction.atomic
def change_workspace(workspace: Workspace, *, by: Member, **changes: str | float) -> Workspace:
    """Change the name, timezone, locale, currency or holdout share."""
    allowed = {"name", "timezone", "locale", "currency", "holdout_share"}
    if unknown := set(changes) - allowed:
        raise ValueError(f"not changeable: {', '.join(sorted(unknown))}")
    workspace = Workspace.objects.select_for_update().get(pk=workspace.pk)
    before = {field: getattr(workspace, field) for field in changes}
    for field, value in changes.items():
        setattr(workspace, field, value)
    workspace.save(update_fields=list(changes))
    record_audit("workspaces.change", by=by, subject=workspace.name, details={"before": before, "after": changes})
    return workspace


@transaction.atomic
def delete_workspace(workspace: Workspace) -> None:
    """Delete a workspace and everything in it; the demo is reset this way."""
    outbox.forget_workspace(workspace.pk)
    jobs.forget_workspace(workspace.pk)
    workspace.delete()

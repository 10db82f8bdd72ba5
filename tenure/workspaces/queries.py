"""Reads of workspaces, members and keys."""

from django.db.models import Q, QuerySet

from tenure.kernel import clock
from tenure.workspaces.errors import InvitationUnusable, NoSuchMember
from tenure.workspaces.models import ApiKey, AuditEntry, Invitation, Member, SavedView, User, Workspace, WriteKey
from tenure.workspaces.rules import hashed, includes
from tenure.workspaces.types import PermissionRole, WriteKeyMatch


def workspace(workspace_id: int) -> Workspace:
    """Return one workspace."""
    return Workspace.objects.get(pk=workspace_id)


def workspace_ids() -> list[int]:
    """Return every workspace there is, oldest first."""
    return list(Workspace.objects.order_by("pk").values_list("pk", flat=True))


def workspace_names() -> dict[int, str]:
    """Return what every workspace is called, by id."""
    return dict(Workspace.objects.order_by("pk").values_list("pk", "name"))


def is_only_workspace(workspace_id: int) -> bool:
    """Tell whether nobody else lives here; the demo is nobody."""
    return not Workspace.objects.filter(is_demo=False).exclude(pk=workspace_id).exists()


def demo_workspace() -> Workspace | None:
    """Return the simulated workspace, if there is one."""
    return Workspace.objects.filter(is_demo=True).order_by("pk").first()


def is_set_up() -> bool:
    """Tell whether anybody has set Tenure up yet."""
    return Workspace.objects.exists()


def memberships_of(user: User) -> QuerySet[Member]:
    """Return the user's memberships in all workspaces, with the workspace."""
    return Member.everywhere.filter(user=user, left_at=None).select_related("workspace").order_by("workspace_id")


def member_for(user: User, workspace_id: int | None) -> Member | None:
    """Return who the user is in a workspace, or in their first one when none is named."""
    mine = memberships_of(user)
    chosen = mine.filter(workspace_id=workspace_id).first() if workspace_id else None
    return chosen or mine.first()


def members() -> QuerySet[Member]:
    """Return the members of the workspace in scope."""
    return Member.objects.filter(left_at=None).select_related("user").order_by("name", "pk")


def member(pk: int) -> Member:
    """Return one member of the workspace in scope."""
    return Member.objects.select_related("user").get(pk=pk)


def member_names() -> dict[int, str]:
    """Return what everybody is called who is or was a member of the workspace in scope, by id."""
    return dict(Member.objects.values_list("pk", "name"))


def former_member(pk: int) -> Member:
    """Return one who is no longer a member of the workspace in scope; raises `NoSuchMember`."""
    found = Member.objects.exclude(left_at=None).select_related("user").filter(pk=pk).first()
    if found is None:
        raise NoSuchMember
    return found


def covers(member: Member, needed: PermissionRole) -> bool:
    """Tell whether a member's permission role covers another."""
    return includes(member.permission_role, needed)


def invitations() -> QuerySet[Invitation]:
    """Return invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now()).order_by("-pk")


def invitation_by_token(token: str) -> Invitation:
    """Return the open invitation a link belongs to; raises `InvitationUnusable`."""
    found = (
        Invitation.everywhere.select_related("workspace", "invited_by")
        .filter(token_hash=hashed(token), accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())
        .first()
    )
    if found is None:
        raise InvitationUnusable
    return found


def write_keys() -> QuerySet[WriteKey]:
    """Return the write keys of the workspace, working ones first."""
    return WriteKey.objects.order_by("retires_at", "pk")


def workspace_for_write_key(key: str) -> WriteKeyMatch | None:
    """Return whose events a write key carries, or None for a key that is unknown or retired."""
    found = (
        WriteKey.everywhere.filter(key=key)
        .filter(Q(retires_at=None) | Q(retires_at__gt=clock.now()))
        .values_list("pk", "workspace_id", "name")
        .first()
    )
    return WriteKeyMatch(write_key_id=found[0], workspace_id=found[1], name=found[2]) if found else None


def retired_write_key(key: str) -> WriteKeyMatch | None:
    """Return whose events a key carried before it was retired, so that they can be told who still sends with it."""
    found = (
        WriteKey.everywhere.filter(key=key, retires_at__lte=clock.now())
        .values_list("pk", "workspace_id", "name")
        .first()
    )
    return WriteKeyMatch(write_key_id=found[0], workspace_id=found[1], name=found[2]) if found else None


def write_key_names() -> dict[int, str]:
    """Return the names of the workspace's write keys by id: they are the *source* of events."""
    return dict(WriteKey.objects.values_list("pk", "name"))


def api_keys() -> QuerySet[ApiKey]:
    """Return the API keys that still work."""
    return ApiKey.objects.filter(revoked_at=None).select_related("created_by").order_by("-pk")


def api_key_by_secret(secret: str) -> ApiKey | None:
    """Return the working key a secret belongs to. The look-up is by hash, so timing tells nothing of the secret."""
    return ApiKey.everywhere.filter(secret_hash=hashed(secret), revoked_at=None).first()


def audit_trail() -> QuerySet[AuditEntry]:
    """Return what members changed, newest first."""
    return AuditEntry.objects.select_related("member").order_by("-at", "-pk")


def audit_areas() -> list[str]:
    """Return what parts of Tenure the trail speaks of ("members", "segments"), by the first word of the actions."""
    actions = AuditEntry.objects.order_by().values_list("action", flat=True).distinct()
    return sorted({action.split(".")[0] for action in actions})


def saved_views(page: str, member: Member) -> QuerySet[SavedView]:
    """Return the views of a page that a member may open: their own first, then those others share."""
    return (
        SavedView.objects.filter(page=page)
        .filter(Q(member=member) | Q(is_shared=True))
        .select_related("member")
        .alias(is_others=~Q(member=member))
        .order_by("is_others", "name", "pk")
    )


def user_by_email(email: str) -> User | None:
    """Return the sign-in identity of an address, if there is one."""
    return User.objects.filter(email=email.strip().lower()).first()

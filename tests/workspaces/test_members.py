from datetime import UTC, datetime, timedelta

import pytest

from tenure.kernel import tenancy
from tenure.workspaces import actions, queries
from tenure.workspaces.errors import AlreadyMember, InvitationUnusable, LastOwner, NotAnEmail, RoleTooLow
from tenure.workspaces.types import PermissionRole
from tests.given import given_member, given_user

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)


def owner():
    return queries.members().get(permission_role="owner")


def test_an_invitation_lets_one_person_in_once(workspace):
    invited = actions.invite_member("Grace@Example.com", permission_role=PermissionRole.MEMBER, by=owner())
    grace = given_user("grace@example.com")

    member = actions.accept_invitation(invited.secret, user=grace)

    assert (member.permission_role, member.workspace_id) == ("member", workspace.pk)
    with pytest.raises(InvitationUnusable):
        actions.accept_invitation(invited.secret, user=given_user())


def test_an_invitation_runs_out(workspace, at):
    at(T0)
    invited = actions.invite_member("grace@example.com", permission_role=PermissionRole.MEMBER, by=owner())
    at(T0 + timedelta(days=15))

    with pytest.raises(InvitationUnusable):
        queries.invitation_by_token(invited.secret)


def test_nobody_invites_above_themself(workspace):
    member = given_member(role=PermissionRole.MEMBER)

    with pytest.raises(RoleTooLow):
        actions.invite_member("x@example.com", permission_role=PermissionRole.ADMIN, by=member)
    assert not queries.invitations().exists()


def test_refuses_what_is_no_address_and_who_is_there_already(workspace):
    with pytest.raises(NotAnEmail):
        actions.invite_member("grace", permission_role=PermissionRole.MEMBER, by=owner())
    with pytest.raises(AlreadyMember):
        actions.invite_member(owner().user.email, permission_role=PermissionRole.MEMBER, by=owner())


def test_keeps_the_last_owner(workspace):
    with pytest.raises(LastOwner):
        actions.remove_member(owner(), by=owner())
    with pytest.raises(LastOwner):
        actions.change_permission_role(owner(), permission_role=PermissionRole.ADMIN, by=owner())


def test_writes_the_audit_trail(workspace):
    ada = owner()
    grace = given_member("Grace", role=PermissionRole.MEMBER)

    actions.change_permission_role(grace, permission_role=PermissionRole.ADMIN, by=ada)

    entry = queries.audit_trail().first()
    assert (entry.action, entry.subject, entry.actor) == ("members.change_role", "Grace", ada.name)
    assert entry.details == {"before": "member", "after": "admin"}


def test_a_member_sees_only_their_own_workspace(workspace):
    stranger = given_user()

    assert queries.member_for(stranger, workspace.pk) is None
    with tenancy.scope(workspace.pk):
        assert queries.member_for(owner().user, workspace.pk).workspace_id == workspace.pk

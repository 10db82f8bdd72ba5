import pytest
from django.test import Client

from tenure.health import queries as health
from tenure.kernel import tenancy
from tenure.workspaces import actions, queries
from tenure.workspaces.types import PermissionRole
from tests.channels.given import given_account
from tests.given import given_user, given_workspace
from tests.web.visiting import owner, read, visit, visit_as

ASKED = {
    "workspace_name": "Harbor",
    "name": "Ada",
    "email": "ada@example.com",
    "password": "a-long-password-7",
    "timezone": "Asia/Taipei",
    "locale": "en",
}


def test_a_newcomer_is_led_to_the_set_up_page(db, client):
    answer = client.get("/accounts/")

    assert (answer.status_code, answer["Location"]) == (302, "/set-up/")
    assert "Set up Tenure" in read(client.get("/set-up/"))


def test_makes_the_workspace_signs_in_and_leads_to_the_snippets(db, client):
    answer = client.post("/set-up/", ASKED)

    member = queries.memberships_of(queries.user_by_email("ada@example.com")).get()
    assert (member.workspace.name, member.workspace.timezone, member.permission_role) == (
        "Harbor",
        "Asia/Taipei",
        "owner",
    )
    with tenancy.scope(member.workspace_id):
        key = queries.write_keys().get()
        assert [card.name for card in health.scorecards()] == ["Health"]
    assert answer["Location"] == f"/settings/sources/{key.pk}/"
    page = read(client.get(answer["Location"]))
    assert page.count(key.key) >= 4
    assert "Waiting for the first event" in page


def test_leads_from_my_day_to_the_product_and_to_files_while_nobody_is_known(workspace):
    client = visit()

    first = read(client.get("/"))
    given_account("fjord")
    later = read(client.get("/"))

    assert "Nobody to look after yet" in first
    assert 'href="/settings/sources/"' in first
    assert 'href="/settings/imports/?kind=accounts"' in first
    assert "Nobody to look after yet" not in later
    assert "Nothing is due today" in later


def test_keeps_what_was_typed_when_something_is_wrong(db, client):
    answer = client.post("/set-up/", {**ASKED, "password": "short", "name": "<script>x</script>"})

    assert answer.status_code == 422
    page = read(answer)
    assert "This password is too short" in page
    assert 'value="Harbor"' in page
    assert "<script>x" not in page
    assert not queries.is_set_up()


def test_is_refused_once_set_up(db, client):
    given_workspace()

    assert client.get("/set-up/").status_code == 409
    assert client.post("/set-up/", ASKED).status_code == 409
    assert len(queries.workspace_ids()) == 1


def invited(email="grace@example.com", role=PermissionRole.MEMBER):
    return f"/invitation/{actions.invite_member(email, permission_role=role, by=owner()).secret}/"


def test_an_invited_newcomer_chooses_a_name_and_password_and_is_in(workspace, client):
    link = invited()
    assert "grace@example.com" in read(client.get(link))

    answer = client.post(link, {"name": "Grace", "password": "a-long-password-7"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    member = queries.members().get(name="Grace")
    assert (member.permission_role, member.user.email) == ("member", "grace@example.com")
    assert client.get("/settings/workspace/").status_code == 200
    assert Client().get(link).status_code == 404


def test_a_weak_password_leaves_the_invitation_open(workspace, client):
    link = invited()

    answer = client.post(link, {"name": "Grace", "password": "1234567890"})

    assert answer.status_code == 422
    assert queries.user_by_email("grace@example.com") is None
    assert client.get(link).status_code == 200


def test_someone_signed_in_joins_as_who_they_are(workspace, client):
    stranger = given_user("eve@example.com")
    link = invited()
    client.force_login(stranger)
    assert "eve@example.com" in read(client.get(link))

    answer = client.post(link)

    assert answer.status_code == 302
    assert queries.members().get(user=stranger).permission_role == "member"


def test_someone_with_a_sign_in_is_asked_to_use_it(workspace, client):
    given_user("grace@example.com")
    link = invited()

    page = read(client.get(link))
    answer = client.post(link, {"name": "Mallory", "password": "another-long-password-7"})

    assert f"/sign-in/login/?next={link}" in page
    assert answer.status_code == 200
    assert not queries.members().filter(name="Mallory").exists()


@pytest.mark.parametrize("how", ["used", "withdrawn", "made up"])
def test_a_dead_link_says_so(workspace, client, how):
    link = invited()
    if how == "used":
        Client().post(link, {"name": "Grace", "password": "a-long-password-7"})
    elif how == "withdrawn":
        actions.withdraw_invitation(queries.invitations().get(), by=owner())
    else:
        link = "/invitation/in_nothing/"

    answer = client.get(link)

    assert answer.status_code == 404
    assert "invitation_unusable" in read(answer)


def test_health_is_told_without_signing_in(db, client):
    assert read(client.get("/healthz")) == "alive\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": "ok", "migrations": "ok"})


def test_two_workspaces_do_not_show_each_other_their_settings(db):
    ours, theirs = given_workspace("Ours"), given_workspace("Theirs")
    with tenancy.scope(theirs.pk):
        their_key = queries.write_keys().get()
        their_member = owner()
    with tenancy.scope(ours.pk):
        client = visit_as(owner())

    assert client.get(f"/settings/sources/{their_key.pk}/").status_code == 404
    assert client.get(f"/settings/sources/{their_key.pk}/status/").status_code == 404
    assert client.post(f"/settings/sources/{their_key.pk}/retire/").status_code == 404
    assert client.post(f"/settings/members/{their_member.pk}/remove/").status_code == 404
    assert their_key.key not in read(client.get("/settings/sources/"))


def test_visits_are_signed_in_ones(workspace):
    assert visit().get("/settings/workspace/").status_code == 200
    assert Client().get("/settings/workspace/").status_code == 302

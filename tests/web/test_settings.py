import json
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tenure.channels import queries as channels
from tenure.kernel import clock, jobs
from tenure.tracking import queries as tracking
from tenure.tracking.actions.intake_log import append_batches, append_refusals, seal
from tenure.tracking.actions.tidying import tidy
from tenure.tracking.types import RefusedCall, SealedBatch
from tenure.web.pages.settings.audit_words import WORDS
from tenure.workspaces import actions, queries
from tenure.workspaces.types import ApiScope, PermissionRole
from tests.given import given_member, given_user, given_workspace
from tests.web.visiting import owner, read, read_csv, visit, visit_as

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"

CHANGES = [
    "/settings/members/invite/",
    "/settings/members/{member}/role/",
    "/settings/members/{member}/remove/",
    "/settings/members/{member}/back/",
    "/settings/sources/new/",
    "/settings/sources/{key}/roll/",
    "/settings/sources/{key}/retire/",
    "/settings/api-keys/new/",
    "/settings/api-keys/{key}/revoke/",
]
PAGES = ["workspace", "members", "sources", "arriving", "refused", "api-keys", "audit", "profile"]


@pytest.mark.parametrize("role", [PermissionRole.VIEWER, PermissionRole.MEMBER])
@pytest.mark.parametrize("address", CHANGES)
def test_lesser_roles_change_nothing(workspace, role, address):
    trail = queries.audit_trail().count()
    client = visit(role)

    answer = client.post(address.format(member=owner().pk, key=queries.write_keys().get().pk), {"name": "x"})

    assert answer.status_code == 403
    assert "role_too_low" in read(answer)
    assert queries.audit_trail().count() == trail


def test_a_viewer_reads_every_page_and_finds_no_buttons(workspace):
    client = visit(PermissionRole.VIEWER)

    titles = set()
    for page in PAGES:
        answer = client.get(f"/settings/{page}/")
        assert answer.status_code == 200
        titles |= set(re.findall(r"<title>(.*?) · Settings", read(answer)))
    assert len(titles) == len(PAGES)
    assert client.post("/settings/workspace/", {"name": "Mine"}).status_code == 403
    assert "Roll the key" not in read(client.get(f"/settings/sources/{queries.write_keys().get().pk}/"))


def test_changes_the_workspace_and_writes_it_down(workspace):
    client = visit()
    chosen = {
        "name": "Harbour",
        "timezone": "Europe/Berlin",
        "locale": "zh-hans",
        "currency": "EUR",
        "holdout_percent": "12.5",
    }

    answer = client.post("/settings/workspace/", chosen)

    assert answer.status_code == 302
    kept = queries.workspace(workspace.pk)
    assert (kept.name, kept.timezone, kept.locale, kept.currency, kept.holdout_share) == (
        "Harbour",
        "Europe/Berlin",
        "zh-hans",
        "EUR",
        0.125,
    )
    entry = queries.audit_trail().first()
    assert (entry.action, entry.details["before"]["holdout_share"]) == ("workspaces.change", 0.1)


@pytest.mark.parametrize("share", ["-1", "51", "many", "nan"])
def test_refuses_a_holdout_share_that_makes_no_sense(workspace, share):
    kept = {"name": "Harbor", "timezone": "UTC", "locale": "en", "currency": "USD"}

    answer = visit().post("/settings/workspace/", {**kept, "holdout_percent": share})

    assert answer.status_code == 422
    assert queries.workspace(workspace.pk).holdout_share == 0.1


def test_an_invitation_shows_its_link_once_and_can_be_withdrawn(workspace):
    client = visit()

    answer = client.post("/settings/members/invite/", {"email": "grace@example.com", "permission_role": "member"})

    page = read(answer)
    token = page.split("/invitation/")[1].split("/")[0]
    assert queries.invitation_by_token(token).email == "grace@example.com"
    assert answer["Cache-Control"] == "no-store"
    again = read(client.get("/settings/members/"))
    assert token not in again
    assert "grace@example.com" in again

    client.post(f"/settings/invitations/{queries.invitations().get().pk}/withdraw/")
    assert not queries.invitations().exists()


def test_an_invitation_is_mailed(workspace):
    visit().post("/settings/members/invite/", {"email": "grace@example.com", "permission_role": "member"})

    (mail,) = channels.messages().items
    assert mail.address == "grace@example.com"
    assert "/invitation/in_" in channels.message(mail.id, reader_role=PermissionRole.OWNER).text


def test_refuses_to_invite_who_is_here(workspace):
    answer = visit().post("/settings/members/invite/", {"email": owner().user.email, "permission_role": "member"})

    assert answer.status_code == 422
    assert "already a member" in read(answer)
    assert not queries.invitations().exists()


def test_an_admin_cannot_make_an_owner(workspace):
    client = visit(PermissionRole.ADMIN)
    grace = given_member("Grace", role=PermissionRole.MEMBER)

    answer = client.post(f"/settings/members/{grace.pk}/role/", {"permission_role": "owner"})

    assert answer.status_code == 403
    assert queries.member(grace.pk).permission_role == "member"
    assert client.post(f"/settings/members/{owner().pk}/remove/").status_code == 403


def test_removing_a_member_can_be_undone(workspace):
    client = visit()
    grace = given_member("Grace", role=PermissionRole.MEMBER)

    client.post(f"/settings/members/{grace.pk}/remove/")
    assert not queries.members().filter(pk=grace.pk).exists()
    page = read(client.get("/settings/members/"))
    undo = f"/settings/members/{grace.pk}/back/"
    assert undo in page

    client.post(undo)
    assert queries.member(grace.pk).left_at is None


def test_keeps_the_last_owner(workspace):
    answer = visit().post(f"/settings/members/{owner().pk}/remove/")

    assert answer.status_code == 409
    assert owner().left_at is None


def test_writes_names_as_text(workspace):
    given_member(SCRIPT, role=PermissionRole.MEMBER)
    actions.create_write_key(SCRIPT, by=owner())
    actions.create_api_key(SCRIPT, scopes=[ApiScope.READ], by=owner())
    client = visit()

    for page in PAGES:
        assert SCRIPT not in read(client.get(f"/settings/{page}/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in read(client.get("/settings/members/"))


def given_calls(*calls, key=None, at=None):
    key = key or queries.write_keys()[0]
    content = json.dumps({"batch": list(calls)}).encode()
    append_batches(
        [
            SealedBatch(
                workspace_id=key.workspace_id,
                write_key_id=key.pk,
                received_at=at or clock.now(),
                sent_at=None,
                content=seal(content),
                event_count=len(calls),
            )
        ]
    )


def test_says_when_a_source_was_last_heard(workspace, at):
    key = queries.write_keys().get()
    client = visit()
    assert "Waiting for the first event" in read(client.get(f"/settings/sources/{key.pk}/status/"))

    at(T0)
    given_calls({"type": "track", "event": "Opened", "userId": "u1"})
    at(T0 + timedelta(minutes=3))

    assert "The last event came 3 minutes ago" in read(client.get(f"/settings/sources/{key.pk}/status/"))
    assert "3 minutes ago" in read(client.get("/settings/sources/"))


def test_shows_the_calls_that_arrived_and_then_only_newer_ones(workspace):
    client = visit()
    given_calls({"type": "track", "event": SCRIPT, "userId": "u1", "context": {"groupId": "northwind"}})

    page = read(client.get("/settings/arriving/"))
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "northwind" in page
    (address,) = re.findall(r'hx-get="(/settings/arriving/newest/[^"]*)"', page)

    assert client.get(address).status_code == 204
    given_calls({"type": "page", "name": "Pricing", "anonymousId": "a9"})
    newer = read(client.get(address))
    assert "Pricing" in newer
    assert "northwind" not in newer


def test_arriving_calls_can_be_those_of_one_source(workspace):
    other = actions.create_write_key("App", by=owner())
    given_calls({"type": "track", "event": "From the site", "userId": "u1"})
    given_calls({"type": "track", "event": "From the app", "userId": "u1"}, key=other)

    page = read(visit().get(f"/settings/arriving/?source={other.pk}"))

    assert "From the app" in page
    assert "From the site" not in page


def given_refusal(code="no_id", reason="no userId and no anonymousId", raw=b"{}", count=1, **more):
    append_refusals(
        [
            RefusedCall(
                workspace_id=more.pop("workspace_id", owner().workspace_id),
                received_at=clock.now(),
                code=code,
                reason=reason,
                raw=raw,
                count=count,
                **more,
            )
        ]
    )


def test_refused_calls_are_counted_filtered_and_exported(workspace, at):
    at(T0)
    given_refusal(raw=b'{"event":"A"}', message_id="m-1", path="/v1/track")
    given_refusal(raw=b'{"event":"B"}', count=40)
    given_refusal("too_large", "a call may have 500 KB")
    client = visit()

    page = read(client.get("/settings/refused/"))
    assert page.index("no_id") < page.index("too_large")
    assert '<b class="figures">41</b>' in page

    narrowed = read(client.get("/settings/refused/?code=too_large"))
    assert "a call may have 500 KB" in narrowed
    assert "no userId and no anonymousId" not in narrowed

    rows = read_csv(client.get("/settings/refused/export.csv?code=no_id"))
    assert rows[0][:4] == ["received_at", "code", "reason", "count"]
    assert [row[3] for row in rows[1:]] == ["40", "1"]
    assert rows[2][6:] == ["m-1", "13", '{"event":"A"}', ""]


def test_a_refused_call_is_shown_as_it_was_sent_but_never_run(workspace):
    given_refusal(raw=b'{"event":"<script>alert(1)</script>","bytes":"\\u0000"} \xff')
    client = visit()
    (pk,) = re.findall(r"/settings/refused/(\d+)/", read(client.get("/settings/refused/")))

    page = read(client.get(f"/settings/refused/{pk}/"))

    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\\xff" in page


def test_refused_calls_of_others_stay_theirs(workspace):
    given_refusal(workspace_id=given_workspace("Theirs").pk, reason="their secret")

    page = read(visit().get("/settings/refused/"))

    assert "their secret" not in page
    assert "Nothing was refused" in page


def test_what_came_with_a_key_nobody_knows_is_shown_to_who_owns_everything(workspace):
    given_refusal("write_key_unknown", "no workspace has this write key", workspace_id=None, write_key="wk_mistyped")

    assert read(visit().get("/settings/refused/")).count("wk_mistyped") == 1, "not once more below"
    assert "wk_mistyped" not in read(visit(PermissionRole.ADMIN).get("/settings/refused/"))
    given_workspace("Theirs")
    assert "wk_mistyped" not in read(visit().get("/settings/refused/"))


def test_rolling_a_key_leads_to_the_new_one(workspace, at):
    at(T0)
    old = queries.write_keys().get()
    client = visit()

    answer = client.post(f"/settings/sources/{old.pk}/roll/")

    fresh = queries.write_keys().get(rolled_from=old)
    assert answer["Location"] == f"/settings/sources/{fresh.pk}/"
    assert fresh.key in read(client.get(answer["Location"]))
    assert "Replaced; works until 11 Mar 2026, 12:00" in read(client.get("/settings/sources/"))
    assert client.post(f"/settings/sources/{old.pk}/roll/").status_code == 409


def test_an_api_key_is_shown_once(workspace):
    client = visit()

    answer = client.post("/settings/api-keys/new/", {"name": "Zapier", "scopes": ["read", "write"]})

    secret = read(answer).split("<code>tk_")[1].split("<")[0]
    key = queries.api_key_by_secret(f"tk_{secret}")
    assert (key.name, key.scopes) == ("Zapier", ["read", "write"])
    assert answer["Cache-Control"] == "no-store"
    assert secret not in read(client.get("/settings/api-keys/"))

    client.post(f"/settings/api-keys/{key.pk}/revoke/")
    assert queries.api_key_by_secret(f"tk_{secret}") is None


def test_an_api_key_needs_something_it_may_do(workspace):
    answer = visit().post("/settings/api-keys/new/", {"name": "Zapier"})

    assert answer.status_code == 422
    assert not queries.api_keys().exists()


def test_the_audit_trail_is_paged_filtered_and_exported(workspace):
    ada = owner()
    for number in range(120):
        actions.record_audit("segments.change", by=ada, subject=f"Segment {number}", details={"before": 1, "after": 2})
    client = visit_as(ada)

    first = read(client.get("/settings/audit/?area=segments"))
    assert "Segment 119" in first
    assert "Segment 69<" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = read(client.get(f"/settings/audit/{following}"))
    assert "Segment 69<" in second
    assert "Segment 119" not in second

    rows = read_csv(client.get("/settings/audit/export.csv?q=Segment+11&area=segments"))
    assert [row[3] for row in rows[1:]] == [f"Segment {n}" for n in range(119, 109, -1)] + ["Segment 11"]
    assert rows[1][1:3] == [ada.name, "segments.change"]
    assert rows[1][4] == "1 → 2"


def test_a_cursor_that_makes_no_sense_is_refused(workspace):
    for cursor in ("x", "e30", "WzEsMl0"):
        assert visit_as(owner()).get(f"/settings/audit/?cursor={cursor}").status_code == 422


def test_a_profile_is_ones_own(workspace):
    client = visit_as(given_member("Grace", role=PermissionRole.VIEWER, user=given_user("grace@example.com")))

    answer = client.post(
        "/settings/profile/", {"name": "Grace H.", "title": "CSM", "language": "zh-hant", "theme": "dark"}
    )

    assert answer.status_code == 302
    assert (answer.cookies["tenure_language"].value, answer.cookies["tenure_theme"].value) == ("zh-hant", "dark")
    grace = queries.members().get(user__email="grace@example.com")
    assert (grace.name, grace.title, grace.permission_role) == ("Grace H.", "CSM", "viewer")
    assert 'lang="zh-hant"' in read(client.get("/settings/profile/"))


def test_a_csv_never_starts_a_formula(workspace):
    actions.record_audit("members.join", by=owner(), subject='=HYPERLINK("http://evil")')

    rows = read_csv(visit().get("/settings/audit/export.csv?area=members"))

    assert rows[1][3] == '\'=HYPERLINK("http://evil")'


def test_a_source_was_last_heard_even_when_its_calls_are_forgotten(workspace, at):
    key = queries.write_keys().get()
    at(T0)
    given_calls({"type": "track", "event": "Opened", "userId": "u1", "messageId": "m1"})
    jobs.run_stage("intake", T0)
    tidy(workspace.pk, at(T0 + timedelta(days=9)))

    assert tracking.latest_calls() == []
    assert tracking.last_heard() == {key.pk: T0}
    assert "1 week ago" in read(visit().get("/settings/sources/"))


def test_everything_that_is_audited_has_words():
    found = subprocess.run(
        ["grep", "-rhoEz", "--include=*.py", r"record_audit\(\s*\"[a-z_]+\.[a-z_]+\"", "tenure"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    actions_said = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', found))

    assert len(actions_said) > 30
    assert actions_said - set(WORDS) == set()


def test_says_when_a_session_is_over(workspace):
    kept = {"name": workspace.name, "timezone": "UTC", "locale": "en", "currency": "USD", "holdout_percent": "10"}

    assert visit().post("/settings/workspace/", {**kept, "session_minutes": "45"}).status_code == 302
    assert tracking.session_gap() == 45
    assert visit().post("/settings/workspace/", {**kept, "session_minutes": "0"}).status_code == 422
    assert visit().post("/settings/workspace/", kept).status_code == 302
    assert tracking.session_gap() == 45

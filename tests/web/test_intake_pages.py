"""The pages of the intake: what arrives, what was refused, the tracking plan."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tenure.kernel import jobs
from tenure.tracking import queries as tracking
from tenure.tracking.actions.intake_log import append_refusals
from tenure.tracking.actions.planning import define_rule
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types import RefusedCall, RuleGiven, RuleKind
from tenure.workspaces.types import PermissionRole
from tests.tracking.sending import group, identify, send, track
from tests.web.visiting import owner, read, read_csv, visit

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def arrived(workspace, at):
    at(T0)
    send(
        group(userId="maya", groupId="fjord", at=T0, traits={"name": "Fjord"}),
        track("Exported", userId="maya", at=T0, messageId="m1", properties={"pages": 3, "email": "m@fjord.example"}),
        track(SCRIPT, userId="tom", at=T0, messageId="m2"),
        track("No one", at=T0, messageId="m3"),
        received_at=T0 - timedelta(seconds=4),
    )
    return IntakeBatch.objects.get()


def given_refused(workspace, raw: str = '{"type": "track", "event": "E"}', code: str = "id_missing") -> Refusal:
    append_refusals(
        [
            RefusedCall(
                workspace_id=workspace.pk, received_at=T0, code=code, reason="Because.", path="/v1/batch",
                raw=raw.encode(), size=len(raw),
            )
        ]
    )  # fmt: skip
    return Refusal.objects.latest("pk")


def test_shows_calls_and_what_became_of_each(workspace, arrived):
    client = visit()
    waiting = read(client.get(f"/settings/arriving/{arrived.pk}/1/"))
    assert "Acknowledged 4.0 s ago and safe on disk" in waiting
    assert "hx-trigger" in waiting

    jobs.run_stage("intake", T0)

    stored = read(client.get(f"/settings/arriving/{arrived.pk}/1/"))
    assert "Fjord" in stored
    assert "after it was acknowledged" in stored
    assert "hx-trigger" not in stored
    refused = read(client.get(f"/settings/arriving/{arrived.pk}/3/"))
    assert "id_missing" in refused
    assert client.get("/settings/arriving/999/0/").status_code == 404
    page = read(client.get("/settings/arriving/"))
    assert SCRIPT not in page
    assert "Exported" in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"type": "group"}, ["–"]),
        ({"q": "EXPORT"}, ["Exported"]),
        ({"q": "tom"}, ["&lt;script&gt;alert(1)&lt;/script&gt;"]),
        ({"q": "nothing like it"}, []),
        ({"type": "refused"}, []),
    ],
)
def test_filters_what_arrives(workspace, arrived, asked, shown):
    html = read(visit().get("/settings/arriving/", asked))

    assert re.findall(r"<b>([^<]+)</b> <span class=\"quiet\">", html) == shown


def test_shows_what_was_refused_at_the_door_among_the_rest(workspace, arrived):
    refused = given_refused(workspace)

    html = read(visit().get("/settings/arriving/"))

    assert f"/settings/refused/{refused.pk}/" in html
    assert f'id="call-{arrived.pk}-0"' in html


def test_fetches_what_is_new_until_it_is_paused(workspace, arrived):
    client = visit()
    assert client.get("/settings/arriving/newest/", {"after": arrived.pk}).status_code == 204
    assert "every 3s" in read(client.get("/settings/arriving/"))

    paused = read(client.get("/settings/arriving/pause/", {"after": arrived.pk}))
    assert "every 3s" not in paused
    assert f"after={arrived.pk}" in paused

    send(track("Later", userId="maya", at=T0), received_at=T0)
    resumed = read(client.get("/settings/arriving/newest/", {"after": arrived.pk, "resumed": "1"}))
    assert "Later" in resumed
    assert "Exported" not in resumed
    assert "every 3s" in resumed


def test_sends_a_mended_call_again(workspace, at):
    at(T0)
    refused = given_refused(workspace)
    client = visit()
    mended = json.dumps({"type": "track", "event": "E", "userId": "maya"})

    wrong = client.post(f"/settings/refused/{refused.pk}/send-again/", {"mended": '{"type": oops'})
    assert wrong.status_code == 422
    assert "type&quot;: oops" in read(wrong)
    assert client.post(f"/settings/refused/{refused.pk}/send-again/", {"mended": mended}).status_code == 302
    assert "on its way" in read(client.get(f"/settings/refused/{refused.pk}/"))
    jobs.run_stage("replays", T0)

    html = read(client.get(f"/settings/refused/{refused.pk}/"))
    assert "It was sent again and came in" in html
    assert "Send it again as it is" not in html
    left = read(client.get("/settings/refused/"))
    assert "Nothing is left to mend" in left
    assert f"/settings/refused/{refused.pk}/" not in left
    assert f"/settings/refused/{refused.pk}/" in read(client.get("/settings/refused/", {"came_in": "1"}))
    assert [line[-1] != "" for line in read_csv(client.get("/settings/refused/export.csv?came_in=1"))] == [True, True]
    assert len(read_csv(client.get("/settings/refused/export.csv"))) == 1
    assert client.post(f"/settings/refused/{refused.pk}/send-again/").status_code == 409
    assert IntakeBatch.objects.count() == 1


def test_what_is_wrong_is_mended_first_and_what_was_only_kept_out_is_not(workspace):
    wrong, kept_out = given_refused(workspace), given_refused(workspace, code="event_blocked")
    client = visit()

    assert '<details class="mt-3" open>' in read(client.get(f"/settings/refused/{wrong.pk}/"))
    assert '<details class="mt-3">' in read(client.get(f"/settings/refused/{kept_out.pk}/"))


def test_sends_all_of_a_reason_again(workspace, at):
    at(T0)
    given_refused(workspace, '{"type": "track", "event": "E", "userId": "m"}', "event_blocked")
    client = visit()
    assert "Send all again" in read(client.get("/settings/refused/", {"code": "event_blocked"}))

    answer = client.post("/settings/refused/send-again/", {"code": "event_blocked"}, follow=True)

    assert "On its way" in read(answer)
    assert "Send all again" not in read(answer)


def test_shows_the_plan_with_what_has_changed(workspace, arrived):
    jobs.run_stage("intake", T0)
    define_rule(RuleGiven(kind=RuleKind.HASH, field="email"), by=None)
    client = visit()

    html = read(client.get("/settings/plan/"))

    assert SCRIPT not in html
    assert "Hash “email” everywhere" in html
    assert "Exported" in html
    properties = read(client.get("/settings/plan/event/", {"name": "Exported"}))
    assert "pages" in properties
    assert "number" in properties
    assert client.get("/settings/plan/event/", {"name": "Never"}).status_code == 404
    lines = read_csv(client.get("/settings/plan/export.csv"))
    assert ["Exported", "track", "1"] in [line[:3] for line in lines]
    assert [
        line[1:4] for line in read_csv(client.get("/settings/plan/event/export.csv", {"name": "Exported"}))[1:]
    ] == [
        ["email", "text", "1"],
        ["pages", "number", "1"],
    ]


def test_makes_and_removes_rules(workspace):
    client = visit()
    half = client.post("/settings/plan/rules/new/", {"kind": "rename", "event": "A", "new_name": "A"})
    assert half.status_code == 422
    assert 'value="A"' in read(half)

    client.post("/settings/plan/rules/new/", {"kind": "drop", "field": "email"})
    rule = tracking.rules().get()
    assert (rule.kind, rule.field, rule.place, rule.created_by) == ("drop", "email", "payload", owner())
    assert client.post("/settings/plan/rules/new/", {"kind": "hash", "field": "email"}).status_code == 409

    page = read(client.post(f"/settings/plan/rules/{rule.pk}/remove/", follow=True))
    assert not tracking.rules().exists()
    (undo,) = set(re.findall(r"/settings/plan/rules/again/[^\"'\\ ]+", unescape(page)))
    client.post(undo)
    again = tracking.rules().get()
    assert (again.kind, again.event, again.field, again.place) == ("drop", "", "email", "payload")
    assert client.post("/settings/plan/rules/again/?kind=rename&event=A").status_code == 422


def test_hashes_addresses_in_ids_and_shows_traits_beside_events(workspace):
    client = visit(PermissionRole.ADMIN)
    given_id = {"kind": "hash", "place": "id", "field": "userId"}

    assert client.post("/settings/plan/rules/new/", given_id | {"kind": "drop"}).status_code == 422
    assert client.post("/settings/plan/rules/new/", given_id | {"field": "email"}).status_code == 422
    client.post("/settings/plan/rules/new/", given_id)
    send(identify(userId="u1", traits={"seats": 3}))
    jobs.run_stage("intake")

    html = read(client.get("/settings/plan/"))
    assert "Hash e-mail addresses in “userId”" in html
    assert "Traits of people" in html
    traits = read(client.get("/settings/plan/event/", {"name": "$identify"}))
    assert "seats" in traits
    assert 'name="event" value="">' in traits.replace("&quot;", '"')


@pytest.mark.parametrize(
    "address",
    [
        "/settings/plan/rules/new/",
        "/settings/plan/rules/1/remove/",
        "/settings/plan/rules/again/?kind=block&event=A",
        "/settings/refused/1/send-again/",
        "/settings/refused/send-again/",
    ],
)
def test_lesser_roles_change_nothing_of_it(workspace, address):
    assert visit(PermissionRole.MEMBER).post(address, {"kind": "block", "event": "A", "code": "x"}).status_code == 403
    assert not tracking.rules().exists()

"""What programs change: as members do on pages, once for each Idempotency-Key, and written down by the key's name."""

from datetime import timedelta

from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.playbooks import queries as playbooks
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries
from tenure.workspaces.types import ApiScope, PermissionRole
from tests.api.conftest import Caller, key_with
from tests.api.given import NOW
from tests.given import given_member, given_workspace


def last_written():
    entry = queries.audit_trail().order_by("-pk")[0]
    return entry.action, entry.actor, entry.member_id


def test_a_task_is_done_and_done_again(admin, made):
    done = admin.post(f"/tasks/{made.task}/complete", {"note": "Sent the guide."})
    assert (done.status, done.json["status"], done.json["note"]) == (200, "done", "Sent the guide.")
    assert last_written() == ("tasks.complete", "key Zapier", made.owner.pk)

    again = admin.post(f"/tasks/{made.task}/complete", {})
    assert (again.status, again.json["code"]) == (409, "task_not_open")
    assert again.headers["Content-Type"] == "application/problem+json"

    assert admin.post(f"/tasks/{made.task}/undo").json["status"] == "open"
    assert last_written()[0] == "tasks.undo"


def test_a_task_is_put_off_handed_over_and_left_out(admin, made):
    cleo = given_member("Cleo")

    assert admin.post(f"/tasks/{made.task}/snooze", {}).json["due_at"].startswith("2026-03-11")
    assert admin.post(f"/tasks/{made.task}/snooze", {"until": "2026-03-16"}).json["due_at"].startswith("2026-03-16")
    late = admin.post(f"/tasks/{made.task}/snooze", {"until": "2026-03-01"})
    assert (late.status, late.json["code"]) == (422, "due_in_past")
    assert admin.post(f"/tasks/{made.task}/hand-over", {"to_id": cleo.pk}).json["owner_name"] == "Cleo"
    assert admin.post(f"/tasks/{made.task}/skip", {"reason": "They called us."}).json["status"] == "skipped"
    assert last_written()[0] == "tasks.skip"


def test_a_call_is_logged_once_for_a_key(api, made):
    body = {
        "account_id": made.account,
        "person_id": made.person,
        "outcome": "reached",
        "notes": "Moving the team over.",
        "answers": {"current_tool": "spreadsheets"},
        "next_step": {"title": "Send the guide", "kind": "email", "due_on": "2026-03-12"},
    }

    first = api.post("/calls", body, key="call-1")
    again = api.post("/calls", body, key="call-1")
    other = api.post("/calls", {**body, "notes": "Else."}, key="call-1")

    assert first.status == 201
    assert (again.status, again.json, again.headers["Idempotency-Replayed"]) == (201, first.json, "true")
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert playbooks.calls(account_id=made.account).count() == 2
    assert customers.account(made.account).traits["current_tool"] == "spreadsheets"
    assert api.get(f"/tasks/{first.json['next_task_id']}").json["title"] == "Send the guide"
    assert last_written()[:2] == ("calls.log", "key Test")


def test_a_call_with_somebody_of_another_account_is_refused_and_leaves_nothing(api, made):
    elsewhere = customers.account_by_external_id("acme").pk

    answer = api.post("/calls", {"account_id": elsewhere, "person_id": made.person, "outcome": "reached"})

    assert (answer.status, answer.json["code"]) == (404, "no_such_person")
    assert playbooks.calls(account_id=elsewhere).count() == 0


def test_a_run_is_started_and_finished(api, made):
    acme = customers.account_by_external_id("acme").pk

    started = api.post("/runs", {"playbook_id": made.playbook, "account_id": acme})
    again = api.post("/runs", {"playbook_id": made.playbook, "account_id": acme})
    finished = api.post(f"/runs/{started.json['id']}/finish", {"outcome": "saved", "notes": "They renewed."})

    assert (started.status, started.json["tasks"], started.json["tasks_open"]) == (201, 2, 2)
    assert (again.status, again.json["id"]) == (200, started.json["id"])
    assert (finished.json["status"], finished.json["outcome"], finished.json["tasks_open"]) == ("finished", "saved", 0)
    assert api.post(f"/runs/{started.json['id']}/finish", {"outcome": "saved"}).json["code"] == "run_finished_already"


def test_a_signal_is_put_off_woken_given_away_and_closed(api, made):
    path = f"/signals/{made.signal}"

    snoozed = api.post(f"{path}/snooze", {"days": 7}).json
    assert (snoozed["status"], snoozed["snoozed_until"]) == ("snoozed", f"{NOW + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}")
    assert api.post(f"{path}/wake").json["status"] == "open"
    assert api.post(f"{path}/owner", {"owner_id": None}, method="put").json["owner_id"] is None
    closed = api.post(f"{path}/close", {"outcome": "false_alarm", "note": "They were on a fair."}).json
    assert (closed["status"], closed["outcome"], closed["close_reason"]) == ("closed", "false_alarm", "member")
    assert api.get("/signals/track-record", kind="odd_use").json["false_alarms"] == 1
    assert api.post(f"{path}/close", {"outcome": "true_alarm"}).json["code"] == "signal_already_closed"
    assert api.post(f"{path}/reopen").json["status"] == "open"
    assert last_written()[0] == "signals.reopen"


def test_accounts_get_an_owner_and_lose_it_again(api, made):
    acme = customers.account_by_external_id("acme").pk
    cleo = given_member("Cleo")

    done = api.post("/accounts/owners", {"account_ids": [made.account, acme], "owner_id": cleo.pk}).json
    assert done == {"changed": 2, "before": {str(made.account): made.owner.pk, str(acme): None}}
    assert [a["id"] for a in api.get("/accounts", owner_id=cleo.pk).json["items"]] == [acme, made.account]
    nobody = api.post(f"/accounts/{acme}/owner", {"owner_id": None}, method="put")
    assert nobody.json["owner_name"] == ""
    assert api.post(f"/accounts/{acme}/owner", {"owner_id": 999_999}, method="put").json["code"] == "no_such_member"


def test_a_segment_is_tried_defined_changed_and_archived(api, made):
    free = {"kind": "trait", "name": "plan", "operator": "is", "value": "Free"}

    tried = api.post("/segments/preview", {"subject": "account", "condition": free, "against": made.segment}).json
    assert (tried["count"], tried["entering"], tried["leaving"]) == (1, 1, 1)
    wrong = api.post("/segments", {"name": "Odd", "subject": "account", "condition": {"kind": "moon"}})
    assert (wrong.status, wrong.json["code"]) == (422, "condition_wrong")
    made_now = api.post("/segments", {"name": "Free", "subject": "account", "condition": free})
    assert (made_now.status, made_now.json["size"]) == (201, 1)
    path = f"/segments/{made_now.json['id']}"
    changed = api.post(path, {"condition": {**free, "value": "Premium"}}, method="patch").json
    assert (changed["version"], changed["name"]) == (2, "Free")
    assert [v["number"] for v in api.get(f"{path}/versions").json["items"]] == [2, 1]
    why = api.get(f"{path}/why/{made.account}").json
    assert (why["is_member"], why["now"][0]["value"], why["now"][0]["held"]) == (True, "Premium", True)
    assert api.post(f"{path}/archive").json["archived_at"] is not None
    assert api.post(path, {"name": "Else"}, method="patch").json["code"] == "segment_archived"
    assert api.post(f"{path}/restore").json["archived_at"] is None
    assert api.post(f"{path}/pause").json["paused_at"] is not None
    assert api.post(f"{path}/resume").json["paused_at"] is None


def test_a_journey_is_paused_resumed_and_ended(admin, made):
    path = f"/journeys/{made.journey}"

    assert admin.post(f"{path}/launch", {}).json["code"] == "journey_not_draft"
    assert admin.post(f"{path}/pause").json["status"] == "paused"
    assert last_written() == ("journeys.pause", "key Zapier", made.owner.pk)
    assert admin.post(f"{path}/resume", {"overdue": "make"}).json["status"] == "live"
    assert admin.post(f"{path}/archive").json["status"] == "archived"
    assert admin.get("/enrolments", journey_id=made.journey, status="live").json["items"] == []


def test_a_playbook_is_defined_changed_and_archived(api, made):
    body = {"name": "Quarterly", "trigger": {"kind": "manual"}, "tasks": [{"kind": "call", "title": "Call them"}]}

    first = api.post("/playbooks", body)
    assert (first.status, first.json["task_templates"][0]["minutes"]) == (201, 15)
    path = f"/playbooks/{first.json['id']}"
    assert api.post("/playbooks", body).json["code"] == "playbook_taken"
    assert api.post(path, {**body, "about": "Each quarter."}, method="put").json["about"] == "Each quarter."
    assert api.post(f"{path}/archive").json["is_live"] is False


def test_a_key_never_may_more_than_its_member(made, client):
    secret = key_with(*ApiScope)
    cleo = given_member("Cleo", role=PermissionRole.OWNER)
    workspaces.change_permission_role(made.owner, permission_role=PermissionRole.MEMBER, by=cleo)
    caller = Caller(client, secret)

    refused = caller.post(f"/journeys/{made.journey}/pause")

    assert (refused.status, refused.json["code"]) == (403, "role_too_low")
    assert caller.get(f"/journeys/{made.journey}").json["status"] == "live"
    workspaces.change_permission_role(made.owner, permission_role=PermissionRole.VIEWER, by=cleo)
    assert caller.post(f"/tasks/{made.task}/complete", {}).json["code"] == "role_too_low"


def test_another_workspace_can_change_nothing(made, client):
    elsewhere = given_workspace("Elsewhere")
    with tenancy.scope(elsewhere.pk):
        stranger = Caller(client, key_with(*ApiScope))

    for path, body in {
        f"/tasks/{made.task}/complete": {},
        f"/signals/{made.signal}/close": {"outcome": "true_alarm"},
        f"/runs/{made.run}/finish": {"outcome": "lost"},
        f"/journeys/{made.journey}/pause": None,
        f"/segments/{made.segment}/archive": None,
        f"/messages/{made.message}/resend": None,
        "/calls": {"account_id": made.account, "outcome": "reached"},
        "/runs": {"account_id": made.account, "playbook_id": made.playbook},
    }.items():
        assert stranger.post(path, body).status == 404, path
    owners = stranger.post("/accounts/owners", {"account_ids": [made.account], "owner_id": None})
    assert owners.json == {"changed": 0, "before": {}}
    assert customers.account(made.account).owner_id == made.owner.pk


def test_a_list_is_made_filled_and_thinned(admin, made):
    listed = admin.post("/segments/lists", {"name": "Pilot", "subject": "account"})
    assert (listed.status, listed.json["condition"], listed.json["size"]) == (201, {"kind": "listed"}, 0)
    path = f"/segments/{listed.json['id']}"

    put = admin.post(f"{path}/members", {"ids": [made.account], "called": ["nobody"]})
    assert put.json == {"changed": 1, "unknown": ["nobody"]}
    assert last_written()[0] == "segments.put"
    assert [m["id"] for m in admin.get(f"{path}/members").json["items"]] == [made.account]
    own = [o for o in admin.get("/segments/overlaps").json["items"] if o["first_id"] == o["second_id"]]
    assert [(o["both"], o["either"]) for o in own if o["first_id"] == listed.json["id"]] == [(1, 1)]

    assert admin.post(f"{path}/members/remove", {"ids": [made.account]}).json == {"changed": 1, "unknown": []}
    assert last_written()[0] == "segments.take"
    refused = admin.post(f"/segments/{made.segment}/members", {"ids": [made.account]})
    assert (refused.status, refused.json["code"]) == (409, "segment_not_static")

"""Every list: paged by cursor, as JSON and as CSV, described as it answers, and of one workspace only."""

import re

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from jsonschema import Draft202012Validator

from tenure.api.describing import PROBLEM
from tenure.api.listing import columns_of
from tenure.kernel import tenancy
from tenure.workspaces.types import ApiScope
from tests.api.conftest import Caller, key_with
from tests.given import given_workspace


def described():
    from tenure.api.urls import api

    return api.get_openapi_schema(path_prefix="/api/v1/")


def reads():
    """Every GET, by its path."""
    return {path.removeprefix("/api/v1"): item["get"] for path, item in described()["paths"].items() if "get" in item}


def is_list(operation):
    return "text/csv" in operation["responses"][200]["content"]


def filled(path, made):
    """Put the ids of what was made into a path."""
    names = {"subject_id": made.account, "message_id": made.message}
    return re.sub(r"\{(\w+)\}", lambda m: str(names.get(m[1]) or getattr(made, m[1].removesuffix("_id"))), path)


def asked(path, made):
    return {"/tasks/day": {"member_id": made.owner.pk}, "/enrolments": {"journey_id": made.journey}}.get(path, {})


def ours(path):
    """Whether a path is of the resources that `given_everything` fills."""
    return path.split("/")[1] in OURS


OURS = {
    "accounts", "api-keys", "arrivals", "audit", "calls", "decisions", "effect", "enrolments", "journeys", "members",
    "messages", "people", "playbooks", "refusals", "runs", "segments", "signals", "sources", "tasks", "templates",
    "topics", "views", "workspace",
}  # fmt: skip


def test_answer_as_described_with_rows_in_them(admin, made):
    operations, schemas, empty = reads(), described()["components"]["schemas"], []

    for path, operation in operations.items():
        if not ours(path) or "application/json" not in operation["responses"][200]["content"]:
            continue  # an archive of everything has its own tests
        answer = admin.get(filled(path, made), **asked(path, made))
        assert answer.status == 200, (path, answer.json)
        schema = operation["responses"][200]["content"]["application/json"]["schema"]
        wrong = list(Draft202012Validator({**schema, "components": {"schemas": schemas}}).iter_errors(answer.json))
        assert wrong == [], path
        if is_list(operation) and not answer.json["items"]:
            empty.append(path)

    assert sorted(empty) == [
        "/members/invitations",
        "/people/{person_id}/segments",
        "/people/{person_id}/unsubscribes",
    ]


def test_are_the_same_page_by_page_and_as_csv(admin, made):
    for path, operation in reads().items():
        if not (ours(path) and is_list(operation)):
            continue
        here, query = filled(path, made), asked(path, made)
        whole = admin.get(here, limit=500, **query).json["items"]
        paged, cursor = [], ""
        for _ in range(len(whole) + 2):
            page = admin.get(here, limit=1, cursor=cursor, **query).json
            paged += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                break

        rows = admin.csv(here, **query)

        if path not in {"/audit"}:  # asking changes nothing of it, but it is long
            assert paged == whole, path
        assert ",".join(rows[0]) + "\r\n" == operation["responses"][200]["content"]["text/csv"]["example"], path
        assert len(rows) - 1 == len(whole), path


def test_show_another_workspace_nothing(made, client):
    stranger_of = given_workspace("Elsewhere")
    with tenancy.scope(stranger_of.pk):
        stranger = Caller(client, key_with(*ApiScope))

    for path in reads():
        if ours(path) and "{" in path:
            answer = stranger.get(filled(path, made))
            assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json"), path
    for path in (
        "/accounts",
        "/people",
        "/signals",
        "/tasks",
        "/runs",
        "/calls",
        "/decisions",
        "/messages",
        "/journeys",
    ):
        assert stranger.get(path).json["items"] == [], path
    assert stranger.get("/enrolments", journey_id=made.journey).status == 404
    assert stranger.get("/accounts", segment_id=made.segment).status == 404


def test_ask_the_database_no_more_often_for_more_rows(admin, made, django_assert_max_num_queries):
    for path, most in {
        "/accounts": 14, "/people": 10, "/signals": 8, "/tasks": 8, "/runs": 9, "/calls": 8, "/decisions": 10,
        "/messages": 8, "/segments": 10, "/playbooks": 10, "/journeys": 12, "/audit": 8, "/effect/accounts": 11,
    }.items():  # fmt: skip
        with django_assert_max_num_queries(most):
            assert admin.get(path).status == 200


def test_are_all_paged_alike_and_described_to_the_last_field():
    schemas, nameless = described()["components"]["schemas"], []
    for name, schema in schemas.items():
        fields = schema.get("properties", {})
        nameless += [name] if not schema.get("description") and name != PROBLEM["title"] else []
        nameless += [f"{name}.{field}" for field, part in fields.items() if not {"description", "$ref"} & part.keys()]
    for path, operation in reads().items():
        nameless += [
            f"{path}?{p['name']}" for p in operation["parameters"] if p["in"] == "query" and not p.get("description")
        ]
        content = operation["responses"][200].get("content", {})
        answered = content.get("application/json", {}).get("schema", {})
        assert answered.get("type") != "array", f"{path} is a list without pages: see tenure/api/listing.py"

    assert nameless == []


def test_give_examples_that_fit():
    api = described()
    for path, item in api["paths"].items():
        for operation in item.values():
            for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
                for content in body.get("content", {}).values():
                    whole = {**content["schema"], "components": api["components"]}
                    wrong = list(Draft202012Validator(whole).iter_errors(content["example"]))
                    assert wrong == [], path


def test_need_the_scope_they_name(made, reading, client):
    writing = Caller(client, key_with(ApiScope.WRITE))

    assert reading.get("/audit").json["code"] == "scope_missing"
    assert reading.get("/api-keys").status == 403
    assert reading.get("/members/invitations").status == 403
    assert writing.get("/accounts").status == 403
    assert reading.post(f"/tasks/{made.task}/complete", {}).status == 403
    assert reading.get(f"/tasks/{made.task}").json["status"] == "open"


def test_write_no_formula_into_csv(api, made):
    api.post("/calls", {"account_id": made.account, "outcome": "reached", "notes": "=HYPERLINK(1)"})

    rows = api.csv("/calls")

    assert rows[1][rows[0].index("notes")] == "'=HYPERLINK(1)"


def test_stream_csv_from_the_server_that_is_run(made):
    headers = {"authorization": f"Bearer {key_with(ApiScope.READ)}"}

    async def ask():
        answer = await AsyncClient().get("/api/v1/accounts?format=csv", headers=headers)
        assert answer.is_async
        return b"".join([portion async for portion in answer.streaming_content])

    rows = async_to_sync(ask)().decode("utf-8-sig").splitlines()

    assert [row.split(",")[2] for row in rows] == ["name", "Acme", "Northwind"]


def test_name_the_parts_of_a_row():
    from tenure.api.resources.playbooks import PlaybookOut

    assert columns_of(PlaybookOut)[3:6] == ["trigger.kind", "trigger.signal_kind", "trigger.segment_id"]


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd", "WyJ4IiwxXQ", "W251bGxd", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwxXQ"]
)
def test_refuse_a_cursor_that_leads_nowhere(api, made, cursor):
    for path in ("/accounts", f"/accounts/{made.account}/timeline", f"/accounts/{made.account}/traits/history",
                 f"/segments/{made.segment}/history", "/decisions"):  # fmt: skip
        assert api.get(path, cursor=cursor).status == 422, path

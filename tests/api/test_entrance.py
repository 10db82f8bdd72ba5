from tenure.api import entrance
from tenure.workspaces import actions, queries
from tests.api.conftest import Caller


def test_lets_a_key_into_its_own_workspace(api, workspace):
    answer = api.get("/workspace")

    assert (answer.status, answer.json["id"], answer.json["name"]) == (200, workspace.pk, "Harbor")
    assert answer.headers["RateLimit-Limit"] == "1200"


def test_refuses_an_unknown_or_revoked_key_as_a_problem(api, client):
    stranger = Caller(client, "tk_nothing").get("/workspace")

    assert (stranger.status, stranger.json["code"]) == (401, "key_unknown")
    assert stranger.headers["Content-Type"] == "application/problem+json"
    owner = queries.members().get(permission_role="owner")
    actions.revoke_api_key(queries.api_keys().get(), by=owner)
    assert api.get("/workspace").status == 401


def test_says_when_a_key_asks_too_often(api, monkeypatch):
    monkeypatch.setattr(entrance, "REQUESTS_PER_MINUTE", 0)

    answer = api.get("/workspace")

    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_describes_itself_to_anybody(client, db):
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/workspace" in described["paths"]

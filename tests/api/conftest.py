import csv
import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from tenure.workspaces import actions, queries
from tenure.workspaces.types import ApiScope
from tests.api.given import NOW, given_everything


class Caller:
    """Calls the API as another program would."""

    def __init__(self, client: Any, secret: str) -> None:
        self.client, self.headers = client, {"authorization": f"Bearer {secret}"}

    def get(self, path: str, **query: Any) -> SimpleNamespace:
        return self._answer(self.client.get(f"/api/v1{path}", query, headers=self.headers))

    def csv(self, path: str, **query: Any) -> list[list[str]]:
        answer = self.client.get(f"/api/v1{path}", query, headers={**self.headers, "accept": "text/csv"})
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return read_csv(answer)

    def post(self, path: str, body: Any = None, *, key: str = "", method: str = "post") -> SimpleNamespace:
        headers = {**self.headers, **({"idempotency-key": key} if key else {})}
        send = getattr(self.client, method)
        return self._answer(send(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers))

    @staticmethod
    def _answer(response: Any) -> SimpleNamespace:
        is_json = "json" in response.get("Content-Type", "") and response.status_code != 204
        return SimpleNamespace(
            status=response.status_code, json=response.json() if is_json else None, headers=response.headers
        )


def read_csv(answer: Any) -> list[list[str]]:
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def key_with(*scopes: ApiScope, name: str = "Test") -> str:
    owner = queries.members().get(permission_role="owner")
    return actions.create_api_key(name, scopes=list(scopes), by=owner).secret


@pytest.fixture
def api(workspace: Any, client: Any) -> Caller:
    """Call with a key that may read and write."""
    return Caller(client, key_with(ApiScope.READ, ApiScope.WRITE))


@pytest.fixture
def reading(workspace: Any, client: Any) -> Caller:
    """Call with a key that may only read."""
    return Caller(client, key_with(ApiScope.READ))


@pytest.fixture
def admin(workspace: Any, client: Any) -> Caller:
    """Call with a key that may do everything."""
    return Caller(client, key_with(*ApiScope, name="Zapier"))


@pytest.fixture
def made(workspace: Any, at: Any) -> Any:
    """Fill the workspace with something of everything."""
    at(NOW)
    return given_everything()

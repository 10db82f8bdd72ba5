"""The API keeps its own description, whatever is thrown at it."""

from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from tenure.kernel import tenancy
from tenure.workspaces.types import ApiScope
from tests.api.conftest import key_with
from tests.given import given_workspace

schemathesis.serializer.alias("application/x-ndjson", "text/plain")


@cache
def _described():
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def api_schema(db):
    """Serve the API in this test's transaction: the connection stays open between requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield _described()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def secret(db):
    made = given_workspace()
    with tenancy.scope(made.pk):
        return key_with(ApiScope.READ, ApiScope.WRITE, ApiScope.PRIVACY)


def _operations():
    from tenure.api.urls import api

    described = api.get_openapi_schema(path_prefix="/api/v1/")
    return [(path, method) for path, item in described["paths"].items() for method in item]


@pytest.mark.parametrize(("path", "method"), _operations(), ids=lambda part: str(part))
def test_answers_as_described_and_never_breaks(api_schema, secret, path, method):
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=api_schema[path][method].as_strategy())
    def ask(case):
        case.call_and_validate(
            headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"},
            # What is refused for its meaning (an account that is not there) is 404 or 422 by design, and the key is
            # checked in tests of its own.
            excluded_checks=[positive_data_acceptance, negative_data_rejection, unsupported_method, ignored_auth],
        )

    ask()

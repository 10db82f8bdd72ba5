"""The API: one router a resource, one place that turns errors into problems."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tenure import __version__
from tenure.api.describing import DescribedAPI
from tenure.api.keys import Key
from tenure.api.problems import from_error, problem
from tenure.api.resources import routers
from tenure.kernel.errors import DomainError
from tenure.lake.engine import EngineUnreachable

api = DescribedAPI(
    title="Tenure",
    version=__version__,
    description="Everything a page shows, for other programs. Errors are problem+json; lists are paged by cursor, and "
    "stream as CSV; requests that change something may carry an `Idempotency-Key` and are then carried out once, and "
    "the audit trail names the key. Each operation names the scope its key needs.",
    auth=Key(),
    urls_namespace="api",
    docs_url=None,
)
for prefix, router in routers:
    api.add_router(prefix, router)


@api.exception_handler(DomainError)
def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the refusal's kind and code."""
    return from_error(error)


@api.exception_handler(EngineUnreachable)
def on_engine_unreachable(request: HttpRequest, error: EngineUnreachable) -> HttpResponse:
    """Answer that the engine that TENURE_ENGINE names cannot be reached."""
    return problem(503, "engine_unreachable", "The engine that counts does not answer. Please try again in a minute.")


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer that there is no such thing in this workspace."""
    return problem(404, "not_found", "There is no such thing in this workspace.")


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer with each field that cannot be used and why."""
    wrong = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors]
    return problem(422, "invalid", "Some fields cannot be used.", errors=wrong)


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer that the key is missing."""
    return problem(401, "key_unknown", "Send an API key as a bearer token.")


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer with the status a view chose."""
    return problem(error.status_code, "scope_missing" if error.status_code == 403 else "refused", str(error))


urlpatterns = [path("", api.urls)]

"""What every request to the API passes: its key, its scope, its rate, and its Idempotency-Key."""

import hashlib
import time
from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tenure.api.actions import begin_request, forget_request, keep_answer
from tenure.api.calls import ApiCall
from tenure.api.models import GivenAnswer
from tenure.api.problems import problem
from tenure.kernel import tenancy
from tenure.workspaces import queries as workspaces
from tenure.workspaces.actions import by_key, mark_api_key_used

REQUESTS_PER_MINUTE = 1_200
OPEN = ("/api/v1/openapi.json", "/api/v1/docs")
SAFE = {"GET", "HEAD", "OPTIONS"}


class EntranceMiddleware:
    """Lets a program with a working key into its workspace and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._windows: dict[int, tuple[int, int]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/") or request.path in OPEN:
            return self.get_response(request)
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        key = workspaces.api_key_by_secret(secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            answer = problem(
                401, "key_unknown", "Send `Authorization: Bearer tk_…` with a key from Settings › API keys."
            )
            answer["WWW-Authenticate"] = 'Bearer realm="Tenure"'
            return answer
        left, reset = self._spend(key.pk)
        if left < 0:
            answer = problem(429, "too_many_requests", f"At most {REQUESTS_PER_MINUTE} requests a minute.")
            answer["Retry-After"] = str(reset)
            return answer
        mark_api_key_used(key)
        call = cast(ApiCall, request)
        call.api_key = key
        with tenancy.scope(key.workspace_id), by_key(key.name):
            response = _as_problem(self._once(call))
        response["RateLimit-Limit"] = str(REQUESTS_PER_MINUTE)
        response["RateLimit-Remaining"] = str(left)
        response["RateLimit-Reset"] = str(reset)
        return response

    def _spend(self, key_id: int) -> tuple[int, int]:
        """Count a request of this process against the key's minute; returns what is left and when it starts anew."""
        minute, second = divmod(int(time.monotonic()), 60)
        known, used = self._windows.get(key_id, (minute, 0))
        used = used + 1 if known == minute else 1
        self._windows[key_id] = (minute, used)
        return REQUESTS_PER_MINUTE - used, 60 - second

    def _once(self, request: ApiCall) -> HttpResponseBase:
        """Carry a request with an Idempotency-Key out once; answer repeats with the first answer."""
        given = request.headers.get("Idempotency-Key", "")
        if not given or request.method in SAFE:
            return self.get_response(request)
        if len(given) > 200:
            return problem(422, "idempotency_key_too_long", "An Idempotency-Key has at most 200 characters.")
        mark = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
        answer = begin_request(request.api_key.pk, key=given, fingerprint=mark)
        if answer is None:
            return self._again(request, given, mark)
        response = self.get_response(request)
        if response.status_code >= 500 or not isinstance(response, HttpResponse):
            forget_request(answer)
        else:
            keep_answer(answer, status=response.status_code, body=response.content)
        return response

    def _again(self, request: ApiCall, given: str, mark: str) -> HttpResponse:
        kept = GivenAnswer.objects.filter(api_key=request.api_key, key=given).first()
        if kept is None or kept.status is None:
            return problem(
                409, "request_in_progress", "The first request with this Idempotency-Key is still under way."
            )
        if kept.fingerprint != mark:
            return problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
        kind = "application/json" if kept.status < 400 else "application/problem+json"
        response = HttpResponse(bytes(kept.body or b""), status=kept.status, content_type=kind)
        response["Idempotency-Replayed"] = "true"
        return response


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Say in our own form what Django's router refused: an address or a method that is not there."""
    if response.status_code not in {404, 405} or "json" in response.get("Content-Type", ""):
        return response
    code = "not_found" if response.status_code == 404 else "method_not_allowed"
    answer = problem(response.status_code, code, "There is nothing at this address." if code == "not_found" else "")
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer

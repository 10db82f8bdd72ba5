"""Refusals as problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from tenure.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound

_STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}


def problem(status: int, code: str, detail: str = "", **members: Any) -> HttpResponse:
    """Answer with a problem: `type` names the code, `detail` says it in words."""
    body = {
        "type": f"urn:tenure:error:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    return HttpResponse(json.dumps(body, default=str), status=status, content_type="application/problem+json")


def from_error(error: DomainError) -> HttpResponse:
    """Turn a domain's refusal into the problem of its kind."""
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 422)
    return problem(status, error.code, str(error), **error.details)

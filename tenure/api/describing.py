"""How the API describes itself: OpenAPI 3.1, with what a refusal looks like on every operation."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; every code is in the reference of errors."},
        "detail": {"type": "string", "description": "For people."},
    },
}
REFUSED = {
    "description": "Refused, with the reason.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class DescribedAPI(NinjaAPI):
    """An API whose description tells of its refusals too."""

    def get_openapi_schema(self, **choices: Any) -> OpenAPISchema:
        """Return the description, with the problem every operation may answer."""
        described = super().get_openapi_schema(**choices)
        described["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        for item in described["paths"].values():
            for operation in item.values():
                operation["responses"]["4XX"] = REFUSED
        return described

"""How the API describes itself: OpenAPI 3.1, with examples, scopes, CSV, and what a refusal looks like."""

from typing import Any

from ninja import NinjaAPI
from ninja.errors import ConfigError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from tenure.api.examples import example_of
from tenure.api.keys import SAFE, Key

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "description": "A name for the kind of problem.",
            "examples": ["urn:tenure:error:not_found"],
        },
        "title": {"type": "string", "description": "What the status means.", "examples": ["Not Found"]},
        "status": {"type": "integer", "description": "The HTTP status.", "examples": [404]},
        "code": {
            "type": "string",
            "description": "Stable; every code is in the reference of errors.",
            "examples": ["no_such_account"],
        },
        "detail": {
            "type": "string",
            "description": "For people.",
            "examples": ["There is no such account in this workspace."],
        },
    },
}
REFUSALS = {
    "401": "The key is missing, unknown or revoked.",
    "403": "The key lacks the scope, or its member the permission role.",
    "404": "There is no such thing in this workspace.",
    "409": "This clashes with how things are now.",
    "422": "Something in the request cannot be used; `errors` or `problems` say what and where.",
    "429": "Too many requests; `Retry-After` says when to go on.",
    "4XX": "Refused, with the reason.",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A value of your own; the same request with the same key within a day is carried out once.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
}
CSV_WORDS = "All rows from `cursor` on, streamed. Text that a spreadsheet would run gets an apostrophe in front."


class Description(OpenAPISchema):
    """The description of every operation, with what ninja does not know of."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """Return one operation with its scope, its refusals, its examples and its CSV."""
        details: dict[str, Any] = super().operation_details(operation)
        columns = details.pop("x-csv", None)
        for status, means in REFUSALS.items():
            if status != "409" or operation.methods[0] not in SAFE:
                details["responses"][status] = _refusal(means)
        if operation.methods[0] not in SAFE:
            details["parameters"] = [*details["parameters"], IDEMPOTENCY_KEY]
        if columns:
            details["responses"][200]["content"]["text/csv"] = {
                "schema": {"type": "string", "description": CSV_WORDS},
                "example": ",".join(columns) + "\r\n",
            }
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """Return the scope that a key needs for an operation."""
        super().operation_security(operation)
        keys = [auth for auth in operation.auth_callbacks if isinstance(auth, Key)]
        return [{"Key": [key.needed(operation.methods[0]).value]} for key in keys] or None

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Keep the schemas of an operation; raises `ConfigError` when two of one name differ."""
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise ConfigError(f"two schemas are called {name}; give one of them another name")

    def add_examples(self) -> None:
        """Give every body, asked for or answered, an example that fits it."""
        known = self["components"]["schemas"]
        for schema in known.values():
            if "next_cursor" in schema.get("properties", {}):
                schema.setdefault("description", "One page of a list; `next_cursor` leads to the next.")
        for item in self["paths"].values():
            for operation in item.values():
                bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
                for content in (c for body in bodies for c in body.get("content", {}).values()):
                    content.setdefault("example", example_of(content["schema"], known))


class DescribedAPI(NinjaAPI):
    """An API whose description tells of its refusals too."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description."""
        described = Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        described["components"]["schemas"]["Problem"] = PROBLEM
        described.add_examples()
        return described


def _refusal(means: str) -> dict[str, Any]:
    return {
        "description": means,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }

"""Examples for the description of the API, composed from the schemas so that they always fit them."""

from typing import Any

Json = dict[str, Any]

BY_NAME: dict[str, Any] = {
    "about": "For accounts in their first weeks.",
    "account_name": "Northwind Ltd",
    "actor": "Ada Park",
    "address": "maya@northwind.example",
    "channel": "email",
    "currency": "EUR",
    "domain": "northwind.example",
    "email": "maya@northwind.example",
    "event": "Report Exported",
    "external_id": "northwind",
    "headline": "Use has fallen by 46% since 2 March.",
    "journey_name": "Welcome",
    "locale": "en",
    "name": "Northwind Ltd",
    "notes": "They are moving the team over next week.",
    "person_name": "Maya Ito",
    "playbook_name": "Usage is fading",
    "segment_name": "Fading accounts",
    "source": "sdk",
    "subject": "Two weeks in: what next?",
    "text": "Hello Maya",
    "timezone": "Europe/Berlin",
    "title": "Call them about what has changed",
    "topic": "product-tips",
}
MOMENT = "2026-03-02T09:30:00Z"
DAY = "2026-03-02"


def example_of(schema: Json, known: dict[str, Json], name: str = "") -> Any:
    """Return a value that fits a JSON schema; `known` are the schemas it may refer to, `name` the field it is for."""
    if examples := schema.get("examples"):
        return examples[0]
    if "$ref" in schema:
        return example_of(known[schema["$ref"].rpartition("/")[2]], known, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example_of(next((s for s in schema[choice] if s.get("type") != "null"), {}), known, name)
    match schema.get("type"):
        case "object":
            return {key: example_of(part, known, key) for key, part in schema.get("properties", {}).items()}
        case "array":
            return [example_of(schema.get("items", {}), known, name)]
        case "string":
            return _text(schema, name)
        case "integer":
            return max(schema.get("minimum", 0), min(12, schema.get("maximum", 12)))
        case "number":
            return schema.get("minimum", 0.5)
        case "boolean":
            return False
    return None


def _text(schema: Json, name: str) -> str:
    match schema.get("format"):
        case "date-time":
            return MOMENT
        case "date":
            return DAY
    return str(BY_NAME.get(name, "x" * schema.get("minLength", 0)))

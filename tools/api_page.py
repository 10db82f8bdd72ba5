"""Makes docs/reference/api.md: how to use the API, and every operation with the scope it needs."""

from collections.abc import Iterator

INTRODUCTION = """# The API

Everything a page shows, other programs can ask for under `/api/v1`. The API describes itself as OpenAPI 3.1 at
`/api/v1/openapi.json`, with an example for every body; client generators read that. This page is for people.

## A first call

Make a key under Settings › API keys; it is shown once.

```sh
export TENURE=http://127.0.0.1:8000 KEY=tk_…

curl "$TENURE/api/v1/workspace" -H "Authorization: Bearer $KEY"
curl "$TENURE/api/v1/accounts?trait=plan:is:Premium&seen_more_days=14" -H "Authorization: Bearer $KEY"
```

## Keys and scopes

A key belongs to one workspace and sees nothing of any other: what is not in it is answered with 404. It has scopes:
`read` to look, `write` to change customers, segments, tasks and journeys, `admin` for the audit trail, keys and
invitations, `privacy` to export everything about somebody, to erase them and to set how long things are kept. One does
not include another. A key acts in the name of the member who made it and never may more than they may; the audit trail
names the key.

A key may make 1200 requests a minute; `RateLimit-Remaining` says how many are left, and 429 has a `Retry-After`.

## Lists

Every list answers `{"items": […], "next_cursor": "…"}`. Pass `next_cursor` back as `cursor` until it is null; a page
may hold fewer rows than `limit` and still lead on. Lists that grow do not shift while rows arrive. `limit` is 1 to 500,
usually 50.

```sh
curl "$TENURE/api/v1/accounts/12/timeline?section=touches&limit=100" -H "Authorization: Bearer $KEY"
```

## CSV

Every list is also a CSV file, with `?format=csv` or `Accept: text/csv`: all of it from `cursor` on, streamed, whatever
its length. Moments are in UTC by ISO 8601, objects and lists are JSON in their cell, and text that a spreadsheet would
run as a formula has an apostrophe in front.

```sh
curl "$TENURE/api/v1/decisions?reason=holdout" -H "Authorization: Bearer $KEY" -H "Accept: text/csv" -o decisions.csv
```

## Changes

Send JSON. With an `Idempotency-Key` of your own the same request within a day is carried out once; a repeat gets the
first answer again, marked `Idempotency-Replayed: true`. The same key with another request is refused (422).

```sh
curl -X POST "$TENURE/api/v1/calls" -H "Authorization: Bearer $KEY" -H "Idempotency-Key: call-2026-03-02-12" \\
  -H "Content-Type: application/json" \\
  -d '{"account_id": 12, "outcome": "reached", "minutes": 12, "notes": "They are moving the team over."}'

curl -X POST "$TENURE/api/v1/runs" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"playbook_id": 2, "account_id": 12}'

curl -X POST "$TENURE/api/v1/segments" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"name": "Premium", "subject": "account",
       "condition": {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}}'
```

What a condition may be made of is in the [reference of segments](segments.md).

## Refusals

Refusals are `application/problem+json` (RFC 9457). `code` is stable and listed in the [reference of errors](errors.md);
`detail` is for people; a refused field is named in `errors`, a refused part of a segment, playbook or journey in
`problems`.

```json
{"type": "urn:tenure:error:task_not_open", "title": "Conflict", "status": 409, "code": "task_not_open",
 "detail": "This task is no longer open."}
```

| status | means |
| --- | --- |
| 401 | the key is missing, unknown or revoked |
| 403 | the key lacks the scope (`scope_missing`), or its member the permission role (`role_too_low`) |
| 404 | there is no such thing in this workspace |
| 409 | this clashes with how things are now |
| 422 | something in the request cannot be used |
| 429 | too many requests |

## Operations

“CSV” marks lists."""


def api_page() -> Iterator[str]:
    """Give the introduction, then every operation by subject."""
    from tenure.api.urls import api

    yield INTRODUCTION
    described = api.get_openapi_schema(path_prefix="/api/v1/")
    subjects: dict[str, list[str]] = {}
    for path, item in sorted(described["paths"].items()):
        for method, operation in item.items():
            ((scope,),) = (need["Key"] for need in operation["security"])
            is_list = "text/csv" in operation["responses"].get(200, {}).get("content", {})
            row = f"| `{method.upper()} {path.removeprefix('/api/v1')}` | {operation['summary']} | {scope} |"
            subjects.setdefault(operation.get("tags", ["other"])[0], []).append(f"{row} {'CSV' if is_list else ''} |")
    for subject, rows in sorted(subjects.items()):
        yield f"\n### {subject.capitalize()}\n"
        yield "| operation | answers | scope | |\n| --- | --- | --- | --- |"
        yield from rows

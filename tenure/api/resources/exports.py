"""Exports: everything of a kind, streamed, in the form in which it can be imported again."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, cast

from ninja import Router
from ninja.params.functions import Query

from tenure.api.callers import acting_member, write_down
from tenure.api.calls import ApiCall
from tenure.connectors.files.exporting import export
from tenure.connectors.files.types import Kind
from tenure.kernel.exporting import csv_answer, in_workspace, json_lines_answer, off_the_event_loop

router = Router(tags=["exports"])

Exported = Literal["accounts", "people", "events", "subscriptions", "tickets"]
DESCRIBED: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Every row, one a line.",
            "content": {
                "application/x-ndjson": {
                    "schema": {"type": "string"},
                    "example": '{"external_id": "a1", "name": "Northwind", "traits": {"plan": "Pro"}}\n',
                },
                "text/csv": {"schema": {"type": "string"}, "example": "external_id,name,trait.plan\r\n"},
            },
        }
    }
}


@router.get("/{kind}", summary="Export everything of a kind", openapi_extra=DESCRIBED)
def export_all(
    request: ApiCall,
    kind: Exported,
    format: Literal["jsonl", "csv"] = Query("jsonl", description="JSON lines keep types; CSV is for spreadsheets."),  # noqa: A002
    since: date | None = Query(None, description="Of events and tickets: the first day, UTC."),
    until: date | None = Query(None, description="Of events and tickets: the last day, UTC."),
) -> Any:
    """Stream every account, person, event, subscription or ticket; the audit trail says that it was given out."""
    by = acting_member(request)
    found = export(Kind(kind), since=since, until=until)
    write_down("exports.make", by=by, subject=kind, format=format, since=str(since or ""), until=str(until or ""))
    answer = (
        csv_answer(kind, found.columns, found.lines()) if format == "csv" else json_lines_answer(kind, found.records)
    )
    made = in_workspace(cast("Iterator[bytes]", answer.streaming_content), request.api_key.workspace_id)
    answer.streaming_content = off_the_event_loop(made) if hasattr(request, "scope") else made
    return answer

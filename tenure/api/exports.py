"""Everything that is kept about somebody, as one answer: an archive, or JSON lines as they are read."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from django.http import StreamingHttpResponse
from ninja.params.functions import Query

from tenure.api.callers import acting_member, write_down
from tenure.api.calls import ApiCall
from tenure.api.keys import Key
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.exporting import in_workspace, off_the_event_loop
from tenure.privacy import queries
from tenure.privacy.types import SubjectKind
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import ApiScope, PermissionRole

PRIVACY = Key(ApiScope.PRIVACY)
"""For what exports and erases people."""
LINES_A_PORTION = 500

ExportFormat = Literal["zip", "jsonl"]
FORMAT = Query("zip", description="`zip`: one file a table; `jsonl`: one object a line, each with its `table`.")
DESCRIBED: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Everything that is kept.",
            "content": {
                "application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "PK…"},
                "application/x-ndjson": {
                    "schema": {"type": "string"},
                    "example": '{"table": "customers_person", "row": {"id": 7, "name": "Maya Ito"}}\n',
                },
            },
        }
    }
}
"""What the description of the API says of the answer."""


def export_answer(request: ApiCall, kind: SubjectKind, pk: int, form: ExportFormat) -> StreamingHttpResponse:
    """Answer with everything about a person or an account, and write down that it was given out."""
    by = acting_member(request, PermissionRole.ADMIN)
    found = customers.person(pk) if kind is SubjectKind.PERSON else customers.account(pk)
    pieces: Iterator[bytes]
    if form == "zip":
        workspace = workspaces.workspace(request.api_key.workspace_id)
        pieces = queries.export_zip(kind, found.pk, workspace=workspace.name, name=str(found))
    else:
        pieces = _lines(queries.export_lines(kind, found.pk))
    write_down("privacy.export", by=by, subject=found, kind=kind.value)
    made = in_workspace(pieces, request.api_key.workspace_id)
    answer = StreamingHttpResponse(
        off_the_event_loop(made) if hasattr(request, "scope") else made,
        content_type="application/zip" if form == "zip" else "application/x-ndjson",
    )
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{found.pk}-{clock.now():%Y-%m-%d}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(rows: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
    waiting: list[str] = []
    for table, row in rows:
        waiting.append(json.dumps({"table": table, "row": row}, default=queries.plain, ensure_ascii=False) + "\n")
        if len(waiting) == LINES_A_PORTION:
            yield "".join(waiting).encode(errors="replace")
            waiting = []
    yield "".join(waiting).encode(errors="replace")

"""Imports: files and rows brought in, looked at before, and taken back when wrong."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, reachable
from tenure.connectors.files import actions, queries, reading, wording
from tenure.connectors.files.rules import columns as rules
from tenure.connectors.files.rules.columns import LONGEST_EVENT
from tenure.connectors.files.types import Kind
from tenure.kernel.exporting import csv_answer, in_workspace, off_the_event_loop
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.connectors.files.models import Import, RefusedRow

router = Router(tags=["imports"])

Run = Literal["no", "dry_run", "yes"]
PORTION = 1 << 20
KIND = "accounts, people, events, subscriptions, tickets, spend or companies."
MAPPING = "field=column pairs, as in `tenure import --map`; what is not said is guessed from names and cells."
EVENT = "Of events: what every row is, when no column names the event, such as `Order Completed`."
TIMEZONE = "The zone of times that name none."
RUN = "`dry_run`: weigh every row and write nothing; `yes`: import at once; `no`: only look the file over."
_FILE: Any = File(..., description="CSV or JSON lines in any encoding, also as .gz.")  # type: ignore[type-arg]
_KIND: Any = Form(..., description=KIND)  # type: ignore[type-arg]
_MAPPING: Any = Form("", description=MAPPING)  # type: ignore[type-arg]
_EVENT: Any = Form("", max_length=LONGEST_EVENT, description=EVENT)  # type: ignore[type-arg]
_TIMEZONE: Any = Form("UTC", description=TIMEZONE)  # type: ignore[type-arg]
_ENCODING: Any = Form("", description="The encoding, when the guess is wrong.")  # type: ignore[type-arg]
_RUN: Any = Form("no", description=RUN)  # type: ignore[type-arg]


class ColumnOut(Schema):
    """What one column means."""

    name: str = said("The column.", "Plan")
    means: str = said("The field it is, or trait, property, user_trait or account_trait.", "trait")
    called: str = said("The name of the trait or property.", "plan")
    type: str = said("How its cells are read: text, number, boolean, date or as_is.", "text")


class ImportOut(Schema):
    """One file, or rows, on the way in."""

    id: int = said("Which import.", 4)
    kind: str = said(KIND, "accounts")
    file_name: str = said("What the file is called.", "customers.csv")
    status: str = said(
        "mapping, checking, checked, running, done, failed, undoing or undone. Work goes on in the background.", "done"
    )
    problem: str = said("Why it stopped, or empty.", "")
    encoding: str = said("The encoding it was found to have.", "utf-8")
    columns: list[ColumnOut] = said("What its columns mean; others are left out.")
    event: str = said("Of events: what rows are that name none, or empty.", "")
    size: int = said("How many bytes it has.", 48_211)
    bytes: int = said("How many of them are read.", 48_211)
    rows: int = said("How many rows are read.", 412)
    new: int = said("How many made something new, or would.", 400)
    changed: int = said("How many changed something, or would.", 7)
    same: int = said("How many said what is known.", 3)
    refused: int = said("How many could not be used.", 2)
    taken_back: int = said("After taking it back: how much is as it was before.", 0)
    removed: int = said("After taking it back: how many accounts and people it made are gone.", 0)
    kept: int = said("After taking it back: how many of those stay, since more is known of them.", 0)
    made_at: datetime = said("When it was uploaded.")
    finished_at: datetime | None = said("When it was over; null while it is not.")


class RefusedRowOut(Schema):
    """A row that could not be used."""

    id: int = said("Which one.", 9)
    number: int = said("Its line in the file.", 17)
    code: str = said("Why, as a stable code.", "date_unreadable")
    reason: str = said("Why, for people.", "“soon” is not a date.")
    column: str = said("The column it is because of, or empty.", "Created at")
    value: str = said("What stands there.", "soon")
    cells: dict[str, Any] = said("The row as it came.", {"Created at": "soon"})


@lists(router, "", ImportOut, summary="List imports")
def list_imports(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List imports, the newest first."""
    return page_by_id(queries.imports(), cursor, limit, _shown)


@router.post("", response={201: ImportOut}, summary="Import a file")
def take_file(
    request: ApiCall,
    file: UploadedFile = _FILE,
    kind: Kind = _KIND,
    mapping: str = _MAPPING,
    event: str = _EVENT,
    timezone: str = _TIMEZONE,
    encoding: str = _ENCODING,
    run: Run = _RUN,
) -> Any:
    """Take a file in, as `multipart/form-data`. Ask for it again until its status says it is over."""
    by = acting_member(request, PermissionRole.ADMIN)
    made = actions.upload(file.name or "file", file.chunks(), kind=kind, by=by)
    return Status(201, _shown(_begun(made, _Said(mapping, event, timezone, encoding), run, by)))


@router.post(
    "/rows",
    response={201: ImportOut},
    summary="Import rows",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-ndjson": {
                    "schema": {"type": "string"},
                    "example": '{"external_id": "a1", "name": "Northwind", "plan": "Pro"}\n',
                }
            },
        }
    },
)
def take_rows(
    request: ApiCall,
    kind: Kind = Query(..., description=KIND),
    name: str = Query("rows.jsonl", max_length=100, description="What the rows are called; sources name it."),
    mapping: str = Query("", description=MAPPING),
    event: str = Query("", max_length=LONGEST_EVENT, description=EVENT),
    timezone: str = Query("UTC", description=TIMEZONE),
    run: Run = Query("yes", description=RUN),
) -> Any:
    """Take rows in, one JSON object a line as the body of the request (`application/x-ndjson`), however many."""
    by = acting_member(request, PermissionRole.ADMIN)
    plain = name.replace("\x00", "").strip() or "rows"
    called = plain if plain.endswith((".jsonl", ".ndjson")) else f"{plain}.jsonl"
    made = actions.upload(called, _portions(request), kind=kind, by=by)
    return Status(201, _shown(_begun(made, _Said(mapping, event, timezone), run, by)))


@router.get("/{int:import_id}", response=ImportOut, summary="One import")
def read_import(request: ApiCall, import_id: int) -> Any:
    """Return one import as far as it is."""
    return _shown(queries.file_import(reachable(import_id)))


@router.post("/{int:import_id}/check", response=ImportOut, summary="Begin a dry run")
def check_import(request: ApiCall, import_id: int) -> Any:
    """Weigh every row and write nothing."""
    acting_member(request, PermissionRole.ADMIN)
    return _shown(actions.check_import(queries.file_import(reachable(import_id))))


@router.post("/{int:import_id}/run", response=ImportOut, summary="Begin the import")
def run_import(request: ApiCall, import_id: int) -> Any:
    """Import what the rows say."""
    by = acting_member(request, PermissionRole.ADMIN)
    return _shown(actions.run_import(queries.file_import(reachable(import_id)), by=by))


@router.post("/{int:import_id}/undo", response=ImportOut, summary="Take an import back")
def undo_import(request: ApiCall, import_id: int) -> Any:
    """Take back what it said, where nothing newer said otherwise, and whom it made."""
    by = acting_member(request, PermissionRole.ADMIN)
    return _shown(actions.undo_import(queries.file_import(reachable(import_id)), by=by))


@router.delete("/{int:import_id}", response={204: None}, summary="Throw a file away")
def remove_import(request: ApiCall, import_id: int) -> Any:
    """Throw away what has not been imported."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.remove_import(queries.file_import(reachable(import_id)), by=by)
    return Status(204, None)


@lists(router, "/{int:import_id}/refused", RefusedRowOut, summary="The refused rows of an import")
def list_refused(request: ApiCall, import_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the rows that could not be used, the last one first."""
    acting_member(request, PermissionRole.ADMIN)
    return page_by_id(queries.refused_rows(queries.file_import(reachable(import_id))), cursor, limit, _refused)


@router.get(
    "/{int:import_id}/error-file",
    summary="The error file of an import",
    openapi_extra={"responses": {200: {"description": "The rows as they came, with why before them.", "content": {
        "text/csv": {"schema": {"type": "string"}, "example": "import_reason,import_line,import_column,id\r\n"}
    }}}},
)  # fmt: skip
def error_file(request: ApiCall, import_id: int) -> Any:
    """Return the refused rows as a CSV file that can be mended and imported."""
    acting_member(request, PermissionRole.ADMIN)
    of = queries.file_import(reachable(import_id))
    answer = csv_answer("refused", [*rules.ERROR_COLUMNS, *of.header], queries.refused_lines(of))
    made = in_workspace(answer.streaming_content, request.api_key.workspace_id)  # type: ignore[arg-type]
    answer.streaming_content = off_the_event_loop(made) if hasattr(request, "scope") else made
    return answer


class _Said(NamedTuple):
    """What a program says of a file."""

    mapping: str
    event: str
    timezone: str
    encoding: str = ""


def _begun(made: "Import", said: _Said, run: str, by: Any) -> "Import":
    if said.encoding:
        made = actions.choose_encoding(made, said.encoding[:40])
    mapping, event = (text.replace("\x00", "").strip() for text in (said.mapping, said.event))
    if mapping or event or said.timezone != "UTC":
        header, suggested = made.header, rules.restored(made.columns)
        event = event or made.event
        columns = rules.read_mapping(Kind(made.kind), mapping, header, suggested, event=event)
        made = actions.choose_columns(made, columns, timezone=reading.known_zone(said.timezone), event=event)
    if run == "dry_run":
        return actions.check_import(made)
    return actions.run_import(made, by=by) if run == "yes" else made


def _portions(request: ApiCall) -> Iterator[bytes]:
    while portion := request.read(PORTION):
        yield portion


def _shown(of: "Import") -> dict[str, Any]:
    columns = [
        {"name": c.name, "means": c.target.value, "called": c.trait, "type": c.type.value}
        for c in rules.restored(of.columns)
    ]
    problem = wording.problem(of.problem, of.problem_particulars) if of.problem else ""
    apart = {"id", "columns", "problem"}
    plain = {name: getattr(of, name) for name in ImportOut.model_fields if name not in apart}
    return {"id": of.pk, "columns": columns, "problem": problem, **plain}


def _refused(row: "RefusedRow") -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("number", "code", "column", "value", "cells")}
    return {"id": row.pk, "reason": wording.reason(row.code, row.particulars), **plain}

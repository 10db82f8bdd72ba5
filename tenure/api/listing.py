"""Lists: every one is paged by cursor as JSON, and streamed whole as CSV."""

import inspect
import json
import typing
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Literal

from django.http import StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.calls import ApiCall
from tenure.api.keys import Key
from tenure.api.paging import MOST_ROWS, Page
from tenure.kernel.exporting import csv_answer, in_workspace, off_the_event_loop

View = Callable[..., Any]
Format = Literal["json", "csv"]

FORMAT = Query(
    None,
    description="`csv` answers with all rows from `cursor` on as a CSV file, as does `Accept: text/csv`.",
)


def lists(
    router: Router, path: str, item: type[Schema], *, summary: str, page: Any = None, auth: Key | None = None
) -> Callable[[View], View]:
    """Register a view that answers one page of a list (it takes `cursor` and `limit`), for JSON and for CSV."""

    def register(view: View) -> View:
        answer = _also_as_csv(view, item)
        more: dict[str, Any] = {"auth": auth} if auth else {}
        response = page or Page.__class_getitem__(item)
        columns = {"x-csv": columns_of(item)}
        router.get(path, response=response, summary=summary, openapi_extra=columns, **more)(answer)
        return answer

    return register


def columns_of(item: type[Schema], before: str = "") -> list[str]:
    """Return the columns of a list as CSV: the fields, those of a field's own object with a dot between."""
    columns: list[str] = []
    for name, field in item.model_fields.items():
        inner = _schema_in(field.annotation)
        columns += columns_of(inner, f"{before}{name}.") if inner else [f"{before}{name}"]
    return columns


def _also_as_csv(view: View, item: type[Schema]) -> View:
    @wraps(view)
    def answer(request: ApiCall, *, format: Format | None = None, **asked: Any) -> Any:  # noqa: A002
        wants = format or ("csv" if request.get_preferred_type(["application/json", "text/csv"]) == "text/csv" else "")
        if wants != "csv":
            return view(request, **asked)
        return _stream(request, view, item, {**asked, "limit": MOST_ROWS})

    known = inspect.signature(view)
    choice = inspect.Parameter("format", inspect.Parameter.KEYWORD_ONLY, default=FORMAT, annotation=Format | None)
    answer.__signature__ = known.replace(  # type: ignore[attr-defined]  # what ninja reads
        parameters=[*known.parameters.values(), choice]
    )
    return answer


def _stream(request: ApiCall, view: View, item: type[Schema], asked: dict[str, Any]) -> StreamingHttpResponse:
    first = view(request, **asked)  # refusals are answered before anything is sent

    def rows() -> Iterator[list[object]]:
        page = first
        while True:
            for each in page["items"]:
                yield _cells(item, item.model_validate(each))
            if not page["next_cursor"]:
                return
            page = view(request, **{**asked, "cursor": page["next_cursor"]})

    name = request.path.removeprefix("/api/v1/").strip("/").replace("/", "-")
    answer = csv_answer(name, columns_of(item), rows())
    made = in_workspace(typing.cast("Iterator[bytes]", answer.streaming_content), request.api_key.workspace_id)
    answer.streaming_content = off_the_event_loop(made) if hasattr(request, "scope") else made
    patch_vary_headers(answer, ["Accept"])
    return answer


def _cells(item: type[Schema], row: Any) -> list[object]:
    cells: list[object] = []
    for name, field in item.model_fields.items():
        value, inner = getattr(row, name, None), _schema_in(field.annotation)
        if inner:
            cells += _cells(inner, value)
        elif isinstance(value, dict | list | tuple):
            cells.append(json.dumps(_plain(value), ensure_ascii=False, default=str))
        else:
            cells.append(value)
    return cells


def _plain(value: Any) -> Any:
    if isinstance(value, Schema):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _schema_in(annotation: Any) -> type[Schema] | None:
    """Return the schema that a field holds one of, if it does."""
    for each in (annotation, *typing.get_args(annotation)):
        if inspect.isclass(each) and issubclass(each, Schema) and typing.get_origin(annotation) is not list:
            return each
    return None

"""What is kept about a customer: any domain's rows that name one, found by their foreign keys, to be shown or erased.

A row that cascades with the customer goes. A row that outlives them (`on_delete=SET_NULL`) stays for the count, and
what it says of them is emptied: its model names those columns in `personal`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Field, ForeignKey, Model, Q

Named = Mapping[str, Collection[int]]
"""Row ids by what they name: {"customers.person": {7, 9}, "customers.account": {3}}."""


def rows_about(app_label: str, named: Named) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every row of a domain that names one of these customers: the table, and the row by column."""
    for model in apps.get_app_config(app_label).get_models():
        wanted = _naming(model, named)
        if wanted is not None:
            for row in _everywhere(model).filter(wanted).order_by("pk").iterator(chunk_size=2_000):
                yield model._meta.db_table, {f.attname: f.value_from_object(row) for f in model._meta.concrete_fields}


def erase(app_label: str, named: Named) -> dict[str, int]:
    """Delete or empty every row of a domain that names one of these customers; returns how many, by table."""
    done: dict[str, int] = {}
    for model in apps.get_app_config(app_label).get_models():
        wanted = _naming(model, named)
        if wanted is None:
            continue
        goes = _naming(model, named, only=models.CASCADE)
        count = _everywhere(model).filter(goes).delete()[0] if goes is not None else 0
        count += sum(_empty(model, f, named) for f in links(model) if _on_delete(f) is not models.CASCADE)
        if count:
            done[model._meta.db_table] = count
    return done


def reach(app_label: str, named: Named) -> tuple[int, int]:
    """Count what `erase` would do in a domain: how many rows go, and how many stay without what they say."""
    go = stay = 0
    for model in apps.get_app_config(app_label).get_models():
        wanted = _naming(model, named)
        if wanted is None:
            continue
        goes = _naming(model, named, only=models.CASCADE)
        gone = _everywhere(model).filter(goes).count() if goes is not None else 0
        go += gone
        stay += _everywhere(model).filter(wanted).count() - gone
    return go, stay


def links(model: type[Model]) -> list["ForeignKey[Any, Any]"]:
    """Return the columns of a model that name a customer."""
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, ForeignKey) and f.related_model._meta.label_lower in ("customers.person", "customers.account")
    ]


def personal_columns(model: type[Model]) -> tuple[str, ...]:
    """Return the columns of a model that say something of the customer it names."""
    return tuple(getattr(model, "personal", ()))


def _naming(model: type[Model], named: Named, only: Any = None) -> Q | None:
    wanted = [
        Q(**{f"{f.name}__in": list(named.get(f.related_model._meta.label_lower, ()))})
        for f in links(model)
        if only is None or _on_delete(f) is only
    ]
    if not wanted:
        return None
    found = wanted[0]
    for each in wanted[1:]:
        found |= each
    return found


def _empty(model: type[Model], link: "ForeignKey[Any, Any]", named: Named) -> int:
    rows = _everywhere(model).filter(**{f"{link.name}__in": list(named.get(link.related_model._meta.label_lower, ()))})
    blank: dict[str, Any] = {name: _nothing(model._meta.get_field(name)) for name in personal_columns(model)}
    return int(rows.update(**{link.name: None, **blank}))


def _nothing(column: Any) -> Any:
    """Return the emptiest value a column can hold."""
    if isinstance(column, models.JSONField):
        return type(column.get_default() or {})()
    if isinstance(column, Field) and column.null:
        return None
    return ""


def _on_delete(link: "ForeignKey[Any, Any]") -> Any:
    return link.remote_field.on_delete


def _everywhere(model: type[Model]) -> "models.QuerySet[Any]":
    manager: Any = getattr(model, "objects", None) or model._base_manager
    return manager.all()  # type: ignore[no-any-return]

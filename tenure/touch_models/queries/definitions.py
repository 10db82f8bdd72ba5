"""The models and plans in force, what they were before, and what a text says."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext

from tenure.kernel.written import Problem
from tenure.segments.queries.referring import asks_through
from tenure.segments.registry import Decided
from tenure.touch_models.errors import NoTouchModels, TouchModelsWrong
from tenure.touch_models.models import Standing, TouchModels, TouchModelsVersion
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import TRAIT, Definition, DefinitionSummary, Model, VersionItem, Wrong


def has_models() -> bool:
    """Tell whether the workspace has touch models."""
    return TouchModels.objects.exists()


def definition() -> DefinitionSummary:
    """Return the models and plans in force; raises `NoTouchModels`."""
    found = TouchModels.objects.first()
    if found is None:
        raise NoTouchModels
    latest = TouchModelsVersion.objects.filter(number=found.version).select_related("by").first()
    return DefinitionSummary(
        definition=text_form.stored(found.definition),
        version=found.version,
        changed_at=found.changed_at,
        changed_by=latest.by.name if latest and latest.by else "",
        followed_at=found.followed_at,
        error=found.error,
    )


def models_called(keys: Collection[str]) -> dict[str, Model]:
    """Return the models in force, and those of these keys that were taken out, as they were last; by key."""
    found = TouchModels.objects.first()
    if found is None:
        return {}
    models = {m.key: m for m in text_form.stored(found.definition).models}
    missing = set(keys) - models.keys()
    if missing:  # accounts may still live by the rules they came in by, or be locked
        for plain in TouchModelsVersion.objects.order_by("number").values_list("definition", flat=True):
            models |= {m.key: m for m in text_form.stored(plain).models if m.key in missing}
    return models


def model_names() -> dict[str, str]:
    """Return what models are called, by key, those of earlier versions too; usual names in the reader's language."""
    names: dict[str, str] = {}
    for plain in TouchModelsVersion.objects.order_by("number").values_list("definition", flat=True):
        names |= {m["key"]: m["name"] for m in plain["models"]}
    usual = {
        "High-touch": gettext("High-touch"),
        "Low-touch": gettext("Low-touch"),
        "Tech-touch": gettext("Tech-touch"),
    }
    return {key: usual.get(name, name) for key, name in names.items()}


def read_text(text: str) -> Definition:
    """Read the text form; raises `TouchModelsWrong` whose problems know their line."""
    return steady(text_form.from_text(text))


def read_json_form(raw: Mapping[str, Any]) -> Definition:
    """Read what a program sent; raises `TouchModelsWrong`."""
    return steady(text_form.from_json_form(raw))


def steady(made: Definition) -> Definition:
    """Let through models that do not ask for themselves by way of a segment; raises `TouchModelsWrong`."""
    problems = [
        Problem(path=f"models[{n}].{field}", code=Wrong.ASKS_ITSELF_THROUGH, params={"segment": segment})
        for n, model in enumerate(made.models)
        for field, condition in (("enters", model.enters), ("stays", model.stays))
        if condition is not None and (segment := asks_through(condition, TRAIT)) is not None
    ]
    if problems:
        raise TouchModelsWrong(problems)
    return made


def decided_traits() -> list[Decided]:
    """Return the trait that models decide, by the conditions in force and of versions accounts still live by."""
    in_force = TouchModels.objects.values_list("version", flat=True)
    lived_by = Standing.objects.filter(left_at=None).order_by().values("lives_by").distinct()
    versions_ = TouchModelsVersion.objects.filter(Q(number__in=in_force) | Q(number__in=lived_by))
    models = [m for plain in versions_.values_list("definition", flat=True) for m in text_form.stored(plain).models]
    conditions = [each for model in models for each in (model.enters, model.stays) if each is not None]
    return [Decided(TRAIT, tuple(conditions))]


def text_of(made: Definition) -> str:
    """Return the text form: YAML that can be reviewed and put back."""
    return text_form.to_text(made)


def json_form(made: Definition) -> dict[str, Any]:
    """Return the form that programs receive."""
    return text_form.to_json_form(made)


def versions() -> Sequence[VersionItem]:
    """Return what the models were from time to time, the latest first, each with what it changed."""
    found = list(TouchModelsVersion.objects.select_related("by").order_by("number"))
    texts = [text_form.to_text(text_form.stored(v.definition)) for v in found]
    told = [(), *(text_form.changes(before, after) for before, after in pairwise(texts))][: len(texts)]
    living = Standing.objects.filter(left_at=None, account__merged_into=None)
    by_version = dict(living.values_list("lives_by").annotate(n=Count("pk")).order_by())
    return [
        VersionItem(
            number=v.number,
            at=v.at,
            by=v.by.name if v.by else "",
            text=text,
            changes=changed,
            accounts=by_version.get(v.number, 0),
        )
        for v, text, changed in reversed(list(zip(found, texts, told, strict=True)))
    ]

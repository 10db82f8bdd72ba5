"""The levels, reasons and terms in force, what they were before, and what a text says."""

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext, gettext_noop

from tenure.customers import queries as customers
from tenure.kernel.written import Problem
from tenure.segments.queries.referring import asks_through
from tenure.segments.registry import Decided
from tenure.vips.errors import NoVipRules, VipRulesWrong
from tenure.vips.models import VipRules, VipRulesVersion
from tenure.vips.rules import text_form
from tenure.vips.rules.starting import usual_definition
from tenure.vips.types import TRAIT, Definition, DefinitionSummary, VersionItem, Wrong

_PROMISES = (
    gettext_noop("A person of your own, with a direct line"),
    gettext_noop("A first answer within one working hour"),
    gettext_noop("A look back together every quarter"),
    gettext_noop("A 1:1 demo and a bookable slot"),
    gettext_noop("Check-ins through trial and the first 30 days"),
)
_TOP = 0.97
_FEWEST = 30


def has_rules() -> bool:
    """Tell whether the workspace has rules for VIPs."""
    return VipRules.objects.exists()


def rules() -> DefinitionSummary:
    """Return the rules in force; raises `NoVipRules`."""
    found = VipRules.objects.first()
    if found is None:
        raise NoVipRules
    latest = VipRulesVersion.objects.filter(number=found.version).select_related("by").first()
    return DefinitionSummary(
        definition=text_form.stored(found.definition),
        version=found.version,
        changed_at=found.changed_at,
        changed_by=latest.by.name if latest and latest.by else "",
        swept_at=found.swept_at,
        error=found.error,
    )


def suggested() -> Definition:
    """Return the usual three reasons, the one by value with what the top 3 % of this workspace's accounts pay.

    What is promised is in the reader's language; names of levels are translated when they are read.
    """
    usual = usual_definition(_spend_at_the_top())
    return dataclasses.replace(
        usual,
        terms=tuple(
            dataclasses.replace(terms, includes=tuple(gettext(promise) for promise in terms.includes))
            for terms in usual.terms
        ),
    )


def _spend_at_the_top() -> float | None:
    column = customers.account_facts(["mrr"])["mrr"].to_pylist()
    paying = [amount for amount in column if isinstance(amount, float) and amount > 0]
    if len(paying) < _FEWEST:
        return None
    top = int(np.quantile(paying, _TOP))
    step = 10 ** max(0, len(str(top)) - 2)
    return float(top // step * step)


def level_names() -> dict[str, str]:
    """Return what levels are called, by key, those of earlier versions too; usual names in the reader's language."""
    usual = {"Gold": gettext("Gold"), "Silver": gettext("Silver")}
    return {key: usual.get(name, name) for key, name in _names("levels").items()}


def reason_names() -> dict[str, str]:
    """Return what reasons are called, by key, those of earlier versions too; usual names in the reader's language."""
    usual = {
        "Highest value": gettext("Highest value"),
        "Well known": gettext("Well known"),
        "Funded": gettext("Funded"),
    }
    return {key: usual.get(name, name) for key, name in _names("reasons").items()}


def _names(part: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for plain in VipRulesVersion.objects.order_by("number").values_list("definition", flat=True):
        names |= {each["key"]: each["name"] for each in plain[part]}
    return names


def read_text(text: str) -> Definition:
    """Read the text form; raises `VipRulesWrong` whose problems know their line."""
    return steady(text_form.from_text(text))


def read_json_form(raw: Mapping[str, Any]) -> Definition:
    """Read what a program sent; raises `VipRulesWrong`."""
    return steady(text_form.from_json_form(raw))


def steady(made: Definition) -> Definition:
    """Let through reasons that do not ask for themselves by way of a segment; raises `VipRulesWrong`."""
    problems = [
        Problem(path=f"reasons[{n}].when", code=Wrong.ASKS_ITSELF_THROUGH, params={"segment": segment})
        for n, reason in enumerate(made.reasons)
        if (segment := asks_through(reason.when, TRAIT)) is not None
    ]
    if problems:
        raise VipRulesWrong(problems)
    return made


def decided_traits() -> list[Decided]:
    """Return the trait that reasons decide, by the conditions in force."""
    found = VipRules.objects.first()
    return [] if found is None else [Decided(TRAIT, tuple(r.when for r in text_form.stored(found.definition).reasons))]


def text_of(definition: Definition) -> str:
    """Return the text form: YAML that can be reviewed and put back."""
    return text_form.to_text(definition)


def json_form(definition: Definition) -> dict[str, Any]:
    """Return the form that programs receive."""
    return text_form.to_json_form(definition)


def versions() -> Sequence[VersionItem]:
    """Return what the rules were from time to time, the latest first, each with what it changed."""
    found = list(VipRulesVersion.objects.select_related("by").order_by("number"))
    texts = [text_form.to_text(text_form.stored(v.definition)) for v in found]
    told = [(), *(text_form.changes(before, after) for before, after in pairwise(texts))][: len(texts)]
    return [
        VersionItem(number=v.number, at=v.at, by=v.by.name if v.by else "", text=text, changes=changed)
        for v, text, changed in reversed(list(zip(found, texts, told, strict=True)))
    ]

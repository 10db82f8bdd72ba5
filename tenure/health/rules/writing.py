"""A scorecard as plain names and values: what is stored, sent, and written as YAML."""

from collections.abc import Callable, Mapping
from typing import Any

from tenure.health.rules.forms import number, written_function, written_input
from tenure.health.types.scorecards import (
    LEAVE_OUT,
    USUAL_BANDS,
    Compared,
    Definition,
    ExceptionRule,
    Group,
    Node,
    Scheme,
)
from tenure.segments.types.conditions import Condition

WriteCondition = Callable[[Condition], Mapping[str, object]]
"""How a condition in the language of segments is written."""


def to_plain(definition: Definition, write: WriteCondition) -> dict[str, Any]:
    """Write a scorecard as names and values; what is as usual is left out."""
    plain: dict[str, Any] = {}
    if definition.applies_to is not None:
        plain["applies_to"] = dict(write(definition.applies_to))
    if definition.scheme is not Scheme.NUMBER:
        plain["scheme"] = str(definition.scheme)
    if definition.bands != USUAL_BANDS:
        plain["bands"] = [{"band": b.name, "from": b.least, "tone": b.tone} for b in definition.bands]
    plain["minimum_coverage"] = definition.minimum_coverage
    plain["measures"] = [_node(node) for node in definition.measures]
    if definition.new_accounts is not None:
        young = definition.new_accounts
        plain["new_accounts"] = {
            "until_days": young.until_days,
            "handover_days": young.handover_days,
            "measures": [_node(node) for node in young.measures],
        }
    if definition.exceptions:
        plain["exceptions"] = [_exception(rule, write) for rule in definition.exceptions]
    if definition.children is not None:
        plain["children"] = {"how": str(definition.children.how), "share": number(definition.children.share)}
    return plain


def _node(node: Node) -> dict[str, Any]:
    if isinstance(node, Group):
        inner = [_node(each) for each in node.measures]
        return {"group": node.name, "weight": number(node.weight), "measures": inner}
    plain: dict[str, Any] = {
        "measure": node.name,
        "weight": number(node.weight),
        "reads": written_input(node.reads),
        "scores": written_function(node.scores),
    }
    if node.unknown != LEAVE_OUT:
        plain["unknown"] = node.unknown if isinstance(node.unknown, str) else number(node.unknown)
    return plain


def _exception(rule: ExceptionRule, write: WriteCondition) -> dict[str, Any]:
    plain: dict[str, Any] = {"exception": rule.name}
    if isinstance(rule.when, Compared):
        when: dict[str, Any] = {"reads": written_input(rule.when.reads)}
        if rule.when.at_least is not None:
            when["at_least"] = number(rule.when.at_least)
        if rule.when.at_most is not None:
            when["at_most"] = number(rule.when.at_most)
    else:
        when = {"where": dict(write(rule.when.condition))}
    plain["when"] = when
    if rule.cap is not None:
        plain["cap"] = number(rule.cap)
    if rule.set_to is not None:
        plain["set_to"] = number(rule.set_to)
    return plain

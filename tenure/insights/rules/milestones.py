"""Activation: the first time each account did each thing that counts."""

from typing import TYPE_CHECKING

from tenure.insights.rules import named

if TYPE_CHECKING:
    import ibis.expr.types as ir


def first_times(use: "ir.Table") -> "ir.Table":
    """Return the first day on which each account did each wanted event: account_id, step, day."""
    known = named.wanted()
    joined = use.filter(use.account_id != 0).join(known, "event")
    return joined.group_by("account_id", "step").aggregate(day=joined.dt.min()).order_by("account_id", "step")

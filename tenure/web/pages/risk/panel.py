"""The part of an account's page that says how likely it is to leave, and why."""

from collections.abc import Mapping
from typing import Any

from tenure.risk import queries
from tenure.web.visiting import Visit


def risk_of_account(_request: Visit, account: Any) -> Mapping[str, Any] | None:
    """Return an account's chance with its reasons, or why none is claimed; nothing where the model is not about it."""
    panel = queries.panel_of(account.pk)
    return {"panel": panel} if panel.risk or panel.refused else None

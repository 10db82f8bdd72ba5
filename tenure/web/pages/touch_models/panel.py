"""How an account is served, on its page: its model and why, the lock, and the steps of a change."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tenure.kernel import clock
from tenure.touch_models import queries
from tenure.web.pages.touch_models.words import CAUSES, STEPS, channel_words
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.customers.models import Account


def model_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """Give an account's model with everything about it; nothing where it has none."""
    standing = queries.standing_of(account.pk)
    if standing is None:
        return None
    names = queries.model_names()
    steps = [s for s in queries.steps_of_account(account.pk) if not s.is_cancelled]
    model = queries.definition().definition.model(standing.model)
    forbidden = queries.channels_forbidden([account.pk]).get(account.pk, frozenset())
    return {
        "standing": standing,
        "name": names.get(standing.model, standing.model),
        "came_from": names.get(standing.came_from, standing.came_from),
        "cause": CAUSES[standing.cause],
        "forbidden": channel_words(tuple(c for c in (model.forbidden if model else ()) if c in forbidden)),
        "steps": [(STEPS[s.kind], s) for s in steps],
        "is_changing": any(s.done_at is None and not s.is_left_out for s in steps),
        "models": [(m.key, names[m.key]) for m in queries.definition().definition.models],
        "today": clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date().isoformat(),
        "may_do": may(request, PermissionRole.MEMBER),
    }

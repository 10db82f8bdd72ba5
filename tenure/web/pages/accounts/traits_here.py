"""Which traits accounts have here: every page of the list asks, so where that takes long it is remembered a while."""

from time import monotonic

from tenure.customers import queries as customers
from tenure.customers.types import ObservedTrait
from tenure.kernel import tenancy

LONG = 0.1
REMEMBERED = 60.0
_remembered: dict[int, tuple[float, list[ObservedTrait]]] = {}


def traits_here() -> list[ObservedTrait]:
    """Return the traits of the workspace's accounts; of many accounts, as they were up to a minute ago."""
    workspace_id, begun = tenancy.current_workspace_id(), monotonic()
    known = _remembered.get(workspace_id)
    if known is not None and begun - known[0] < REMEMBERED:
        return known[1]
    found = customers.observed_traits("account")
    if monotonic() - begun >= LONG:
        _remembered[workspace_id] = begun, found
    else:
        _remembered.pop(workspace_id, None)
    return found

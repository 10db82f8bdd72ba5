"""Reads of computed traits."""

from tenure.computed_traits.errors import NoSuchComputation
from tenure.computed_traits.models import ComputedTrait
from tenure.computed_traits.types import Formula, Measure


def computed_traits() -> list[ComputedTrait]:
    """Return what is computed, by name."""
    return list(ComputedTrait.objects.order_by("subject", "name"))


def computed_trait(pk: int) -> ComputedTrait:
    """Return one. Raises `NoSuchComputation`."""
    found = ComputedTrait.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchComputation
    return found


def formula_of(found: ComputedTrait) -> Formula:
    """Return how a trait is computed."""
    return Formula(**{**found.formula, "measure": Measure(found.formula["measure"])})

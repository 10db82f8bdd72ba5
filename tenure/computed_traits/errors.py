"""What can go wrong with computed traits."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class NoSuchComputation(NotFound):
    """There is no such computed trait in this workspace."""

    code = "no_such_computation"


class ComputationExists(Conflict):
    """A trait of this name is computed already."""

    code = "computation_exists"


class ComputationUnclear(Invalid):
    """This cannot be computed: sums and averages need a property, people are rolled up to accounts only."""

    code = "computation_unclear"

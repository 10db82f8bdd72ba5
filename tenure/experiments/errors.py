"""What can go wrong with experiments."""

from tenure.kernel.errors import Invalid


class HorizonUnusable(Invalid):
    """A horizon is between 1 and 3650 days."""

    code = "horizon_unusable"

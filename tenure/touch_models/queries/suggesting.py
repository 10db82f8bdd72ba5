"""The touch models a workspace could begin with."""

from tenure.customers import queries as customers
from tenure.touch_models.rules.starting import usual_definition
from tenure.touch_models.types import Definition


def suggested() -> Definition:
    """Return the usual three, with thresholds from what this workspace's accounts pay."""
    column = customers.account_facts(["mrr"])["mrr"]
    return usual_definition([v for v in column.to_pylist() if isinstance(v, float)])

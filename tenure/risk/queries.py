"""The front door of what is learnt and scored from a table; nothing is kept."""

from tenure.risk.rules import learn as learnt_from
from tenure.risk.rules import score as scored_by

__all__ = ["learnt_from", "scored_by"]

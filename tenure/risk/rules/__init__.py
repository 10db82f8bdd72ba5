"""Learning from a table and scoring by what was learnt: pure, without a database, a clock or a file."""

from tenure.risk.rules.learning import LEAST, learn
from tenure.risk.rules.scoring import score

__all__ = ["LEAST", "learn", "score"]

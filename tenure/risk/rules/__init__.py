"""Learning from a table and scoring by what was learnt: pure, without a database, a clock or a file."""

from tenure.risk.rules.banding import band_of
from tenure.risk.rules.foretelling import foretell
from tenure.risk.rules.hazards import PERIOD_DAYS, learn_hazard, taught_and_foretold
from tenure.risk.rules.learning import LEAST, learn
from tenure.risk.rules.outcomes import ends_of_use, first_after
from tenure.risk.rules.scoring import score

__all__ = [
    "LEAST",
    "PERIOD_DAYS",
    "band_of",
    "ends_of_use",
    "first_after",
    "foretell",
    "learn",
    "learn_hazard",
    "score",
    "taught_and_foretold",
]

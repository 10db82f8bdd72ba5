"""Learning from a table and scoring by what was learnt: pure, without a database, a clock or a file."""

from tenure.risk.rules.banding import band_of
from tenure.risk.rules.foretelling import foretell
from tenure.risk.rules.hazards import PERIOD_DAYS, learn_hazard, taught_and_foretold
from tenure.risk.rules.learning import LEAST, learn
from tenure.risk.rules.outcomes import ends_of_use, next_after, within
from tenure.risk.rules.sampling import joined, thinned
from tenure.risk.rules.scoring import score
from tenure.risk.rules.text_form import read_text, to_text

__all__ = [
    "LEAST",
    "PERIOD_DAYS",
    "band_of",
    "ends_of_use",
    "foretell",
    "joined",
    "learn",
    "learn_hazard",
    "next_after",
    "read_text",
    "score",
    "taught_and_foretold",
    "thinned",
    "to_text",
    "within",
]

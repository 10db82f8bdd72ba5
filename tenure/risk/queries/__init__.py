"""The front door of risk: what was learnt and is foretold; and, from a table of one's own, what is kept nowhere."""

from tenure.risk.queries.accounts import all_in_words, in_words, panel_of, risk_of, risks, risks_of, top_risks
from tenure.risk.queries.models import (
    all_models,
    choices,
    choices_differ_from,
    choices_text,
    hazard_of,
    model_in_force,
    model_latest,
    read_choices,
    refusal_words,
)
from tenure.risk.queries.past import churned_after, drawn_periods, person_periods, taught_and_foretold
from tenure.risk.rules import learn as learnt_from
from tenure.risk.rules import score as scored_by

__all__ = [
    "all_in_words",
    "all_models",
    "choices",
    "choices_differ_from",
    "choices_text",
    "churned_after",
    "drawn_periods",
    "hazard_of",
    "in_words",
    "learnt_from",
    "model_in_force",
    "model_latest",
    "panel_of",
    "person_periods",
    "read_choices",
    "refusal_words",
    "risk_of",
    "risks",
    "risks_of",
    "scored_by",
    "taught_and_foretold",
    "top_risks",
]

"""Reads of health."""

from tenure.health.queries.banding import bands_of_accounts, risk_below
from tenure.health.queries.naming import spoken
from tenure.health.queries.passes import judging_now
from tenure.health.queries.past import scores_as_of
from tenure.health.queries.previewing import Preview, preview
from tenure.health.queries.reading import (
    WrittenScorecard,
    plain_form,
    read_condition,
    read_definition,
    read_text,
    suggested_text,
    text_of_plain,
    tidy_condition,
    written_text,
)
from tenure.health.queries.reasons import why_changed
from tenure.health.queries.scorecards import archived_scorecards, scorecard, scorecards, text_form, versions
from tenure.health.queries.scores import (
    all_scores,
    health_of,
    judgements_of,
    overrides_of,
    scores,
    scores_of,
    spread,
)
from tenure.health.queries.words import (
    function_words,
    input_words,
    number_words,
    points_words,
    problem_words,
    reading_words,
    term_words,
)

__all__ = [
    "Preview",
    "WrittenScorecard",
    "all_scores",
    "archived_scorecards",
    "bands_of_accounts",
    "function_words",
    "health_of",
    "input_words",
    "judgements_of",
    "judging_now",
    "number_words",
    "overrides_of",
    "plain_form",
    "points_words",
    "preview",
    "problem_words",
    "read_condition",
    "read_definition",
    "read_text",
    "reading_words",
    "risk_below",
    "scorecard",
    "scorecards",
    "scores",
    "scores_as_of",
    "scores_of",
    "spoken",
    "spread",
    "suggested_text",
    "term_words",
    "text_form",
    "text_of_plain",
    "tidy_condition",
    "versions",
    "why_changed",
    "written_text",
]

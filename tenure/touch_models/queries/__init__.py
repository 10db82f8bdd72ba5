"""Reads: the models in force, who has which, what changes are under way, and how many leave."""

from tenure.touch_models.queries.books import (
    attainment,
    books,
    books_form,
    books_text_of,
    kept_by,
    member_books,
    pools,
    read_books,
    read_books_form,
    sharing_pools_of,
    suggested_books,
)
from tenure.touch_models.queries.channels import channels_allowed, channels_forbidden, check_channel
from tenure.touch_models.queries.churning import changes_made, expected_churn
from tenure.touch_models.queries.definitions import (
    definition,
    has_models,
    json_form,
    model_names,
    read_json_form,
    read_text,
    text_of,
    versions,
)
from tenure.touch_models.queries.previewing import preview
from tenure.touch_models.queries.proposed import proposal
from tenure.touch_models.queries.proposing import propose
from tenure.touch_models.queries.standing import (
    accounts_with,
    all_with,
    lock_of,
    model_counts,
    models_of,
    standing_of,
    standings_of,
)
from tenure.touch_models.queries.steps import open_steps, steps_done, steps_left_out, steps_of_account, transition_of
from tenure.touch_models.queries.suggesting import suggested

__all__ = [
    "accounts_with",
    "all_with",
    "attainment",
    "books",
    "books_form",
    "books_text_of",
    "changes_made",
    "channels_allowed",
    "channels_forbidden",
    "check_channel",
    "definition",
    "expected_churn",
    "has_models",
    "json_form",
    "kept_by",
    "lock_of",
    "member_books",
    "model_counts",
    "model_names",
    "models_of",
    "open_steps",
    "pools",
    "preview",
    "proposal",
    "propose",
    "read_books",
    "read_books_form",
    "read_json_form",
    "read_text",
    "sharing_pools_of",
    "standing_of",
    "standings_of",
    "steps_done",
    "steps_left_out",
    "steps_of_account",
    "suggested",
    "suggested_books",
    "text_of",
    "transition_of",
    "versions",
]

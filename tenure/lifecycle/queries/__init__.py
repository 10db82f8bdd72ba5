"""Reads: the stages in force and before, who is where since when, how long stays last, and what a change would do."""

from tenure.lifecycle.queries.machine import (
    json_form,
    lifecycle,
    machine_of_version,
    read_json_form,
    read_text,
    stage_names,
    text_of,
    versions,
)
from tenure.lifecycle.queries.placements import (
    all_placements,
    how_many_held,
    placement_item,
    placement_of,
    placements,
    stages_led_to,
    would_put,
)
from tenure.lifecycle.queries.previewing import preview
from tenure.lifecycle.queries.stays import (
    accounts_in,
    all_stays,
    movers,
    moves_between,
    stage_counts,
    stages_at,
    stages_of,
    stay_now_of,
    stays_of,
)

__all__ = [
    "accounts_in",
    "all_placements",
    "all_stays",
    "how_many_held",
    "json_form",
    "lifecycle",
    "machine_of_version",
    "movers",
    "moves_between",
    "placement_item",
    "placement_of",
    "placements",
    "preview",
    "read_json_form",
    "read_text",
    "stage_counts",
    "stage_names",
    "stages_at",
    "stages_led_to",
    "stages_of",
    "stay_now_of",
    "stays_of",
    "text_of",
    "versions",
    "would_put",
]

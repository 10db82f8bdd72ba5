"""Reads: which segments there are, who is in them and why, what a change would do, what there is to choose from."""

from tenure.segments.queries.choices import (
    currencies_to_choose_from,
    events_to_choose_from,
    plans_to_choose_from,
    properties_to_choose_from,
    traits_to_choose_from,
    values_to_choose_from,
)
from tenure.segments.queries.evidence_words import value_words
from tenure.segments.queries.listed import ids_written, who_is_meant
from tenure.segments.queries.matching import Matches, accounts_matching, matching_each, people_matching
from tenure.segments.queries.members import all_members_of, history_of, member_ids, members_of, why
from tenure.segments.queries.offered import property_values
from tenure.segments.queries.overlapping import overlaps
from tenure.segments.queries.past import judged_as_of, judged_each_as_of
from tenure.segments.queries.previewing import named, preview, preview_count
from tenure.segments.queries.problem_words import problem_words
from tenure.segments.queries.reading import WrittenSegment, read_condition, read_text, written_text
from tenure.segments.queries.segments import (
    archived_segments,
    segment,
    segment_names,
    segments,
    segments_of,
    sizes_by_day,
    text_form,
    versions,
)
from tenure.segments.queries.sentences import leaf_phrase, phrase, sentence

__all__ = [
    "Matches",
    "WrittenSegment",
    "accounts_matching",
    "all_members_of",
    "archived_segments",
    "currencies_to_choose_from",
    "events_to_choose_from",
    "history_of",
    "ids_written",
    "judged_as_of",
    "judged_each_as_of",
    "leaf_phrase",
    "matching_each",
    "member_ids",
    "members_of",
    "named",
    "overlaps",
    "people_matching",
    "phrase",
    "plans_to_choose_from",
    "preview",
    "preview_count",
    "problem_words",
    "properties_to_choose_from",
    "property_values",
    "read_condition",
    "read_text",
    "segment",
    "segment_names",
    "segments",
    "segments_of",
    "sentence",
    "sizes_by_day",
    "text_form",
    "traits_to_choose_from",
    "value_words",
    "values_to_choose_from",
    "versions",
    "who_is_meant",
    "why",
    "written_text",
]

"""Reads: the rules in force, who is a VIP and on what evidence, what was accepted, and what a change would do."""

from tenure.vips.queries.acceptances import acceptance, acceptances, acceptances_of
from tenure.vips.queries.links import link, link_item, link_url, links_of, offer_of
from tenure.vips.queries.previewing import preview
from tenure.vips.queries.rules_in_force import (
    has_rules,
    json_form,
    level_names,
    read_json_form,
    read_text,
    reason_names,
    rules,
    suggested,
    text_of,
    versions,
)
from tenure.vips.queries.vips import all_vips, levels_of, proofs_of, reason_counts, vip_of, vips

__all__ = [
    "acceptance",
    "acceptances",
    "acceptances_of",
    "all_vips",
    "has_rules",
    "json_form",
    "level_names",
    "levels_of",
    "link",
    "link_item",
    "link_url",
    "links_of",
    "offer_of",
    "preview",
    "proofs_of",
    "read_json_form",
    "read_text",
    "reason_counts",
    "reason_names",
    "rules",
    "suggested",
    "text_of",
    "versions",
    "vip_of",
    "vips",
]

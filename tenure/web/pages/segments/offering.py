"""What the editor of a condition offers: kinds, operators, and the names and values that were seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from tenure.customers.types import ObservedTrait
from tenure.segments import queries
from tenure.segments.types import Subject
from tenure.web.pages.segments import drafts, words
from tenure.web.pages.segments.views import member_names


def offered(roots: Sequence[drafts.Draft], subject: Subject, *, but: int | None = None) -> dict[str, Any]:
    """Return all that the templates of these conditions choose from; `but` is a segment that cannot name itself."""
    nodes = [node for root in roots for node in root.walk()]
    traits = queries.traits_to_choose_from(subject)
    asks_people = any(node.kind == "people" for node in nodes)
    events = {node.fields["event"].strip() for node in nodes if node.can_be_filtered and node.filters}
    return {
        "traits": traits,
        "person_traits": queries.traits_to_choose_from(Subject.PERSON) if asks_people else (),
        "value_lists": _value_lists(nodes, traits),
        "events": queries.events_to_choose_from(),
        "properties": sorted({name for event in events for name in queries.properties_to_choose_from(event)}),
        "members": list(member_names().items()),
        "named": _to_name(but),
        "plans": queries.plans_to_choose_from() if any(node.kind == "billed_plan" for node in nodes) else (),
        **_choices(subject),
    }


def trait_types(subject: Subject) -> Mapping[str, str]:
    """Return the type each trait was seen to have."""
    return {trait.name: trait.type for trait in queries.traits_to_choose_from(subject)}


def _choices(subject: Subject) -> dict[str, Any]:
    """Return what each list of the builder offers."""
    of_people = {k: v for k, v in words.KINDS.items() if k not in words.ACCOUNT_ONLY}
    by_days = {k: v for k, v in words.MEASURES.items() if k != "active_people"}
    is_account = subject is Subject.ACCOUNT
    return {
        "kinds": list((words.KINDS if is_account else of_people).items()),
        "person_kinds": list(of_people.items()),
        "presets": list(words.PRESETS.items()),
        "groups": list(words.GROUPS.items()),
        "trait_operators": list(words.TRAIT_OPERATORS.items()),
        "times_operators": list(words.TIMES_OPERATORS.items()),
        "age_operators": list(words.AGE_OPERATORS.items()),
        "owner_operators": list(words.OWNER_OPERATORS.items()),
        "renewal_operators": list(words.RENEWAL_OPERATORS.items()),
        "quantifiers": list(words.QUANTIFIERS.items()),
        "roles": list(words.ROLES.items()),
        "statuses": list(words.STATUSES.items()),
        "ticket_whats": list(words.TICKETS.items()),
        "time_units": list(words.TIME_UNITS.items()),
        "bys": list(words.BY.items()),
        "measures": list((words.MEASURES if is_account else by_days).items()),
        "person_measures": list(by_days.items()),
        "directions": list(words.DIRECTIONS.items()),
        "periods": list(words.PERIODS.items()),
        "yes_no": list(words.YES_NO.items()),
    }


def _to_name(but: int | None) -> list[tuple[str, str, bool]]:
    """Return the segments that conditions may name: id, name and whether it selects people."""
    return [(str(s.id), s.name, s.subject is Subject.PERSON) for s in queries.segments() if s.id != but]


def _value_lists(nodes: Sequence[drafts.Draft], traits: Sequence[ObservedTrait]) -> list[tuple[str, Sequence[str]]]:
    """Return, for each comparison of a trait, the values that were seen of it."""
    seen = {trait.name: trait.samples for trait in traits}
    kinds = ("trait", "trait_was", "trait_changed")
    return [(node.id, seen.get(node.fields["name"].strip(), ())) for node in nodes if node.kind in kinds]

"""What the editor of a condition offers: kinds, operators, and the names and values that were seen."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenure.lifecycle import queries as lifecycle
from tenure.segments import queries
from tenure.segments.types import Subject
from tenure.touch_models import queries as touch_models
from tenure.web.pages.segments import drafts, words
from tenure.web.pages.segments.views import member_names

PUT = 12
"""So many values can be put into a list of values by a click."""
_OF_TRAITS = frozenset({"trait", "trait_was", "trait_changed"})
_LOOKING_BACK = frozenset({"trait_was", "trait_changed"})

_DEFINED = {"lifecycle_stage": lifecycle.stage_names, "touch_model": touch_models.model_names}
"""Traits whose values the workspace defines, by what returns them."""

List = tuple[str, Sequence[str]]
"""An id, and what is offered."""


def offered(roots: Sequence[drafts.Draft], subject: Subject, *, but: int | None = None) -> dict[str, Any]:
    """Return all that the templates of these conditions choose from; `but` is a segment that cannot name itself."""
    nodes = [node for root in roots for node in root.walk()]
    asks_people = any(node.kind == "people" for node in nodes)
    currencies = queries.currencies_to_choose_from() if any(node.kind == "mrr" for node in nodes) else ()
    for node in nodes:
        if node.kind == "mrr" and not node.fields["currency"]:
            node.fields["currency"] = currencies[0]
    return {
        "traits": queries.traits_to_choose_from(subject),
        "person_traits": queries.traits_to_choose_from(Subject.PERSON) if asks_people else (),
        "lists": _lists(nodes, subject),
        "events": queries.events_to_choose_from(),
        "members": list(member_names().items()),
        "named": _to_name(but),
        "plans": queries.plans_to_choose_from() if any(node.kind == "billed_plan" for node in nodes) else (),
        "currencies": currencies,
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
        "priorities": list(words.PRIORITIES.items()),
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


def _lists(nodes: Sequence[drafts.Draft], subject: Subject) -> list[List]:
    """Return what is offered for single fields, and note on each list of values what can be put into it."""
    found = dict([*_of_traits(nodes, subject), *_of_properties(nodes)])
    for node in nodes:
        if node.fields.get("operator") == "one_of":
            there = {line.strip().lower() for line in node.fields["value"].splitlines()}
            values = found.get(f"{node.id}_values", ())
            node.offered = [value for value in values if value.lower() not in there][:PUT]
    return [(id_, values) for id_, values in found.items() if values]


def _of_traits(nodes: Sequence[drafts.Draft], subject: Subject) -> Iterator[List]:
    asked: dict[tuple[Subject, bool], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node in nodes:
        if node.kind in _OF_TRAITS and (name := node.fields["name"].strip()):
            of = Subject.PERSON if node.of_people else subject
            asked[of, node.kind in _LOOKING_BACK][name].append(node.id)
    for (of, past), ids in asked.items():
        found = queries.values_to_choose_from(of, list(ids), past=past)
        for name in ids:
            defined = _DEFINED[name]() if of is Subject.ACCOUNT and name in _DEFINED else ()
            values = list(dict.fromkeys([*defined, *found.get(name, ())]))
            yield from ((f"{id_}_values", values) for id_ in ids[name])


def _of_properties(nodes: Sequence[drafts.Draft]) -> Iterator[List]:
    asked: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node in nodes:
        if node.can_be_filtered and node.filters and (event := node.fields["event"].strip()):
            yield f"{node.id}_properties", queries.properties_to_choose_from(event)
            for each in node.filters:
                if name := each.fields["property"].strip():
                    asked[event][name].append(each.id)
    for event, ids in asked.items():
        for name, values in queries.property_values(event, list(ids)).items():
            yield from ((f"{id_}_values", values) for id_ in ids[name])

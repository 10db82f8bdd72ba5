"""A condition taken apart into form fields and put together again."""

import msgspec
import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.segments.rules.checking import read_condition
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tenure.segments.types.problems import Problem, ProblemCode
from tenure.web.pages.segments import drafts
from tests.segments.strategies import conditions

TYPES = {"plan": "text", "seats": "number", "trial": "boolean", "renews": "date"}


def posted(root):
    """Return the form fields as a browser would send them."""
    data = QueryDict(mutable=True)
    for node in root.walk():
        data[f"{node.place}:kind"] = node.kind
        if node.negated:
            data[f"{node.place}:negated"] = "1"
        for name, text in node.fields.items():
            data[f"{node.place}:{name}"] = text
    return data


def through_the_form(condition):
    raw = drafts.to_raw(drafts.from_post(posted(drafts.from_condition(condition))), TYPES)
    return read_condition(raw.condition, Subject.ACCOUNT)


def plain(condition):
    """Return a condition as the builder writes it: no double not, and a group around what people are asked."""
    match condition:
        case c.All() | c.AnyOf():
            return type(condition)(conditions=tuple(plain(each) for each in condition.conditions))
        case c.Not(condition=c.Not(condition=inner)):
            return c.Not(condition=c.All(conditions=(plain(c.Not(condition=inner)),)))
        case c.Not():
            return c.Not(condition=plain(condition.condition))
        case c.People() if condition.condition is not None:
            return msgspec.structs.replace(condition, condition=in_group(plain(condition.condition)))
    return condition


def in_group(condition):
    return condition if isinstance(condition, (c.All, c.AnyOf)) else c.All(conditions=(condition,))


def builder_can_say(condition):
    """Leave out what a form says differently: values of another type than the trait's, and space around text."""

    def sayable(leaf):
        match leaf:
            case c.People():
                return leaf.condition is None or builder_can_say(leaf.condition)
            case c.Trait() | c.TraitWas():
                return compared(leaf, {"number": (int, float), "boolean": (bool,)}.get(TYPES[leaf.name], (str,)))
            case c.TraitChanged():
                wanted = (int, float) if TYPES[leaf.name] == "number" else (str,)
                return all(type(v) in wanted for v in (leaf.from_value, leaf.to_value) if v is not None)
            case c.InSequence():
                return all(compared(f, (str,)) for step in leaf.steps for f in step.where)
        return all(compared(f, (str,)) for f in getattr(leaf, "where", ()))

    def compared(leaf, wanted):
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        if leaf.operator in ("is", "is_not", "one_of"):
            return all(type(v) in wanted and v == _said(v) for v in values)
        return all(v == _said(v) for v in values)

    return all(sayable(leaf) for _, leaf in c.leaves(condition))


def _said(value):
    return value.strip() if isinstance(value, str) else value


@settings(max_examples=200, deadline=None)
@given(conditions("account").filter(builder_can_say))
def test_comes_back_as_it_was(condition):
    expected = plain(condition)

    assert through_the_form(condition) == in_group(expected)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"c(\.\d{1,2}){0,3}:(kind|negated|name|operator|value|days|event|period)", fullmatch=True),
        st.sampled_from(
            [
                "all",
                "any",
                "trait",
                "trait:vip",
                "performed",
                "filter",
                "sequence",
                "step",
                "people",
                "usage",
                "owner",
                "is",
                "between",
                "one_of",
                "x",
                "",
                "7",
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(
        [
            "add:c",
            "group:c",
            "remove:c.0",
            "add:c.1.0",
            "remove:c.1.1",
            "filter:c.0",
            "step:c.0",
            "who:c.0",
            "again",
            "add:",
            "",
        ]
    ),
)
def test_makes_something_of_any_form(fields, order):
    data = QueryDict(mutable=True)
    data.update(fields)

    root = drafts.changed(drafts.from_post(data), order)

    assert root.kind in ("all", "any")
    assert next(node.place for node in root.walk()) == "c"
    assert drafts.to_raw(root, TYPES).condition["kind"] in ("all", "any", "not")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"operator": "is", "value": "5"}, 5),
        ({"operator": "is", "value": "5.50"}, 5.5),
        ({"operator": "more_than", "value": "1,200"}, 1200),
        ({"operator": "one_of", "value": "5\n\n 7 "}, (5, 7)),
        ({"operator": "between", "value": "5", "value2": "7.5"}, (5, 7.5)),
    ],
)
def test_reads_numbers_for_traits_that_are_numbers(fields, expected):
    root = drafts.settled(drafts.Draft(kind="all", children=[drafts.Draft(fields={"name": "seats", **fields})]))

    condition = read_condition(drafts.to_raw(root, TYPES).condition, Subject.ACCOUNT)

    assert condition.conditions[0].value == expected


def test_asks_about_what_tenure_concludes_by_name():
    data = QueryDict(mutable=True)
    data.update({"c:kind": "all", "c.0:kind": "trait:health_score", "c.0:was": "trait", "c.0:name": "plan"})

    node = drafts.from_post(data).children[0]

    assert (node.kind, node.shown_kind, node.fields["name"]) == ("trait", "trait:health_score", "health_score")
    condition = read_condition(drafts.to_raw(drafts.from_post(data), {}).condition, Subject.ACCOUNT)
    assert condition.conditions[0] == c.Trait(name="health_score", operator=c.TraitOperator.LESS_THAN, value=50)


def test_puts_problems_beside_the_field_of_the_property_step_or_person():
    steps = (c.Step(event="A", where=(c.Filter(property="p", operator="is", value="x"),)), c.Step(event="B"))
    tree = c.All(
        conditions=(
            c.InSequence(steps=steps, within=1),
            c.People(number=1, condition=c.All(conditions=(c.LastSeen(days=1),))),
        )
    )
    root = drafts.from_condition(tree)
    raw = drafts.to_raw(root, {})
    paths = ("all[0].steps[0].where[0].value", "all[0].steps[1].event", "all[1].condition.all[0].days")

    drafts.place_problems(
        raw, [Problem(path=path, code=ProblemCode.TEXT_MISSING) for path in paths], dict(enumerate("abc"))
    )

    found = {(n.place, field): said for n in root.walk() for field, said in n.errors.items()}
    assert found == {("c.0.0.0", "value"): ["a"], ("c.0.1", "event"): ["b"], ("c.1.0.0", "days"): ["c"]}


@pytest.mark.parametrize("number", [12_345_678.5, 0.123456789, 1e14, 5.0, 0.0001234, -7.25])
def test_keeps_every_digit_of_a_number(number):
    condition = c.Trait(name="seats", operator=c.TraitOperator.MORE_THAN, value=number)
    root = drafts.from_condition(condition)

    raw = drafts.to_raw(drafts.from_post(posted(root)), TYPES).condition

    assert float(raw["conditions"][0]["value"]) == number


def test_takes_several_choices_of_one_field():
    people = "c.0:kind=people&c.0:roles=buyer&c.0:roles=champion"
    data = QueryDict(f"c:kind=all&{people}&c.1:kind=tickets&c.1:priorities=urgent")

    condition = read_condition(drafts.to_raw(drafts.from_post(data), {}).condition, Subject.ACCOUNT)

    assert condition.conditions[0] == c.People(number=1, roles=("buyer", "champion"))
    assert condition.conditions[1].priorities == (c.TicketPriority.URGENT,)


def test_puts_an_offered_value_into_a_list_of_values():
    data = QueryDict("c:kind=all&c.0:kind=trait&c.0:name=plan&c.0:operator=one_of&c.0:value=Basic%0D%0A")

    root = drafts.changed(drafts.from_post(data), "put:c.0:Pro: annual")

    assert root.children[0].fields["value"] == "Basic\nPro: annual"

"""The form of a scorecard edits everything its text says, and the text says everything the form does."""

from html.parser import HTMLParser

import pytest

from tenure.health import actions, queries
from tests.health.given import NOW, given_account, measure
from tests.web.visiting import read, visit

EVERYTHING = """
name: Everything
description: All a scorecard can say
applies_to:
  all:
  - {trait: plan, operator: is, value: Premium}
  - not: {trait: seats, operator: more_than, value: 50}
scheme: grade
bands:
- {band: Red, from: 0, tone: risk}
- {band: Amber, from: 40, tone: watch}
- {band: Blue, from: 60, tone: info}
- {band: Green, from: 80, tone: good}
minimum_coverage: 35
measures:
- group: Use
  weight: 3
  measures:
  - {measure: People, weight: 2, reads: {use: active_people, days: 14}, scores: {linear: [0, 12]}}
  - group: Depth
    weight: 1
    measures:
    - {measure: Exports, weight: 1, reads: {event: Report Exported, days: 30}, scores: {bounded: [0, 8]}, unknown: 20}
    - measure: Seen
      weight: 1.5
      reads: {last_seen: true}
      scores:
        banded: [[null, 100], [7, 40], [30, 0]]
      unknown: no_score
- measure: Plan
  weight: 1
  reads: {trait: plan}
  scores:
    listed: {Premium: 90, Basic: 30}
    otherwise: 10
- {measure: Renewal, weight: 1, reads: {days_since: kicked_off}, scores: {linear: [90, 0]}}
- {measure: Thought, weight: 1, reads: {judgement: 60}, scores: {linear: [0, 100]}}
new_accounts:
  until_days: 30
  handover_days: 10
  measures:
  - {measure: Tried, weight: 1, reads: {use: active_days, days: 7}, scores: {linear: [0, 5]}}
exceptions:
- exception: An urgent ticket is open
  when: {reads: {tickets: open_urgent, days: 30}, at_least: 1}
  cap: 50
- exception: Nobody owns it
  when:
    where: {owner: is_not_set}
  set_to: 10
children: {how: worst, share: 30}
"""


class Fields(HTMLParser):
    """What a browser would send of the scorecard's form."""

    def __init__(self):
        super().__init__()
        self.said, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        is_left_out = told.get("type") == "submit" or (told.get("type") == "checkbox" and "checked" not in told)
        if tag == "input" and told.get("name") and not is_left_out:
            self.said[told["name"]] = told.get("value") or ""
        elif tag == "select":
            self.select = told.get("name")
        elif tag == "option" and self.select and ("selected" in told or self.select not in self.said):
            self.said[self.select] = told.get("value", "")
        elif tag == "textarea":
            self.area = told.get("name")

    def handle_endtag(self, tag):
        self.select = None if tag == "select" else self.select
        self.area = None if tag == "textarea" else self.area

    def handle_data(self, data):
        if self.area:
            self.said[self.area] = self.said.get(self.area, "") + data.lstrip("\n")


def fields_of(page):
    reader = Fields()
    reader.feed(page[page.index('id="scorecard_form"') :])
    return {name: value for name, value in reader.said.items() if name not in ("account", "csrfmiddlewaretoken")}


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)
    given_account("fjord", seats=9, plan="Premium")


@pytest.fixture
def card():
    written = queries.read_text(EVERYTHING)
    return actions.define_scorecard(written.name, definition=written.definition, description=written.description)


def edited(card, order, **more):
    """Give an order in the form as it stands, after changing some of its fields; returns the page's fields."""
    client = visit()
    address = f"/health/scorecards/{card.pk}/edit/"
    fields = fields_of(read(client.get(address)))
    page = read(client.post(address, {**fields, **more, "op": order}, HTTP_HX_REQUEST="true"))
    return fields_of('id="scorecard_form"' + page)


def saved(card, fields, **more):
    client = visit()
    answer = client.post(f"/health/scorecards/{card.pk}/edit/", {**fields, **more, "op": "save"})
    assert answer.status_code == 302, read(answer)
    return queries.scorecard(card.pk).definition


def plain_of(definition):
    return queries.plain_form(definition)


def test_what_is_saved_untouched_is_the_same(card):
    before = queries.scorecard(card.pk)

    after = saved(card, edited(card, "again"))

    assert after == before.definition
    assert queries.scorecard(card.pk).version == 1
    assert fields_of(read(visit().get(f"/health/scorecards/{card.pk}/edit/")))["mode"] == "form"


def test_every_part_is_changed_in_its_field(card):
    fields = edited(card, "again")

    after = plain_of(
        saved(
            card,
            fields,
            **{
                "scheme": "colour",
                "minimum_coverage": "20",
                "band:bands[2]": "Violet",
                "from:bands[2]": "65",
                "tone:bands[2]": "good",
                "unknown:measures[2]": "points",
                "unknown_points:measures[2]": "33",
                "step_at:measures[0].measures[1].measures[1].scores.banded[1]": "9",
                "step_points:measures[0].measures[1].measures[1].scores.banded[1]": "45",
                "value_name:measures[1].scores.listed[1]": "Starter",
                "value_points:measures[1].scores.listed[1]": "25",
                "otherwise:measures[1]": "",
                "of:measures[0].measures[0]": "events",
                "until_days:new_accounts": "60",
                "weight:new_accounts.measures[0]": "4",
                "at_least:exceptions[0].when": "",
                "at_most:exceptions[0].when": "3",
                "effect:exceptions[0]": "set_to",
                "points:exceptions[0]": "5",
                "rolled_up": "average",
                "share:children": "40",
                "c_for.0:value": "Basic",
            },
        )
    )

    assert (after["scheme"], after["minimum_coverage"]) == ("colour", 20)
    assert after["bands"][2] == {"band": "Violet", "from": 65, "tone": "good"}
    assert after["measures"][2]["unknown"] == 33
    assert after["measures"][0]["measures"][1]["measures"][1]["scores"] == {"banded": [[None, 100], [9, 45], [30, 0]]}
    assert after["measures"][1]["scores"] == {"listed": {"Premium": 90, "Starter": 25}}
    assert after["measures"][0]["measures"][0]["reads"] == {"use": "events", "days": 14}
    assert (after["new_accounts"]["until_days"], after["new_accounts"]["measures"][0]["weight"]) == (60, 4)
    assert after["exceptions"][0] == {
        "exception": "An urgent ticket is open",
        "when": {"reads": {"tickets": "open_urgent", "days": 30}, "at_most": 3},
        "set_to": 5,
    }
    assert after["children"] == {"how": "average", "share": 40}
    assert after["applies_to"]["all"][0] == {"trait": "plan", "operator": "is", "value": "Basic"}


@pytest.mark.parametrize(
    ("order", "path", "said"),
    [
        ("band:bands", ("bands", 4), {"band": "New band", "from": 90, "tone": "info"}),
        ("step:measures[0].measures[1].measures[1]",
         ("measures", 0, "measures", 1, "measures", 1, "scores", "banded", 3), [31, 100]),
        ("remove:bands[1]", ("bands", 1, "band"), "Blue"),
        ("remove:measures[0].measures[1].measures[1].scores.banded[1]",
         ("measures", 0, "measures", 1, "measures", 1, "scores", "banded", 1), [30, 0]),
        ("remove:measures[1].scores.listed[0]", ("measures", 1, "scores", "listed"), {"Basic": 30}),
        ("exception:reads", ("exceptions", 2),
         {"exception": "New exception", "when": {"reads": {"tickets": "open_urgent", "days": 30}, "at_least": 1},
          "cap": 50}),
        ("remove:exceptions[0]", ("exceptions", 0, "when", "where"), {"owner": "is_not_set"}),
        ("remove:c_for.1", ("applies_to",), {"trait": "plan", "operator": "is", "value": "Premium"}),
    ],
)  # fmt: skip
def test_parts_are_added_and_removed(card, order, path, said):
    here = plain_of(saved(card, edited(card, order)))

    for step in path:
        here = here[step]
    assert here == said


@pytest.mark.parametrize(
    ("field", "value", "path", "said"),
    [
        ("for", "everybody", ("applies_to",), None),
        ("young", "no", ("new_accounts",), None),
        ("rolled_up", "", ("children",), None),
        ("how:measures[2]", "banded", ("measures", 2, "scores"), {"banded": [[None, 100], [45, 50], [90, 0]]}),
        ("how:measures[0].measures[0]", "bounded", ("measures", 0, "measures", 0, "scores"), {"bounded": [0, 12]}),
        ("reads:measures[0].measures[0]", "mrr_change", ("measures", 0, "measures", 0, "reads"), {"mrr_change": 90}),
        ("reads:exceptions[0].when", "last_seen", ("exceptions", 0, "when", "reads"), {"last_seen": True}),
    ],
)
def test_a_choice_turns_a_part_into_another(card, field, value, path, said):
    here = plain_of(saved(card, edited(card, "again", **{field: value})))

    for step in path:
        here = here.get(step) if isinstance(here, dict) else here[step]
    assert here == said


def test_a_simple_scorecard_gets_every_part_from_the_form():
    definition = {"measures": [measure("Seats", {"trait": "seats"})]}
    card = actions.define_scorecard("Seats", definition=definition)

    fields = edited(card, "exception:where", **{"for": "some", "young": "own", "rolled_up": "worst"})
    fields |= {"c_for.0:name": "plan", "c_for.0:value": "Premium"}
    fields |= {"c_when_0.0:name": "seats", "c_when_0.0:operator": "is_not_set"}
    after = plain_of(saved(card, fields))

    assert after["applies_to"] == {"trait": "plan", "operator": "is", "value": "Premium"}
    assert after["new_accounts"]["until_days"] == 45
    assert after["exceptions"][0]["when"] == {"where": {"trait": "seats", "operator": "is_not_set"}}
    assert after["children"] == {"how": "worst", "share": 50}


def test_what_is_unfinished_is_said_beside_its_field_and_kept(card):
    fields = edited(card, "again")
    client = visit()

    answer = client.post(
        f"/health/scorecards/{card.pk}/edit/",
        {**fields, "c_for.0:value": "", "from:bands[1]": "soon", "points:exceptions[0]": "700", "op": "save"},
    )

    page = read(answer)
    assert answer.status_code == 422
    assert 'value="soon"' in page
    assert 'id="c_for_0_value_error"' in page
    assert page.count("field-error") >= 3
    assert queries.scorecard(card.pk).version == 1


def test_what_the_form_says_is_the_text_and_back(card):
    fields = edited(card, "text", **{"from:bands[1]": "45"})
    assert fields["mode"] == "text"
    assert "from: 45" in fields["text"]

    client = visit()
    told = {**fields, "text": fields["text"].replace("Nobody owns it", "No owner"), "op": "form"}
    page = read(client.post(f"/health/scorecards/{card.pk}/edit/", told, HTTP_HX_REQUEST="true"))

    back = fields_of('id="scorecard_form"' + page)
    assert (back["mode"], back["from:bands[1]"], back["title:exceptions[1]"]) == ("form", "45", "No owner")


def test_goes_on_from_names_that_say_nothing_and_from_numbers_without_an_end():
    client, address = visit(), "/health/scorecards/new/"
    text = """
name: Thin
bands:
exceptions:
measures:
- {measure: People, weight: 1, reads: {use: active_people, days: 14}, scores: {linear: [0, .inf]}}
- {group: Depth, weight: 1, measures: []}
"""
    begun = {"mode": "form", "text": text}

    def page(op, **more):
        return read(client.post(address, {**begun, "op": op, **more}, HTTP_HX_REQUEST="true"))

    assert 'name="title:exceptions[0]"' in page("exception:reads")
    assert 'value="New band"' in page("band:bands")
    assert 'name="from:bands[0]"' in page("again", **{"band:bands[0]": "Red"})
    assert 'name="step_at:measures[0].scores.banded[0]"' in page("again", **{"how:measures[0]": "banded"})
    for nowhere in ("step:measures[1]", "value:measures[1]", "step:bands", "remove:measures[1].scores.listed[0]"):
        assert 'name="title:measures[1]"' in page(nowhere)

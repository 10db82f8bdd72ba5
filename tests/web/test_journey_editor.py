"""The journey editor: what is written becomes a draft, and what is wrong is said where it is."""

import re

import pytest

from tenure.channels import queries as channels
from tenure.journeys import actions, queries, registry
from tenure.journeys.types import (
    Existing,
    FieldKind,
    Goal,
    JourneyStatus,
    Recipient,
    Reentry,
    StepField,
    Subject,
    Trigger,
    TriggerKind,
)
from tenure.segments.actions import refresh_everybody
from tenure.segments.types import Subject as SegmentSubject
from tenure.workspaces.types import PermissionRole
from tests.channels.given import MONDAY, given_account, given_template, given_topic
from tests.journeys.given import given_journey, given_segment, send, wait
from tests.web.visiting import read, visit

NEW = "/journeys/new/"


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(MONDAY)


def sheet(**said):
    """What the form sends for a journey that waits two days and writes."""
    given_topic()
    return {
        "op": "save",
        "name": "Welcome",
        "about": "The first weeks.",
        "subject": "account",
        "trigger": "segment",
        "trigger_segment": str(given_segment()),
        "reentry": "never",
        "goal": "",
        "s0-kind": "wait",
        "s0-id": "",
        "s0-days": "2",
        "s0-window.opens": "09:00",
        "s0-window.closes": "17:00",
        "s0-window.weekdays": ["0", "4"],
        "s1-kind": "send_email",
        "s1-id": "",
        "s1-template_id": str(given_template()),
        "s1-topic": "onboarding",
        **said,
    }


def errors(page: str) -> list[str]:
    return re.findall(r'<p class="field-error"[^>]*><svg.*?</svg>(.*?)</p>', page)


def test_what_is_written_becomes_a_draft():
    said = sheet(leaves_with_segment="on", goal="event", goal_event="Report shared", role_1="champion", priority="5")
    browser = visit()
    assert browser.get(NEW).status_code == 200

    answer = browser.post(NEW, said)

    (row,) = queries.journeys()
    assert answer["Location"] == f"/journeys/{row.id}/"
    assert (row.name, row.about, row.subject, row.status) == (
        "Welcome",
        "The first weeks.",
        Subject.ACCOUNT,
        JourneyStatus.DRAFT,
    )
    assert row.priority == 5
    does = row.definition
    assert does.trigger == Trigger(kind=TriggerKind.SEGMENT, segment_id=int(said["trigger_segment"]))
    assert does.goal == Goal(event="Report shared")
    assert does.recipient == Recipient(roles=("champion",))
    assert does.leaves_with_segment
    assert [(s.kind, s.settings) for s in does.steps] == [
        ("wait", {"days": 2, "window": {"opens": "09:00", "closes": "17:00", "weekdays": [0, 4]}}),
        ("send_email", {"template_id": int(said["s1-template_id"]), "topic": "onboarding"}),
    ]
    assert len({s.id for s in does.steps}) == 2


def test_saving_what_the_form_shows_changes_nothing():
    visit().post(NEW, sheet())
    (before,) = queries.journeys()
    page = read(visit().get(f"/journeys/{before.id}/edit/"))
    said = dict(re.findall(r'<input type="hidden" name="(s\d-[a-z]+)" value="([^"]*)"', page))

    answer = visit().post(f"/journeys/{before.id}/edit/", {**sheet_again(before), **said})

    assert answer.status_code == 302
    (after,) = queries.journeys()
    assert (after.version, after.definition) == (1, before.definition)


def sheet_again(row):
    return {
        "op": "save", "name": row.name, "about": row.about, "trigger": "segment",
        "trigger_segment": str(row.definition.trigger.segment_id), "reentry": "never", "goal": "",
        "s0-days": "2", "s0-window.opens": "09:00", "s0-window.closes": "17:00", "s0-window.weekdays": ["0", "4"],
        "s1-template_id": str(row.definition.steps[1].settings["template_id"]), "s1-topic": "onboarding",
    }  # fmt: skip


def test_every_registered_step_can_be_added_and_shows_what_it_asks():
    browser = visit()
    page = read(browser.get(NEW))

    for step in registry.steps():
        assert f'value="add:{step.kind}"' in page
        grown = read(browser.post(NEW, {"op": f"add:{step.kind}"}))
        assert f'name="s0-kind" value="{step.kind}"' in grown
        for field in step.fields():
            assert f'name="s0-{field.name}"' in grown


class Call:
    """A step somebody adds: nothing of the editor knows it."""

    kind = "call"
    icon = "phone"

    def name(self):
        return "Ask for a call"

    def fields(self):
        return (StepField(name="words", kind=FieldKind.TEXT, label="What to ask", is_required=True),)

    def problems(self, settings):
        return []

    def due_at(self, settings, *, arrived_at, tz):
        return arrived_at

    def carry_out(self, due, *, now):
        return {}


def test_a_new_kind_of_step_appears_by_itself(monkeypatch):
    monkeypatch.setattr(registry, "_steps", {**registry._steps, "call": Call()})
    browser = visit()

    assert "Ask for a call" in read(browser.get(NEW))
    assert "What to ask" in read(browser.post(NEW, {"op": "add:call"}))
    browser.post(NEW, {**sheet(), "s2-kind": "call", "s2-words": "How is it going?"})

    (row,) = queries.journeys()
    assert row.definition.steps[2].settings == {"words": "How is it going?"}
    assert "Ask for a call" in read(browser.get(f"/journeys/{row.id}/"))


def test_steps_move_and_go_with_what_was_typed_in_them():
    said = sheet(**{"s0-days": "not yet"})
    browser = visit()

    swapped = read(browser.post(NEW, {**said, "op": "down:0"}))
    shorter = read(browser.post(NEW, {**said, "op": "remove:1"}))

    assert 'name="s0-kind" value="send_email"' in swapped
    assert 'name="s1-days" value="not yet"' in swapped
    assert errors(swapped) == []
    assert "s1-kind" not in shorter
    assert queries.journeys() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, ["This field is required."]),
        ({"trigger_segment": ""}, ["Choose a segment."]),
        ({"trigger": "event", "trigger_event": ""}, ["Name an event."]),
        ({"goal": "segment"}, ["Choose a segment."]),
        ({"s0-days": "soon"}, ["Enter a whole number."]),
        ({"s0-days": "9999"}, ["Ensure this value is less than or equal to 730."]),
        ({"s0-days": "", "s0-window.opens": "", "s0-window.closes": "", "s0-window.weekdays": []},
         ["Say how long to wait, or until which hours."]),
        ({"s1-template_id": ""}, ["This field is required."]),
        ({"s1-topic": ""}, ["The template has no topic: choose one here."]),
        ({"reentry": "after_leaving", "reentry_days": "-1"}, ["Ensure this value is greater than or equal to 0."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(wrong, said):
    answer = visit().post(NEW, {**sheet(about="Kept words"), **wrong})

    page = read(answer)
    assert answer.status_code == 422
    assert errors(page) == said
    assert "Kept words" in page
    assert "Nothing was saved yet" in page
    assert queries.journeys() == []


def test_a_journey_without_steps_is_not_saved():
    answer = visit().post(NEW, {k: v for k, v in sheet().items() if not re.match(r"s\d-", k)})

    assert answer.status_code == 422
    assert "A journey needs at least one step." in read(answer)


def test_a_name_is_taken_once():
    given_journey(wait(), name="Welcome")

    page = read(visit().post(NEW, sheet()))

    assert errors(page) == ["Another journey already has this name."]


def test_changing_a_live_one_says_what_happens_to_those_under_way():
    segment = given_segment()
    given_account("Fjord", plan="Premium")
    refresh_everybody(SegmentSubject.ACCOUNT, now=MONDAY)
    trigger = Trigger(kind=TriggerKind.SEGMENT, segment_id=segment)
    journey = given_journey(wait("pause", days=3), trigger=trigger, existing=Existing.ENROL)
    edit = f"/journeys/{journey.pk}/edit/"

    page = read(visit().get(edit))
    said = {"op": "save", "name": "Welcome", "trigger": "segment", "trigger_segment": str(segment), "reentry": "never"}
    visit().post(edit, {**said, "s0-kind": "wait", "s0-id": "pause", "s0-days": "9"})

    assert "1 is in it now and goes on as version 1 says" in page
    row = queries.journey_row(journey.pk)
    assert (row.version, row.status, row.counts.live) == (2, JourneyStatus.LIVE, 1)
    assert queries.enrolments_in(journey.pk).items[0].version == 1


def test_a_copy_begins_with_all_of_the_other():
    journey = given_journey(wait("pause", days=3), send(), reentry=Reentry.AFTER_LEAVING, reentry_days=30)

    page = read(visit().get(f"{NEW}?copy={journey.pk}"))

    assert 'value="Welcome (copy)"' in page
    assert 'name="s0-days" value="3"' in page
    assert 'name="reentry_days" value="30"' in page
    assert len(queries.journeys()) == 1


def test_a_draft_can_be_deleted_and_a_live_one_cannot():
    browser = visit()
    browser.post(NEW, sheet())
    (draft,) = queries.journeys()
    live = given_journey(wait(), name="Running")

    assert "Delete the draft" in read(browser.get(f"/journeys/{draft.id}/"))
    assert browser.post(f"/journeys/{draft.id}/delete/").status_code == 302
    assert browser.post(f"/journeys/{live.pk}/delete/").status_code == 409

    assert [row.id for row in queries.journeys()] == [live.pk]


def test_shows_whom_it_would_let_in_and_when_what_would_happen():
    given_account("Fjord", plan="Premium")
    said = sheet()
    refresh_everybody(SegmentSubject.ACCOUNT, now=MONDAY)

    page = read(visit().post("/journeys/preview/", said))

    assert '<strong class="figures">1</strong> would enter now' in page
    assert "Fjord" in page
    assert "When an account enters “Premium”." in page
    assert "Send the e-mail “Welcome”" in page
    assert "10% of accounts are held out" in page
    assert queries.journeys() == []


def test_looks_back_for_what_is_yet_to_come():
    given_account("Fjord", at=MONDAY)

    page = read(visit().post("/journeys/preview/", sheet(trigger="appeared")))

    assert "would have come in over the last 28 days" in page
    assert "Fjord" in page


def test_an_unfinished_preview_waits():
    answer = visit().post("/journeys/preview/", {"trigger": "segment"})

    assert answer.status_code == 200
    assert "Shown as soon as it is said who comes in." in read(answer)


def test_members_who_are_no_admins_may_look_and_not_write():
    journey = given_journey(wait())
    browser = visit(PermissionRole.MEMBER)

    assert browser.get(NEW).status_code == 403
    assert browser.post(f"/journeys/{journey.pk}/edit/", sheet(name="Mine")).status_code == 403
    assert browser.post("/journeys/preview/", {}).status_code == 403
    page = read(browser.get(f"/journeys/{journey.pk}/"))
    assert "/edit/" not in page
    assert "Duplicate" not in page
    assert [row.name for row in queries.journeys()] == ["Welcome"]


def test_archived_journeys_are_not_changed():
    journey = given_journey(wait())
    actions.archive_journey(journey, by=None)

    answer = visit().post(f"/journeys/{journey.pk}/edit/", sheet(name="Again"))

    assert answer.status_code == 409
    assert channels.templates().count() == 1

"""What every registered kind of step promises."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tenure.journeys import registry
from tenure.journeys.types import Advance, FieldKind, Leave, Stay
from tests.channels.given import given_account, given_person, given_template, given_topic
from tests.journeys.given import delivered, given_journey
from tests.journeys.steps import FIXTURES

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ICONS = json.loads((Path(__file__).resolve().parents[2] / "frontend" / "icons.json").read_text())
KINDS = ["exit", "send_email", "wait"]


def test_each_one_is_asked():
    assert [step.kind for step in registry.steps()] == KINDS == sorted(FIXTURES)


@pytest.fixture(params=KINDS)
def kind(request, workspace):
    return request.param


def test_good_settings_are_taken_and_bad_ones_are_said(kind):
    step, fixture = registry.step(kind), FIXTURES[kind]

    for good in fixture.good(given_template(), given_topic()):
        assert step.problems(good) == []
    for bad, code in fixture.bad:
        assert [p.code for p in step.problems(bad)] == [code]


def test_a_form_can_ask_for_every_setting_it_takes(kind):
    step = registry.step(kind)

    asked = {field.name for field in step.fields()}

    assert step.name()
    assert step.icon in ICONS
    for good in FIXTURES[kind].good(given_template(), given_topic()):
        flat = {f"{k}.{inner}" for k, v in good.items() if isinstance(v, dict) for inner in v}
        assert flat | {k for k, v in good.items() if not isinstance(v, dict)} <= asked
    for field in step.fields():
        assert field.label
        assert field.kind != FieldKind.CHOICE or all(name for _, name in field.choices)


def test_nobody_is_due_before_they_arrived(kind):
    step, fixture = registry.step(kind), FIXTURES[kind]

    for settings in fixture.good(given_template(), given_topic()):
        for zone in ("UTC", "Asia/Taipei", "America/New_York"):
            due_at = step.due_at(settings, arrived_at=NOON, tz=ZoneInfo(zone))
            assert NOON <= due_at <= NOON + timedelta(days=740)


def test_everybody_who_is_due_gets_a_move(kind, at):
    from tenure.journeys.actions.advancing import _due
    from tenure.journeys.models import Enrolment
    from tenure.journeys.queries.definitions import definitions_of
    from tenure.journeys.types import StepDefinition

    at(NOON)
    settings = next(iter(FIXTURES[kind].good(given_template(), given_topic())))
    given_journey(StepDefinition(id="only", kind=kind, settings=settings))
    for n in range(3):
        account = given_account(f"A{n}", at=NOON)
        given_person(f"p{n}@x.example", account_id=account, at=NOON)
    delivered()
    enrolments = list(Enrolment.objects.select_related("journey", "account"))
    definitions = definitions_of({e.version_id for e in enrolments})

    moves = registry.step(kind).carry_out([_due(e, *definitions[e.version_id]) for e in enrolments], now=NOON)

    assert sorted(moves) == sorted(e.pk for e in enrolments)
    assert len(moves) == 3
    assert all(isinstance(move, Advance | Stay | Leave) for move in moves.values())

"""Makes the demo workspace, as a customer would set one up, and throws it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from tenure.channels import actions as channels
from tenure.channels.types import Content
from tenure.connectors.simulator.content.journeys import JOURNEYS, TOPICS, DemoJourney
from tenure.connectors.simulator.content.milestones import FUNNELS, MILESTONES
from tenure.connectors.simulator.content.playbooks import PLAYBOOKS
from tenure.connectors.simulator.content.segments import SEGMENTS
from tenure.connectors.simulator.content.team import HOLDOUT_SALT, SOURCE, TEAM, WORKSPACE, Teammate
from tenure.connectors.simulator.content.views import VIEWS
from tenure.connectors.simulator.models import SimulatedWorld
from tenure.connectors.simulator.telling import world_of
from tenure.connectors.simulator.types import WorldSpec
from tenure.health import actions as health
from tenure.insights import actions as insights
from tenure.journeys import actions as journeys
from tenure.journeys import types as journey_types
from tenure.kernel import clock, tenancy
from tenure.lake import tables
from tenure.playbooks import actions as playbooks
from tenure.playbooks import types as playbook_types
from tenure.segments import actions as segments
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member, User

_OFFICE_HOURS = {"opens": "09:00", "closes": "17:00", "weekdays": [0, 1, 2, 3, 4]}


def find_demo() -> SimulatedWorld | None:
    """Return the demo's world, filled or interrupted, or None."""
    return SimulatedWorld.everywhere.filter(workspace__is_demo=True).order_by("pk").first()


@transaction.atomic
def set_up_demo(spec: WorldSpec) -> SimulatedWorld:
    """Make the workspace with its team, segments, playbooks, journeys and views, on the first day of the world."""
    begins = world_of(spec).begins
    with clock.simulated(begins):
        owner, *others = TEAM
        workspace = workspaces.create_workspace(
            WORKSPACE,
            owner=_user(owner),
            timezone="Europe/London",
            is_demo=True,
            holdout_salt=f"{HOLDOUT_SALT}-{spec.seed}",
        )
        with tenancy.scope(workspace.pk):
            ada = workspaces.add_member(
                _user(owner), permission_role=owner.permission_role, name=owner.name, title=owner.title
            )
            for mate in others:
                workspaces.add_member(
                    _user(mate), permission_role=mate.permission_role, name=mate.name, title=mate.title
                )
            write_key = workspaces.create_write_key(SOURCE, by=ada)
            simulated = SimulatedWorld.objects.create(
                seed=spec.seed,
                accounts=spec.accounts,
                months=spec.months,
                until=spec.until,
                write_key_id=write_key.pk,
                told_until=begins,
            )
            _define_everything(ada)
    return simulated


def throw_away_demo() -> bool:
    """Delete the demo workspace, its records and its lake; tells whether there was one."""
    demo = workspace_queries.demo_workspace()
    if demo is None:
        return False
    workspaces.delete_workspace(demo)
    tables.drop_workspace(demo.pk)
    return True


def _user(mate: Teammate) -> User:
    """Find or make the sign-in identity; without a password it can only be entered through `tenure serve --demo`."""
    users = get_user_model().objects
    return users.filter(email=mate.address).first() or users.create_user(mate.address, name=mate.name)


def _define_everything(by: Member) -> None:
    segment_ids = {
        each.name: segments.define_segment(
            each.name, subject=each.subject, condition=each.condition, description=each.description, by=by
        ).pk
        for each in SEGMENTS
    }
    for playbook in PLAYBOOKS:
        kind = playbook_types.TriggerKind.SIGNAL if playbook.signal_kind else playbook_types.TriggerKind.SEGMENT
        playbooks.define_playbook(
            playbook.name,
            about=playbook.about,
            trigger=playbook_types.Trigger(
                kind=kind, signal_kind=playbook.signal_kind, segment_id=segment_ids.get(playbook.segment)
            ),
            tasks=playbook.tasks,
            by=by,
        )
    for key, (name, about) in TOPICS.items():
        channels.define_topic(name, about=about, key=key, by=by)
    for journey in JOURNEYS:
        drafted = journeys.define_journey(
            journey.name,
            subject=journey_types.Subject.ACCOUNT,
            definition=_definition(journey, segment_ids, by),
            about=journey.about,
            by=by,
        )
        journeys.launch_journey(drafted, existing=journey_types.Existing.ENROL, by=by)
    for view in VIEWS:
        saved = workspaces.save_view(view.name, page="accounts", query=view.query(segment_ids), by=by)
        workspaces.share_view(saved, by=by)
    health.define_suggested_scorecard(by=by)
    for name, event, due_days in MILESTONES:
        insights.define_milestone(name, event=event, due_days=due_days, by=by)
    for name, asked in FUNNELS:
        insights.define_funnel(name, asked, by=by)


def _definition(journey: DemoJourney, segment_ids: dict[str, int], by: Member) -> journey_types.Definition:
    steps = []
    for number, letter in enumerate(journey.letters, 1):
        template = channels.define_template(
            letter.name,
            content=Content(subject=letter.subject, preview=letter.preview, body=letter.body),
            topic=letter.topic,
            by=by,
        )
        wait = {"days": letter.after_days, "window": _OFFICE_HOURS}
        steps.append(journey_types.StepDefinition(id=f"wait-{number}", kind="wait", settings=wait))
        sent = {"template_id": template.pk, "topic": letter.topic}
        steps.append(journey_types.StepDefinition(id=f"letter-{number}", kind="send_email", settings=sent))
    trigger = (
        journey_types.Trigger(kind=journey_types.TriggerKind.SEGMENT, segment_id=segment_ids[journey.segment])
        if journey.segment
        else journey_types.Trigger(kind=journey_types.TriggerKind.APPEARED)
    )
    return journey_types.Definition(
        trigger=trigger,
        steps=tuple(steps),
        goal=journey_types.Goal(event=journey.goal_event) if journey.goal_event else None,
        recipient=journey_types.Recipient(roles=journey.roles),
    )

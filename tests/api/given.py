"""A workspace with something of everything the API tells of, made as it is made in life."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from tenure.api.paging import MOST_ROWS as MOST_ROWS
from tenure.channels import queries as channels
from tenure.customers import actions as customers_actions
from tenure.customers import queries as customers
from tenure.experiments import actions as experiments
from tenure.journeys import queries as journeys
from tenure.journeys.types import Trigger, TriggerKind
from tenure.kernel import clock, jobs, tenancy
from tenure.playbooks import actions as playbooks
from tenure.playbooks.types import CallOutcome
from tenure.signals import actions as signals
from tenure.tracking.actions.intake_log import append_refusals
from tenure.tracking.types import RefusedCall
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as members
from tests.journeys.given import delivered, given_journey, send
from tests.playbooks.given import given_playbook
from tests.segments.given import catch_up, given_account, given_segment, given_use

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Everything:
    """What was made, by id."""

    owner: Any
    account: int
    person: int
    segment: int
    signal: int
    playbook: int
    run: int
    task: int
    call: int
    journey: int
    decision: int
    message: int
    template: int
    refusal: int


def given_everything() -> Everything:
    """Fill the workspace in scope; the clock stands at NOW."""
    owner = members.members().get(permission_role="owner")
    workspaces.change_workspace(members.workspace(owner.workspace_id), by=owner, holdout_share=0.0)
    account = given_account("northwind", at=NOW - timedelta(days=20), plan="Premium", mrr=490)
    given_account("acme", at=NOW - timedelta(days=10), plan="Free")
    given_use("northwind", "Report Exported", at=NOW - timedelta(days=1), times=3)
    catch_up()
    person = customers.people_of(account)[0].id
    customers_actions.assign_owners({account: owner.pk}, by=owner)
    segment = given_segment("Premium", by=owner).pk
    catch_up()
    experiments.assign_accounts([each.pk for each in customers.accounts()], at=NOW - timedelta(days=9))
    signal = signals.open_signal(account, "odd_use", severity=0.8, evidence={"percent": 62}, summary={"percent": 62})
    playbook = given_playbook("Odd use", signal_kind="odd_use").pk
    run = playbooks.start_run(_playbook(playbook), account, by=owner)
    call = playbooks.log_call(
        account_id=account, outcome=CallOutcome.REACHED, by=owner, person_id=person, notes="They are well.", minutes=9
    )
    journey = given_journey(
        send(), trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=segment), existing=_existing(), name="Welcome"
    ).pk
    _run("journeys", "channels_send")
    append_refusals(
        [
            RefusedCall(
                workspace_id=tenancy.current_workspace_id(),
                received_at=clock.now(),
                code="id_missing",
                reason="A track call needs a userId or an anonymousId.",
                path="/v1/track",
                raw=b'{"type": "track"}',
                size=17,
            )
        ]
    )
    workspaces.save_view("Premium ones", page="accounts", query="trait=plan%3Ais%3APremium", by=owner)
    delivered()
    _run("intake")
    return Everything(
        owner=owner,
        account=account,
        person=person,
        segment=segment,
        signal=signal.pk,
        playbook=playbook,
        run=run.pk,
        task=run.tasks.order_by("position")[0].pk,
        call=call.pk,
        journey=journey,
        decision=journeys.decisions().items[0].id,
        message=channels.messages().items[0].id,
        template=channels.templates()[0].pk,
        refusal=_refusal(),
    )


def _run(*stages: str) -> None:
    for _ in range(5):
        for name in stages:
            jobs.run_stage(name, clock.now())
        delivered()


def _playbook(pk: int) -> Any:
    from tenure.playbooks import queries

    return queries.playbook(pk)


def _existing() -> Any:
    from tenure.journeys.types import Existing

    return Existing.ENROL


def _refusal() -> int:
    from tenure.tracking import queries

    return queries.refusals()[0].pk

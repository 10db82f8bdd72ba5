"""Give accounts the model the rules say, begin the steps of changes, and say so; all set-based."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog
from django.db import connection, transaction

from tenure.customers import actions as customers
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all
from tenure.lake.engine import CannotCompute
from tenure.touch_models.announcements import TouchModelChanged, TransitionStepClosed
from tenure.touch_models.models import Standing, TouchModels, TouchModelsVersion, Transition, TransitionStep
from tenure.touch_models.queries.judging import Going, judge
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import SOURCE, TRAIT, CauseOfModel, Definition
from tenure.workspaces import queries as workspaces

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
SHARE = 20
"""A pass over everybody rests this many times as long as it took, so that it takes 5 % of a worker at most."""
_TOLD_AT_ONCE = 2_000
_LOCK = 7_205_330


@transaction.atomic
def follow_everybody(*, now: datetime) -> int:
    """Look at every account; returns how many got another model."""
    one_at_a_time()
    found = TouchModels.objects.first()
    if found is None or (found.rests_until is not None and now < found.rests_until <= now + timedelta(days=1)):
        return 0
    began = time.monotonic()
    moved = _follow(found, now=now, cause=CauseOfModel.RULES)
    rests = max(EVERY, timedelta(seconds=SHARE * (time.monotonic() - began)))
    TouchModels.objects.filter(pk=found.pk).update(followed_at=now, rests_until=now + rests)
    return moved


def follow_changed(found: TouchModels, *, now: datetime) -> int:
    """Look at every account because the models were changed."""
    one_at_a_time()
    moved = _follow(found, now=now, cause=CauseOfModel.DEFINITION)
    TouchModels.objects.filter(pk=found.pk).update(followed_at=now, rests_until=None)
    return moved


def follow_some(account_ids: Sequence[int], *, now: datetime, cause: CauseOfModel) -> int:
    """Look at some accounts, because a lock was set or ended."""
    one_at_a_time()
    found = TouchModels.objects.first()
    return _follow(found, now=now, cause=cause, ids=account_ids) if found is not None else 0


def _follow(found: TouchModels, *, now: datetime, cause: CauseOfModel, ids: Sequence[int] | None = None) -> int:
    lived_by = set(Standing.objects.filter(left_at=None).values_list("lives_by", flat=True).distinct())
    versions = TouchModelsVersion.objects.filter(number__in={*lived_by, found.version})
    try:
        definitions = {v.number: text_form.stored(v.definition) for v in versions}
        going = judge(definitions, found.version, now=now, ids=ids)
    except (CannotCompute, msgspec.ValidationError, KeyError, ValueError) as error:
        log.warning("touch models cannot be followed", error=str(error))
        TouchModels.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return 0
    if found.error:
        TouchModels.objects.filter(pk=found.pk).update(error="")
    if going:
        _settle(definitions, going, now=now, cause=cause, is_quiet=found.followed_at is None)
    return len(going)


def _settle(
    definitions: dict[int, Definition], going: Sequence[Going], *, now: datetime, cause: CauseOfModel, is_quiet: bool
) -> None:
    causes = {
        g.account_id: CauseOfModel.FIRST if not g.came_from else CauseOfModel.LOCK if g.is_locked else cause
        for g in going
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE touch_models_standing s SET left_at = greatest(%s, s.since), left_cause = e.cause"
            " FROM unnest(%s::bigint[], %s::text[]) AS e (id, cause) WHERE s.id = e.id AND s.left_at IS NULL",
            [
                now,
                [g.standing_id for g in going if g.standing_id is not None],
                [causes[g.account_id].value for g in going if g.standing_id is not None],
            ],
        )
        cursor.execute(
            "INSERT INTO touch_models_standing"
            " (workspace_id, account_id, model, came_from, since, was_there, cause, left_cause, lives_by)"
            " SELECT %s, e.account_id, e.model, e.came_from, %s, e.was_there, e.cause, '', e.lives_by"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::bigint[])"
            " AS e (account_id, model, came_from, was_there, cause, lives_by) ON CONFLICT DO NOTHING",
            [
                tenancy.current_workspace_id(),
                now,
                [g.account_id for g in going],
                [g.model for g in going],
                [g.came_from for g in going],
                [is_quiet and not g.came_from for g in going],
                [causes[g.account_id].value for g in going],
                [g.lives_by for g in going],
            ],
        )
    for n in range(0, len(going), _TOLD_AT_ONCE):
        some = going[n : n + _TOLD_AT_ONCE]
        customers.set_traits_of_accounts({g.account_id: {TRAIT: g.model} for g in some}, source=SOURCE, at=now)
    begun = _begin_transitions(definitions, going, now)
    if is_quiet:
        return
    names = {m.key: m.name for version in sorted(definitions) for m in definitions[version].models}
    workspace_id = tenancy.current_workspace_id()
    announce_all(
        TouchModelChanged(
            workspace_id=workspace_id,
            at=now,
            account_id=g.account_id,
            model=g.model,
            model_name=names.get(g.model, g.model),
            came_from=g.came_from,
            came_from_name=names.get(g.came_from, g.came_from),
            cause=causes[g.account_id].value,
            transition_id=begun.get(g.account_id),
        )
        for g in going
    )


def _begin_transitions(definitions: dict[int, Definition], going: Sequence[Going], now: datetime) -> dict[int, int]:
    """End changes under way of these accounts, and begin those there is a plan for; returns them by account."""
    changing = [g for g in going if g.came_from]
    if not changing:
        return {}
    under_way = Transition.objects.filter(account__in=[g.account_id for g in changing], ended_at=None)
    over = TransitionStep.objects.filter(transition__in=under_way, done_at=None, cancelled_at=None)
    told = list(over.exclude(told_at=None).order_by("pk").values_list("account_id", "pk", "title"))
    over.update(cancelled_at=now)
    announce_all(
        TransitionStepClosed(
            workspace_id=tenancy.current_workspace_id(),
            at=now,
            account_id=account_id,
            step_id=pk,
            title=title,
            is_done=False,
            done_by_id=None,
        )
        for account_id, pk, title in told
    )
    under_way.update(ended_at=now)
    latest = definitions[max(definitions)]
    planned = [(g, plan) for g in changing if (plan := latest.plan(g.came_from, g.model)) is not None and plan.steps]
    made = Transition.objects.bulk_create(
        [Transition(account_id=g.account_id, source=g.came_from, target=g.model, began_at=now) for g, _ in planned],
        batch_size=1_000,
    )
    workspace = workspaces.workspace(tenancy.current_workspace_id())
    today = now.astimezone(ZoneInfo(workspace.timezone)).date()
    TransitionStep.objects.bulk_create(
        [
            TransitionStep(
                transition=transition,
                account_id=transition.account_id,
                position=n,
                kind=step.kind.value,
                title=step.title,
                message=step.message,
                due_on=today + timedelta(days=step.after_days),
            )
            for transition, (_, plan) in zip(made, planned, strict=True)
            for n, step in enumerate(plan.steps)
        ],
        batch_size=1_000,
    )
    return {transition.account_id: transition.pk for transition in made}


def one_at_a_time() -> None:
    """Wait for whoever else gives this workspace's accounts their models; held until the transaction ends.

    Whoever locks the row of the models too takes this first, so that two never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])

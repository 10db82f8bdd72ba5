"""Give accounts the model the rules say, begin the steps of changes, and say so; all set-based."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog
from django.db import connection, transaction

from tenure.customers import actions as customers
from tenure.kernel import tenancy
from tenure.kernel.in_force import AT_ONCE, New, add_rows, close_rows, is_resting, rest_since, take_turn
from tenure.kernel.outbox import announce_all
from tenure.lake.engine import CannotCompute
from tenure.touch_models.announcements import TouchModelChanged, TransitionStepClosed
from tenure.touch_models.models import (
    Standing,
    TouchModels,
    TouchModelsTouched,
    TouchModelsVersion,
    Transition,
    TransitionStep,
)
from tenure.touch_models.queries.judging import STANDINGS, Going, judge
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import SOURCE, TRAIT, CauseOfModel, Definition
from tenure.workspaces import queries as workspaces

log = structlog.get_logger(__name__)

TOUCHED_AT_ONCE = 20_000
_TOLD_AT_ONCE = 2_000


@transaction.atomic
def follow_everybody(*, now: datetime) -> int:
    """Look at every account; returns how many got another model."""
    take_turn(STANDINGS)
    found = TouchModels.objects.first()
    if found is None or is_resting(found.rests_until, now):
        return 0
    began = time.monotonic()
    TouchModelsTouched.objects.all().delete()  # everybody is looked at
    moved = _follow(found, now=now, cause=CauseOfModel.RULES)
    TouchModels.objects.filter(pk=found.pk).update(followed_at=now, rests_until=now + rest_since(began))
    return moved


@transaction.atomic
def follow_touched(*, now: datetime) -> int:
    """Look at the accounts that wait to be looked at again; returns how many were looked at."""
    take_turn(STANDINGS)
    found = TouchModels.objects.first()
    if found is None or found.followed_at is None:
        return 0
    waiting = TouchModelsTouched.objects.order_by("pk").select_for_update(skip_locked=True)
    claimed = list(waiting.values_list("pk", "account_id")[:TOUCHED_AT_ONCE])
    ids = sorted({account_id for _, account_id in claimed})
    if claimed:
        TouchModelsTouched.objects.filter(pk__in=[pk for pk, _ in claimed]).delete()
        _follow(found, now=now, cause=CauseOfModel.RULES, ids=ids)
    return len(ids)


def touch(account_ids: Iterable[int]) -> None:
    """Have these accounts looked at again soon; costs nothing where there are no touch models yet."""
    wanted = sorted({int(i) for i in account_ids if i})
    if not wanted or not TouchModels.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO touch_models_touchmodelstouched (workspace_id, account_id)"
            " SELECT %s, id FROM unnest(%s::bigint[]) AS id",
            [tenancy.current_workspace_id(), wanted],
        )


def follow_changed(found: TouchModels, *, now: datetime) -> int:
    """Look at every account because the models were changed."""
    take_turn(STANDINGS)
    moved = _follow(found, now=now, cause=CauseOfModel.DEFINITION)
    TouchModels.objects.filter(pk=found.pk).update(followed_at=now, rests_until=None)
    return moved


def follow_some(account_ids: Sequence[int], *, now: datetime, cause: CauseOfModel) -> int:
    """Look at some accounts, because a lock was set or ended."""
    take_turn(STANDINGS)
    found = TouchModels.objects.first()
    return _follow(found, now=now, cause=cause, ids=account_ids) if found is not None else 0


def _follow(found: TouchModels, *, now: datetime, cause: CauseOfModel, ids: Sequence[int] | None = None) -> int:
    lived_by = set(Standing.objects.filter(left_at=None).values_list("lives_by", flat=True).distinct())
    versions = TouchModelsVersion.objects.filter(number__in={*lived_by, found.version})
    try:
        definitions = {v.number: text_form.stored(v.definition) for v in versions}
        judged = judge(definitions, found.version, now=now, ids=ids)
    except (CannotCompute, msgspec.ValidationError, KeyError, ValueError) as error:
        log.warning("touch models cannot be followed", error=str(error))
        TouchModels.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return 0
    if found.error:
        TouchModels.objects.filter(pk=found.pk).update(error="")
    rows = judged.rows
    for n in range(0, len(rows), AT_ONCE):
        some = judged.going(rows[n : n + AT_ONCE])
        _settle(definitions, some, now=now, cause=cause, is_quiet=found.followed_at is None)
    return len(rows)


def _settle(
    definitions: dict[int, Definition], going: Sequence[Going], *, now: datetime, cause: CauseOfModel, is_quiet: bool
) -> None:
    causes = {
        g.account_id: CauseOfModel.FIRST if not g.came_from else CauseOfModel.LOCK if g.is_locked else cause
        for g in going
    }
    ended = [g for g in going if g.standing_id is not None]
    close_rows(
        STANDINGS, [g.standing_id for g in ended if g.standing_id], [causes[g.account_id].value for g in ended], at=now
    )
    new = New(
        accounts=[g.account_id for g in going],
        things=[g.model for g in going],
        came_from=[g.came_from for g in going],
        was_there=[is_quiet and not g.came_from for g in going],
        causes=[causes[g.account_id].value for g in going],
        versions=[g.lives_by for g in going],
    )
    add_rows(STANDINGS, new, at=now)
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

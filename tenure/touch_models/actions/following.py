"""Give accounts the model the rules say, begin the steps of changes, and say so; all set-based."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tenure.customers import actions as customers
from tenure.kernel import passes, tenancy
from tenure.kernel.in_force import AT_ONCE, New, add_rows, close_rows
from tenure.kernel.outbox import announce_all
from tenure.kernel.passes import look_at_everybody, look_at_some, look_at_touched, look_by_new_rules
from tenure.lake.engine import CannotCompute
from tenure.touch_models.announcements import TouchModelChanged, TransitionStepClosed
from tenure.touch_models.models import (
    Standing,
    TouchModels,
    TouchModelsVersion,
    Transition,
    TransitionStep,
)
from tenure.touch_models.queries.judging import STANDINGS, Going, judge, models_before_locks
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import SOURCE, TRAIT, CauseOfModel, Definition
from tenure.workspaces import queries as workspaces

log = structlog.get_logger(__name__)

_TOLD_AT_ONCE = 2_000


@transaction.atomic
def follow_everybody(*, now: datetime) -> int:
    """Look at every account; returns how many got another model."""
    return look_at_everybody(STANDINGS, lambda _: _follow(now=now, cause=CauseOfModel.RULES), now=now)


@transaction.atomic
def follow_touched(*, now: datetime) -> int:
    """Look at the accounts that wait to be looked at again; returns how many were looked at."""
    return look_at_touched(STANDINGS, lambda ids: _follow(now=now, cause=CauseOfModel.RULES, ids=ids))


def follow_changed(*, now: datetime) -> int:
    """Look at every account because the models were changed."""
    return look_by_new_rules(STANDINGS, lambda: _follow(now=now, cause=CauseOfModel.DEFINITION), now=now)


def follow_some(account_ids: Sequence[int], *, now: datetime, cause: CauseOfModel) -> int:
    """Look at some accounts, because a lock was set."""
    return look_at_some(STANDINGS, lambda: _follow(now=now, cause=cause, ids=account_ids))


def follow_unlocked(account_ids: Sequence[int], *, now: datetime) -> int:
    """Look at some accounts whose lock is over, as if they had the model they had before it."""
    before = models_before_locks(account_ids)
    return look_at_some(STANDINGS, lambda: _follow(now=now, cause=CauseOfModel.RULES, ids=account_ids, unlocked=before))


def touch(account_ids: Iterable[int]) -> None:
    """Have these accounts looked at again soon; costs nothing where there are no touch models yet."""
    passes.touch(STANDINGS, account_ids)


def _follow(
    *,
    now: datetime,
    cause: CauseOfModel,
    ids: Sequence[int] | None = None,
    unlocked: Mapping[int, tuple[str, datetime]] | None = None,
) -> int | None:
    """Give accounts their models; returns how many got another, or None where the rules cannot be judged."""
    found = TouchModels.objects.get()
    standing = Standing.objects.filter(left_at=None)
    standing = standing if ids is None else standing.filter(account__in=ids)
    lived_by = set(standing.order_by().values_list("lives_by", flat=True).distinct())
    versions = TouchModelsVersion.objects.filter(number__in={*lived_by, found.version})
    try:
        definitions = {v.number: text_form.stored(v.definition) for v in versions}
        judged = judge(definitions, found.version, now=now, ids=ids, unlocked=unlocked or {})
    except (CannotCompute, msgspec.ValidationError, KeyError, ValueError) as error:
        log.warning("touch models cannot be followed", error=str(error))
        TouchModels.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return None
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
    """End changes under way of these accounts, and begin those there is a plan for; returns them by account.

    An account that goes back before any step of its change was due begins none: nobody has noticed anything yet.
    """
    changing = [g for g in going if g.came_from]
    if not changing:
        return {}
    workspace = workspaces.workspace(tenancy.current_workspace_id())
    today = now.astimezone(ZoneInfo(workspace.timezone)).date()
    under_way = Transition.objects.filter(account__in=[g.account_id for g in changing], ended_at=None)
    noticed = Q(due_on__lte=today) | Q(done_at__isnull=False) | Q(is_left_out=True)
    begun = TransitionStep.objects.filter(noticed, transition=OuterRef("pk"))
    unnoticed = dict(under_way.filter(~Exists(begun)).values_list("account_id", "source"))
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
    planned = [
        (g, plan)
        for g in changing
        if (plan := latest.plan(g.came_from, g.model)) is not None
        and plan.steps
        and unnoticed.get(g.account_id) != g.model
    ]
    made = Transition.objects.bulk_create(
        [Transition(account_id=g.account_id, source=g.came_from, target=g.model, began_at=now) for g, _ in planned],
        batch_size=1_000,
    )
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

"""The steps of changes from one model to another."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from tenure.touch_models.models import Transition, TransitionStep
from tenure.touch_models.types import StepItem, StepKind


def open_steps() -> "QuerySet[TransitionStep]":
    """Return the steps that are still to be done for accounts that are customers, the earliest due first."""
    found = TransitionStep.objects.filter(done_at=None, cancelled_at=None)
    found = found.filter(account__merged_into=None, account__churned_at=None)
    return found.select_related("account", "transition", "done_by").order_by("due_on", "pk")


def steps_of_account(account_id: int) -> Sequence[StepItem]:
    """Return the steps of the account's latest change, in their order; none where there was never a change."""
    latest = Transition.objects.filter(account=account_id).order_by("-pk").first()
    if latest is None:
        return []
    found = TransitionStep.objects.filter(transition=latest.pk).select_related("account", "transition", "done_by")
    return [step_item(row) for row in found.order_by("position")]


def steps_done(step_ids: Iterable[int]) -> dict[int, int | None]:
    """Return those of these steps that are done by now, each with who did it."""
    found = TransitionStep.objects.filter(pk__in=list(step_ids)).exclude(done_at=None)
    return dict(found.values_list("pk", "done_by_id"))


def steps_left_out(step_ids: Iterable[int]) -> dict[int, int | None]:
    """Return those of these steps that members left out, each with who did."""
    found = TransitionStep.objects.filter(pk__in=list(step_ids), is_left_out=True)
    return dict(found.values_list("pk", "done_by_id"))


def transition_of(step_id: int) -> int | None:
    """Return the account a step is about."""
    return TransitionStep.objects.filter(pk=step_id).values_list("account_id", flat=True).first()


def step_item(row: TransitionStep) -> StepItem:
    """Return a step as pages and programs show it."""
    return StepItem(
        id=row.pk,
        transition_id=row.transition_id,
        account_id=row.account_id,
        account_name=str(row.account),
        source=row.transition.source,
        target=row.transition.target,
        kind=StepKind(row.kind),
        title=row.title,
        due_on=row.due_on,
        done_at=row.done_at,
        done_by=row.done_by.name if row.done_by else "",
        is_cancelled=row.cancelled_at is not None and not row.is_left_out,
        is_left_out=row.is_left_out,
    )

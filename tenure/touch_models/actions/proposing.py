"""Working out who should look after which accounts: asked for by a member, done in the background, kept."""

import dataclasses
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import structlog
from django.db import transaction

from tenure.customers import actions as customers
from tenure.customers import queries as customer_queries
from tenure.customers.actions import OwnersAssigned
from tenure.touch_models.models import Proposal
from tenure.touch_models.queries.books import books
from tenure.touch_models.queries.proposed import stored_result
from tenure.touch_models.queries.proposing import propose

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_proposal(*, now: datetime, by: "Member | None") -> Proposal:
    """Have a proposal worked out; whoever asks while one is being worked out waits for that."""
    found, made = Proposal.objects.get_or_create(defaults={"asked_at": now, "asked_by": by, "books": books().version})
    if made:
        return found
    found = Proposal.objects.select_for_update().get(pk=found.pk)
    if found.done_at is not None:
        found.asked_at, found.asked_by, found.books = now, by, books().version
        found.done_at, found.error, found.result = None, "", None
        found.save()
    return found


def work_out_proposal(*, now: datetime) -> int:
    """Work out the proposal that waits, and keep it; returns how many there were."""
    waiting = Proposal.objects.filter(done_at=None).first()
    if waiting is None:
        return 0
    result, error, version = None, "", books().version
    try:
        made = propose(now=now)
        nameless = [dataclasses.replace(each, account_name="", to_name="") for each in made.given]
        result = msgspec.to_builtins(dataclasses.replace(made, given=nameless), str_keys=True)
    except (ArithmeticError, ValueError, MemoryError) as failure:
        log.warning("no proposal could be worked out", error=str(failure))
        error = str(failure)[:2_000] or type(failure).__name__
    return Proposal.objects.filter(pk=waiting.pk, asked_at=waiting.asked_at, done_at=None).update(
        done_at=now, result=result, error=error, books=version
    )


@transaction.atomic
def give_out_proposed(*, by: "Member", account_ids: Collection[int]) -> OwnersAssigned:
    """Give these accounts out as the kept proposal says; those that somebody gave away meanwhile are left alone."""
    found = Proposal.objects.select_for_update().first()
    kept = stored_result(found) if found is not None else None
    wanted = {g.account_id: g for g in (kept.given if kept else ()) if g.account_id in set(account_ids)}
    owners_now = customer_queries.owners_of(list(wanted))
    owners: dict[int, int | None] = {
        pk: each.to_id for pk, each in wanted.items() if each.to_id is not None and owners_now.get(pk) == each.from_id
    }
    done = customers.assign_owners(owners, by=by)
    if found is not None and done.before:
        Proposal.objects.filter(pk=found.pk).delete()  # what is left is another question now
    return done

"""Forgetting a customer everywhere: every domain in its turn, from the top down, each answer in the ledger.

Each answer is one transaction with its row in the ledger (the lake is outside it, and can be told twice). An erasure
that is interrupted goes on with the first domain that has not answered.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.backtests import actions as backtests
from tenure.connectors.files import actions as files
from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.customers.types import CustomerSet
from tenure.kernel import clock, following, keeping, outbox, tenancy
from tenure.privacy.errors import AlreadyBeingErased
from tenure.privacy.models import Erasure, ErasureAnswer
from tenure.privacy.queries.ledger import erasure_under_way, fingerprint_of, fingerprints_of, without_names
from tenure.privacy.types import ErasureStatus, SubjectKind
from tenure.snapshots import actions as snapshots
from tenure.tracking import actions as tracking
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

Eraser = Callable[[CustomerSet], dict[str, int]]
ABOVE_TRACKING = (
    "stripe", "simulator", "privacy", "journeys", "playbooks", "experiments", "risk", "health", "activity",
    "lifecycle", "touch_models", "vips", "insights", "conversations", "channels", "segments", "signals", "billing",
)  # fmt: skip


def _rows_of(app_label: str) -> Eraser:
    return lambda found: keeping.erase(app_label, found.named)


def _announcements(found: CustomerSet) -> dict[str, int]:
    gone = outbox.forget_customers(
        tenancy.current_workspace_id(), person_ids=found.person_ids, account_ids=found.account_ids
    )
    whose = following.forget({"person_id": found.person_ids, "account_id": found.account_ids})
    done = {"kernel_outboxentry": gone, "kernel_movedrow": whose}
    return {table: count for table, count in done.items() if count}


def _audit(found: CustomerSet) -> dict[str, int]:
    changed = workspaces.redact_audit(found.words)
    return {"names in the audit trail": changed} if changed else {}


ERASERS: dict[str, Eraser] = {
    "files": files.erase_customers,
    "backtests": backtests.erase_customers,
    "snapshots": snapshots.erase_customers,
    **{label: _rows_of(label) for label in ABOVE_TRACKING},
    "tracking": tracking.erase_customers,
    "kernel": _announcements,
    "customers": customer_actions.erase_customers,
    "workspaces": _audit,
}
"""Who forgets, in this order: what stands above forgets before what it stands on."""


@transaction.atomic
def ask_to_erase(kind: SubjectKind, pk: int, *, by: "Member | None", reason: str = "", actor: str = "") -> Erasure:
    """Have a person, or an account with its people, forgotten everywhere.

    It cannot be undone. Raises `NoSuchPerson`, `NoSuchAccount` and `AlreadyBeingErased`.
    """
    if kind is SubjectKind.PERSON:
        found, known_as = customers.everything_of_person(pk), customers.person(pk).external_id
    else:
        found, known_as = customers.everything_of_account(pk), customers.account(pk).external_id
    if erasure_under_way(kind, pk):
        raise AlreadyBeingErased
    erasure = Erasure.objects.create(
        kind=kind,
        fingerprint=fingerprint_of(kind, known_as or ""),
        fingerprints=fingerprints_of(found),
        person_ids=sorted(found.person_ids),
        account_ids=sorted(found.account_ids),
        words=list(found.words),
        reason=reason[:300],
        asked_at=clock.now(),
        asked_by=by,
        actor=actor or (by.name if by else "Tenure"),
        status=ErasureStatus.WAITING,
    )
    workspaces.record_audit(
        "privacy.erase", by=by, actor=actor, subject=f"erasure {erasure.pk}", details={"kind": kind}
    )
    return erasure


def carry_out(erasure: Erasure) -> Erasure:
    """Let every domain that has not answered yet forget the customer; safe to repeat."""
    found = CustomerSet(
        person_ids=frozenset(erasure.person_ids),
        account_ids=frozenset(erasure.account_ids),
        words=tuple(erasure.words),
    )
    answered = set(ErasureAnswer.objects.filter(erasure=erasure).values_list("domain", flat=True))
    for domain, erase in ERASERS.items():
        if domain in answered:
            continue
        # The lake cannot take part in a transaction: what is rewritten there is rewritten before the answer is kept.
        if domain == "tracking":
            forgot = erase(found)
            ErasureAnswer.objects.create(erasure=erasure, domain=domain, forgot=forgot, at=clock.now())
            continue
        with transaction.atomic():
            ErasureAnswer.objects.create(erasure=erasure, domain=domain, forgot=erase(found), at=clock.now())
    Erasure.objects.filter(pk=erasure.pk).update(
        status=ErasureStatus.DONE,
        done_at=clock.now(),
        words=[],
        person_ids=[],
        account_ids=[],
        error="",
        reason=without_names(erasure.reason, found)[:300],
    )
    erasure.refresh_from_db()
    return erasure

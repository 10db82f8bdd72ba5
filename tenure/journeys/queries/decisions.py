"""Why touches were, and were not, made."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from tenure.customers import queries as customers
from tenure.journeys.errors import DecisionUnknown
from tenure.journeys.models import Decision
from tenure.journeys.types import DecisionPage, DecisionRow, Outcome, Why
from tenure.kernel.cursors import as_cursor, from_cursor, moment

MOST_AT_ONCE = 200


def decisions(
    *,
    account_id: int | None = None,
    person_id: int | None = None,
    journey_id: int | None = None,
    outcome: Outcome | None = None,
    reason: Why | None = None,
    cursor: str = "",
    limit: int = 50,
) -> DecisionPage:
    """Return decisions, newest first: three statements."""
    found = Decision.objects.all()
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    if journey_id is not None:
        found = found.filter(journey_id=journey_id)
    if outcome is not None:
        found = found.filter(outcome=outcome.value)
    if reason is not None:
        found = found.filter(reason=reason.value)
    if cursor:
        at, pk = from_cursor(cursor, 2)
        found = found.filter(Q(at__lt=moment(at)) | Q(at=moment(at), pk__lt=pk))
    limit = max(1, min(limit, MOST_AT_ONCE))
    listed = list(_told(found).order_by("-at", "-pk")[: limit + 1])
    return DecisionPage(
        items=_rows(listed[:limit]),
        next_cursor=as_cursor([listed[limit - 1].at, listed[limit - 1].pk]) if len(listed) > limit else "",
    )


def decision(pk: int) -> DecisionRow:
    """Return one decision; raises `DecisionUnknown`."""
    found = list(_told(Decision.objects.filter(pk=pk)))
    if not found:
        raise DecisionUnknown
    return _rows(found)[0]


def _told(found: QuerySet[Decision]) -> QuerySet[Any]:
    return found.annotate(
        journey_name=F("journey__name"),
        version_number=F("version__number"),
        message_status=F("message__status"),
        subject=F("message__subject"),
    )


def _rows(listed: Sequence[Any]) -> tuple[DecisionRow, ...]:
    accounts = customers.account_names({d.account_id for d in listed if d.account_id is not None})
    people = customers.people_names({d.person_id for d in listed if d.person_id is not None})
    return tuple(
        DecisionRow(
            id=d.pk,
            at=d.at,
            outcome=Outcome(d.outcome),
            reason=Why(d.reason),
            journey_id=d.journey_id,
            journey_name=d.journey_name,
            version=d.version_number,
            step_id=d.step,
            account_id=d.account_id,
            account_name=accounts.get(d.account_id or 0, ""),
            person_id=d.person_id,
            person_name=people.get(d.person_id or 0, ""),
            message_id=d.message_id,
            message_status=d.message_status or "",
            subject=d.subject or "",
            until=d.until,
            inputs=d.inputs,
            postponements=tuple(d.postponements),
        )
        for d in listed
    )

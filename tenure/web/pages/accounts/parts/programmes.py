"""What runs by itself for an account or a person: segments, journeys, and why each touch was or was not made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenure.channels import queries as channels
from tenure.journeys import queries as journeys
from tenure.segments import queries as segments
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.panels import Place, register_panel
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from tenure.customers.models import Account, Person

_LISTED = 8


def register() -> None:
    """Put the parts in their places."""
    register_panel(
        "segments", subject="account", place=Place.SIDE, order=40, template="accounts/parts/segments.html",
        context=lambda request, account: _segments(account_id=account.pk),
    )  # fmt: skip
    register_panel(
        "segments", subject="person", place=Place.SIDE, order=40, template="accounts/parts/segments.html",
        context=lambda request, person: _segments(person_id=person.pk),
    )  # fmt: skip
    register_panel(
        "journeys", subject="account", place=Place.SIDE, order=50, template="accounts/parts/journeys.html",
        context=journeys_of_account,
    )  # fmt: skip
    register_panel(
        "journeys", subject="person", place=Place.SIDE, order=50, template="accounts/parts/journeys.html",
        context=journeys_of_person,
    )  # fmt: skip
    register_panel(
        "messages", subject="person", place=Place.SIDE, order=60, template="accounts/parts/messages.html",
        context=messages_to,
    )  # fmt: skip


def journeys_of_account(request: Visit, account: "Account") -> Mapping[str, Any] | None:
    """List the journeys an account is or was in, and the latest decisions."""
    enrolments = journeys.enrolments_of(account_id=account.pk)
    return _journeys(enrolments, journeys.decisions(account_id=account.pk, limit=_LISTED))


def journeys_of_person(request: Visit, person: "Person") -> Mapping[str, Any] | None:
    """List the journeys a person is or was in, and the latest decisions."""
    enrolments = journeys.enrolments_of(person_id=person.pk)
    return _journeys(enrolments, journeys.decisions(person_id=person.pk, limit=_LISTED))


def messages_to(request: Visit, person: "Person") -> Mapping[str, Any]:
    """List the messages to a person, and what they do not want any more."""
    topics = channels.topic_names()
    return {
        "messages": [
            {"row": row, "status": words.MESSAGE_STATUSES[row.status]}
            for row in channels.messages(person_id=person.pk, limit=_LISTED).items
        ],
        "stopped": [
            {"topic": topics.get(each.topic, each.topic), "at": each.at} for each in channels.unsubscribes_of(person.pk)
        ],
        "email": person.email,
    }


def _segments(*, account_id: int | None = None, person_id: int | None = None) -> Mapping[str, Any] | None:
    found = segments.segments_of(account_id=account_id, person_id=person_id)
    return {"memberships": found} if found else None


def _journeys(enrolments: Any, decided: Any) -> Mapping[str, Any] | None:
    if not enrolments and not decided.items:
        return None
    return {
        "enrolments": [
            {"row": row, "status": words.ENROLMENT_STATUSES[row.status]} for row in list(enrolments)[:_LISTED]
        ],
        "decisions": [
            {"row": row, "outcome": words.OUTCOMES[row.outcome], "why": words.WHYS[row.reason]} for row in decided.items
        ],
    }

"""Recording what people said yes or no to."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.channels import actions as channels
from tenure.channels import queries as messages
from tenure.customers import queries as customers
from tenure.privacy.errors import PurposeMissing
from tenure.privacy.models import Consent
from tenure.privacy.queries import consents_of_people
from tenure.privacy.types import ConsentSaid
from tenure.tracking import queries as tracking
from tenure.tracking.announcements import ConsentsHeard
from tenure.tracking.queries import ConsentCall
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def record_consents(said: Iterable[ConsentSaid]) -> int:
    """Write consents down; what was said before, and not taken back since, is not written again.

    They may come in any order, and again. Returns how many were new.
    """
    listed = sorted(said, key=lambda each: each.at)
    known: defaultdict[tuple[int, str], list[tuple[datetime, bool]]] = defaultdict(list)
    for pk, consents in consents_of_people({each.person_id for each in listed}).items():
        for each in consents:
            known[pk, each.purpose].append((each.at, each.is_given))
    fresh = []
    for one in listed:
        purpose = one.purpose[:120]
        words = known[one.person_id, purpose]
        place = bisect_right(words, one.at, key=lambda word: word[0])
        if place and words[place - 1][1] == one.is_given:
            continue
        words.insert(place, (one.at, one.is_given))
        fresh.append(
            Consent(
                person_id=one.person_id,
                purpose=purpose,
                is_given=one.is_given,
                at=one.at,
                source=one.source[:160],
                evidence=one.evidence,
            )
        )
    Consent.objects.bulk_create(fresh)
    return len(fresh)


@transaction.atomic
def hear_consents(told: Iterable[ConsentsHeard]) -> None:
    """Write down what SDKs said; they repeat themselves with every call, and only what differs from before is new.

    So what a member wrote down stays the latest word until the person chooses anew in the product. An earlier call that
    comes late moves the beginning of what it says to its own time; one that contradicts what was said before has what
    was repeated since read again from the lake.
    """
    heard = list(told)
    now_is = customers.merged_people({person for each in heard for person in each.person_ids})
    said = [
        ConsentCall(now_is.get(person, person), source[:160], purpose[:120], is_given, at, message_id)
        for each in heard
        for person, source, purpose, is_given, at, message_id in zip(
            each.person_ids, each.sources, each.purposes, each.given, each.said_at, each.message_ids, strict=True
        )
    ]
    there = set(customers.people({word.person_id for word in said}).values_list("pk", flat=True))
    said = [word for word in said if word.person_id in there]
    known: _Known = defaultdict(list)
    for consent in Consent.objects.filter(person__in=there).order_by("at", "pk"):
        known[consent.person_id, consent.source, consent.purpose].append(consent)
    contrary = _put_in_order(known, said)
    if contrary:
        people = {person for person, *_ in contrary}
        again = tracking.consents_since(people, min(contrary.values()))
        again = [word._replace(source=word.source[:160], purpose=word.purpose[:120]) for word in again]
        _put_in_order(known, [word for word in again if word.at > contrary.get(word[:3], word.at)])
    words = [word for of_one in known.values() for word in of_one]
    Consent.objects.bulk_create([word for word in words if not word.pk])
    moved = [word for word in words if word.pk and word.is_moved]
    Consent.objects.bulk_update(moved, ["at", "evidence"], batch_size=1_000)


_Known = defaultdict[tuple[int, str, str], list[Consent]]


def _put_in_order(known: _Known, said: Iterable[ConsentCall]) -> dict[tuple[int, str, str], datetime]:
    """Put words where they belong among what is known; returns when somebody first contradicts an earlier one."""
    contrary: dict[tuple[int, str, str], datetime] = {}
    for person, source, purpose, is_given, at, message_id in sorted(said, key=lambda word: (word.at, word[:4])):
        words = known[person, source, purpose]
        place = bisect_right(words, at, key=lambda word: word.at)
        if place:
            if words[place - 1].is_given == is_given:
                continue
            contrary.setdefault((person, source, purpose), at)
        if place < len(words) and words[place].is_given == is_given:
            words[place].at, words[place].evidence, words[place].is_moved = at, _evidence(message_id), True
            continue
        evidence = _evidence(message_id)
        words.insert(
            place,
            Consent(person_id=person, purpose=purpose, is_given=is_given, at=at, source=source, evidence=evidence),
        )
    return contrary


def _evidence(message_id: str) -> str:
    return f"context.consent of the call {message_id}"


@transaction.atomic
def write_consent(said: ConsentSaid, *, by: "Member") -> bool:
    """Write down what somebody told a member; a "no" to a topic of messages unsubscribes them from it too.

    False when they had said so already. A later "yes" does not undo an unsubscribe: only they can do that, by the link
    in their mail. Raises `NoSuchPerson`, `PurposeMissing`.
    """
    if not said.purpose.strip():
        raise PurposeMissing
    person = customers.person(said.person_id)
    is_new = bool(record_consents([said]))
    if is_new:
        details = {"purpose": said.purpose, "is_given": said.is_given}
        workspaces.record_audit("privacy.consent", by=by, subject=str(person), details=details)
    if not said.is_given and person.email and said.purpose in messages.topic_names():
        channels.unsubscribe_person(person.email, by=by, person_id=person.pk, topic=said.purpose)
    return is_new

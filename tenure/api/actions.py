"""Writes of the API door itself: which requests were carried out and what they were answered."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from tenure.api.models import GivenAnswer
from tenure.kernel import clock

ANSWERS_KEPT = timedelta(days=1)


def begin_request(api_key_id: int, *, key: str, fingerprint: str) -> GivenAnswer | None:
    """Claim an Idempotency-Key for a request about to be carried out; None when it is claimed already."""
    now = clock.now()
    GivenAnswer.objects.filter(api_key_id=api_key_id, asked_at__lt=now - ANSWERS_KEPT).delete()
    try:
        with transaction.atomic():
            return GivenAnswer.objects.create(api_key_id=api_key_id, key=key, fingerprint=fingerprint, asked_at=now)
    except IntegrityError:
        return None


def keep_answer(answer: GivenAnswer, *, status: int, body: bytes) -> None:
    """Keep what was answered, for the same request asked again."""
    answer.status, answer.body = status, body
    answer.save(update_fields=["status", "body"])


def forget_request(answer: GivenAnswer) -> None:
    """Let the key be used again, because we failed and the request was not carried out."""
    answer.delete()

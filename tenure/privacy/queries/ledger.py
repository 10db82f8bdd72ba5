"""The ledger of erasures: who was asked to be forgotten, how far it is, and whether somebody was."""

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, QuerySet

from tenure.customers import queries as customers
from tenure.kernel import tenancy
from tenure.privacy.errors import ErasureUnknown
from tenure.privacy.models import Erasure
from tenure.privacy.types import ErasureStatus, SubjectKind

if TYPE_CHECKING:
    from tenure.customers.types import CustomerSet

ERASED = "(erased)"


def erasures() -> "QuerySet[Erasure]":
    """Return the ledger, newest first, with its answers."""
    return Erasure.objects.prefetch_related("answers").select_related("asked_by").order_by("-asked_at", "-pk")


def erasure(pk: int) -> Erasure:
    """Return one erasure; raises `ErasureUnknown`."""
    found = erasures().filter(pk=pk).first()
    if found is None:
        raise ErasureUnknown
    return found


def erasure_under_way(kind: SubjectKind, pk: int) -> Erasure | None:
    """Return the erasure that waits to forget a person or an account, by themselves or with others, if one does."""
    named = Q(person_ids__contains=[pk]) if kind is SubjectKind.PERSON else Q(account_ids__contains=[pk])
    return Erasure.objects.filter(named, status=ErasureStatus.WAITING).order_by("pk").first()


def erasures_of(kind: SubjectKind, known_as: str) -> "QuerySet[Erasure]":
    """Return the erasures of whoever was known by an id (or an e-mail address), newest first."""
    if not known_as:
        return Erasure.objects.none()
    mark = fingerprint_of(kind, known_as)
    return erasures().filter(Q(fingerprint=mark) | Q(fingerprints__contains=[mark]))


def fingerprint_of(kind: SubjectKind, external_id: str) -> str:
    """Return what an erasure keeps of an id: nobody can tell the id from it, whoever has the id finds the erasure."""
    known_as = external_id.lower() if "@" in external_id else external_id
    said = f"{tenancy.current_workspace_id()}:{kind}:{known_as}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


def fingerprints_of(found: "CustomerSet") -> list[str]:
    """Return the fingerprints of every id and address of these customers."""
    known = customers.ids_of(found)
    return sorted(fingerprint_of(SubjectKind(kind), each) for kind, ids in known.items() for each in ids)


def without_names(text: str, found: "CustomerSet") -> str:
    """Take the names, ids and addresses of these customers out of a text."""
    for word in found.words:
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", ERASED, text, flags=re.IGNORECASE)
    return text

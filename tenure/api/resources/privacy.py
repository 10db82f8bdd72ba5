"""Privacy: erasures and their ledger, how long things are kept, and what people agreed to."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Query
from pydantic import AwareDatetime

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.errors import WhomMissing
from tenure.api.exports import PRIVACY
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, page_of_few, reachable
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.privacy import actions, queries
from tenure.privacy.types import MOST_DAYS, ConsentSaid, Kept, SubjectKind
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.privacy.models import Consent, Erasure

router = Router(tags=["privacy"])
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class ErasureAnswerOut(Schema):
    """What one part of Tenure has forgotten."""

    domain: str = said("Which part.", "tracking")
    forgot: dict[str, int] = said("Rows, by where they were.", {"events of people": 412})
    at: datetime = said("When it had forgotten.")


class ErasureOut(Schema):
    """One entry of the ledger of erasures; never who it was."""

    id: int = said("Which erasure.")
    kind: str = said("person or account.", "person")
    fingerprint: str = said("A keyed hash of the id they were known by.")
    reason: str = said("Why, without names.", "Asked by mail")
    asked_at: datetime = said("When it was asked for.")
    asked_by: str = said("Who asked.", "Ada Park")
    status: str = said("waiting or done.", "done")
    attempts: int = said("How often it failed and was tried again.", 0)
    error: str = said("Why it failed last.", "")
    done_at: datetime | None = said("When all was forgotten.", default=None)
    answers: list[ErasureAnswerOut] = said("What each part has forgotten so far.")


class ErasureIn(Schema):
    """Whom to erase: the id, or what your product calls them."""

    kind: Literal["person", "account"] = said("What it is.", "person")
    id: Id | None = said("Tenure's id of them.", 7, default=None)
    external_id: Text | None = said("What your product calls them.", default=None, max_length=500)
    reason: Text = said("Why; kept in the ledger without their names.", "Asked by mail", default="", max_length=300)


class RetentionOut(Schema):
    """How long a kind of data is kept."""

    kind: str = said("events, rollups, timeline, messages, calls or audit.", "events")
    days: int | None = said("For how many days; null means for ever.", 400, default=None)
    changed_at: datetime | None = said("Since when.", default=None)
    applied_at: datetime | None = said("When it was applied last.", default=None)
    forgotten: int = said("How many rows went then.", 0)


class RetentionIn(Schema):
    """How long to keep a kind of data."""

    kind: Literal["events", "rollups", "timeline", "messages", "calls", "audit"] = said("Which kind.", "events")
    days: int | None = said("For how many days; null means for ever.", 400, default=None, ge=1, le=MOST_DAYS)


class ConsentOut(Schema):
    """One word of a person on one purpose."""

    id: int = said("Which word.")
    person_id: int = said("Whose word.")
    purpose: str = said("What they said yes or no to.", "product_news")
    is_given: bool = said("True for yes.")
    at: datetime = said("When they said it.")
    source: str = said("Where they said it.", "sign-up form")
    evidence: str = said("Their words, or where they can be found again.", "")


class ConsentIn(Schema):
    """What somebody said yes or no to."""

    person_id: Id = said("Whose word.", 7)
    purpose: Text = said("What it is for; the key of a message topic to stop those messages.", "news", max_length=120)
    is_given: bool = said("True for yes.")
    at: AwareDatetime | None = said("When they said it; now when not given.", default=None, ge=EARLIEST)
    source: Text = said("Where they said it.", "sign-up form", max_length=160)
    evidence: Text = said("Their words, or where they can be found again.", default="", max_length=10_000)


@lists(router, "/erasures", ErasureOut, summary="The ledger of erasures", auth=PRIVACY)
def list_erasures(
    request: ApiCall,
    kind: Literal["person", "account"] = Query("person", description="With `known_as`: what it was."),
    known_as: str = Query("", max_length=500, description="Only erasures of whoever had this id or e-mail address."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List who was erased when, newest first; whoever knows an id can ask whether it was."""
    named = known_as.replace("\x00", "").strip()
    found = queries.erasures_of(SubjectKind(kind), named) if known_as else queries.erasures()
    return page_by_id(found, cursor, limit, _shown)


@router.get("/erasures/{int:erasure_id}", response=ErasureOut, summary="One erasure", auth=PRIVACY)
def read_erasure(request: ApiCall, erasure_id: int) -> Any:
    """Return how far an erasure is and what each part has forgotten."""
    return _shown(queries.erasure(reachable(erasure_id)))


@router.post("/erasures", response={201: ErasureOut}, summary="Erase a person or an account", auth=PRIVACY)
def ask_to_erase(request: ApiCall, given: ErasureIn) -> Any:
    """Have somebody forgotten everywhere, for good; it is carried out within a minute."""
    by = acting_member(request, PermissionRole.ADMIN)
    kind = SubjectKind(given.kind)
    asked = actions.ask_to_erase(kind, _whom(kind, given), by=by, reason=given.reason)
    return Status(201, _shown(queries.erasure(asked.pk)))


@lists(router, "/retention", RetentionOut, summary="How long things are kept")
def list_retention(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List every kind of data with how long it is kept."""
    return page_of_few(queries.retention(), cursor, limit)


@router.put("/retention", response=RetentionOut, summary="Keep a kind of data for a time", auth=PRIVACY)
def set_retention(request: ApiCall, given: RetentionIn) -> Any:
    """Keep a kind of data for so many days from now on; what is older goes within a day."""
    kind = Kept(given.kind)
    actions.set_retention(kind, given.days, by=acting_member(request, PermissionRole.ADMIN))
    return next(rule for rule in queries.retention() if rule.kind is kind)


@lists(router, "/consents", ConsentOut, summary="What a person agreed to")
def list_consents(
    request: ApiCall,
    person_id: int = Query(..., ge=1, le=LARGEST_ID, description="Whose consents."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List everything a person said yes or no to, newest first; the first of each purpose counts."""
    pk = customers.person(person_id).pk
    return page_of_few(queries.consents_of_people([pk]).get(pk, [])[::-1], cursor, limit, _consent)


@router.post("/consents", response={200: ConsentOut, 201: ConsentOut}, summary="Record a consent")
def record_consent(request: ApiCall, given: ConsentIn) -> Any:
    """Write down what somebody said; a no to a topic of messages unsubscribes them. 200 when it was known already."""
    person = customers.person(given.person_id)
    now = clock.now()
    one = ConsentSaid(
        person_id=person.pk,
        purpose=given.purpose.strip(),
        is_given=given.is_given,
        at=min(given.at or now, now),
        source=given.source,
        evidence=given.evidence,
    )
    is_new = actions.write_consent(one, by=acting_member(request))
    known = queries.consents_of_people([person.pk])[person.pk]
    kept = [each for each in known if each.purpose == one.purpose and each.at <= one.at][-1]
    return Status(201 if is_new else 200, _consent(kept))


def _whom(kind: SubjectKind, given: ErasureIn) -> int:
    if (given.id is None) == (given.external_id is None):
        raise WhomMissing
    if given.external_id is not None:
        find: Any = customers.person_by_external_id if kind is SubjectKind.PERSON else customers.account_by_external_id
        return int(find(given.external_id).pk)
    return int(given.id or 0)


def _shown(erasure: "Erasure") -> dict[str, Any]:
    fields = ("kind", "fingerprint", "reason", "asked_at", "status", "attempts", "error", "done_at")
    return {
        "id": erasure.pk,
        "asked_by": erasure.actor,
        **{field: getattr(erasure, field) for field in fields},
        "answers": [
            {"domain": answer.domain, "forgot": answer.forgot, "at": answer.at}
            for answer in sorted(erasure.answers.all(), key=lambda each: each.pk)
        ],
    }


def _consent(consent: "Consent") -> dict[str, Any]:
    fields = ("person_id", "purpose", "is_given", "at", "source", "evidence")
    return {"id": consent.pk, **{field: getattr(consent, field) for field in fields}}
